// Nothing that was typed is lost: without a network, when the session ends, when the server and the
// browser fall over. And what two pages send is sent once. In a world of its own, whose server can
// be killed.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { context, launch, launchProfile, ready, signIn, watch } from "./support/browser.mjs";
import { letters } from "./support/letters.mjs";
import { PASSWORD, start } from "./support/world.mjs";
import { chips, editor, field, fill, form, foundAt, journal, status, subject, until } from "./support/writing.mjs";

const user = "drafts@example.org";
let own;
let profile;
let chrome;
let browser;
let page;
let seen;

before(async () => {
  own = await start({ users: { [user]: letters() }, samples: 1 });
  profile = mkdtempSync(join(tmpdir(), "restante-profile-"));
  await begin();
});
after(async () => {
  await chrome?.kill();
  await own?.stop();
  rmSync(profile, { recursive: true, force: true });
});

async function begin() {
  chrome = await launchProfile(profile);
  browser = chrome.context;
  seen = watch(browser, own.url);
  page = browser.pages()[0] ?? (await browser.newPage());
  // Chromium writes cookies down when it has time, so a crash may sign out.
  await page.goto(`${own.url}/login`);
  if ((await page.locator("#address").count()) > 0) await signIn(page, own.url, user);
  await ready(page);
}

async function write(path = "/compose", at = page) {
  await at.goto(own.url + path);
  await ready(at);
  await form(at).waitFor();
}

const found = (folder, about) => foundAt(own.ports, user, folder, about);
const inJournal = (words) => until(`the journal has ${words}`, async () => (await journal(page)).some(({ fields }) => JSON.stringify(fields).includes(words)));

/** The first save may have come in the middle of a word. */
const onServer = (words) => until(`the server has ${words}`, async () => (await (await page.request.get(page.url())).text()).includes(words));

test("what is typed is saved by itself, and the address is the draft's", async () => {
  await write();
  await fill(page, { to: "friend@example.org", about: "Kept", text: "First words" });
  await status(page, "Saved at");
  await onServer("First words");
  await page.waitForURL(/\/drafts\/\d+$/);
  await page.reload();
  await form(page).waitFor();
  await until("it is there again", async () => (await editor(page).innerText()) === "First words");
  assert.deepEqual(await chips(page, "to"), ["friend@example.org"]);
  await until("nothing waits in the journal", async () => (await journal(page)).length === 0);
});

test("without a network writing goes on, and is saved when it is back", async () => {
  await browser.setOffline(true);
  await editor(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" in the tunnel");
  await status(page, "Offline");
  await inJournal("in the tunnel");
  await browser.setOffline(false);
  await status(page, "Saved at");
  await page.reload();
  await form(page).waitFor();
  assert.equal(await editor(page).innerText(), "First words in the tunnel");
});

test("when the session ends, the password is asked for in place, and nothing is typed twice", async () => {
  await endSessions();
  await subject(page).fill("Kept, after all");
  await page.locator("#reauth[open]").waitFor();
  await page.fill("#reauth-password", PASSWORD);
  await page.keyboard.press("Enter");
  await status(page, "Saved at");
  assert.equal(await subject(page).inputValue(), "Kept, after all");
});

test("the server is killed: what is written is kept, and saved when it is back", async () => {
  await subject(page).fill("Kept through a crash of the server");
  await inJournal("Kept through a crash of the server");
  await own.restart();
  // The status may still speak of what was saved before.
  await until("nothing waits in the journal", async () => (await journal(page)).length === 0);
  await status(page, "Saved at");
  await page.reload();
  await form(page).waitFor();
  assert.equal(await subject(page).inputValue(), "Kept through a crash of the server");
});

test("the browser is killed: what was typed two seconds before is back, and said to be", async () => {
  // Saves don't get through, so the journal alone has it.
  await page.route("**/drafts/**", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await editor(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" and out again");
  const path = new URL(page.url()).pathname;
  await inJournal("and out again");
  await chrome.kill();
  await begin();
  await write(path);
  await form(page).locator("[data-compose-target=restored]", { hasText: "Restored" }).waitFor();
  assert.equal(await editor(page).innerText(), "First words in the tunnel and out again");
  await status(page, "Saved at");
  await page.reload();
  await form(page).waitFor();
  assert.equal(await editor(page).innerText(), "First words in the tunnel and out again");
});

test("a message that the server never heard of is offered on the next one", async () => {
  await write();
  await page.route("**/drafts", (route) => route.abort());
  await subject(page).fill("Never sent anywhere");
  await inJournal("Never sent anywhere");
  await chrome.kill();
  await begin();
  await write();
  const offer = form(page).locator("[data-compose-target=restored]", { hasText: "Never sent anywhere" });
  await offer.waitFor();
  await offer.getByRole("button", { name: "Go on with it" }).click();
  assert.equal(await subject(page).inputValue(), "Never sent anywhere");
  await status(page, "Saved at");
});

test("two pages change the same draft: both texts are kept", async () => {
  await write();
  await fill(page, { about: "Two pages", text: "One" });
  await status(page, "Saved at");
  const path = new URL(page.url()).pathname;
  const other = await browser.newPage();
  await write(path, other);
  const saved = page.waitForResponse((answer) => answer.request().method() === "POST");
  await subject(page).fill("Two pages, mine");
  await saved;
  await subject(other).fill("Two pages, the other’s");
  await form(other).locator("[data-compose-target=restored]", { hasText: "kept as a copy" }).waitFor();
  await other.close({ runBeforeUnload: false });
  await page.reload();
  await form(page).waitFor();
  assert.equal(await subject(page).inputValue(), "Two pages, mine");
});

test("two pages send the same draft: one message goes out", async () => {
  await write();
  await field(page, "to").pressSequentially(`${user},`);
  await fill(page, { about: "Only once", text: "Once" });
  await status(page, "Saved at");
  await onServer("Once");
  const path = new URL(page.url()).pathname;
  const other = await browser.newPage();
  await write(path, other);
  await Promise.all([page, other].map((each) => form(each).locator("[data-compose-target=send]").click()));
  await until("it is sent", async () => (await found("INBOX", "Only once")).length > 0);
  await until("nothing waits", async () => {
    await page.goto(`${own.url}/outbox`);
    return (await page.locator('[data-state="pending"], [data-state="sending"]').count()) === 0;
  });
  assert.equal((await found("INBOX", "Only once")).length, 1);
  assert.equal((await found("Sent", "Only once")).length, 1);
});

test("the browser had no reason to complain", () => {
  assert.deepEqual([seen.outside, seen.complaints, seen.errors], [[], [], []]);
});

/** As somebody does who signs out everywhere else. */
async function endSessions() {
  const other = await launch();
  const second = await (await context(other.browser)).newPage();
  await signIn(second, own.url, user);
  await second.goto(`${own.url}/settings/sessions`);
  await Promise.all([second.waitForResponse((answer) => answer.url().includes("/revocation")), second.locator("form[action*=others] button").click()]);
  await other.close();
}
