// Mail that is read faster than the network brings it, the way back, and a connection that comes and
// goes: nothing is done to what is not shown.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { Mailbox, serve } from "./server.mjs";
import { until } from "./waiting.mjs";

let browser, server, context, page, box, complaints;

before(async () => {
  server = await serve(process.env.BUNDLE);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
  });
});
after(async () => {
  await browser?.close();
  server?.close();
});
beforeEach(async () => {
  box = server.state.box = new Mailbox(30);
  // What is hidden by the real styles is not found by the keys.
  box.looks = true;
  context = await browser.newContext({ viewport: { width: 1400, height: 800 } });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${server.url}/m/inbox`);
  await page.locator("html[data-js=whole]").waitFor();
});
afterEach(async () => {
  await context.close();
  const rest = complaints.filter((text) => !/Failed to load resource|Blocked script execution|ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(text));
  assert.deepEqual(rest, [], "nothing is refused by the policy and nothing fails");
});

const row = (id) => page.locator(`#e-${id}`);
const open = async (id) => {
  await row(id).locator("a").click();
  await read(id);
};
const read = async (id) => {
  await page.locator(`#reader article[data-id="${id}"] iframe[data-ready]`).waitFor();
  await page.locator(`#reader[complete] article[data-id="${id}"]`).waitFor();
};
const current = () => page.locator(".row__link[aria-current]").evaluateAll((links) => links.map((link) => link.closest(".row").dataset.id));
const shown = () => page.locator("#reader article").evaluateAll((all) => all.map(({ dataset }) => dataset.id));
const focused = () => page.evaluate(() => document.activeElement?.closest(".row")?.dataset.id ?? document.activeElement?.tagName);
/** Messages, or what is named, wait until the returned function is called. */
const hold = (what = "page") => {
  let release;
  box[what] = new Promise((resolve) => (release = resolve));
  return release;
};
const archived = () => box.posts.map((post) => /\/inbox\/(\d+)\/archive|id=(\w+)/.exec(post)).map(([, one, other]) => one ?? other);

test("nothing is done to a message that has not been shown", async () => {
  await open(30);
  const release = hold();
  await page.keyboard.press("e");
  assert.deepEqual(await shown(), [], "what has left is not to be seen");
  await page.locator("#reader [aria-busy=true]", { hasText: "Subject 29" }).waitFor();
  assert.deepEqual(await current(), ["29"]);
  await page.keyboard.press("e");
  await page.keyboard.press("s");
  await page.keyboard.press("#");
  await until("it is archived", () => box.posts.length > 0);
  release();
  await read(29);
  assert.deepEqual(archived(), ["30"]);
  await page.keyboard.press("e");
  await read(28);
  assert.deepEqual(archived(), ["30", "29"]);
});

test("from the reader's own buttons it is the same", async () => {
  await open(30);
  const release = hold();
  await page.locator("#reader [data-key=archive]").click();
  assert.equal(await page.locator("#reader button").count(), 0);
  await page.keyboard.press("e");
  await until("it is archived", () => box.posts.length > 0);
  release();
  await read(29);
  assert.deepEqual(archived(), ["30"]);
});

test("the way back is open while the next message is on its way", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await open(30);
  const release = hold();
  await page.locator("#reader [data-key=archive]").click();
  await page.locator("#reader [aria-busy=true]").waitFor();
  await page.locator("#reader a[data-key=back]").click();
  await page.waitForURL("**/m/inbox");
  await row(29).waitFor();
  release();
  assert.equal(await row(30).count(), 0);
});

test("who goes through the rows is not held up by the reader", async () => {
  await open(30);
  const release = hold();
  // 29 is left for the next, and what was on its way to the reader is not what it comes to.
  for (const key of ["j", "e", "j", "e"]) await page.keyboard.press(key);
  await until("both are archived", () => archived().length === 2);
  assert.deepEqual(archived(), ["29", "27"]);
  assert.equal(await focused(), "26");
  release();
  await read(26);
  assert.deepEqual(await current(), ["26"]);
});

test("a message that leaves while it is on its way does not come", async () => {
  await open(30);
  const release = hold();
  await page.keyboard.press("j");
  await until("it is asked for", () => box.asked.includes("GET /m/inbox/29 #reader"));
  await page.keyboard.press("e");
  await until("it is archived", () => archived().length === 1);
  assert.deepEqual(archived(), ["29"]);
  assert.deepEqual(await shown(), []);
  release();
  await read(28);
  assert.deepEqual(await current(), ["28"]);
});

test("a message that could not be archived is shown again", async () => {
  await open(30);
  const release = hold();
  box.refuse = 502;
  await page.keyboard.press("e");
  await page.locator("#flashes", { hasText: "put back" }).waitFor();
  // The next one is still on its way.
  await page.locator('#reader article[data-id="30"] iframe[data-ready]').waitFor();
  assert.deepEqual(await current(), ["30"]);
  release();
});

test("the way back leads to the list as it is now", async () => {
  await open(29);
  await page.keyboard.press("e");
  await read(28);
  await until("it is archived", () => archived().length === 1);
  await page.evaluate(() => document.addEventListener("turbo:render", () => (globalThis.kept = document.querySelectorAll("#e-29").length), { once: true }));
  await page.goBack();
  await page.waitForFunction(() => "kept" in globalThis);
  assert.equal(await page.evaluate(() => globalThis.kept), 0, "not for a moment");
  assert.ok(page.url().endsWith("/m/inbox"));
  assert.deepEqual(await shown(), []);
  assert.deepEqual(await current(), []);
  await until("the count is today's", async () => (await page.locator("#folders [data-mailbox=inbox] .folder__count").textContent()) === "14");
  assert.equal(await row(29).count(), 0);
});

test("what else happened meanwhile is there after going back", async () => {
  await page.locator("[data-key=go-settings]").click();
  await page.waitForURL("**/settings");
  // As another program does, while no list is there to be told.
  box.rows.shift();
  await page.goBack();
  await row(29).waitFor();
  await until("the list is fetched", async () => (await row(30).count()) === 0);
});

test("the row that is marked is the one that is read, after going back too", async () => {
  await open(30);
  await open(29);
  await page.locator("#reader [data-key=archive]").click();
  await read(28);
  await page.goBack();
  await read(30);
  assert.deepEqual(await current(), ["30"]);
  assert.equal(await row(29).count(), 0);
});

test("the palette has the action as well as the folder of its name", async () => {
  const options = () => page.locator("#palette [role=option]").evaluateAll((all) => all.map((each) => [...each.children].filter((part) => !part.hidden && part.localName !== "kbd").map((part) => part.textContent).join(", ")));
  const ask = async () => {
    await page.keyboard.press("Control+k");
    await page.locator("#palette[open]").waitFor();
    await page.keyboard.type("archive");
  };
  await ask();
  assert.deepEqual(await options(), ["Archive, Folder"], "there is nothing to archive");
  await page.keyboard.press("Escape");
  await row(29).locator("a").focus();
  await ask();
  assert.deepEqual(await options(), ["Archive", "Archive, Folder"]);
  await page.keyboard.press("Enter");
  await until("it is archived", () => archived().length === 1);

  await open(28);
  await page.evaluate(() => document.activeElement.blur());
  await ask();
  assert.deepEqual(await options(), ["Archive", "Archive, Folder"]);
  await page.keyboard.press("Enter");
  await until("it is archived", () => archived().length === 2);
  assert.deepEqual(archived(), ["29", "28"]);
  await page.locator('#reader[complete] article[data-id="27"]').waitFor();
  await ask();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/m/archive");
});

test("what could not be had without a connection is not marked as open", async () => {
  await context.setOffline(true);
  await row(29).locator("a").click();
  await page.locator("#flashes", { hasText: "You are offline" }).waitFor();
  await context.setOffline(false);
  await page.locator("#flashes", { hasText: "back online" }).waitFor();
  assert.deepEqual(await current(), []);
  await open(28);
  await context.setOffline(true);
  await row(27).locator("a").click();
  await until("what is read is marked", async () => (await current())[0] === "28");
  await context.setOffline(false);
});

test("one way back leads from the form to the list, whatever is being saved", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.keyboard.press("c");
  await page.locator("form.compose[data-ready]").waitFor();
  let release;
  box.desk.gate = new Promise((resolve) => (release = resolve));
  await page.getByLabel("Subject").fill("On the way");
  await page.goBack();
  await page.locator("#list").waitFor();
  await until("it is being saved", () => box.desk.saves.some(({ subject }) => subject === "On the way"));
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  release();
  await (await answered).finished();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(new URL(page.url()).pathname, "/m/inbox");
  assert.equal(box.desk.drafts.size, 1);
});
