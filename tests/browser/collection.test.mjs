// With JavaScript: the page of a POP3 account tells by itself how collecting goes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deliver, letter, LETTERS } from "./support/letters.mjs";
import { COLLECTED } from "./support/world.mjs";
import { begin, ports, quiet, row, url, visit } from "./support/with_script.mjs";

let chrome;
let page;
let seen;

before(async () => ({ chrome, page, seen } = await begin(COLLECTED)));
after(() => chrome?.close());

const status = (words) => page.locator("#collection", { hasText: words }).waitFor();

test("what the server has comes by itself, and the page says so", async () => {
  await visit(page, `${url}/settings/collection`);
  await page.evaluate(() => (globalThis.untouched = true));
  await status("Everything that the server has is here.");
  await status(`The server holds ${LETTERS} messages`);
  assert.ok(await page.evaluate(() => globalThis.untouched), "without a reload");
});

test("new mail is looked for when asked", async () => {
  await deliver(ports.LMTP, COLLECTED, letter("Asked for", "Now."));
  await page.getByRole("button", { name: "Check now" }).click();
  await status(`The server holds ${LETTERS + 1} messages`);
  await visit(page);
  await row(page, "Asked for").waitFor();
});

test("paused, it says so beside the folders until it goes on", async () => {
  await visit(page, `${url}/settings/collection`);
  await page.getByRole("button", { name: "Pause" }).click();
  await status("Paused");
  await visit(page);
  await page.locator("#folders", { hasText: "Collecting is paused" }).waitFor();
  await page.getByRole("link", { name: "Collecting is paused" }).click();
  await page.getByRole("button", { name: "Go on collecting" }).click();
  await status("Next check");
  await visit(page);
  assert.equal(await page.locator(".folders__collecting").count(), 0);
});

test("what a policy would delete is shown first, and can be left", async () => {
  await visit(page, `${url}/settings/collection`);
  await page.getByRole("radio", { name: "Delete what has been safely here for" }).check();
  await page.getByRole("spinbutton", { name: "Delete what has been safely here for" }).fill("0");
  await page.getByRole("button", { name: "See what this would delete" }).click();
  await page.getByText(`would delete ${LETTERS + 1} messages on the server`).waitFor();
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("radio", { name: "Keep everything there" }).waitFor();
  assert.ok(await page.getByRole("radio", { name: "Keep everything there" }).isChecked());
});

test("nothing was complained about", () => quiet(seen));
