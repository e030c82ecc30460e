// Labels with JavaScript: by key and by pointer, in the list and in a message, undone, found by a
// click; and the same without, as pages.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { axe, context, signIn } from "./support/browser.mjs";
import { LETTER_USERS } from "./support/letters.mjs";
import { begin, flash, open, quiet, row, subjects, url, visit } from "./support/with_script.mjs";

const user = LETTER_USERS.at(-1);
let chrome;
let page;
let seen;
let close;

before(async () => ({ chrome, page, seen, close } = await begin(user)));
after(() => close?.());
beforeEach(() => visit(page));

const box = (subject) => row(page, subject).locator("input[type=checkbox]");
const chips = (subject) => row(page, subject).locator(".label").allTextContents();
const labelled = (subject, name) => row(page, subject).locator(".label", { hasText: name }).waitFor();
const bare = (subject, name) => row(page, subject).locator(".label", { hasText: name }).waitFor({ state: "detached" });
const field = (where) => page.locator(`${where}:popover-open input[name=name]:focus`).waitFor();

test("l opens the menu for what is chosen, and a name makes a label", async () => {
  await box("Letter 60").click();
  await box("Letter 59").click();
  await page.keyboard.press("l");
  await field("#label-selection");
  assert.deepEqual(await axe(page), []);
  await page.keyboard.type("Réunion");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector("#label-selection:popover-open"));
  await flash(page, "2 messages labelled Réunion");
  await labelled("Letter 60", "Réunion");
  await labelled("Letter 59", "Réunion");
  await visit(page);
  assert.deepEqual(await chips("Letter 60"), ["Réunion"]);
});

test("on one row alone: l, some letters, Enter; z takes it back", async () => {
  await row(page, "Letter 58").locator(".row__link").focus();
  await page.keyboard.press("l");
  await field("#label-selection");
  await page.keyboard.type("reu");
  await page.keyboard.press("Enter");
  await labelled("Letter 58", "Réunion");
  await flash(page, "Labelled Réunion");
  await page.waitForFunction(() => !document.querySelector(".row[data-selected]"));
  await page.keyboard.press("z");
  await bare("Letter 58", "Réunion");
  await flash(page, "as it was before");
  await visit(page);
  assert.deepEqual(await chips("Letter 58"), []);
});

test("the menu says which of several have it, and puts it on the others", async () => {
  await box("Letter 60").click();
  await box("Letter 58").click();
  await page.keyboard.press("l");
  await field("#label-selection");
  const choice = page.locator("#label-selection .labels__choice");
  assert.equal(await choice.getAttribute("aria-pressed"), "mixed");
  assert.match(await choice.textContent(), /1 of 2/);
  await choice.click();
  await labelled("Letter 58", "Réunion");
  assert.deepEqual(await chips("Letter 60"), ["Réunion"], "once is enough");
  await page.locator("#flashes [data-key=undo]").waitFor();
  await page.keyboard.press("z");
  await bare("Letter 58", "Réunion");
  assert.deepEqual(await chips("Letter 60"), ["Réunion"]);
});

test("the open message is labelled and unlabelled by key, and its row shows it", async () => {
  await open(page, "Letter 57");
  await page.locator("#message-title").focus();
  await page.keyboard.press("l");
  await field("#label-message");
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator(".message__labels .label", { hasText: "Réunion" }).waitFor();
  await labelled("Letter 57", "Réunion");
  await flash(page, "Labelled Réunion");
  await page.locator("#message-title").focus();
  await page.keyboard.press("l");
  await field("#label-message");
  await page.locator("#label-message [aria-pressed=true]").click();
  await bare("Letter 57", "Réunion");
  await page.locator(".message__labels .label").waitFor({ state: "detached" });
  await flash(page, "taken off");
});

test("what the network swallows is put back with a sentence", async () => {
  await box("Letter 60").click();
  await page.keyboard.press("l");
  await field("#label-selection");
  await page.context().setOffline(true);
  await page.locator("#label-selection .labels__choice").click();
  await page.waitForSelector("#flashes .flash--problem");
  await labelled("Letter 60", "Réunion");
  await page.context().setOffline(false);
});

test("a click on a label finds what has it, in the list and in a message", async () => {
  await row(page, "Letter 60").locator(".label").click();
  await page.waitForURL(/[?&]q=label/);
  await page.waitForFunction(() => document.querySelectorAll(".row").length === 2);
  assert.deepEqual(await subjects(page), ["Letter 60", "Letter 59"]);
  assert.equal(await page.inputValue("#search"), 'label:"réunion"');
  await open(page, "Letter 59");
  await page.locator(".message__labels .label").click();
  await page.waitForFunction(() => !document.querySelector("#message-title"));
  assert.deepEqual(await subjects(page), ["Letter 60", "Letter 59"]);
});

test("all of a folder is marked as read from its menu", async () => {
  assert.ok((await page.locator('.row[data-unread="true"]').count()) > 0);
  await page.click("button[popovertarget=order]");
  await page.locator("#order button[formaction$='/seen']").click();
  await flash(page, "marked as read");
  await page.waitForFunction(() => !document.querySelector('.row[data-unread="true"]'));
});

test("the browser had no reason to complain", () => quiet(seen));

test("without JavaScript it is a page", async () => {
  const made = await context(chrome.browser, { js: false });
  const plain = await made.newPage();
  const press = (locator) => Promise.all([plain.waitForEvent("load"), locator.click()]);
  await signIn(plain, url, user);
  const at = (subject) => plain.locator(".row", { hasText: subject }).first();
  for (const name of ["Letter 55", "Letter 54"]) await at(name).locator("input[type=checkbox]").check({ force: true });
  await press(plain.locator("#selection [data-key=label]"));
  await plain.fill("input[name=name]", "To do");
  await press(plain.locator("#labels .labels__new button"));
  assert.match(await plain.textContent("#flashes"), /2 messages labelled To do/);
  assert.deepEqual(await at("Letter 55").locator(".label").allTextContents(), ["To do"]);
  await press(plain.locator("#flashes form button"));
  assert.equal(await at("Letter 55").locator(".label").count(), 0);
  await press(at("Letter 53").locator(".row__link"));
  await press(plain.locator(".actions [data-key=label]"));
  await press(plain.locator(".labels__choice", { hasText: "Réunion" }));
  await press(plain.locator(".message__labels a", { hasText: "Réunion" }));
  assert.equal(await plain.locator(".row", { hasText: "Letter 53" }).count(), 1);
  await made.close();
});
