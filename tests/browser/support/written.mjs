// The pages of writing and sending, for axe and for screenshots, as pages.mjs has the others.

import { folderPath, ready as whole } from "./browser.mjs";

const LONG = "Minutes of the extraordinary general meeting of the Harbour Choir on the question of the piano, with an appendix on the seating of the second altos";
const PEOPLE = '"Marguerite-Antoinette de la Tour-d’Auvergne-Lauraguais" <marguerite-antoinette.de-la-tour@very-long-domain-name.example.com>, bob@example.org, "Berg, Eva" <eva@example.org>, not an address';
const FILES = [
  ["Protocol of the extraordinary general meeting, second and final draft (corrected).pdf", "application/pdf", 240_000],
  ["piano.png", "image/png", 0],
  ["accounts.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 81_000],
];
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const TEXT = ["Dear all,", "", "thank you for coming. Two things remain: the piano has to be tuned before the concert, and somebody has to be there when it comes.", "", "Until Thursday"];

/** [name, go(page, url)] */
export const WRITTEN = [
  ["compose-new", (page, url) => write(page, url)],
  ["compose-reply", async (page, url) => {
    await answer(page, url, "The ferry", "reply");
    if (await scripted(page)) {
      await editor(page).click();
      await page.keyboard.type("I have read it twice.");
    }
    await form(page).locator(".quote__summary").click().catch(() => {});
  }],
  ["compose-forward", (page, url) => answer(page, url, "Shelves for the study", "forward")],
  ["compose-full", (page, url) => full(page, url)],
  ["compose-problems", async (page, url) => {
    await write(page, url);
    await form(page).locator(".compose__send > :first-child").click();
    await form(page).locator("[data-problem=to]:visible").waitFor();
    await form(page).locator(".compose__send > :first-child:not([aria-busy=true])").waitFor();
  }],
  ["compose-doubts", async (page, url) => {
    await write(page, url);
    await page.fill(`${await scripted(page) ? "[data-field=to] input" : "[name=to]"}`, "anna@example.org");
    await text(page, ["The file is attached."]);
    await form(page).locator(".compose__send > :first-child").click();
    await page.locator(".compose__warnings, dialog[open]").first().waitFor();
  }],
  ["compose-options", async (page, url) => {
    await write(page, url);
    await page.locator("button[popovertarget^=options]").click();
    await page.waitForSelector(".compose__menu:popover-open");
  }],
  ["compose-templates", async (page, url) => {
    await write(page, url);
    await page.locator("button[popovertarget^=templates]").click();
    await page.waitForSelector(".compose__menu:popover-open");
  }],
  ["merge", async (page, url) => {
    await write(page, url);
    await page.locator("button[popovertarget^=options]").click();
    await form(page).locator("button[value=merge]").click();
    await page.fill("#csv", "name,email\nEva Berg,eva@example.org\nBob,nonsense");
    await page.click("form.merge .form__actions button");
    await page.waitForSelector("#preview-title");
  }],
  ["compose-later", async (page, url) => {
    await write(page, url);
    await page.locator("button[popovertarget^=later]").click();
    await page.waitForSelector(".compose__menu:popover-open");
  }],
  ["compose-suggestions", async (page, url) => {
    await write(page, url);
    if (!(await scripted(page))) return;
    await page.locator("[data-field=to] input").pressSequentially("a");
    await page.locator(".suggestion").first().waitFor({ timeout: 2000 }).catch(() => {});
  }],
  ["compose-plain", async (page, url) => {
    await full(page, url);
    if (!(await scripted(page))) return;
    await page.locator("button[popovertarget^=options]").click();
    await form(page).locator("[data-compose-target=toggle]").click();
    await page.locator("[data-compose-target=askYes]").click({ timeout: 1000 }).catch(() => {});
    await form(page).locator(".compose__text:visible").waitFor();
  }],
  ["compose-panel", async (page, url) => {
    await list(page, url);
    if (!(await scripted(page)) || page.viewportSize().width < 1024) return write(page, url);
    await page.keyboard.press("c");
    await form(page).waitFor();
    await text(page, TEXT);
  }],
  ["compose-panels", async (page, url) => {
    await list(page, url);
    if (!(await scripted(page)) || page.viewportSize().width < 1024) return write(page, url);
    for (const about of ["The first of them", LONG, "The third"]) {
      await page.locator("#list-title").click();
      const before = await page.locator(".panel").count();
      await page.keyboard.press("c");
      await page.waitForFunction((count) => document.querySelectorAll(".panel form[data-ready]").length > count, before);
      await form(page).locator("[name=subject]").fill(about);
      if (before === 1) await page.keyboard.press("Escape");
    }
  }],
  ["outbox", async (page, url) => {
    await send(page, url, "nobody@example.org", "To nobody");
    await send(page, url, "anna@example.org, nobody@example.org", `${LONG}, sent`);
    await send(page, url, "anna@example.org", "Tomorrow", true);
    await page.goto(`${url}/outbox`);
  }],
  ["drafts", async (page, url) => {
    await list(page, url);
    await page.goto(new URL(await folderPath(page, "Drafts"), url).href);
  }],
  ["settings-writing", (page, url) => page.goto(`${url}/settings/writing`)],
];

const form = (page) => page.locator("form.compose:visible").last();
const editor = (page) => form(page).locator(".compose__editor:visible");
/** Without scripts there is nothing to wait for. */
const ready = async (page) => (await scripted(page)) && whole(page);
const scripted = (page) => page.evaluate(() => document.documentElement.hasAttribute("data-js"));

async function write(page, url, path = "/compose") {
  await page.goto(url + path);
  await ready(page);
  await page.waitForSelector(`form.compose${(await scripted(page)) ? "[data-ready]" : ""}`);
}

async function list(page, url) {
  await page.goto(`${url}/`);
  await ready(page);
}

async function text(page, lines) {
  if (!(await scripted(page))) return page.fill("form.compose [name=text]", lines.join("\n"));
  await editor(page).click();
  for (const line of lines) {
    await page.keyboard.type(line);
    await page.keyboard.press("Enter");
  }
}

async function answer(page, url, words, how) {
  const inbox = (await page.goto(`${url}/`)).url();
  await page.goto(`${inbox}?q=${encodeURIComponent(`subject:"${words}"`)}`);
  const path = await page.$eval(".row__link", (link) => link.getAttribute("href").split("?")[0]);
  await write(page, url, `${path.slice(new URL(url).pathname.length - 1)}/${how}`);
}

async function full(page, url) {
  await write(page, url);
  const js = await scripted(page);
  if (js) await page.locator("[data-compose-field-param=cc]").click();
  const fields = js ? (name) => `[data-field=${name}] input.people-field__input` : (name) => `[name=${name}]`;
  await page.fill(fields("to"), `${PEOPLE}${js ? "," : ""}`);
  await page.fill(fields("cc"), "anna@example.org");
  await page.fill("form.compose [name=subject]", LONG);
  await text(page, TEXT);
  await page.setInputFiles("form.compose input[type=file][multiple]:not([accept])", FILES.map(([name, mimeType, size]) => ({ name, mimeType, buffer: size === 0 ? Buffer.from(PIXEL, "base64") : Buffer.alloc(size) })));
  if (!js) return page.locator("button[name=action][value=attach]").click();
  await page.waitForFunction((count) => document.querySelectorAll(".file[data-attachment]").length === count, FILES.length);
}

async function send(page, url, to, about, later = false) {
  await write(page, url, `/compose?to=${encodeURIComponent(to)}&subject=${encodeURIComponent(about)}&body=Hello`);
  const button = later ? ".compose__menu [name=action][value=later]" : ".compose__send > :first-child";
  if (later) {
    await page.locator("button[popovertarget^=later]").click();
    await page.fill("[name=send_at]", "2030-05-03T10:30");
  }
  await form(page).locator(button).click();
  await page.waitForURL((address) => !/compose|drafts/.test(address.pathname));
}
