// Every page of the app, for axe and for screenshots: a name and how to get there from the list.

import { folderPath, ready } from "./browser.mjs";
import { SETTLED } from "./settled.mjs";
import { WRITTEN } from "./written.mjs";

/** [name, go(page, url)]: the page is signed in, except for the pages of `DOOR`. */
export const PAGES = [
  ["inbox", (page, url) => page.goto(`${url}/`)],
  ["inbox-older", async (page, url) => {
    await page.goto(`${url}/`);
    await page.goto(await page.$eval("#pager a[rel=next]", (link) => link.href));
  }],
  ["message-plain", (page, url) => message(page, url, "canal")],
  ["message-quotes", (page, url) => message(page, url, "The ferry")],
  ["message-newsletter", (page, url) => message(page, url, "(No. ")],
  ["message-newsletter-images", async (page, url) => {
    await message(page, url, "(No. ");
    await page.goto(`${page.url().split("?")[0]}?images=1`);
  }],
  ["message-shop", (page, url) => message(page, url, "Winter is coming")],
  ["message-pictures", (page, url) => message(page, url, "Pictures from the hut")],
  ["message-attachments", (page, url) => message(page, url, "Shelves for the study")],
  ["message-spoofed", (page, url) => message(page, url, "account will be closed")],
  ["message-arabic", (page, url) => message(page, url, "صور من")],
  ["message-long-subject", (page, url) => message(page, url, "Minutes of the meeting")],
  ["message-empty", (page, url) => message(page, url, "Gate is open")],
  ["message-report", (page, url) => message(page, url, "Undelivered Mail Returned")],
  ["source", (page, url) => message(page, url, "canal", "/source")],
  ["headers", (page, url) => message(page, url, "canal", "/headers")],
  ["print", (page, url) => message(page, url, "Shelves for the study", "/print")],
  ["search", async (page, url) => {
    await page.goto(`${url}/`);
    await page.goto(`${page.url().split("?")[0]}?q=${encodeURIComponent("from:hugo")}`);
  }],
  ["search-nothing", async (page, url) => {
    await page.goto(`${url}/`);
    await page.goto(`${page.url().split("?")[0]}?q=${encodeURIComponent("subject:xyzzy")}`);
  }],
  ["search-help", (page, url) => page.goto(`${url}/search-help`)],
  ["trash", (page, url) => folder(page, url, "Trash")],
  ["folders", (page, url) => page.goto(`${url}/folders`)],
  ["settings", (page, url) => page.goto(`${url}/settings`)],
  ["settings-appearance", (page, url) => page.goto(`${url}/settings/appearance`)],
  ["settings-reading", (page, url) => page.goto(`${url}/settings/reading`)],
  ["settings-identities", (page, url) => page.goto(`${url}/settings/identities`)],
  ["settings-templates", (page, url) => page.goto(`${url}/settings/templates`)],
  ["settings-contacts", (page, url) => page.goto(`${url}/settings/contacts`)],
  ["settings-contacts-deletion", (page, url) => page.goto(`${url}/settings/contacts/deletion`)],
  ["settings-sessions", (page, url) => page.goto(`${url}/settings/sessions`)],
  ["settings-transfer", (page, url) => page.goto(`${url}/settings/transfer`)],
  ["settings-webhooks", (page, url) => page.goto(`${url}/settings/webhooks`)],
  ["settings-webhook", async (page, url) => {
    await page.goto(`${url}/settings/webhooks`);
    if ((await page.locator(".cards a").count()) === 0) {
      await page.fill("#url", "https://hooks.example.org/mail/of/robin/and/nobody/else/4f1c2a9e");
      await page.click(".settings__main form .button--primary");
      await page.waitForSelector("#secret");
    }
    await page.goto(await page.locator(".cards a").first().evaluate((link) => link.href));
  }],
  ["deleted-elsewhere", (page, url) => page.goto(`${url}/deleted`)],
  ["settings-keys", (page, url) => page.goto(`${url}/settings/keys`)],
  ["emptying", async (page, url) => {
    await page.goto(`${url}/`);
    await page.goto(`${new URL(await folderPath(page, "Trash"), url).href}/emptying`);
  }],
  ["folder-edit", async (page, url) => {
    await page.goto(`${url}/`);
    await page.goto(`${new URL(await folderPath(page, "Atlas"), url).href}/name`);
  }],
  ["help-open", async (page, url) => {
    await scripted(page, url);
    await page.keyboard.press("?");
    await page.waitForSelector("#help[open] dl");
  }],
  ["palette-open", async (page, url) => {
    await scripted(page, url);
    await page.keyboard.press("Control+k");
    await page.waitForSelector("#palette[open] [role=option]");
  }],
  ["selection", async (page, url) => {
    await scripted(page, url);
    await page.locator(".row input[type=checkbox]").nth(1).click();
    await page.keyboard.press("v");
    await page.waitForSelector("#move-selection:popover-open");
  }],
  ["labels", (page, url) => labelled(page, url, ["Work", "Réunion", "To do"], "/labels")],
  ["labels-message", (page, url) => labelled(page, url, ["Work", "Réunion"])],
  ["labels-open", async (page, url) => {
    await labelled(page, url, ["Work", "Réunion"]);
    await scripted(page, url);
    await page.locator(".row input[type=checkbox]").nth(0).click();
    await page.locator(".row input[type=checkbox]").nth(1).click();
    await page.keyboard.press("l");
    await page.waitForSelector("#label-selection #labels");
  }],
  ["account-open", async (page, url) => {
    await scripted(page, url);
    await page.click("button[popovertarget=account]");
    await page.waitForSelector("#account:popover-open");
  }],
  ["not-found", (page, url) => page.goto(`${url}/m/nothing-here`)],
  ...SETTLED,
  ...WRITTEN,
];

/** Pages before the sign-in. */
export const DOOR = [
  ["login", (page, url) => page.goto(`${url}/login`)],
  ["login-wrong", async (page, url) => {
    await page.goto(`${url}/login`);
    await page.fill("#address", "nobody@example.org");
    await page.fill("#password", "not the password");
    await page.click("form[action$='/login'] button");
    await page.waitForSelector("#login-message");
  }],
];

/** Opens a message of the inbox by words of its subject, found by the server's search. */
export async function message(page, url, words, more = "") {
  await page.goto(`${url}/`);
  const inbox = page.url().split("?")[0];
  await page.goto(`${inbox}?q=${encodeURIComponent(`subject:"${words}"`)}`);
  const path = await page.$eval(".row__link", (link) => link.getAttribute("href").split("?")[0]);
  await page.goto(new URL(path + more, url).href, { waitUntil: "load" });
}

/** The list, with scripts that run. */
async function scripted(page, url) {
  await page.goto(`${url}/`);
  await ready(page);
}

/** Puts labels on the newest message, and opens it, or a page of it. */
async function labelled(page, url, names, more = "") {
  await page.goto(`${url}/`);
  const path = await page.$eval(".row__link", (link) => link.getAttribute("href").split("?")[0]);
  const at = path.lastIndexOf("/");
  for (const name of names) {
    const form = { action: "label", id: path.slice(at + 1), name };
    const answer = await page.request.post(new URL(`${path.slice(0, at)}/selection`, url).href, { form, headers: { Origin: new URL(url).origin }, maxRedirects: 0 });
    if (answer.status() !== 303) throw new Error(`${name}: ${answer.status()}`);
  }
  await page.goto(new URL(path + more, url).href);
}

async function folder(page, url, name) {
  await page.goto(`${url}/`);
  await page.goto(new URL(await folderPath(page, name), url).href);
}

/** Pages that only POP3 accounts have, in the order in which they make sense. */
export const COLLECTION = [
  ["collection", (page, url) => collected(page, `${url}/settings/collection`)],
  ["collection-plan", (page, url) => page.goto(`${url}/settings/collection/policy?policy=deleteAfterDays&days=0`)],
  ["collection-plan-later", (page, url) => page.goto(`${url}/settings/collection/policy?policy=deleteAfterDays&days=30`)],
  ["collection-ledger", (page, url) => page.goto(`${url}/settings/collection/ledger`)],
  ["collection-deletions", (page, url) => page.goto(`${url}/settings/collection/deletions`)],
  ["deleted", async (page, url) => {
    await collected(page, `${url}/settings/collection`);
    await ask(page, url, "Inbox", "trash");
    await ask(page, url, "Trash", "deletion");
    await page.goto(`${url}/deleted`);
    await page.waitForSelector(".card input[type=checkbox]");
  }],
];

async function collected(page, path) {
  await page.goto(path);
  await page.locator("#collection", { hasText: /Next check|Prochaine relève/ }).waitFor();
}

/** Does something to the oldest message that the first page of a folder shows, as its form would. */
async function ask(page, url, name, verb) {
  await folder(page, url, name);
  const path = await page.$$eval(".row__link", (links) => links.at(-1).getAttribute("href").split("?")[0]);
  const answer = await page.request.post(new URL(`${path}/${verb}`, url).href, { form: { value: "" }, headers: { Origin: new URL(url).origin }, maxRedirects: 0 });
  if (answer.status() >= 400) throw new Error(`${verb}: ${answer.status()}`);
}
