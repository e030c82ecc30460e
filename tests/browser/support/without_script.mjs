// What the tests without JavaScript share: a page of a fresh profile, and how its buttons are pressed.

import { context, launch, watch } from "./browser.mjs";
import { world } from "./world.mjs";

export const { url } = world();

/** Launches Chromium; nobody is signed in. */
export async function begin() {
  const chrome = await launch();
  const made = await context(chrome.browser, { js: false });
  const seen = watch(made, url);
  const page = await made.newPage();
  /** Every action answers with a whole page; the one that is open has been loaded already. */
  const press = (locator) => Promise.all([page.waitForEvent("load"), locator.click()]);
  return { seen, page, press, close: () => chrome.close() };
}
