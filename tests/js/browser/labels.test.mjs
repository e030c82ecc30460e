// The menu of labels: what it asks for, what it shows before the server has answered, and what it
// takes back.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { Mailbox, serve } from "./server.mjs";

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
  for (const [id, labels] of [["30", { work: "Work" }], ["27", { "xn--runion-bva": "Réunion", work: "Work" }]]) {
    box.rows.find((each) => each.id === id).labels = labels;
  }
  context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await go("/m/inbox");
});
afterEach(async () => {
  await context.close();
  const rest = complaints.filter((text) => !/Failed to load resource|Blocked script execution/.test(text));
  assert.deepEqual(rest, [], "nothing is refused by the policy and nothing fails");
});

const go = async (path) => {
  await page.goto(server.url + path);
  await page.locator("html[data-js=whole]").waitFor();
};
const row = (id) => page.locator(`#e-${id}`);
const chips = (id) => row(id).locator(".label").allTextContents();
const on = (id, word) => row(id).locator(`[data-label="${word}"]`).waitFor();
const off = (id, word) => row(id).locator(`[data-label="${word}"]`).waitFor({ state: "detached" });
const flash = (text) => page.locator("#flashes", { hasText: text }).waitFor();
const menu = (where = "#label-selection") => page.locator(`${where}:popover-open input[name=name]:focus`).waitFor();
const closed = () => page.waitForFunction(() => !document.querySelector(":popover-open"));
const hold = () => {
  let release;
  box.gate = new Promise((resolve) => (release = resolve));
  return release;
};

test("a label is there before the server has answered, once on each, and z takes it back", async () => {
  await row(30).locator("input").click();
  await row(29).locator("input").click();
  await page.keyboard.press("l");
  await menu();
  assert.deepEqual(box.posts, [], "opening the menu does nothing");
  const release = hold();
  await page.locator('.labels__choice[value="work"]').click();
  await on(29, "work");
  await closed();
  assert.deepEqual(await chips(30), ["Work"]);
  release();
  await flash("Work on.");
  assert.deepEqual(box.posts, ["/m/inbox/selection?action=label&add=work&id=30&id=29&name="]);
  const releaseUndo = hold();
  await page.keyboard.press("z");
  await off(29, "work");
  assert.deepEqual(await chips(30), ["Work"], "that had it before");
  releaseUndo();
  await flash("Back again.");
  assert.deepEqual(await chips(30), ["Work"]);
});

test("what the server refuses is put back", async () => {
  await row(27).locator("a").focus();
  await page.keyboard.press("l");
  await menu();
  const release = hold();
  box.refuse = 422;
  await page.locator('.labels__choice[value="work"]').click();
  await off(27, "work");
  release();
  await on(27, "work");
  await flash("could not be done");
});

test("letters find a label, and Enter puts it on the row with the focus alone", async () => {
  await row(25).locator("a").focus();
  await page.keyboard.press("l");
  await menu();
  await page.keyboard.type("reu");
  await page.keyboard.press("Enter");
  await on(25, "xn--runion-bva");
  await closed();
  await flash("Réunion on.");
  assert.equal(await page.locator(".row[data-selected]").count(), 0);
  assert.deepEqual(box.posts, ["/m/inbox/selection?action=label&add=xn--runion-bva&id=25&name=reu"]);
});

test("a name that there is not makes a label, which is undone like the others", async () => {
  await row(24).locator("input").click();
  await page.keyboard.press("l");
  await menu();
  await page.keyboard.type("Zoo");
  await page.keyboard.press("Enter");
  await on(24, "zoo");
  await closed();
  assert.deepEqual(box.posts, ["/m/inbox/selection?action=label&id=24&name=Zoo"]);
  assert.deepEqual(await chips(24), ["Zoo"]);
  await flash("Zoo on.");
  await page.keyboard.press("z");
  await off(24, "zoo");
});

test("what was archived before stays away when a label is undone", async () => {
  await row(29).locator("a").focus();
  await page.keyboard.press("e");
  await flash("1 done.");
  await row(28).locator("a").focus();
  await page.keyboard.press("l");
  await menu();
  await page.locator('.labels__choice[value="work"]').click();
  await flash("Work on.");
  const release = hold();
  await page.keyboard.press("z");
  await off(28, "work");
  assert.equal(await row(29).count(), 0);
  release();
  await flash("Back again.");
  assert.equal(await row(29).count(), 0);
});

test("keys pressed before the menu is filled are not for the page below", async () => {
  await row(28).locator("input").click();
  const release = hold();
  await page.keyboard.press("l");
  await page.waitForSelector("#label-selection:popover-open:focus");
  await page.keyboard.type("e#");
  release();
  await menu();
  await page.keyboard.press("Escape");
  await closed();
  assert.deepEqual(box.posts, []);
  await page.locator("#labels").waitFor({ state: "detached" });
});

test("the open message has its labels, and its row follows", async () => {
  await row(26).locator("a").click();
  await page.waitForURL("**/m/inbox/26");
  await page.locator("[popovertarget=label-message]").click();
  await menu("#label-message");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator(".message__labels [data-label]").waitFor();
  assert.equal((await chips(26)).length, 1);
  await flash(" on.");
  await page.locator("[popovertarget=label-message]").click();
  await menu("#label-message");
  await page.locator("#label-message [aria-pressed=true]").click();
  await page.locator(".message__labels [data-label]").waitFor({ state: "detached" });
  assert.deepEqual(await chips(26), []);
  await flash(" off.");
});

test("a click on a row's label finds what has it", async () => {
  await row(30).locator("[data-label=work]").click();
  await page.waitForURL("**/m/inbox?q=label%3Awork");
  await go("/m/inbox");
  await row(27).locator("[data-label^=xn]").click();
  await page.waitForURL(`**/m/inbox?q=${encodeURIComponent('label:"réunion"')}`);
  assert.equal(box.asked.filter((asked) => /\/m\/inbox\/\d/.test(asked)).length, 0, "no message was opened");
});
