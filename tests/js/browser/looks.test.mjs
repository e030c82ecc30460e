// What only the real styles show: where things stand and whether they are to be seen, at the widths
// of a phone and a desk.

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
beforeEach(() => {
  box = server.state.box = new Mailbox(30);
  box.looks = true;
  complaints = [];
});
afterEach(async () => {
  await context.close();
  const rest = complaints.filter((text) => !/Failed to load resource|Blocked script execution/.test(text));
  assert.deepEqual(rest, [], "nothing is refused by the policy and nothing fails");
});

async function open(path, { width, height = 844, ...more }) {
  context = await browser.newContext({ viewport: { width, height }, ...more });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(server.url + path);
  await page.locator("html[data-js=whole]").waitFor();
}
const phone = { width: 390, hasTouch: true, isMobile: true };
/** What it looks like, for whoever wants to see: SHOTS names a folder. */
const shot = (name) => (process.env.SHOTS ? page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }) : undefined);

/** A finger on a row, as the browser itself hears of it; gives what lifts it. */
async function drag(id, by) {
  const { x, y, width, height } = await page.locator(`#e-${id}`).boundingBox();
  const session = await context.newCDPSession(page);
  const from = x + (by < 0 ? width - 40 : 40);
  const touch = (type, at) => session.send("Input.dispatchTouchEvent", { type, touchPoints: at === undefined ? [] : [{ x: at, y: y + height / 2 }] });
  await touch("touchStart", from);
  for (let step = 1; step <= 8; step += 1) await touch("touchMove", from + (by * step) / 8);
  return () => touch("touchEnd");
}

test("a row swiped to the left is chosen", async () => {
  await open("/m/inbox", phone);
  const lift = await drag(29, -200);
  await lift();
  await page.locator("#e-29[data-selected]").waitFor();
  assert.ok(await page.locator("#e-29 input").isChecked());
  assert.ok(page.url().endsWith("/m/inbox"), "and not opened");
  await (await drag(28, -200))();
  await page.locator("#e-28[data-selected]").waitFor();
});

for (const [way, by, name] of [["right", 190, "Archive"], ["left", -190, "Select"]]) test(`what a swipe to the ${way} does shows where the row was, and nothing grows`, async () => {
  await open("/m/inbox", phone);
  const lift = await drag(29, by);
  await page.locator("#e-29[data-swipe]").waitFor();
  const { wide, content, colour, paper } = await page.locator("#e-29").evaluate((row) => {
    const under = getComputedStyle(row, "::before");
    return { wide: document.scrollingElement.scrollWidth, content: under.content, colour: under.backgroundColor, paper: getComputedStyle(row).contentVisibility };
  });
  await shot(`swipe-${way}`);
  assert.equal(wide, 390);
  assert.equal(content, `"${name}"`);
  assert.notEqual(colour, "rgba(0, 0, 0, 0)");
  assert.equal(paper, "visible", "the row does not cut off what stands beside it");
  await lift();
});

test("a row does not follow the finger to what the page does not offer", async () => {
  await open("/m/inbox", phone);
  await page.locator("#selection [value=archive]").evaluate((button) => button.remove());
  const lift = await drag(29, 190);
  assert.equal(await page.locator("#e-29").evaluate((row) => row.getBoundingClientRect().left), 0);
  await lift();
  await (await drag(28, -200))();
  await page.locator("#e-28[data-selected]").waitFor();
  assert.deepEqual(box.posts, []);
});

for (const width of [720, 760, 900, 1200, 1440]) test(`nothing in the message's toolbar lies on anything else at ${width} px`, async () => {
  await open("/m/inbox/30", { width, height: 800 });
  await page.locator("#reader .actions").waitFor();
  await shot(`actions-${width}`);
  const boxes = await page.locator("#reader .actions :is(a, button, span.button)").evaluateAll((all) => all.filter((each) => each.checkVisibility()).map((each) => ({ name: each.getAttribute("aria-label") ?? each.textContent, ...each.getBoundingClientRect().toJSON() })));
  for (const one of boxes) {
    assert.ok(one.right <= width + 0.5, `${one.name} ends at ${one.right}`);
    for (const other of boxes) {
      const beside = one === other || one.right <= other.left + 0.5 || other.right <= one.left + 0.5 || one.bottom <= other.top + 0.5 || other.bottom <= one.top + 0.5;
      assert.ok(beside, `${one.name} and ${other.name}`);
    }
  }
  const kept = await page.locator("#reader .actions__main [data-key=junk]").isVisible();
  await page.locator("#reader [data-key=more]").click();
  assert.equal(await page.locator("#more .menu__item--phone").isVisible(), !kept, "what has no room is in the menu");
});

test("on a phone the bar over the rows is one line of words, and has the rest in a menu", async () => {
  await open("/m/inbox", phone);
  await page.locator("#e-29 input").click();
  const bar = page.locator("#selection");
  await shot("selection");
  const { top, bottom } = await bar.evaluate((form) => form.getBoundingClientRect().toJSON());
  assert.ok(bottom === 844 && bottom - top <= 64, `${top} to ${bottom}`);
  const buttons = await page.locator("#selection .selection__actions button:visible").evaluateAll((all) => all.map((each) => ({ said: getComputedStyle(each, "::after").content.replaceAll('"', ""), ...each.getBoundingClientRect().toJSON() })));
  assert.deepEqual(buttons.map(({ said }) => said), ["Archive", "Delete", "Unread", "Move to…", "More"]);
  assert.equal(new Set(buttons.map((one) => one.top)).size, 1, "one line");
  assert.ok(buttons.every((one) => one.width >= 44 && one.right <= 390));
  await page.getByText("1 selected").waitFor();
  await page.getByLabel("More", { exact: true }).click();
  await shot("selection-more");
  assert.deepEqual(await page.locator("#selection-more .menu__item").allInnerTexts(), ["Junk", "Mark as read", "Star", "Remove the star", "Label"]);
  await page.locator("#selection-more").getByText("Mark as read").click();
  await page.locator("#e-29[data-unread=false]").waitFor();
  assert.equal(await page.locator("#selection-more:popover-open").count(), 0);
  await page.getByLabel("More", { exact: true }).click();
  await page.locator("#selection-more").getByText("Label").click();
  await page.waitForSelector("#label-selection:popover-open #labels");
  await page.waitForFunction(() => !document.querySelector("#selection-more:popover-open"));
  const sheet = await page.locator("#label-selection").evaluate((menu) => menu.getBoundingClientRect().toJSON());
  assert.ok(sheet.bottom === 844 && sheet.width === 390, "a sheet at the foot");
});

for (const width of [390, 1440]) test(`many recipients take two lines until someone goes there, at ${width} px`, async () => {
  const people = (name) => Array.from({ length: 80 }, (_, index) => `"Person ${name} ${index}" <${name}${index}@example.org>`).join(", ");
  const draft = box.desk.put({ to: people("a"), cc: people("b"), subject: "All" });
  await open(`/drafts/${draft.id}`, { width, height: 844, hasTouch: width < 720 });
  await page.locator("form.compose[data-ready]").waitFor();
  const field = (name) => page.locator(`[data-field=${name}] .people-field`);
  const lines = (name) => field(name).locator(".person:visible, .people-field__input").evaluateAll((all) => new Set(all.map((each) => Math.round((each.getBoundingClientRect().top + each.getBoundingClientRect().bottom) / 2 / 12))).size);
  const others = field("to").locator(".people-field__others");
  await others.waitFor();
  await shot(`people-${width}`);
  const seen = await field("to").locator(".person:visible").count();
  assert.equal(await others.textContent(), `… and ${80 - seen} others`);
  assert.ok(seen > 1, String(seen));
  assert.equal(await lines("to"), 2);
  assert.equal(await lines("cc"), 2);
  await page.locator(".compose__editor").click();
  await others.click();
  assert.equal(await field("to").locator(".person:visible").count(), 80);
  assert.equal(await page.evaluate(() => document.activeElement.closest("[data-field]")?.dataset.field), "to");
  await page.locator(".compose__editor").click();
  await others.waitFor();
  assert.equal(await field("to").locator(".person:visible").count(), seen);
  assert.equal((await page.locator("[name=to]").inputValue()).split(",").length, 80, "nobody is lost");
});

test("the inbox is called by its whole name on a desk, in French too, and the toolbar keeps its words", async () => {
  box.inbox = "Boîte de réception";
  await open("/m/inbox/30", { width: 1440, height: 900 });
  const name = page.locator("#folders .folder__name").first();
  await shot("folders-fr");
  const { cut, room } = await name.evaluate((each) => ({ cut: each.scrollWidth - each.clientWidth, room: each.clientWidth }));
  assert.ok(cut <= 0, `${cut} px are cut off at ${room}`);
  const reader = await page.locator("#reader .message").evaluate((each) => each.clientWidth / parseFloat(getComputedStyle(document.documentElement).fontSize));
  assert.ok(reader >= 48, `${reader} rem are too few for words in other languages`);
});

for (const scheme of ["light", "dark"]) test(`the mark of an account is not the mark of what is unread, in ${scheme}`, async () => {
  box.colour = "blue";
  await open("/m/inbox", { width: 1440, colorScheme: scheme });
  await page.locator("html").evaluate((root, theme) => (root.dataset.theme = theme), scheme);
  const account = await page.locator("#e-29 .dot").evaluate((mark) => ({ width: mark.clientWidth, height: mark.clientHeight }));
  const unread = await page.locator("#e-29 .row__check").evaluate((check) => ({ width: parseFloat(getComputedStyle(check, "::before").width), height: parseFloat(getComputedStyle(check, "::before").height) }));
  await shot(`account-${scheme}`);
  assert.equal(unread.width, unread.height, "a disc");
  assert.ok(account.height > 2 * account.width, `${account.width} by ${account.height} is no bar`);
});
