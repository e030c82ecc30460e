// With JavaScript: files and pictures of a message. Chosen, dropped, pasted; with progress, stopped,
// taken out; and what arrives is what was attached.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe } from "./support/browser.mjs";
import { LETTER_USERS } from "./support/letters.mjs";
import { begin, open, quiet, row, url, visit } from "./support/with_script.mjs";
import { editor, field, fill, form, give, PIXEL, source, status, undoSeconds, until, write } from "./support/writing.mjs";

const user = LETTER_USERS.find((one) => one.startsWith("files@"));
let page;
let seen;
let close;

before(async () => {
  ({ page, seen, close } = await begin(user));
  await undoSeconds(page, 0);
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
  return close?.();
});

const folder = mkdtempSync(join(tmpdir(), "restante-files-"));
/** A file on the disk: handed over by its name, where a large buffer takes seconds to reach the browser. */
const onDisk = (name, content) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const choose = (...files) => form(page).locator("input[type=file][data-compose-target=fileInput]").setInputFiles(files);
const file = (name) => form(page).locator(".file", { hasText: name });
const there = (name) => form(page).locator(".file[data-attachment]", { hasText: name }).waitFor({ timeout: 60_000 });
const send = async () => {
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#list");
};

test("a file of 20 MB goes up with its progress shown, and arrives whole", { timeout: 180_000 }, async () => {
  const content = randomBytes(20 * 1000 * 1000);
  await write(page);
  await fill(page, { to: user, about: "Twenty megabytes", text: "Here it is" });
  await page.evaluate(() => {
    globalThis.steps = [];
    const look = () => {
      const bar = document.querySelector(".file__progress");
      if (bar && globalThis.steps.at(-1) !== bar.value) globalThis.steps.push(bar.value);
    };
    new MutationObserver(look).observe(document.body, { attributes: true, childList: true, subtree: true });
  });
  await choose(onDisk("large.bin", content));
  await there("large.bin");
  const steps = await page.evaluate(() => globalThis.steps);
  assert.ok(steps.length >= 4, `progress was shown ${steps.length} times`);
  assert.deepEqual(steps, steps.toSorted((one, other) => one - other), "it only grows");
  assert.match(await form(page).locator(".files__sum").innerText(), /of 3\d MB/);
  await send();
  await row(page, "Twenty megabytes").waitFor({ timeout: 60_000 });
  await open(page, "Twenty megabytes");
  const link = page.locator(".attachments a[download], .attachments a[href*='/parts/']").first();
  const answer = await page.request.get(new URL(await link.getAttribute("href"), url).href, { headers: { "Accept-Encoding": "identity" }, timeout: 60_000 });
  const sum = (bytes) => createHash("sha256").update(bytes).digest("hex");
  assert.equal(sum(await answer.body()), sum(content));
});

test("a file of 20 MB whose line was cut goes on where it was", { timeout: 180_000 }, async () => {
  const size = 20 * 1000 * 1000;
  await write(page);
  await fill(page, { to: user, about: "Cut off" });
  const offsets = [];
  await page.route("**/uploads/*", (route) => {
    const offset = new URL(route.request().url()).searchParams.get("offset");
    if (offset !== null) offsets.push(Number(offset));
    return offset !== null && offsets.length === 3 ? route.abort("connectionreset") : route.continue();
  });
  await choose(onDisk("cut.bin", randomBytes(size)));
  await there("cut.bin");
  await page.unroute("**/uploads/*");
  const [first, , lost, again] = offsets;
  assert.equal(first, 0);
  assert.ok(lost > 0, "something was there already");
  assert.equal(again, lost, "nothing went up twice");
  assert.equal(offsets.filter((offset) => offset === 0).length, 1, "it did not begin anew");
  assert.equal(Number(await file("cut.bin").getAttribute("data-size")), size);
});

test("an upload is stopped, and nothing of it stays", async () => {
  await write(page);
  await page.route("**/uploads/*", (route) => (route.request().url().includes("offset") ? undefined : route.continue()));
  await choose({ name: "slow.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(3_000_000) });
  await file("slow.bin").locator("progress").waitFor();
  assert.deepEqual(await axe(page), []);
  await file("slow.bin").getByRole("button").click();
  await file("slow.bin").waitFor({ state: "detached" });
  await page.unroute("**/uploads/*");
});

test("dropped on the form it is attached; taken out, it does not go along", async () => {
  await write(page);
  await fill(page, { to: user, about: "Dropped" });
  await give(form(page), "drop", { files: [{ name: "dropped.txt", type: "text/plain", content: Buffer.from("Dropped") }] });
  await there("dropped.txt");
  await choose({ name: "not this.txt", mimeType: "text/plain", buffer: Buffer.from("No") });
  await there("not this.txt");
  await file("not this.txt").getByRole("button").click();
  await file("not this.txt").waitFor({ state: "detached" });
  await editor(page).click();
  await page.keyboard.type("See attached");
  await send();
  const raw = await source(user, "INBOX", "Dropped");
  assert.match(raw, /filename="?dropped\.txt/);
  assert.doesNotMatch(raw, /not this/);
});

test("a pasted picture stands in the text, here and where it arrives", async () => {
  await write(page);
  await fill(page, { to: user, about: "A picture", text: "Look: " });
  await give(editor(page), "paste", { files: [{ name: "pixel.png", type: "image/png", content: PIXEL }] });
  await editor(page).locator("img[src*='/attachments/']").waitFor();
  await status(page, "Saved at");
  await page.reload();
  await form(page).waitFor();
  await until("the picture is shown again", () => editor(page).locator("img").evaluate((image) => image.complete && image.naturalWidth === 1));
  assert.equal(await form(page).locator(".file").count(), 0, "it is no attachment beside the text");
  await field(page, "to").press("Control+Enter");
  await page.waitForSelector("#list");
  const raw = await source(user, "INBOX", "A picture");
  assert.match(raw, /multipart\/related/);
  assert.match(raw, /Content-ID: </i);
  await open(page, "A picture");
  await until("the picture is shown where it arrives", () => page.frameLocator(".sheet__frame").locator("img").evaluate((image) => image.complete && image.naturalWidth === 1));
});

test("what the server would not take is said before it goes up", async () => {
  await write(page);
  await choose(onDisk("too large.bin", Buffer.alloc(31_000_000)));
  await form(page).locator("[data-compose-target=problems]", { hasText: "the most that can be attached here" }).waitFor();
  assert.equal(await form(page).locator(".file").count(), 0);
  await visit(page);
});

test("the browser had no reason to complain", () => quiet(seen));
