// What browser tests of writing wait for and look into, here and in tests/browser.

import assert from "node:assert/strict";

/** Waits for what the server or the page comes to, without guessing how long it takes. */
export async function until(what, check, patience = 60_000) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) assert.fail(what);
    await new Promise((done) => setTimeout(done, 25));
  }
}

/** What the journal of this browser holds. */
export const journal = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open("restante-journal", 1);
        opening.onupgradeneeded = () => opening.transaction.abort();
        opening.onerror = () => resolve([]);
        opening.onsuccess = () => {
          const all = opening.result.transaction("entries").objectStore("entries").getAll();
          all.onsuccess = () => (opening.result.close(), resolve(all.result));
        };
      }),
  );

/** Presses one key after the other, as somebody does whose machine does not stand still in between. */
export const pressed = (page, keys) =>
  page.evaluate((all) => {
    for (const key of all) document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }, [...keys]);
