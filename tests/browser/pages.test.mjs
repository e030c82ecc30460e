// Every page, wide and light, narrow and dark: no serious finding of axe, no word from the browser about the
// policy, no request outside, no error; and it fits a small telephone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, context, launch, ready, signIn, watch } from "./support/browser.mjs";
import { COLLECTION, DOOR, PAGES } from "./support/pages.mjs";
import { COLLECTED, world } from "./support/world.mjs";

const { url } = world();
let chrome;

before(async () => {
  chrome = await launch();
});
after(() => chrome.close());

// Colours belong to the theme and layout to the width: one of each is enough to see both.
for (const [scheme, width] of [["light", 1440], ["dark", 390]]) {
  test(`pages, ${scheme}, ${width} pixels wide`, async (suite) => {
    const made = await context(chrome.browser, { scheme, width });
    const seen = watch(made, url);
    const page = await made.newPage();
    const check = ([name, go]) =>
      suite.test(name, async () => {
        for (const list of [seen.outside, seen.complaints, seen.errors]) list.length = 0;
        await go(page, url);
        await ready(page);
        assert.deepEqual(await axe(page), []);
        assert.deepEqual(seen.outside, [], "requests outside");
        assert.deepEqual(seen.complaints, [], "the policy had to step in");
        assert.deepEqual(seen.errors, [], "errors in the page");
        assert.equal(await page.locator("h1").count(), 1, "one h1");
        assert.ok((await page.title()).trim().length > 0);
      });
    for (const entry of DOOR) await check(entry);
    await signIn(page, url);
    for (const entry of PAGES) await check(entry);
    await made.clearCookies();
    await signIn(page, url, COLLECTED);
    for (const entry of COLLECTION) await check(entry);
    await made.close();
  });
}

test("no page scrolls sideways at 320 pixels", async (suite) => {
  const made = await context(chrome.browser, { width: 320 });
  const page = await made.newPage();
  const check = ([name, go]) =>
    suite.test(name, async () => {
      await go(page, url);
      await ready(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 320, `${width} pixels wide`);
    });
  for (const entry of DOOR) await check(entry);
  await signIn(page, url);
  for (const entry of PAGES) await check(entry);
  await made.clearCookies();
  await signIn(page, url, COLLECTED);
  for (const entry of COLLECTION) await check(entry);
  await made.close();
});
