// How long it takes from the click until one can write, and what typing costs with a long original
// below. Prints figures; nothing is judged, for machines differ.
//
//   node tests/browser/opening.mjs

import { context, launch, ready, signIn } from "./support/browser.mjs";
import { letter } from "./support/letters.mjs";
import { start } from "./support/world.mjs";

const user = "opening@example.org";
const long = Array.from({ length: 14_000 }, (_, at) => `Line ${at} of an original that nobody will read again to its end.`).join("\r\n");
const world = await start({ users: { [user]: [{ raw: letter("Short", "Short.") }, { raw: letter("A megabyte", long) }] }, samples: 1 });
const chrome = await launch();
try {
  const cold = [];
  const warm = [];
  for (let round = 0; round < 5; round += 1) {
    const made = await context(chrome.browser, { width: 1440 });
    const page = await made.newPage();
    await signIn(page, world.url, user);
    await ready(page);
    // Nothing was fetched before it is needed, as with a click in the first moment.
    cold.push(await opening(page));
    await page.locator(".panel [data-action='compose#close']").click();
    warm.push(await opening(page));
    await made.close();
  }
  console.log(`from the click to the cursor, ms: cold ${list(cold)}; again ${list(warm)}`);

  const made = await context(chrome.browser, { width: 1440 });
  const page = await made.newPage();
  await signIn(page, world.url, user);
  await ready(page);
  for (const about of ["Short", "A megabyte"]) {
    await page.goto(`${world.url}/`);
    await ready(page);
    const path = await page.locator(".row__link", { hasText: about }).getAttribute("href");
    await page.goto(new URL(`${path}/reply`, world.url).href);
    await ready(page);
    await page.locator("form.compose[data-ready]").waitFor();
    await page.locator(".quote__summary").click();
    await page.locator(".compose__editor").click();
    console.log(`keys with “${about}” quoted, ms: ${await typing(page)}`);
  }
} finally {
  await chrome.close();
  await world.stop();
}

function list(times) {
  return times.map((time) => Math.round(time)).join(", ");
}

/** From the press on the button until the first field has the focus and the frame is drawn. */
function opening(page) {
  return page.evaluate(
    () =>
      new Promise((done) => {
        const begun = performance.now();
        const look = () => {
          const form = document.querySelector(".panel form[data-ready]");
          if (form?.contains(document.activeElement)) requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
          else requestAnimationFrame(look);
        };
        document.querySelector(".compose-button").click();
        look();
      }),
  );
}

/** Types for longer than an autosave waits; the longest and the usual time from a key to its frame. */
async function typing(page) {
  await page.evaluate(() => {
    globalThis.keys = [];
    new PerformanceObserver((list) => globalThis.keys.push(...list.getEntries().filter(({ name }) => name === "keydown").map(({ duration }) => duration))).observe({ type: "event", durationThreshold: 16 });
    globalThis.long = [];
    new PerformanceObserver((list) => globalThis.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  });
  await page.keyboard.type("The quick brown fox jumps over the lazy dog, again and again, until it is saved. ", { delay: 90 });
  const { keys, tasks } = await page.evaluate(() => ({ keys: globalThis.keys, tasks: globalThis.long }));
  return `${keys.length} of 81 took over 16, the longest ${Math.round(Math.max(0, ...keys))}; tasks over 50: ${list(tasks) || "none"}`;
}
