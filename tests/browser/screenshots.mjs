// Pictures of every page for people to look at: 390, 820 and 1440 pixels wide, light and dark,
// into .scratch/shots.
//
//   node tests/browser/screenshots.mjs [words of page names]
//   LOCALE=fr node tests/browser/screenshots.mjs     in another language
//   URL=http://localhost:8080 ADDRESS=… PASSWORD=…   of a server that runs already

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { context, launch, ready, signIn } from "./support/browser.mjs";
import { letters } from "./support/letters.mjs";
import { COLLECTION, DOOR, PAGES } from "./support/pages.mjs";
import { COLLECTED, PASSWORD, ROOT, SAMPLE, start } from "./support/world.mjs";

const words = process.argv.slice(2);
const locale = process.env.LOCALE ?? "en";
const wanted = ([name]) => words.length === 0 || words.some((word) => name.includes(word));
const out = join(ROOT, ".scratch/shots", locale);
mkdirSync(out, { recursive: true });

const world = process.env.URL ? null : await start({ users: { [COLLECTED]: letters() } });
const url = process.env.URL ?? world.url;
const chrome = await launch();
try {
  for (const width of [390, 820, 1440]) {
    for (const scheme of ["light", "dark"]) {
      const made = await context(chrome.browser, { width, scheme, locale, deviceScaleFactor: width < 400 ? 2 : 1, hasTouch: width < 400 });
      const page = await made.newPage();
      for (const entry of DOOR.filter(wanted)) await shoot(page, entry, width, scheme);
      await signIn(page, url, process.env.ADDRESS ?? SAMPLE, process.env.PASSWORD ?? PASSWORD);
      for (const entry of PAGES.filter(wanted)) await shoot(page, entry, width, scheme);
      if (world) {
        await made.clearCookies();
        await signIn(page, url, COLLECTED);
        for (const entry of COLLECTION.filter(wanted)) await shoot(page, entry, width, scheme);
      }
      await made.close();
    }
  }
} finally {
  await chrome.close();
  await world?.stop();
}
console.log(`pictures are in ${out}`);

async function shoot(page, [name, go], width, scheme) {
  try {
    await go(page, url);
    await ready(page);
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(out, `${name}-${width}-${scheme}.png`) });
  } catch (error) {
    console.log(`${name} at ${width} ${scheme}: ${error.message.split("\n")[0]}`);
  }
}
