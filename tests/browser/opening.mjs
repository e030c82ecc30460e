// How long it takes from the click until one can write, what typing costs with a long original
// below, and what a large file costs the server. Prints figures; nothing is judged, for machines differ.
//
//   RESTANTE_BIN=target/release/restante node tests/browser/opening.mjs

import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { context, launch, ready, signIn } from "./support/browser.mjs";
import { letter } from "./support/letters.mjs";
import { start } from "./support/world.mjs";

const user = "opening@example.org";
const long = Array.from({ length: 14_000 }, (_, at) => `Line ${at} of an original that nobody will read again to its end.`).join("\r\n");
const world = await start({ users: { [user]: [{ raw: letter("Short", "Short.") }, { raw: letter("A megabyte", long) }] }, samples: 1, most: "60M" });
const chrome = await launch();
try {
  const cold = [];
  const pointed = [];
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

    // As a hand does it: the pointer is there a tenth of a second before the click.
    const other = await context(chrome.browser, { width: 1440 });
    const byHand = await other.newPage();
    await signIn(byHand, world.url, user);
    await ready(byHand);
    await byHand.hover(".compose-button");
    await byHand.waitForTimeout(100);
    pointed.push(await opening(byHand));
    await other.close();
  }
  console.log(`from the click to the cursor, ms: cold ${list(cold)}; pointed at before ${list(pointed)}; again ${list(warm)}`);

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
  for (const turn of ["first", "second"]) {
    const file = join(world.dir, `${turn}.bin`);
    writeFileSync(file, randomBytes(25_000_000));
    await page.goto(`${world.url}/compose`);
    await page.locator("form.compose[data-ready]").waitFor();
    console.log(`the ${turn} file of 25 MB: ${await upload(page, file)}`);
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

/** From the choice of a file until the draft has it, and how much more memory the server had meanwhile. */
async function upload(page, file) {
  const taken = () => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${world.pid}/smaps_rollup`, "utf8"))?.[1]) / 1024;
  const before = taken();
  let most = before;
  const looking = setInterval(() => (most = Math.max(most, taken())), 10);
  const begun = performance.now();
  await page.locator("input[type=file][data-compose-target=fileInput]").setInputFiles(file);
  await page.locator(".file[data-attachment]").first().waitFor({ timeout: 120_000 });
  const took = performance.now() - begun;
  clearInterval(looking);
  return `${Math.round(took)} ms, ${(25_000 / took).toFixed(1)} MB/s; memory ${before.toFixed(1)} MiB before, ${(most - before).toFixed(1)} more at most`;
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
