// With JavaScript: what others do shows by itself, and a session that ends in the middle.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { context, signIn } from "./support/browser.mjs";
import { deliver, elsewhere, letter, LETTER_USERS } from "./support/letters.mjs";
import { PASSWORD } from "./support/world.mjs";
import { begin, open, ports, quiet, row, shown, url, visit } from "./support/with_script.mjs";

const [, , , user] = LETTER_USERS;
let chrome;
let page;
let seen;

before(async () => ({ chrome, page, seen } = await begin(user)));
after(() => chrome?.close());

const untouched = () => page.evaluate(() => globalThis.untouched);
const count = () => page.locator("#folders [data-key=go-inbox] .folder__count").getAttribute("data-count");

test("new mail shows with its count, in the list, beside the folder and in the title", async () => {
  await visit(page);
  await page.evaluate(() => (globalThis.untouched = true));
  const before = Number(await count());
  await deliver(ports.LMTP, user, letter("First of two", "Now."));
  await row(page, "First of two").waitFor();
  await page.waitForFunction((wanted) => document.title.startsWith(`(${wanted})`), before + 1);
  assert.equal(Number(await count()), before + 1);
  assert.ok(await untouched());
});

test("with the list scrolled down new mail waits behind a pill", async () => {
  await page.locator(".list__scroll").evaluate((list) => list.scrollTo({ top: 900 }));
  await deliver(ports.LMTP, user, letter("Second of two", "Now."));
  await page.locator(".pill", { hasText: "1" }).click();
  await row(page, "Second of two").waitFor();
  assert.equal(await page.locator(".list__scroll").evaluate((list) => list.scrollTop), 0);
});

test("what another program does shows too", async () => {
  await row(page, "Letter 55").waitFor();
  const search = await elsewhere(ports.IMAP, user, PASSWORD, ["SELECT INBOX", 'UID SEARCH SUBJECT "Letter 55"']);
  const [, , uid] = search.find((line) => line.startsWith("* SEARCH")).split(" ");
  await elsewhere(ports.IMAP, user, PASSWORD, ["SELECT INBOX", `UID STORE ${uid} +FLAGS (\\Flagged)`]);
  await page.waitForFunction(() => [...document.querySelectorAll(".row[data-starred=true]")].some((each) => each.textContent.includes("Letter 55")));
  await elsewhere(ports.IMAP, user, PASSWORD, ["SELECT INBOX", `UID MOVE ${uid} Archive`]);
  await row(page, "Letter 55").waitFor({ state: "detached" });
  assert.ok(await untouched());
});

test("the session's end asks for the password in place and goes on with what was asked", async () => {
  await visit(page);
  await row(page, "Letter 54").locator("input[type=checkbox]").click();
  await page.evaluate(() => (globalThis.untouched = true));
  const other = await context(chrome.browser);
  const second = await other.newPage();
  await signIn(second, url, user);
  await second.goto(`${url}/settings/sessions`);
  await Promise.all([second.waitForResponse((answer) => answer.url().includes("/revocation")), second.locator("form[action*=others] button").click()]);
  await other.close();

  await page.keyboard.press("e");
  await page.waitForSelector("#reauth[open]");
  await page.fill("#reauth-password", "wrong");
  await page.keyboard.press("Enter");
  await page.locator("[data-reauth-target=problem]:visible").waitFor();
  await page.fill("#reauth-password", PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#reauth:not([open])", { state: "attached" });
  await row(page, "Letter 54").waitFor({ state: "hidden" });
  await page.waitForSelector("#flashes .flash form");
  assert.ok(await untouched(), "the page stayed");
  // Whose pointer rests on it has as long as they like.
  await page.locator("#flashes .flash").hover();
  await row(page, "Letter 53").locator(".row__link").press("Enter");
  await shown(page, "Letter 53");
  await page.keyboard.press("z");
  await row(page, "Letter 54").waitFor();
});

test("the browser had no reason to complain", () => quiet(seen));
