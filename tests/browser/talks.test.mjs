// With JavaScript: lists of conversations, and their messages opened in place.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe } from "./support/browser.mjs";
import { deliver } from "./support/letters.mjs";
import { TALKS_USER, talk } from "./support/talks.mjs";
import { begin, ports, quiet, row, subjects, url, visit } from "./support/with_script.mjs";

let made;
let page;
let seen;
let close;

before(async () => ({ made, page, seen, close } = await begin(TALKS_USER)));
after(() => close?.());

const words = (subject, number) => page.locator("#reader .letter", { hasText: `Word ${number} of ${subject}.` });
const line = (number) => page.locator("#reader .talk__row", { hasText: `Word ${number} of Boat.` });
const focused = () => page.evaluate(() => document.activeElement?.textContent.replaceAll(/\s+/g, " ").trim() ?? "");
const sent = async (act) => {
  const asked = page.waitForRequest((request) => request.method() === "POST");
  await Promise.all([asked, act()]);
  await (await asked).response();
};

test("the list's menu offers conversations", async () => {
  await page.waitForFunction(() => document.querySelectorAll(".row").length === 12, undefined, { timeout: 30_000 });
  await visit(page);
  await page.getByRole("button", { name: "How the list is shown" }).click();
  await page.getByRole("button", { name: "Conversations" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".row").length === 3);
  assert.deepEqual(await subjects(page), ["Re: Tent", "Alone", "Re: Boat"]);
  assert.match(await row(page, "Re: Boat").textContent(), /Conversation, 9 messages, 9 unread/);
  await visit(page);
  assert.deepEqual(await axe(page), []);
});

test("what was not read opens with the conversation, and is read then", async () => {
  await visit(page);
  await row(page, "Re: Tent").locator(".row__subject").click();
  await words("Tent", 1).waitFor();
  await words("Tent", 2).waitFor();
  await page.locator(".row[data-unread=false]", { hasText: "Tent" }).waitFor();
  assert.ok(await page.locator(".message__count", { hasText: "2 messages" }).isVisible());
  assert.deepEqual(await axe(page), []);
});

test("read messages are folded, and open in place, several at once", async () => {
  await row(page, "Re: Boat").locator("input[type=checkbox]").click();
  await sent(() => page.keyboard.press("Shift+I"));
  await visit(page);
  await row(page, "Re: Boat").locator(".row__subject").click();
  await words("Boat", 9).waitFor();
  const fold = page.locator("#reader summary", { hasText: "6 earlier messages" });
  await fold.waitFor();
  assert.ok(await line(1).isVisible());
  assert.ok(!(await line(4).isVisible()));
  const address = page.url();
  await fold.click();
  await line(4).click();
  await words("Boat", 4).waitFor();
  assert.match(await focused(), /Word 4 of Boat/);
  await line(2).click();
  await words("Boat", 2).waitFor();
  assert.ok(await words("Boat", 4).isVisible());
  assert.ok(!(await line(4).isVisible()), "its row has become its head");
  assert.equal(page.url(), address);
  assert.deepEqual(await axe(page), []);
  await words("Boat", 4).getByRole("button", { name: "Fold this message" }).click();
  await words("Boat", 4).waitFor({ state: "hidden" });
  assert.match(await focused(), /Word 4 of Boat/);
  await page.keyboard.press("Enter");
  await words("Boat", 4).waitFor();
});

test("keys lead through the conversation, open all of it and fold it", async () => {
  await visit(page);
  await row(page, "Re: Boat").locator(".row__subject").click();
  await words("Boat", 9).waitFor();
  await page.keyboard.press("p");
  assert.match(await focused(), /Word 8 of Boat/);
  await page.keyboard.press("p");
  assert.match(await focused(), /6 earlier messages/);
  await page.keyboard.press("n");
  await page.keyboard.press("o");
  await words("Boat", 8).waitFor();
  await page.waitForFunction(() => document.activeElement?.matches(".letter"));
  await page.keyboard.press("n");
  assert.match(await focused(), /Word 9 of Boat/);
  await page.keyboard.press("p");
  const eighth = await page.locator("#reader .talk__item[data-id]", { hasText: "Word 8 of Boat." }).getAttribute("data-id");
  const [reply] = await Promise.all([page.waitForRequest((request) => request.url().includes("/reply")), page.keyboard.press("r")]);
  assert.ok(reply.url().includes(`/${eighth}/reply`), reply.url());
  await visit(page);
  await row(page, "Re: Boat").locator(".row__subject").click();
  await words("Boat", 9).waitFor();
  await page.keyboard.press(";");
  await words("Boat", 1).waitFor();
  await words("Boat", 2).waitFor();
  await page.keyboard.press(":");
  await words("Boat", 1).waitFor({ state: "hidden" });
  assert.ok(await words("Boat", 9).isVisible());
});

test("archive takes the whole conversation and leads to the next one; z brings all back", async () => {
  await visit(page);
  await row(page, "Re: Tent").locator(".row__subject").click();
  await words("Tent", 2).waitFor();
  await sent(() => page.keyboard.press("e"));
  await page.locator("#message-title", { hasText: "Alone" }).waitFor();
  await page.locator("#flashes .flash", { hasText: "2 messages" }).waitFor();
  assert.deepEqual(await subjects(page), ["Alone", "Re: Boat"]);
  await sent(() => page.keyboard.press("z"));
  await row(page, "Re: Tent").waitFor();
  await visit(page);
  assert.match(await row(page, "Re: Tent").textContent(), /2 messages/);
});

test("one message is filed by its own menu, and comes back into its place", async () => {
  await visit(page);
  await row(page, "Re: Boat").locator(".row__subject").click();
  await words("Boat", 9).waitFor();
  await line(8).click();
  await words("Boat", 8).waitFor();
  await words("Boat", 8).getByRole("button", { name: "More for this message" }).click();
  assert.deepEqual(await axe(page), []);
  await sent(() => words("Boat", 8).getByRole("button", { name: "Archive" }).click());
  await words("Boat", 8).waitFor({ state: "hidden" });
  await page.locator("#flashes .flash", { hasText: "archived" }).waitFor();
  assert.ok(await words("Boat", 9).isVisible(), "the others stay");
  assert.ok(await row(page, "Re: Boat").isVisible());
  await sent(() => page.keyboard.press("z"));
  await words("Boat", 8).waitFor();
  // The folders are those of the buttons above, for this message alone.
  await words("Boat", 8).getByRole("button", { name: "More for this message" }).click();
  await words("Boat", 8).getByRole("button", { name: "Move to" }).click();
  const eighth = await page.locator("#reader .talk__item[data-id]", { hasText: "Word 8 of Boat." }).getAttribute("data-id");
  await page.locator("#move-message:popover-open").waitFor();
  assert.ok((await page.locator("#move").getAttribute("action")).includes(`/${eighth}/move`));
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector("#move").getAttribute("action").includes(","));
});

test("the open message is filed by its own menu: its conversation stays, and z brings it back in place", async () => {
  await visit(page);
  await row(page, "Re: Boat").locator(".row__subject").click();
  await words("Boat", 9).waitFor();
  const address = page.url();
  const file = async (number, action) => {
    await words("Boat", number).getByRole("button", { name: "More for this message" }).click();
    await sent(() => words("Boat", number).getByRole("button", { name: action, exact: true }).click());
    await words("Boat", number).waitFor({ state: "hidden" });
  };
  const at = (number) => page.waitForFunction((text) => document.activeElement?.matches(".letter") && document.activeElement.textContent.includes(text), `Word ${number} of Boat.`);
  await file(9, "Archive");
  await at(8);
  assert.match(await page.textContent("#message-title"), /Boat/);
  assert.ok(await row(page, "Re: Boat").isVisible());
  // What is asked for again is what stays.
  assert.notEqual(page.url(), address);
  const eighth = await page.locator("#reader .talk__item[data-id]", { hasText: "Word 8 of Boat." }).getAttribute("data-id");
  const again = await page.evaluate(() => fetch(location.href).then((answer) => answer.text()));
  assert.ok(again.includes(`data-opened="${eighth}"`));
  assert.deepEqual(await axe(page), []);
  await sent(() => page.keyboard.press("z"));
  await at(9);
  assert.equal(page.url(), address);
  assert.ok(await words("Boat", 8).isVisible());
});

test("the star of a row, its box and the pointer's buttons mean all of it", async () => {
  await visit(page);
  await sent(() => row(page, "Re: Boat").locator(".row__star").click());
  await sent(async () => {
    await row(page, "Re: Boat").hover();
    await row(page, "Re: Boat").locator(".row__hover [value=trash]").click();
  });
  await row(page, "Re: Boat").waitFor({ state: "detached" });
  await page.locator("#flashes .flash", { hasText: "9 messages" }).waitFor();
  await sent(() => page.locator("#flashes [data-key=undo]").click());
  await visit(page);
  assert.equal(await row(page, "Re: Boat").getAttribute("data-starred"), "true");
  assert.match(await row(page, "Re: Boat").textContent(), /9 messages/);
});

test("an answer that arrives moves its row up, and there is one", async () => {
  await visit(page);
  await row(page, "Re: Boat").locator(".row__subject").click();
  await words("Boat", 9).waitFor();
  await page.evaluate(() => (globalThis.untouched = true));
  await deliver(ports.LMTP, TALKS_USER, talk("Boat", 10, 20));
  const other = await made.newPage();
  await other.goto(`${url}/settings/collection`);
  await other.getByRole("button", { name: "Check now" }).click();
  await page.bringToFront();
  await page.waitForFunction(() => document.querySelector(".row")?.textContent.includes("10 messages"), undefined, { timeout: 30_000 });
  await other.close();
  assert.deepEqual(await subjects(page), ["Re: Boat", "Re: Tent", "Alone"]);
  // The open conversation says so, and shows it in place.
  const news = page.getByRole("button", { name: "1 new message in this conversation" });
  await news.waitFor();
  assert.deepEqual(await axe(page), []);
  assert.equal(await words("Boat", 10).count(), 0);
  await news.click();
  await words("Boat", 10).waitFor();
  await news.waitFor({ state: "hidden" });
  assert.ok(await words("Boat", 9).isVisible(), "what was open stays");
  assert.ok(await page.locator(".message__count", { hasText: "10 messages" }).isVisible());
  assert.ok(await page.evaluate(() => globalThis.untouched), "without a reload");
});

test("nothing was complained about", () => quiet(seen));
