// With JavaScript: writing over the list, sending, taking back, answering, and that it arrives.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, folderPath } from "./support/browser.mjs";
import { deliver, letter, LETTER_USERS } from "./support/letters.mjs";
import { begin, flash, open, ports, quiet, row, visit } from "./support/with_script.mjs";
import { chips, editor, field, fill, form, found, give, panel, source, status, subject, undoSeconds, until, write } from "./support/writing.mjs";

const user = LETTER_USERS.find((one) => one.startsWith("writing@"));
let page;
let seen;
let close;

before(async () => ({ page, seen, close } = await begin(user)));
after(() => close?.());

const sent = () => page.locator("#flashes .flash", { hasText: /Sending|On its way/ });

test("c opens a panel over the list; Ctrl-Enter sends; it arrives by itself", async () => {
  await undoSeconds(page, 0);
  await visit(page);
  await page.evaluate(() => (globalThis.untouched = true));
  await panel(page);
  assert.equal(await field(page, "to").evaluate((input) => input === document.activeElement), true, "one writes to whom first");
  await fill(page, { to: user, about: "To myself", text: "Hello there" });
  assert.equal(await page.locator(".panel .compose__title").textContent(), "To myself");
  await page.keyboard.press("Control+Enter");
  await page.locator(".panel").waitFor({ state: "detached" });
  await row(page, "To myself").waitFor();
  assert.equal(await page.evaluate(() => globalThis.untouched), true, "the page stayed");
  const raw = await source(user, "Sent", "To myself");
  assert.match(raw, /^From: writing@example\.org$/m);
  assert.match(raw, /multipart\/alternative/);
  assert.deepEqual(await until("the copy is gone from Drafts", async () => (await found(user, "Drafts", "To myself")).length === 0 && []), []);
});

test("whom one has written to is offered, and is taken by Enter", async () => {
  await visit(page);
  await panel(page);
  await field(page, "to").pressSequentially("friend@example.org,");
  await subject(page).fill("Getting acquainted");
  await page.keyboard.press("Control+Enter");
  await page.locator(".panel").waitFor({ state: "detached" });
  await source(user, "Sent", "Getting acquainted");
  await panel(page);
  await until("friend is offered", async () => {
    await field(page, "to").fill("");
    await field(page, "to").pressSequentially("frie");
    return page.locator(".suggestion", { hasText: "friend@example.org" }).waitFor({ timeout: 1000 }).then(() => true, () => false);
  });
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Enter");
  assert.deepEqual(await chips(page, "to"), ["friend@example.org"]);
  await page.keyboard.press("Escape");
  await page.waitForSelector(".panel[data-minimised]");
});

test("a message that nobody would miss is discarded without a question, another one with it", async () => {
  await page.locator(".panel .compose__head").click();
  await page.locator(".panel .compose__discard").click();
  await page.locator("[data-compose-target=askDialog][open]").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".panel .compose__discard").click();
  await page.locator("[data-compose-target=askYes]").click();
  await page.locator(".panel").waitFor({ state: "detached" });
  await panel(page);
  await page.locator(".panel .compose__discard").click();
  await page.locator(".panel").waitFor({ state: "detached" });
});

test("several at once: minimised, brought back, carried from page to page, made a page", async () => {
  await visit(page);
  await panel(page);
  await fill(page, { about: "The first" });
  await page.locator("#list-title").click();
  await panel(page);
  await fill(page, { about: "The second", text: "Two" });
  assert.equal(await page.locator(".panel").count(), 2);
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Escape");
  const second = page.locator(".panel", { hasText: "The second" });
  await second.and(page.locator("[data-minimised]")).waitFor();
  // Elsewhere, and back: the same forms stand there.
  await page.locator("#folders .folder__link", { hasText: "Archive" }).click();
  await page.waitForFunction(() => document.title.startsWith("Archive"));
  assert.equal(await page.locator(".panel").count(), 2);
  assert.equal(await page.locator(".panel [name=subject]").first().inputValue(), "The first");
  await second.locator(".compose__head").click();
  assert.equal(await second.locator(".compose__editor").innerText(), "Two\n".trim());
  await second.locator("[data-action='compose#enlarge']").click();
  await page.waitForURL(/\/drafts\/\d+$/);
  await form(page).waitFor();
  assert.equal(await editor(page).innerText(), "Two");
  await page.locator("main .compose__back").click();
  await page.waitForSelector("#list");
});

test("a message is taken back, and is the draft that it was", async () => {
  await undoSeconds(page, 30);
  await visit(page);
  await panel(page);
  await fill(page, { to: "friend@example.org", about: "Too early", text: "With a mistake" });
  await page.keyboard.press("Control+Enter");
  await sent().waitFor();
  assert.match(await sent().innerText(), /30|29/);
  await sent().locator("[data-key=undo]").click();
  await page.locator(".panel [name=subject]").waitFor();
  assert.equal(await subject(page).inputValue(), "Too early");
  assert.equal(await editor(page).innerText(), "With a mistake");
  assert.deepEqual(await chips(page, "to"), ["friend@example.org"]);
  await undoSeconds(page, 0);
  assert.deepEqual(await found(user, "Sent", "Too early"), []);
});

test("r and f answer and pass on; the quote goes along untouched", async () => {
  await visit(page);
  await open(page, "Letter 60");
  await panel(page, "r");
  assert.deepEqual(await chips(page, "to"), ["Ada Marsh"]);
  assert.equal(await subject(page).inputValue(), "Re: Letter 60");
  assert.equal(await editor(page).evaluate((element) => element === document.activeElement), true, "one writes at once");
  await page.keyboard.type("Thank you.");
  await form(page).locator(".quote__summary").click();
  const quote = form(page).frameLocator("iframe");
  await quote.getByText("This is the text of letter 60.").waitFor();
  await field(page, "to").press("Backspace");
  await field(page, "to").fill("");
  await field(page, "to").pressSequentially(`${user},`);
  await page.keyboard.press("Control+Enter");
  await page.locator(".panel").waitFor({ state: "detached" });
  const raw = await source(user, "Sent", "Re: Letter 60");
  assert.match(raw, /Thank you\./);
  assert.match(raw, /^> This is the text of letter 60\.$/m);
  assert.match(raw, /<blockquote/);
  assert.match(raw, /^In-Reply-To: <Letter\.60@example\.com>$/m);
  // That it was answered shows at the row.
  await page.locator(".row", { hasText: "Letter 60" }).filter({ hasNotText: "Re:" }).locator(".row__text .icon").waitFor();
  await open(page, "Letter 59");
  await panel(page, "f");
  assert.equal(await subject(page).inputValue(), "Fwd: Letter 59");
  await page.locator(".panel [data-action='compose#close']").click();
  await page.locator(".panel").waitFor({ state: "detached" });
});

test("what is pasted and dropped comes without its scripts and pictures from elsewhere", async () => {
  await write(page);
  await editor(page).click();
  const hostile = '<p>Hello <b onclick="alert(1)">you</b><img src="https://tracker.example/x.gif" alt="seen"><script>alert(1)</script><a href="javascript:alert(1)">go</a></p>';
  await give(editor(page), "paste", { html: hostile, text: "Hello you" });
  await give(editor(page), "drop", { html: hostile, text: "Hello you" });
  assert.match(await editor(page).innerText(), /Hello you/);
  assert.deepEqual(await editor(page).evaluate((root) => [...root.querySelectorAll("img, script, [onclick], a[href^=javascript]")].map((each) => each.outerHTML)), []);
  await status(page, "Saved");
  await page.locator(".compose__discard").click();
  await page.locator("[data-compose-target=askYes]").click();
  await page.waitForSelector("#list");
});

test("a answers everybody, r who wrote it", async () => {
  const raw = letter("To everybody", "Who comes?").toString();
  await visit(page);
  await deliver(ports.LMTP, user, raw.replace("\r\nSubject:", "\r\nCc: Carl <carl@example.org>\r\nSubject:"));
  await row(page, "To everybody").waitFor();
  await open(page, "To everybody");
  for (const [key, to, copied] of [["a", ["Ada Marsh", "someone@example.org"], ["Carl"]], ["r", ["Ada Marsh"], []]]) {
    await panel(page, key);
    assert.deepEqual(await chips(page, "to"), to, key);
    assert.deepEqual(await chips(page, "cc"), copied, key);
    assert.equal(await subject(page).inputValue(), "Re: To everybody");
    await page.locator(".panel [data-action='compose#close']").click();
    await page.locator(".panel").waitFor({ state: "detached" });
  }
});

test("what is missing is said at its field, what is doubtful is asked once", async () => {
  await write(page);
  await subject(page).fill("");
  await editor(page).click();
  await page.keyboard.type("The file is attached.");
  await page.keyboard.press("Control+Enter");
  await form(page).locator("[data-problem=to]", { hasText: "Say who it goes to" }).waitFor();
  assert.equal(await field(page, "to").evaluate((input) => input === document.activeElement), true);
  assert.deepEqual(await axe(page), []);
  await field(page, "to").pressSequentially("friend@example.org,");
  await page.keyboard.press("Control+Enter");
  const question = form(page).locator("[data-compose-target=askDialog][open]");
  await question.waitFor();
  assert.match(await question.innerText(), /attached/);
  assert.match(await question.innerText(), /no subject/);
  assert.deepEqual(await axe(page), []);
  await page.locator("[data-compose-target=askYes]").click();
  await page.waitForSelector("#list");
});

test("a draft lies in Drafts once it is left, and its row opens it", async () => {
  await visit(page);
  await panel(page);
  await fill(page, { to: "friend@example.org", about: "For later", text: "Half a thought" });
  await page.locator(".panel [data-action='compose#close']").click();
  await page.locator(".panel").waitFor({ state: "detached" });
  await source(user, "Drafts", "For later");
  await visit(page, await folderPath(page, "Drafts"));
  await row(page, "For later").locator(".row__subject").click();
  await form(page).waitFor();
  assert.equal(await page.locator(".panel").count(), 1, "over the list");
  assert.equal(await editor(page).innerText(), "Half a thought");
  await editor(page).click();
  await page.keyboard.press("End");
  await page.keyboard.type(", then a whole one");
  await page.locator(".panel [data-action='compose#close']").click();
  await page.locator(".panel").waitFor({ state: "detached" });
  await until("one copy, the newer", async () => /a whole one/.test(await source(user, "Drafts", "For later")));
  assert.equal((await found(user, "Drafts", "For later")).length, 1);
});

test("a message that is refused is said where one is, and the outbox follows by itself", async () => {
  await undoSeconds(page, 10);
  await visit(page);
  const outbox = page.locator("#folders [data-unsent]");
  await panel(page);
  await fill(page, { to: "nobody@example.org", about: "To nobody", text: "Hello" });
  await page.keyboard.press("Control+Enter");
  await outbox.locator("[data-count='1']").waitFor();
  assert.equal(await outbox.getAttribute("data-unsent"), "0", "it waits");
  await page.locator("#flashes .flash--problem", { hasText: "was not sent" }).waitFor({ timeout: 60_000 });
  assert.equal(await outbox.getAttribute("data-unsent"), "1");
  await page.locator("#flashes .flash--problem a").click();
  await page.locator(".outbox__row[data-state=failed]", { hasText: "nobody of that name" }).waitFor();
  assert.deepEqual(await axe(page), []);
  // Sent elsewhere, it appears here, counts down and goes.
  const other = await page.context().newPage();
  await write(other);
  await fill(other, { to: user, about: "Seen from the outbox", text: "Hello" });
  await other.keyboard.press("Control+Enter");
  const sentence = page.locator(".outbox__row", { hasText: "Seen from the outbox" }).locator(".outbox__sentence");
  await sentence.filter({ hasText: /\d seconds?/ }).waitFor();
  await sentence.filter({ hasText: /^Sent/ }).waitFor({ timeout: 60_000 });
  await other.close();
  await page.locator(".outbox__row[data-state=failed] .outbox__remove button").click();
  await page.locator(".outbox__row[data-state=failed]").waitFor({ state: "detached" });
  await undoSeconds(page, 0);
});

test("the outbox is without fault, light and dark", async () => {
  await visit(page, "/outbox");
  assert.deepEqual(await axe(page), []);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual(await axe(page), []);
  await write(page);
  assert.deepEqual(await axe(page), []);
  await page.emulateMedia({ colorScheme: "light" });
  assert.deepEqual(await axe(page), []);
});

test("the browser had no reason to complain", () => quiet(seen));
