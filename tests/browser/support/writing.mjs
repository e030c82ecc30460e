// What the tests of writing share: the form, its fields, and what has come to the server.

import assert from "node:assert/strict";
import { ready } from "./browser.mjs";
import { elsewhere } from "./letters.mjs";
import { PASSWORD } from "./world.mjs";
import { ports, url } from "./with_script.mjs";
import { until } from "../../js/browser/waiting.mjs";

export { journal, until } from "../../js/browser/waiting.mjs";

/** A picture of one pixel. */
export const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

/** The newest form on the page, with its script. */
export const form = (page) => page.locator("form.compose[data-ready]:visible").last();
export const editor = (page) => form(page).locator(".compose__editor");
export const field = (page, name) => form(page).locator(`[data-field=${name}] input.people-field__input`);
export const subject = (page) => form(page).locator("[name=subject]");
export const chips = (page, name) => form(page).locator(`[data-field=${name}] .person__name`).allTextContents();
export const status = (page, words) => form(page).locator("[data-compose-target=status]", { hasText: words }).waitFor();

/** Opens a form on a page of its own. */
export async function write(page, path = "/compose") {
  await page.goto(new URL(path, url).href);
  await ready(page);
  await form(page).waitFor();
}

/** Presses c (or another key) and waits for the panel. */
export async function panel(page, key = "c") {
  const before = await page.locator(".panel").count();
  await page.keyboard.press(key);
  await page.waitForFunction((count) => document.querySelectorAll(".panel form[data-ready]").length > count, before);
}

/** Fills the form's fields by typing. */
export async function fill(page, { to, about, text }) {
  if (to) await field(page, "to").pressSequentially(`${to},`);
  if (about) await subject(page).fill(about);
  if (text) {
    await editor(page).click();
    await page.keyboard.type(text);
  }
}

/** Sets how long a sent message can be taken back, as a person does. */
export async function undoSeconds(page, seconds) {
  await page.goto(`${url}/settings/writing`);
  await ready(page);
  await page.selectOption("#undo-seconds", String(seconds));
  await page.locator(".settings__main .button--primary").click();
  await page.locator("#flashes .flash").waitFor();
}

/** UIDs of the messages with these words as subject in a folder, as another program sees them. */
export const found = (user, folder, about) => foundAt(ports, user, folder, about);

/** The same, of another world. */
export async function foundAt(ports, user, folder, about) {
  const said = await elsewhere(ports.IMAP, user, PASSWORD, [`SELECT ${folder}`, `UID SEARCH SUBJECT "${about}"`]);
  return said.find((line) => line.startsWith("* SEARCH")).split(" ").slice(2).filter(Boolean);
}

/** The source of the one message with this subject in a folder, once it is there. */
export async function source(user, folder, about) {
  const [uid] = await until(`${about} in ${folder}`, async () => {
    const uids = await found(user, folder, about);
    return uids.length > 0 && uids;
  });
  const said = await elsewhere(ports.IMAP, user, PASSWORD, [`SELECT ${folder}`, `UID FETCH ${uid} BODY.PEEK[]`]);
  const from = said.findIndex((line) => /BODY\[\]/.test(line)) + 1;
  return said.slice(from).join("\n");
}

/** Puts data on the clipboard, as far as the page can tell, and pastes or drops it into an element. */
export const give = (locator, how, { html, text, files = [] }) =>
  locator.evaluate(
    (element, { how, html, text, files }) => {
      const data = new DataTransfer();
      if (html !== undefined) data.setData("text/html", html);
      if (text !== undefined) data.setData("text/plain", text);
      for (const { name, type, base64 } of files) data.items.add(new File([Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))], name, { type }));
      const box = element.getBoundingClientRect();
      const common = { bubbles: true, cancelable: true };
      if (how === "paste") element.dispatchEvent(new ClipboardEvent("paste", { ...common, clipboardData: data }));
      else for (const type of ["dragenter", "dragover", "drop"]) element.dispatchEvent(new DragEvent(type, { ...common, dataTransfer: data, clientX: box.x + 30, clientY: box.y + 10 }));
    },
    { how, html, text, files: files.map(({ name, type, content }) => ({ name, type, base64: content.toString("base64") })) },
  );
