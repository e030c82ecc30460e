// The controllers in a real browser, under the real content security policy.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { Mailbox, serve } from "./server.mjs";
import { pressed, until } from "./waiting.mjs";

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
  // A refused answer is in the console by itself, and the cage refuses the script that is sent to it.
  const rest = complaints.filter((text) => !/Failed to load resource|Blocked script execution/.test(text));
  assert.deepEqual(rest, [], "nothing is refused by the policy and nothing fails");
});

const go = async (path) => {
  await page.goto(server.url + path);
  await page.locator("html[data-js=whole]").waitFor();
};
const row = (id) => page.locator(`#e-${id}`);
const chosen = () => page.locator(".row[data-selected]").evaluateAll((rows) => rows.map((each) => each.dataset.id));
const focused = () => page.evaluate(() => document.activeElement?.closest(".row")?.dataset.id ?? document.activeElement?.tagName);
const shown = () => page.locator(".row:visible").evaluateAll((rows) => rows.map((each) => each.dataset.id));
const flash = (text) => page.locator("#flashes", { hasText: text }).waitFor();
/** Answers wait until the returned function is called. */
const hold = () => {
  let release;
  box.gate = new Promise((resolve) => (release = resolve));
  return release;
};
const range = (from, to) => Array.from({ length: from - to + 1 }, (_, index) => String(from - index));

test("rows are chosen one by one, in ranges, and all together", async () => {
  await row(28).locator("input").click();
  await row(25).locator("input").click({ modifiers: ["Shift"] });
  assert.deepEqual(await chosen(), range(28, 25));
  assert.equal(await page.locator("[data-list-target=count]").textContent(), "4 selected");
  assert.equal(await page.locator(".list").getAttribute("data-chosen"), "4");
  await row(22).locator("a").click({ modifiers: ["ControlOrMeta"] });
  await row(20).locator("a").click({ modifiers: ["Shift"] });
  assert.deepEqual(await chosen(), [...range(28, 25), ...range(22, 20)]);
  assert.equal(await page.locator("[data-list-target=all]").evaluate((all) => all.indeterminate), true);
  await page.locator("[data-list-target=all]").click();
  assert.equal((await chosen()).length, 20);
  await page.keyboard.press("Escape");
  assert.deepEqual(await chosen(), []);
  await pressed(page, "*u");
  assert.deepEqual(await chosen(), range(30, 11).filter((id) => id % 2 === 1));
});

test("only one row is in the tab order, and j and k go through them", async () => {
  const stops = () => page.locator(".row a").evaluateAll((links) => links.filter((link) => link.tabIndex === 0).length);
  assert.equal(await stops(), 1);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  assert.equal(await focused(), "29");
  assert.equal(await stops(), 1);
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  assert.deepEqual(await chosen(), ["29", "28"]);
  assert.deepEqual(box.posts, []);
});

test("arrows go through the rows from within, and Escape leads back to the list", async () => {
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "BODY", "elsewhere they scroll");
  await row(30).locator("a").focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "29");
  await page.keyboard.press("Enter");
  await page.locator("#reader[complete] article[data-id='29']").waitFor();
  await page.keyboard.press("x");
  await page.keyboard.press("Escape");
  assert.deepEqual(await chosen(), []);
  assert.ok(page.url().endsWith("/m/inbox/29"));
  await page.keyboard.press("Escape");
  await page.waitForURL("**/m/inbox");
});

test("who goes back to the list as soon as a message is there gets there", async () => {
  await page.evaluate(() => document.addEventListener("turbo:frame-load", () => document.querySelector("#reader [data-key=back]").click(), { once: true, capture: true }));
  await row(29).locator("a").click();
  await assertSoon(() => page.url().endsWith("/m/inbox/29"));
  await page.waitForURL("**/m/inbox");
  await page.locator("#reader article").waitFor({ state: "detached" });
  await page.goBack();
  await page.locator("#reader article[data-id='29']").waitFor();
  await page.goBack();
  await page.locator("#reader article").waitFor({ state: "detached" });
  assert.ok(page.url().endsWith("/m/inbox"));
});

test("keys mean nothing in a field, and / goes to the search", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("jx#e");
  assert.equal(await page.locator("#search").inputValue(), "jx#e");
  assert.deepEqual(await chosen(), []);
  assert.deepEqual(box.posts, []);
});

test("g and a letter go to a folder", async () => {
  await pressed(page, "ga");
  await page.waitForURL("**/m/archive");
});

test("an action shows at once, is confirmed, and is undone by z with the focus back", async () => {
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const release = hold();
  // Before the next frame, whatever the server does; it answers nothing yet.
  const gone = await page.evaluate(async () => {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true, cancelable: true }));
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return !document.querySelector("#e-29").checkVisibility();
  });
  assert.ok(gone);
  assert.equal(await focused(), "28", "the focus goes to the next row");
  release();
  await flash("1 done.");
  assert.equal(await row(29).count(), 0);
  assert.deepEqual(box.posts, ["/m/inbox/selection?action=archive&id=29"]);

  const releaseUndo = hold();
  await page.keyboard.press("z");
  await row(29).waitFor();
  assert.equal(await focused(), "29");
  releaseUndo();
  await row("29b").waitFor();
  await row(29).waitFor({ state: "detached" });
  await flash("Back again.");
});

test("what the server refuses is put back with a sentence", async () => {
  box.refuse = 502;
  await row(30).locator("input").click();
  await row(29).locator("input").click();
  await page.locator("#selection [data-key=trash]").click();
  await flash("put back");
  assert.deepEqual((await shown()).slice(0, 3), ["30", "29", "28"]);
  assert.equal(new URL(page.url()).pathname, "/m/inbox");
  assert.equal(await page.locator("h1").textContent(), "Inbox");

  await row(30).locator(".row__star").click();
  await page.locator("#e-30[data-starred=false]").waitFor();
  assert.equal(await row(30).locator(".row__star").getAttribute("aria-pressed"), "false");
});

test("actions in quick succession are all sent", async () => {
  const release = hold();
  await page.keyboard.press("j");
  for (let times = 0; times < 4; times += 1) await page.keyboard.press("e");
  release();
  await page.waitForFunction(() => !document.querySelector("#e-30, #e-29, #e-28, #e-27"));
  assert.deepEqual(box.posts.map((post) => /id=(\d+)/.exec(post)[1]).sort(), ["27", "28", "29", "30"]);
  assert.equal(await focused(), "26");
});

test("a star is set and taken back in that order, however slow the server", async () => {
  const release = hold();
  const star = row(30).locator(".row__star");
  await star.click();
  assert.equal(await row(30).getAttribute("data-starred"), "true");
  await star.click();
  assert.equal(await row(30).getAttribute("data-starred"), "false");
  release();
  await page.waitForFunction(() => document.querySelector("#e-30[data-starred=false]"));
  await assertSoon(() => box.posts.length === 2);
  assert.deepEqual(box.posts.map((post) => /value=(\w+)/.exec(post)[1]), ["true", "false"]);
});

test("a message opens in the reader, sized to its content, with its keys handed on", async () => {
  await row(29).locator("a").click();
  const frame = page.locator("iframe[data-ready]");
  await frame.waitFor();
  await page.waitForURL("**/m/inbox/29");
  assert.ok(box.asked.includes("GET /m/inbox/29 #reader"));
  await page.locator("#reader[complete]").waitFor();
  const fits = (element) => element.clientHeight > 900 && element.clientHeight === element.contentDocument.documentElement.scrollHeight;
  await until("it is fitted", () => frame.evaluate(fits));
  assert.equal(await frame.evaluate((element) => element.contentDocument.title), "m", "no script runs inside");
  assert.equal(await page.title(), "(15) Subject 29 – Restante");
  assert.equal(await row(29).locator("a").getAttribute("aria-current"), "true");

  await page.frameLocator("iframe").locator("a").focus();
  await page.keyboard.press("j");
  await page.waitForURL("**/m/inbox/28");
  assert.equal(await focused(), "28");

  await page.locator("#reader [data-key=archive]").click();
  await page.waitForURL("**/m/inbox/27");
  await assertSoon(() => box.posts.join() === "/m/inbox/28/archive?");
});

test("a message that is too wide is made smaller, as long as it can be read", async () => {
  const look = async (id) => {
    await row(id).locator("a").click();
    await page.locator(`iframe[src*="/${id}/"][data-ready]`).waitFor();
    await page.waitForFunction(() => Number(document.querySelector("iframe").contentDocument.body.style.zoom || 1) < 1);
    return page.locator("iframe").evaluate((frame) => {
      const { body, documentElement: root } = frame.contentDocument;
      const { right } = body.firstElementChild.nextElementSibling.getBoundingClientRect();
      return { zoom: Number(body.style.zoom || 1), over: root.scrollWidth - root.clientWidth, beyond: right - root.clientWidth, under: root.clientHeight - root.getBoundingClientRect().height };
    });
  };
  const fits = await look(26);
  assert.ok(fits.zoom > 0.6875 && fits.zoom < 1, String(fits.zoom));
  assert.ok(fits.over === 0 && fits.beyond <= 0, `${fits.over} ${fits.beyond}`);
  const wide = await look(30);
  assert.equal(wide.zoom, 11 / 16);
  assert.ok(wide.over > 0, "the rest scrolls sideways");
  assert.ok(wide.under >= 0, "and not down");
  await page.setViewportSize({ width: 1040, height: 800 });
  await page.waitForFunction(() => document.querySelector("iframe").contentDocument.documentElement.scrollWidth > 1300);
});

test("a newsletter that would be too small to read is laid out anew, and as it was where there is room", async () => {
  await row(24).locator("a").click();
  await page.locator('iframe[src*="/24/"][data-ready]').waitFor();
  const look = () => page.locator("iframe").evaluate((frame) => {
    const { body, documentElement: root } = frame.contentDocument;
    const [left, right] = [...body.querySelectorAll("table table table")].map((table) => table.getBoundingClientRect());
    const picture = body.querySelector("img").getBoundingClientRect();
    return {
      zoom: Number(body.style.zoom || 1),
      over: root.scrollWidth - root.clientWidth,
      beside: left.top === right.top && left.right <= right.left,
      shape: picture.width / picture.height,
      styles: [...body.querySelectorAll("[style]")].map((element) => element.getAttribute("style")),
    };
  });
  await until("it is laid out anew", async () => (await look()).over === 0);
  const narrow = await look();
  assert.equal(narrow.zoom, 1);
  assert.equal(narrow.over, 0);
  assert.ok(narrow.beside, "columns stay columns");
  assert.ok(Math.abs(narrow.shape - 3.4) < 0.05, `a picture keeps its shape: ${narrow.shape}`);
  await page.setViewportSize({ width: 2400, height: 800 });
  await until("there is room", async () => (await look()).styles.length === 3);
  const wide = await look();
  assert.deepEqual(wide.styles, ["font-size:16px", "padding:0 20px", "color: green"]);
  assert.ok(wide.zoom > 0.6875 && wide.zoom < 1, String(wide.zoom));
  assert.equal(wide.over, 0);
});

test("going back returns to the list and its place", async () => {
  await page.locator(".list__scroll").evaluate((list) => list.scrollTo(0, 300));
  await row(22).locator("a").click();
  await page.waitForURL("**/m/inbox/22");
  await page.locator("iframe[data-ready]").waitFor();
  await page.goBack();
  await page.waitForURL("**/m/inbox");
  await page.waitForFunction(() => !document.querySelector("#reader iframe"));
  assert.equal(await page.locator(".list__scroll").evaluate((list) => list.scrollTop), 300);
});

test("new mail appears at the top, and waits behind a pill when the list is scrolled", async () => {
  await assertSoon(() => box.streams.size === 1);
  await row(29).locator("input").click();
  box.arrive(31);
  await row(31).waitFor();
  assert.equal((await shown())[0], "31");
  assert.equal(await page.title(), "(16) Inbox – Restante");
  assert.deepEqual(await chosen(), ["29"], "what was chosen stays chosen");

  await page.locator(".list__scroll").evaluate((list) => list.scrollTo(0, 400));
  box.arrive(32);
  box.arrive(33);
  await page.locator("[data-live-target=pill]", { hasText: "2 new messages" }).waitFor({ state: "attached" });
  assert.equal(await row(33).count(), 0);
  await page.locator("[data-live-target=pill]").evaluate((pill) => pill.click());
  await row(33).waitFor();
  assert.deepEqual((await shown()).slice(0, 3), ["33", "32", "31"]);
});

test("one stream serves all pages of a browser, and another page takes over", async () => {
  const second = await context.newPage();
  await second.goto(`${server.url}/m/inbox`);
  await second.locator("html[data-js=whole]").waitFor();
  await assertSoon(() => box.streams.size === 1);
  box.arrive(40);
  await second.locator("#e-40").waitFor();
  await page.close();
  await assertSoon(() => box.asked.filter((asked) => asked === "GET /events").length === 2 && box.streams.size === 1);
  box.arrive(41);
  await second.locator("#e-41").waitFor();
  page = second;
});

test("the next page is appended when the foot comes near, and stays through a refresh", async () => {
  await page.locator(".list__scroll").evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await row(1).waitFor({ state: "attached" });
  assert.equal(await page.locator("#pager").count(), 0);
  assert.equal(await page.locator(".row").count(), 30);
  box.tell("reset", "{}");
  const before = box.asked.length;
  await assertSoon(() => box.asked.length > before);
  await page.waitForTimeout(100);
  assert.equal(await page.locator(".row").count(), 30);
});

test("the session's end asks for the password in place and repeats what was asked", async () => {
  box.signedOut = true;
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  const dialog = page.locator("dialog#reauth[open]");
  await dialog.waitFor();
  await page.keyboard.type("wrong");
  await page.keyboard.press("Enter");
  await dialog.getByText("That was not it.").waitFor();
  await page.keyboard.type("right");
  await page.keyboard.press("Enter");
  await flash("1 done.");
  assert.deepEqual(box.posts, ["/m/inbox/selection?action=archive&id=30"]);

  box.signedOut = true;
  await page.keyboard.press("e");
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await row(29).waitFor();
  assert.equal(box.posts.length, 1);
});

test("what nothing can undo is asked first", async () => {
  box.forGood = true;
  await go("/m/inbox");
  await row(30).locator("input").click();
  await page.locator("#selection [value=delete]").click();
  const dialog = page.locator("dialog#confirm[open]");
  await dialog.getByText("For good?").waitFor();
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(box.posts, []);
  await page.locator("#selection [value=delete]").click();
  await dialog.locator("[value=yes]").click();
  await flash("1 done.");
  assert.deepEqual(box.posts, ["/m/inbox/selection?action=delete&id=30"]);

  await row(29).locator("a").click();
  await page.getByText("Delete for good").click();
  await dialog.locator("[value=yes]").click();
  await page.waitForURL("**/m/inbox/28");
  await assertSoon(() => box.posts.at(-1) === "/m/inbox/29/deletion?");
});

test("a dialog opens, closes beside it, and gives the focus back", async () => {
  await page.keyboard.press("?");
  const dialog = page.locator("dialog#help[open]");
  await dialog.waitFor();
  await page.mouse.click(5, 790);
  await dialog.waitFor({ state: "detached" });
  await page.locator("#opener").click();
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.id), "opener");
});

test("the palette finds folders and actions", async () => {
  await page.keyboard.press("Control+k");
  await page.locator("dialog#palette[open]").waitFor();
  await page.keyboard.type("trip");
  assert.deepEqual(await page.locator("#palette [role=option] [data-slot=label]").allTextContents(), ["Trips"]);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/m/trips");
});

test("a menu filters, and moves with the keyboard alone", async () => {
  await page.keyboard.press("j");
  await page.keyboard.press("v");
  await page.locator("#move-selection:popover-open input:focus").waitFor();
  await page.keyboard.type("tri");
  assert.equal(await page.locator("#move-selection label:visible").count(), 1);
  await page.keyboard.press("Enter");
  await flash("1 done.");
  assert.deepEqual(box.posts, ["/m/inbox/selection?action=move&id=30&to=trips"]);
  assert.equal(await page.locator("#move-selection:popover-open").count(), 0);

  await row(29).locator("input").click();
  await page.locator("#selection [data-key=move]").click();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(box.posts.length, 1, "the arrows only choose");
  await page.locator("#move-selection label", { hasText: "Trips" }).click();
  await assertSoon(() => box.posts.length === 2);
  assert.equal(box.posts[1], "/m/inbox/selection?action=move&id=29&to=trips");
});

test("dividers move by pointer and keys, and are remembered before the first paint", async () => {
  const width = () => page.locator("#list").evaluate((list) => list.getBoundingClientRect().width);
  const divider = page.locator("[data-pane-name=list]");
  const at = await divider.boundingBox();
  await page.mouse.move(at.x + 4, at.y + 50);
  await page.mouse.down();
  await page.mouse.move(at.x + 64, at.y + 50, { steps: 3 });
  await page.mouse.up();
  assert.equal(await width(), 460);
  await page.keyboard.press("ArrowRight");
  assert.equal(await width(), 476);
  assert.equal(await divider.getAttribute("aria-valuenow"), "476");
  await page.reload();
  assert.equal(await width(), 476);
  await page.locator("html[data-js=whole]").waitFor();
  await divider.focus();
  await page.keyboard.press("Enter");
  assert.equal(await width(), 400);
});

test("a row is dragged to a folder", async () => {
  await row(30).locator("a").dragTo(page.locator('[data-mailbox="trips"]'));
  await flash("1 done.");
  assert.deepEqual(box.posts, ["/m/inbox/selection?action=move&id=30&to=trips"]);
});

test("work that takes longer than 400 ms shows a bar", async () => {
  const release = hold();
  await row(30).locator(".row__star").click();
  assert.equal(await page.locator("[data-controller=progress]").isVisible(), false);
  await page.locator("[data-controller=progress]:not([hidden])").waitFor({ state: "attached" });
  release();
  await page.locator("[data-controller=progress][hidden]").waitFor({ state: "attached" });
});

test("a lost connection is said, and the page stays", async () => {
  await context.setOffline(true);
  await flash("You are offline");
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await row(30).waitFor();
  await context.setOffline(false);
  await flash("back online");
  complaints = complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(text));
});

test("looks are tried at once and taken back when not saved", async () => {
  await page.locator("[data-key=go-settings]").click();
  await page.waitForURL("**/settings");
  await page.getByLabel("Dark").click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  assert.ok((await page.locator("[name=zone]").inputValue()).length > 2);
  await page.keyboard.press("u");
  await page.waitForURL("**/m/inbox");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
});

test("a row swiped to the right is archived", async () => {
  await page.evaluate(() => {
    const row = document.querySelector("#e-30");
    const at = (type, x) => row.dispatchEvent(new PointerEvent(type, { pointerId: 1, pointerType: "touch", isPrimary: true, clientX: x, clientY: 20, bubbles: true, cancelable: true }));
    row.setPointerCapture = () => undefined;
    at("pointerdown", 250);
    for (const x of [270, 350, 450]) at("pointermove", x);
    at("pointerup", 450);
  });
  await flash("1 done.");
  assert.deepEqual(box.posts, ["/m/inbox/selection?action=archive&id=30"]);
});

async function assertSoon(fits) {
  for (const start = Date.now(); Date.now() - start < 30_000; ) {
    if (fits()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(fits());
}
