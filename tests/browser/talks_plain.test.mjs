// Without JavaScript: conversations in lists and around a message.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signIn } from "./support/browser.mjs";
import { PLAIN_TALKS_USER } from "./support/talks.mjs";
import { begin, url } from "./support/without_script.mjs";

let page;
let seen;
let press;
let close;

before(async () => ({ page, seen, press, close } = await begin()));
after(() => close?.());

const subjects = () => page.$$eval(".row__subject", (all) => all.map((one) => one.textContent.trim()));
const row = (subject) => page.locator(".row", { hasText: subject });

test("the settings offer conversations", async () => {
  await signIn(page, url, PLAIN_TALKS_USER);
  await page.goto(`${url}/settings/reading`);
  await page.getByRole("radio", { name: "Conversations" }).check();
  await press(page.locator("form[action$='/settings/reading'] .button--primary"));
  for (let tries = 0; tries < 200 && (await subjects()).join() !== "Re: Tent,Alone,Re: Boat"; tries += 1) await page.goto(`${url}/`);
  assert.deepEqual(await subjects(), ["Re: Tent", "Alone", "Re: Boat"]);
});

test("a message leads to the others of its conversation", async () => {
  await page.goto(`${url}/`);
  await press(row("Re: Tent").locator(".row__link"));
  assert.match(await page.textContent(".message__body"), /Word 1 of Tent/);
  await press(page.locator(".talk__row", { hasText: "Word 2 of Tent" }));
  assert.match(await page.textContent(".message__body"), /Word 2 of Tent/);
  assert.equal(await page.locator(".talk__row", { hasText: "Word 1 of Tent" }).count(), 1);
});

test("a chosen row is all of its conversation, and comes back whole", async () => {
  await page.goto(`${url}/`);
  await row("Re: Boat").locator("input[type=checkbox]").check();
  await press(page.locator("#selection [value=archive]"));
  await page.getByText("9 messages").first().waitFor();
  assert.deepEqual(await subjects(), ["Re: Tent", "Alone"]);
  await press(page.locator("#flashes [data-key=undo]"));
  await page.goto(`${url}/`);
  assert.match(await row("Re: Boat").textContent(), /Conversation, 9 messages/);
});

test("nothing was complained about", () => {
  assert.deepEqual([seen.outside, seen.complaints, seen.errors], [[], [], []]);
});
