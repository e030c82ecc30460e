// With JavaScript: what is done to messages, one and many, by pointer and key, and how it is taken
// back.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { pressed } from "../js/browser/waiting.mjs";
import { folderPath } from "./support/browser.mjs";
import { LETTER_USERS } from "./support/letters.mjs";
import { begin, flash, open, quiet, row, shown, still, subjects, visit } from "./support/with_script.mjs";

const [, , user] = LETTER_USERS;
let page;
let seen;
let close;

before(async () => ({ page, seen, close } = await begin(user)));
after(() => close?.());
beforeEach(() => visit(page));

const box = (subject) => row(page, subject).locator("input[type=checkbox]");
const marks = async (subject, name) => row(page, subject).getAttribute(`data-${name}`);
const chosen = () => page.locator(".row[data-selected] .row__subject").allTextContents();
const folder = (name) => page.locator("#folders .folder__link", { hasText: name }).first();
/** Does something and waits until the server has answered it. */
const sent = async (act) => {
  const asked = page.waitForRequest((request) => request.method() === "POST");
  await Promise.all([asked, act()]);
  await (await asked).response();
};
/** What the server has, not what the page shows. */
const kept = async () => {
  await visit(page);
  return subjects(page);
};

test("shift reaches over rows; the bar counts them; Escape lets them go", async () => {
  await box("Letter 60").click();
  await box("Letter 57").click({ modifiers: ["Shift"] });
  assert.deepEqual(await chosen(), ["Letter 60", "Letter 59", "Letter 58", "Letter 57"]);
  assert.match(await page.textContent(".selection__count"), /4/);
  await page.keyboard.press("Escape");
  assert.deepEqual(await chosen(), []);
  await pressed(page, "*a");
  assert.ok((await chosen()).length >= 50);
  await pressed(page, "*n");
  assert.deepEqual(await chosen(), []);
});

test("chosen messages are read and unread, starred and unstarred from the bar and by keys", async () => {
  await box("Letter 60").click();
  await box("Letter 59").click();
  await sent(() => page.keyboard.press("Shift+I"));
  assert.equal(await marks("Letter 60", "unread"), "false");
  await sent(() => page.locator("#selection [value=star]").click());
  assert.equal(await marks("Letter 59", "starred"), "true");
  await sent(() => page.keyboard.press("Shift+U"));
  await sent(() => page.locator("#selection [value=unstar]").click());
  await visit(page);
  assert.equal(await marks("Letter 60", "unread"), "true");
  assert.equal(await marks("Letter 59", "starred"), "false");
});

test("a message opens in its pane, without another page", async () => {
  await page.evaluate(() => (globalThis.untouched = true));
  await open(page, "Letter 52");
  await open(page, "Letter 51");
  await page.keyboard.press("j");
  await shown(page, "Letter 50");
  assert.equal(await page.evaluate(() => globalThis.untouched), true);
  await page.goBack();
  await shown(page, "Letter 51");
});

test("archive leads on to the next message; Undo by click brings it back", async () => {
  await open(page, "Letter 50");
  await page.keyboard.press("e");
  await page.locator("#message-title", { hasText: "Letter 49" }).waitFor();
  await row(page, "Letter 50").waitFor({ state: "hidden" });
  await sent(() => page.locator("#flashes [data-key=undo]").click());
  await row(page, "Letter 50").waitFor();
  // The server's row takes the place of the one that was remembered.
  await still(page);
  assert.ok((await subjects(page)).includes("Letter 50"));
  assert.ok((await kept()).includes("Letter 50"));
});

test("going back through messages ends at the list where it was left, with its name", async () => {
  await visit(page);
  const place = () => page.locator(".list__scroll").evaluate((list) => Math.round(list.scrollTop));
  await page.locator(".list__scroll").evaluate((list) => list.scrollTo(0, 400));
  const title = await page.title();
  await open(page, "Letter 49");
  const left = await place();
  await open(page, "Letter 44");
  await still(page);
  await page.goBack();
  await shown(page, "Letter 49");
  await page.goBack();
  await page.waitForFunction(() => !document.querySelector("#message-title"));
  await still(page);
  assert.ok((await subjects(page)).length > 40);
  assert.equal(await page.title(), title);
  assert.ok(Math.abs((await place()) - left) < 5);
  await page.waitForFunction(() => document.activeElement?.closest(".row")?.querySelector(".row__subject")?.textContent.trim() === "Letter 49");
  await open(page, "Letter 44");
  await still(page);
  await page.keyboard.press("u");
  await page.waitForFunction(() => !document.querySelector("#message-title"));
  await page.waitForFunction(() => document.activeElement?.closest(".row")?.textContent.includes("Letter 44"));
  assert.ok(Math.abs((await place()) - left) < 5, "the way back on the page is one as well");
});

test("# deletes, ! files as junk, and both folders hold what was sent there", async () => {
  for (const [key, subject, name] of [["#", "Letter 48", "Trash"], ["!", "Letter 47", "Junk"]]) {
    await visit(page);
    await box(subject).click();
    await page.keyboard.press(key);
    await row(page, subject).waitFor({ state: "hidden" });
    await page.waitForSelector("#flashes .flash form");
    await visit(page, await folderPath(page, name));
    await row(page, subject).waitFor();
  }
});

test("what is deleted for good is asked about in place", async () => {
  await visit(page, await folderPath(page, "Trash"));
  await box("Letter 48").click();
  await page.keyboard.press("#");
  await page.waitForSelector("#confirm[open]");
  await page.keyboard.press("Escape");
  await row(page, "Letter 48").waitFor();
  await page.keyboard.press("#");
  await page.locator("#confirm[open] [value=yes]").click();
  await row(page, "Letter 48").waitFor({ state: "hidden" });
  await flash(page, "Deleted for good");
  await page.reload();
  assert.ok(!(await subjects(page)).includes("Letter 48"));
});

test("the move menu filters and moves what is chosen", async () => {
  await box("Letter 46").click();
  await page.keyboard.press("v");
  await page.waitForSelector("#move-selection:popover-open input:focus");
  await page.keyboard.type("arch");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await row(page, "Letter 46").waitFor({ state: "hidden" });
  await flash(page, "Archive");
  await visit(page, await folderPath(page, "Archive"));
  const there = await subjects(page);
  assert.ok(there.includes("Letter 46"), there.join());
  await visit(page);
});

test("the open message is moved by v and a click in the menu", async () => {
  await open(page, "Letter 45");
  // The keyboard is with the message, not with its row.
  await page.locator("#message-title").focus();
  await page.keyboard.press("v");
  await page.waitForSelector("#move-message:popover-open");
  await page.locator("#move-message .menu__choice", { hasText: "Archive" }).click();
  await row(page, "Letter 45").waitFor({ state: "hidden" });
  await flash(page, "Archive");
  await page.locator("#message-title", { hasText: "Letter 44" }).waitFor();
});

test("a menu opened the moment a message arrives stays open", async () => {
  // Turbo then still has to write the address, and keeps a copy of the page before it does.
  const addressed = page.evaluate(() => new Promise((done) => {
    document.addEventListener("turbo:frame-load", () => document.querySelector("[popovertarget=move-message]").click(), { once: true });
    document.addEventListener("turbo:before-cache", () => document.addEventListener("turbo:load", done, { once: true }), { once: true });
  }));
  await open(page, "Letter 41");
  await addressed;
  assert.ok(await page.locator("#move-message").evaluate((menu) => menu.matches(":popover-open")));
  await page.keyboard.press("Escape");
});

test("a row's menu that is left again leaves nothing chosen", async () => {
  await row(page, "Letter 40").locator(".row__link").focus();
  await page.keyboard.press("v");
  await page.waitForSelector("#move-selection:popover-open");
  assert.deepEqual(await chosen(), ["Letter 40"]);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector(".row[data-selected]"));
});

test("under the pointer a row offers what can be done at once", async () => {
  await row(page, "Letter 39").hover();
  await sent(() => row(page, "Letter 39").locator(".row__hover [value=unseen]").click());
  assert.equal(await marks("Letter 39", "unread"), "true");
  await row(page, "Letter 39").locator(".row__hover [value=archive]").click();
  await row(page, "Letter 39").waitFor({ state: "hidden" });
  await flash(page, "Archive");
  await row(page, "Letter 38").hover();
  await row(page, "Letter 38").locator(".row__hover").waitFor();
});

test("rows are dragged to a folder", async () => {
  await row(page, "Letter 44").dragTo(folder("Archive"));
  await row(page, "Letter 44").waitFor({ state: "hidden" });
  await flash(page, "Archive");
  await sent(() => page.keyboard.press("z"));
  await row(page, "Letter 44").waitFor();
  assert.ok((await kept()).includes("Letter 44"));
});

test("the open message is starred and marked unread by key, and its row shows it", async () => {
  await open(page, "Letter 43");
  await sent(() => page.keyboard.press("s"));
  await page.waitForSelector(".message__star[aria-pressed=true]");
  assert.equal(await marks("Letter 43", "starred"), "true");
  await sent(() => page.keyboard.press("Shift+U"));
  await visit(page);
  assert.equal(await marks("Letter 43", "starred"), "true");
  assert.equal(await marks("Letter 43", "unread"), "true");
});

test("what the network swallows is put back with a sentence", async () => {
  await box("Letter 42").click();
  await page.context().setOffline(true);
  await page.keyboard.press("e");
  await page.waitForSelector("#flashes .flash--problem");
  await row(page, "Letter 42").waitFor();
  await page.context().setOffline(false);
  assert.ok((await kept()).includes("Letter 42"));
});

test("the browser had no reason to complain", () => quiet(seen));
