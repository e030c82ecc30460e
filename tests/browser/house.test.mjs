// With JavaScript: settings and folders, the palette, the keys that go somewhere, searching and
// paging.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pressed, until } from "../js/browser/waiting.mjs";
import { LETTER_USERS } from "./support/letters.mjs";
import { begin, flash, quiet, row, still, subjects, visit } from "./support/with_script.mjs";

const [, , , , user] = LETTER_USERS;
let page;
let seen;
let close;
let processor;

before(async () => ({ page, seen, close } = await begin(user)));
after(() => close?.());

test("g and a letter go to folders and settings", async () => {
  await visit(page);
  for (const [keys, title] of [["gt", /^Sent/], ["gd", /^Drafts/], ["gi", /^(\(\d+\) )?Inbox/]]) {
    await pressed(page, keys);
    await page.waitForFunction((wanted) => new RegExp(wanted).test(document.title), title.source);
  }
  await pressed(page, "g,");
  await page.waitForURL(/\/settings/);
});

test("Ctrl-K finds a folder and goes there", async () => {
  await visit(page);
  await page.keyboard.press("Control+k");
  await page.waitForSelector("#palette[open]");
  await page.keyboard.type("archi");
  await page.locator(".palette__item").first().waitFor();
  await page.keyboard.type("ve");
  await page.locator("#palette [role=option]", { hasText: "Archive" }).last().click();
  await page.waitForFunction(() => document.title.startsWith("Archive"));
});

test("search finds, says so when it finds nothing, and is left again", async () => {
  await visit(page);
  await page.keyboard.press("/");
  await search('subject:"Letter 42"');
  await row(page, "Letter 42").waitFor();
  await page.waitForURL(/[?&]q=/);
  await until("only Letter 42", async () => (await subjects(page)).join() === "Letter 42");
  await search("subject:xyzzy");
  await page.waitForSelector(".list .blank");
  await page.goBack();
  await found("Letter 42");
});

// Turbo draws a pane, writes its address and begins a visit for it one after the other, and whoever
// goes back in between is to come back to what was there. A slow computer takes its time in between.
const moments = [[1, [0, 10, 30, 60, 120, 300]], [6, [10, 20, 30, 45, 60]]];
for (const [slower, delay] of moments.flatMap(([slower, delays]) => delays.map((delay) => [slower, delay]))) {
  test(`whoever goes back ${delay} ms after a search was drawn sees what was there before${slower > 1 ? ", on a slow computer" : ""}`, async () => {
    await slow(slower);
    try {
      await twoSearches(async () => {
        await page.evaluate(
          (after) => {
            window.wentBack = false;
            addEventListener("popstate", () => (window.wentBack = true), { once: true });
            const observer = new MutationObserver(() => {
              if (!document.querySelector(".list .blank")) return;
              observer.disconnect();
              if (after === 0) history.back();
              else setTimeout(() => history.back(), after);
            });
            observer.observe(document.body, { subtree: true, childList: true });
          },
          delay,
        );
        await search("subject:xyzzy");
        // Not the address: until the second search is drawn that is the first one's.
        await page.waitForFunction(() => window.wentBack);
      });
      await page.goForward();
      await page.waitForURL(/xyzzy/);
      await page.waitForSelector(".list .blank");
    } finally {
      await slow(1);
    }
  });
}

test("whoever goes back before a search is answered is not led forward by the answer", async () => {
  let answer;
  await visit(page);
  await search('subject:"Letter 42"');
  await found("Letter 42");
  await page.route(/xyzzy/, (route) => (answer = () => route.continue().catch(() => undefined)));
  const asked = page.waitForRequest(/xyzzy/);
  await search("subject:xyzzy");
  await asked;
  await page.goBack();
  await page.waitForFunction(() => !/[?&]q=/.test(location.search));
  await row(page, "Letter 41").waitFor();
  answer();
  await page.unroute(/xyzzy/);
  await still(page);
  assert.doesNotMatch(page.url(), /[?&]q=/);
  await row(page, "Letter 41").waitFor();
});

/** For as long as the session is open that says so. */
async function slow(rate) {
  processor ??= await page.context().newCDPSession(page);
  await processor.send("Emulation.setCPUThrottlingRate", { rate });
}

async function search(words) {
  await page.fill("#search", words);
  await page.press("#search", "Enter");
}

/** The one row, below the address of its search, and it stays so. */
async function found(subject) {
  for (const settled of [false, true]) {
    if (settled) await still(page);
    await page.waitForFunction(() => /42/.test(location.search));
    await row(page, subject).waitFor();
    await until(`only ${subject}`, async () => (await subjects(page)).join() === subject);
  }
}

/** Searches, has `then` go on to another search and back, and looks that the first is there again. */
async function twoSearches(then) {
  await visit(page);
  await search('subject:"Letter 42"');
  await found("Letter 42");
  await then();
  await found("Letter 42");
}

test("the next page is appended when the foot of the list comes near", async () => {
  await visit(page);
  await page.locator(".list__scroll").evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
  await row(page, "Letter 1").waitFor();
});

test("a theme is tried at once and kept by saving", async () => {
  await visit(page, "/settings/appearance");
  await page.locator("[data-theme-card=dark]").click();
  await page.waitForSelector("html[data-theme=dark]");
  await page.reload();
  assert.notEqual(await page.getAttribute("html", "data-theme"), "dark");
  await page.locator("[data-theme-card=dark]").click();
  await page.locator(".settings__main form .button--primary").click();
  await flash(page, /./);
  await visit(page);
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
});

test("in French everything is", async () => {
  await visit(page, "/settings/appearance");
  await page.selectOption("#language", "fr");
  await page.locator(".settings__main form .button--primary").click();
  await page.waitForSelector("html[lang=fr]");
  for (const path of ["/", "/folders", "/settings/reading", "/settings/identities", "/settings/sessions", "/settings/keys", "/search-help"]) {
    await visit(page, path);
    assert.equal(await page.getAttribute("html", "lang"), "fr");
    await page.evaluate(() => document.querySelector("#rows")?.remove()); // the letters are English
    const text = await page.evaluate(() => document.body.innerText);
    const english = text.match(/\b(Settings|Search|Folders|Save|Delete|Unread|Archive this|Older|Newer|Sign out|Nothing|the|with)\b/);
    assert.equal(english, null, `${path}: ${english?.[0]}`);
  }
  await visit(page, "/settings/appearance");
  await page.selectOption("#language", "en");
  await page.locator(".settings__main form .button--primary").click();
  await page.waitForSelector("html[lang=en]");
});

test("a folder is made, renamed, moved, hidden and deleted", async () => {
  const name = "A folder with quite a long name, so that it has to be cut somewhere";
  await visit(page, "/folders");
  await page.fill("#name", name);
  await page.locator(".form--inline .button--primary").click();
  await page.locator(".arrange__name", { hasText: name }).waitFor();
  const edit = (folder) => page.locator(".arrange__line", { hasText: folder }).locator("a.button").click();
  await edit(name);
  await page.waitForURL(/\/name$/);
  await page.fill("#name", "Journeys & more");
  await page.locator("form[action$='/name'] button").click();
  await flash(page, /./);
  await visit(page, "/folders");
  await edit("Journeys & more");
  await page.locator("#parent").selectOption({ label: "Archive" });
  await page.locator("form[action$='/parent'] button").click();
  await flash(page, /./);
  await visit(page, "/folders");
  await edit("Journeys & more");
  await page.locator("a[href$='/deletion']").click();
  await page.waitForURL(/\/deletion$/);
  await page.locator("form[action$='/deletion'] button").click();
  await flash(page, /./);
  await visit(page, "/folders");
  assert.equal(await page.locator(".arrange__name", { hasText: "Journeys" }).count(), 0);
});

test("an identity is added, and a name is wanted for it", async () => {
  await visit(page, "/settings/identities");
  await page.fill("#name", "House Keeper");
  await page.fill("#email", "keeper@example.org");
  await page.locator(".part .button--primary").click();
  await page.locator(".card", { hasText: "keeper@example.org" }).waitFor();
});

test("the browser had no reason to complain", () => quiet(seen));
