// Writing without JavaScript: a message with a file is written, sent and arrives; a draft is saved,
// found and gone on with; what is missing is said on the page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { folderPath, openMessage, signIn } from "./support/browser.mjs";
import { LETTER_USERS } from "./support/letters.mjs";
import { begin, url } from "./support/without_script.mjs";
import { found, source, until } from "./support/writing.mjs";

const user = LETTER_USERS.find((one) => one.startsWith("letters@"));
let page;
let seen;
let press;
let close;

before(async () => {
  ({ page, seen, press, close } = await begin());
  await signIn(page, url, user);
});
after(() => close?.());

const button = (action) => page.locator(`form.compose button[name=action][value="${action}"]:not([aria-hidden])`).first();
const value = (name) => page.inputValue(`form.compose [name=${name}]`);

test("the time for taking back is set", async () => {
  await page.goto(`${url}/settings/writing`);
  await page.selectOption("#undo-seconds", "0");
  await press(page.locator(".settings__main .button--primary"));
  assert.equal(await page.inputValue("#undo-seconds"), "0");
});

test("without a recipient it is not sent, and the page says so", async () => {
  await page.goto(`${url}/`);
  await press(page.locator("a.compose-button"));
  await page.fill("form.compose [name=subject]", "Plain and simple");
  await page.fill("form.compose [name=text]", "Dear reader,\n\n  indented\n\nBye");
  await press(button("send"));
  assert.match(await page.locator("[data-problem=to]").innerText(), /Say who it goes to/);
  assert.equal(await value("text"), "Dear reader,\n\n  indented\n\nBye");
});

test("files are attached, one is taken out again", async () => {
  await page.setInputFiles("form.compose input[type=file][name=files]", [
    { name: "notes – first.txt", mimeType: "text/plain", buffer: Buffer.from("Some notes") },
    { name: "wrong.txt", mimeType: "text/plain", buffer: Buffer.from("Wrong") },
  ]);
  await press(button("attach"));
  assert.deepEqual(await page.locator(".file__name").allInnerTexts(), ["notes – first.txt", "wrong.txt"]);
  await press(page.locator(".file", { hasText: "wrong.txt" }).locator("button"));
  assert.deepEqual(await page.locator(".file__name").allInnerTexts(), ["notes – first.txt"]);
  assert.equal(await value("subject"), "Plain and simple");
});

test("what is doubtful is asked once, then it is sent and arrives with its file", async () => {
  await page.fill("form.compose [name=to]", `${user}`);
  await page.fill("form.compose [name=subject]", "");
  await press(button("send"));
  assert.match(await page.locator(".compose__warnings").innerText(), /no subject/);
  await page.fill("form.compose [name=subject]", "Plain and simple");
  await press(page.locator(".compose__warnings button[value=send]"));
  assert.match(page.url(), /\/outbox$/);
  const raw = await source(user, "INBOX", "Plain and simple");
  assert.match(raw, /^Content-Type: text\/plain/m);
  await page.goto(`${url}/`);
  await openMessage(page, "Plain and simple");
  assert.match(await page.textContent(".message__body"), /Dear reader/);
  assert.match(await page.textContent(".attachments"), /notes – first\.txt/);
});

test("a reply quotes and is sent", async () => {
  await page.goto(`${url}/`);
  await openMessage(page, "Letter 60");
  await press(page.locator(".actions [data-key=reply]"));
  assert.match(await value("text"), /^> This is the text of letter 60\.$/m);
  await page.fill("form.compose [name=to]", user);
  await page.fill("form.compose [name=text]", `Thank you.\n${await value("text")}`);
  await press(button("send"));
  const raw = await source(user, "INBOX", "Re: Letter 60");
  assert.match(raw, /^In-Reply-To: <Letter\.60@example\.com>$/m);
});

test("a draft is saved, lies in Drafts, and its row leads back to it", async () => {
  await page.goto(`${url}/compose`);
  await page.fill("form.compose [name=subject]", "Half written");
  await page.fill("form.compose [name=text]", "So far");
  await press(button("save"));
  assert.match(page.url(), /\/drafts\/\d+$/);
  await until("the draft in its folder", async () => (await found(user, "Drafts", "Half written")).length === 1);
  await page.goto(`${url}/`);
  await page.goto(new URL(await folderPath(page, "Drafts"), url).href);
  await press(page.locator(".row__link", { hasText: "Half written" }));
  assert.equal(await value("text"), "So far");
  await press(button("discard"));
  await until("no draft is left", async () => (await found(user, "Drafts", "Half written")).length === 0);
  assert.deepEqual([seen.outside, seen.complaints], [[], []]);
});
