// Everything without JavaScript: sign-in, list, pages of it, message, star, selection, archive,
// undo, deletion, folders, search, settings, sign-out.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { folderPath, openMessage, signIn } from "./support/browser.mjs";
import { LETTER_USERS } from "./support/letters.mjs";
import { begin, url } from "./support/without_script.mjs";

const [user] = LETTER_USERS;
let page;
let seen;
let press;
let close;

before(async () => {
  ({ page, seen, press, close } = await begin());
});
after(() => close?.());

const subjects = () => page.$$eval(".row__subject", (all) => all.map((one) => one.textContent.trim()));
const inbox = () => page.goto(`${url}/`);

test("a wrong password is said plainly and the address is kept", async () => {
  await page.goto(`${url}/login`);
  await page.fill("#address", user);
  await page.fill("#password", "wrong");
  await press(page.locator("form[action$='/login'] button"));
  await page.waitForSelector("#login-message");
  assert.equal(await page.inputValue("#address"), user);
  assert.equal(await page.inputValue("#password"), "");
});

test("the list shows the newest first, and its pages lead on and back", async () => {
  await signIn(page, url, user);
  const first = await subjects();
  assert.equal(first[0], "Letter 60");
  await press(page.locator("#pager a[rel=next]"));
  const second = await subjects();
  assert.ok(second.includes("Letter 1"), second.join());
  assert.ok(!second.some((subject) => first.includes(subject)));
  await press(page.locator("#pager a[rel=prev]"));
  assert.deepEqual(await subjects(), first);
});

test("a message opens, is read then, and is starred by its button", async () => {
  await inbox();
  await openMessage(page, "Letter 59");
  assert.match(await page.textContent(".message__body"), /This is the text of letter 59/);
  await press(page.locator(".message__star"));
  assert.equal(await page.getAttribute(".message__star", "aria-pressed"), "true");
  await inbox();
  const row = page.locator(".row", { hasText: "Letter 59" }).first();
  assert.equal(await row.getAttribute("data-starred"), "true");
  assert.equal(await row.getAttribute("data-unread"), "false");
  const other = page.locator(".row", { hasText: "Letter 58" }).first();
  assert.equal(await other.getAttribute("data-unread"), "true");
});

test("two selected messages go to the archive and come back by undo", async () => {
  await inbox();
  for (const name of ["Letter 55", "Letter 54"]) {
    await page.locator(".row", { hasText: name }).first().locator("input[type=checkbox]").check({ force: true });
  }
  await press(page.locator("#selection button[value=archive]"));
  assert.ok(!(await subjects()).includes("Letter 55"));
  await press(page.locator("#flashes form button"));
  await inbox();
  const back = await subjects();
  assert.ok(back.includes("Letter 55") && back.includes("Letter 54"), back.join());
});

test("deleting moves to the trash; in there it asks first and is final", async () => {
  await inbox();
  await openMessage(page, "Letter 53");
  await press(page.locator(".actions [data-key=trash]"));
  await inbox();
  assert.ok(!(await subjects()).includes("Letter 53"));
  await page.goto(new URL(await folderPath(page, "Trash"), url).href);
  await openMessage(page, "Letter 53");
  await press(page.locator(".actions [data-key=trash]"));
  assert.match(page.url(), /\/deletion/);
  await press(page.locator("form[action*='/deletion'] button"));
  assert.ok(!(await subjects()).includes("Letter 53"));
});

test("search finds by subject and says so when it finds nothing", async () => {
  await inbox();
  await page.fill("#search", 'subject:"Letter 42"');
  await page.press("#search", "Enter");
  await page.waitForURL(/[?&]q=/);
  assert.deepEqual(await subjects(), ["Letter 42"]);
  await page.fill("#search", "subject:xyzzy");
  await page.press("#search", "Enter");
  await page.waitForSelector(".blank");
  assert.deepEqual(await subjects(), []);
});

test("settings hold: a dark page in French", async () => {
  await page.goto(`${url}/settings/appearance`);
  await page.locator("input[name=theme][value=dark]").check({ force: true });
  await page.selectOption("#language", "fr");
  await press(page.locator("form:has(#language) button").last());
  await inbox();
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  assert.equal(await page.getAttribute("html", "lang"), "fr");
});

test("signing out ends the session", async () => {
  await inbox();
  // A popover opens without JavaScript too.
  await page.click("button[popovertarget=account]");
  await press(page.locator("form[action$='/logout'] button"));
  await page.waitForSelector("#password");
  await page.goto(`${url}/`);
  assert.match(page.url(), /\/login/);
  assert.deepEqual(seen.outside, []);
  assert.deepEqual(seen.complaints, []);
});
