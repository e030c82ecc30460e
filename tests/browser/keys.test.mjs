// With JavaScript: the keys, what happens at once and what is put back, and mail that arrives
// while the page is open.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deliver, letter, LETTER_USERS } from "./support/letters.mjs";
import { begin, ports, quiet, row as rowOf, still, visit } from "./support/with_script.mjs";

const [, user] = LETTER_USERS;
let page;
let seen;
let close;

before(async () => ({ page, seen, close } = await begin(user)));
after(() => close?.());

const row = (subject) => rowOf(page, subject);

test("j and k walk the list, Enter opens, u goes back", async () => {
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#reader[complete] #message-title");
  assert.match(page.url(), /\/m\/[^/]+\/[^/?]+/);
  await page.keyboard.press("u");
  await page.waitForURL(/\/m\/[^/?]+(\?|$)/);
});

test("x selects, e archives at once, z brings back", async () => {
  await visit(page);
  await row("Letter 52").locator("input[type=checkbox]").check({ force: true });
  await page.keyboard.press("e");
  await row("Letter 52").waitFor({ state: "detached" });
  await page.waitForSelector("#flashes .flash form");
  await page.keyboard.press("z");
  await row("Letter 52").waitFor();
});

test("s stars, and the star is there after a reload", async () => {
  await visit(page);
  const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
  await row("Letter 51").locator(".row__star").click({ force: true });
  await page.waitForSelector(".row[data-starred=true]");
  await answered;
  await page.reload();
  assert.equal(await row("Letter 51").getAttribute("data-starred"), "true");
});

test("? shows the keys, Escape closes them, and no key works in a text field", async () => {
  await visit(page);
  await page.keyboard.press("?");
  await page.waitForSelector("#help[open]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#help:not([open])", { state: "attached" });
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "search");
  await page.keyboard.type("e#!");
  assert.equal(await page.inputValue("#search"), "e#!");
  assert.match(page.url(), /\/m\/[^/]+$/);
});

test("keys go on with what was found, and Escape leaves the search", async () => {
  await visit(page);
  await page.keyboard.press("/");
  await page.keyboard.type("xyzzy");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.id !== "search");
  await page.keyboard.press("/");
  await page.keyboard.type('subject:"Letter 4"');
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "list-title");
  await page.keyboard.press("j");
  await page.waitForFunction(() => document.activeElement?.matches(".row__link"));
  // Nothing found: the words are there to be mended.
  await page.keyboard.press("/");
  await page.keyboard.type("subject:xyzzy");
  await page.keyboard.press("Enter");
  await page.locator("#list .blank").waitFor();
  await still(page);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "search");
});

test("a message that arrives shows without a reload", async () => {
  await visit(page);
  await page.evaluate(() => (globalThis.untouched = true));
  await deliver(ports.LMTP, user, letter("Fresh from the press", "Just now."));
  await row("Fresh from the press").waitFor();
  assert.equal(await page.evaluate(() => globalThis.untouched), true, "the page was not loaded anew");
});

test("letters and signs do nothing once they are switched off, and the others still work", async () => {
  await visit(page);
  const url = new URL(page.url()).origin;
  const choose = async (value) => {
    await page.goto(`${url}/settings/keys`);
    await page.locator(`input[name=keys][value=${value}]`).check({ force: true });
    await Promise.all([page.waitForEvent("load"), page.click(".settings__main form .button--primary")]);
  };
  await choose("off");
  await visit(page);
  await still(page);
  await page.keyboard.press("/");
  await page.keyboard.press("?");
  await page.keyboard.press("c");
  assert.notEqual(await page.evaluate(() => document.activeElement?.id), "search");
  assert.equal(await page.locator("#help[open]").count(), 0);
  // Keys are answered in their order: what comes after was not kept back by them.
  await page.keyboard.press("Control+k");
  await page.waitForSelector("#palette[open]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#palette:not([open])", { state: "attached" });
  const links = page.locator(".row__link");
  await links.first().focus();
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  assert.ok(await links.nth(1).evaluate((link) => link === document.activeElement), "one step, not two");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#message-title");
  await choose("on");
  await visit(page);
  await page.keyboard.press("?");
  await page.waitForSelector("#help[open]");
});

test("the browser had no reason to complain", () => quiet(seen));
