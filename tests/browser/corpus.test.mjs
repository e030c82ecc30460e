// Hostile HTML in a real browser: no script runs, no request leaves, nothing outside the frame is
// touched. A sample by default, everything with RESTANTE_CORPUS=all.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { context, launch, ready, signIn, watch } from "./support/browser.mjs";
import { CORPUS_USER, inspect, payloads } from "./support/corpus.mjs";
import { world } from "./support/world.mjs";

const { url } = world();
const chosen = payloads();
let chrome;
let made;
let page;
let seen;
let paths;

before(async () => {
  if (chosen.length === 0) return;
  chrome = await launch();
  made = await context(chrome.browser);
  page = await made.newPage();
  await signIn(page, url, CORPUS_USER);
  paths = await messagePaths();
  seen = watch(made, url);
});
after(() => chrome?.close());

const skip = chosen.length === 0 && "no corpora (set RESTANTE_CORPORA)";

test(`${chosen.length} payloads, remote content blocked`, { skip }, async () => {
  await run("");
});

test(`${chosen.length} payloads, remote content allowed`, { skip }, async () => {
  await run("?images=1");
});

async function run(query) {
  const failures = [];
  let lost = 0;
  for (const { id } of chosen) {
    const path = paths.get(id);
    if (!path) {
      failures.push(`${id}: not in the list`);
      continue;
    }
    const wrong = await judge(id, new URL(path + query, url).href).catch((error) => [`not judged: ${error.message.split("\n")[0]}`]);
    failures.push(...wrong.map((what) => `${id}: ${what}`));
    if (wrong.some((what) => what.startsWith("not judged")) && ++lost > 5) break;
  }
  assert.equal(failures.length, 0, `\n${failures.slice(0, 60).join("\n")}\n(${failures.length} in all)`);
}

/** Opens one message and says what went wrong. */
async function judge(id, address) {
  for (const list of [chrome.sink.wanted, seen.outside, seen.dialogs, seen.complaints, seen.errors]) list.length = 0;
  const pages = made.pages().length;
  await page.goto(address, { waitUntil: "load" });
  await ready(page);
  const stored = await page.evaluate(() => ({ ...localStorage }));
  const wrong = await page.evaluate(inspect);
  if (page.url() !== address) wrong.push(`the page went to ${page.url()}`);
  if (!(await page.title()).includes(id)) wrong.push(`the title became ${await page.title()}`);
  if (JSON.stringify(stored).includes(id)) wrong.push("something was stored");
  if (made.pages().length !== pages) wrong.push("a window opened");
  wrong.push(...chrome.sink.wanted.map((name) => `connection to ${name}`));
  wrong.push(...seen.outside.map((request) => `request to ${request}`));
  wrong.push(...seen.dialogs.map((text) => `dialog ${text}`));
  wrong.push(...seen.complaints.map((text) => `blocked only by the policy: ${text}`));
  wrong.push(...seen.errors.map((text) => `error in the page: ${text}`));
  return wrong;
}

/** Subject → path of every message of the inbox, over all pages of the list. */
async function messagePaths() {
  const found = new Map();
  let next = page.url();
  while (next) {
    await page.goto(next);
    const rows = await page.$$eval(".row__link", (links) => links.map((link) => [link.querySelector(".row__subject").textContent.trim(), link.getAttribute("href")]));
    for (const [subject, href] of rows) found.set(subject, href.split("?")[0]);
    next = await page.$eval("#pager a[rel=next]", (link) => link.href).catch(() => null);
  }
  return found;
}
