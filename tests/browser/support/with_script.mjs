// What the tests with JavaScript share: a page of a fresh profile, its rows, and that the browser
// had nothing to complain about.

import assert from "node:assert/strict";
import { context, launch, ready, signIn, watch } from "./browser.mjs";
import { world } from "./world.mjs";

export const { url, ports } = world();

/** Launches Chromium and signs in; `after` closes it. */
export async function begin(user, options = {}) {
  const chrome = await launch();
  const made = await context(chrome.browser, { width: 1440, ...options });
  const seen = watch(made, url);
  const page = await made.newPage();
  await signIn(page, url, user);
  await ready(page);
  return { chrome, made, seen, page, close: () => chrome.close() };
}

/** Opens a path of the app and waits for its scripts. */
export async function visit(page, path = "/") {
  await page.goto(new URL(path, url).href);
  await ready(page);
}

export const row = (page, subject) => page.locator(".row", { has: page.getByText(subject, { exact: true }) });
export const subjects = (page) => page.locator(".row:visible .row__subject").allTextContents().then((all) => all.map((one) => one.trim()));
export const flash = (page, words) => page.locator("#flashes .flash", { hasText: words }).waitFor();

/** Clicks the row's subject, and waits until its message is in the reader. */
export async function open(page, subject) {
  await row(page, subject).locator(".row__subject").click();
  await shown(page, subject);
}

/** Waits until a message is on the screen **and** in the history: Turbo writes the address after it
 * has drawn the pane, and who goes back in between goes back one too far. */
export async function shown(page, subject) {
  await page.locator("#message-title", { hasText: subject }).waitFor();
  const path = await row(page, subject).locator(".row__link").getAttribute("href");
  await page.waitForURL((url) => url.pathname === new URL(path, url).pathname);
  await page.waitForSelector("#reader:is([complete], :not([src]))", { state: "attached" });
}

/** Waits until nothing has changed on the page for half a second: Turbo goes on noting the address and
 * keeping the page after it has drawn it, and says nothing when it has done. No person is as quick. */
export const still = (page) =>
  page.evaluate(
    () =>
      new Promise((done) => {
        const quiet = () => setTimeout(() => (observer.disconnect(), done()), 500);
        let waiting = quiet();
        const observer = new MutationObserver(() => (clearTimeout(waiting), (waiting = quiet())));
        observer.observe(document.documentElement, { subtree: true, childList: true, attributes: true });
      }),
  );

/** To be called last in each file. */
export function quiet(seen) {
  assert.deepEqual(seen.outside, [], "requests outside");
  assert.deepEqual(seen.dialogs, [], "dialogs of the browser");
  assert.deepEqual(seen.complaints, [], "the policy had to step in");
  assert.deepEqual(seen.errors, [], "errors in the page");
}
