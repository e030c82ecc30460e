// The open message: its frame, its images, its dress in the dark.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { until } from "../js/browser/waiting.mjs";
import { POST_USER } from "./support/post.mjs";
import { begin, open, quiet, row, url, visit } from "./support/with_script.mjs";

let made;
let page;
let seen;
let close;

before(async () => ({ made, page, seen, close } = await begin(POST_USER)));
after(() => close?.());
beforeEach(() => visit(page));

const frame = () => page.locator(".sheet__frame[data-ready]");

async function show(subject) {
  await open(page, subject);
  await frame().waitFor();
}

test("the frame is as high as its content and does not scroll", async () => {
  await show("Tall");
  // What is laid out late, on a crowded machine, is fitted when it is.
  await until("it is fitted", () => frame().evaluate((element) => {
    const { scrollHeight } = element.contentDocument.documentElement;
    return element.clientHeight > 1500 && Math.abs(element.clientHeight - scrollHeight) <= 1;
  }));
});

test("what is too wide is made to fit", async () => {
  await show("Wide");
  const { outer, inner } = await frame().evaluate((element) => ({ outer: element.clientWidth, inner: element.contentDocument.documentElement.getBoundingClientRect().width }));
  assert.ok(inner <= outer + 1, `${inner} in ${outer}`);
});

test("keys pressed in the message still act", async () => {
  await show("Plain looks");
  await frame().contentFrame().locator("p").first().click();
  await page.keyboard.press("j");
  await page.locator("#message-title", { hasText: "Remote" }).waitFor();
});

test("remote images wait until they are asked for, and come through the proxy only", async () => {
  const asked = [];
  const note = (request) => request.resourceType() === "image" && asked.push(new URL(request.url()).pathname);
  made.on("request", note);
  await show("Remote");
  await page.waitForLoadState("networkidle");
  assert.deepEqual(asked.filter((path) => path !== "/favicon.ico" && !path.startsWith("/assets/")), []);
  await page.locator(".notice form, form.notice").locator("[value=once]").click();
  await page.waitForURL(/images=1/);
  await frame().waitFor();
  await page.waitForLoadState("networkidle");
  assert.ok(asked.includes("/image"), asked.join());
  made.off("request", note);
  assert.deepEqual(seen.outside, []);
});

test("pictures that are left out are boxes with their names, and nothing moves when they are shown", async () => {
  const drawing = (width, height) => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}"/></svg>`;
  await made.route("**/image?*", (route) => route.fulfill({ contentType: "image/svg+xml", body: route.request().url().includes("c.png") ? drawing(1, 1) : drawing(600, 150) }));
  const places = () => frame().contentFrame().locator("body").evaluate((body) => [...body.querySelectorAll("img, p")].map((each) => ["x", "y", "width", "height"].map((side) => Math.round(each.getBoundingClientRect()[side]))));
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await visit(page);
    await show("Left out");
    const boxes = await frame().contentFrame().locator("img").evaluateAll((all) => all.map((each) => {
      const before = getComputedStyle(each, "::before");
      // Whatever the browser would draw in its place is not to be seen.
      return [getComputedStyle(each).visibility, before.visibility, before.content.replaceAll("\u00a0", " ")];
    }));
    assert.deepEqual(boxes, [["hidden", "visible", '"Spring sale"'], ["hidden", "visible", '" "'], ["hidden", "hidden", "none"]]);
    const before = await places();
    assert.deepEqual(before[0].slice(2), [320, 80]);
    assert.ok(Math.abs(before[1][2] / 4 - before[1][3]) <= 1 && before[1][2] > 320, before[1].join());
    await page.locator("form.notice [value=once]").click();
    await page.waitForURL(/images=1/);
    await frame().contentFrame().locator("img[src]").first().waitFor();
    await frame().contentFrame().locator("body").evaluate((body) => Promise.all([...body.querySelectorAll("img")].map((each) => each.decode())));
    assert.deepEqual(await places(), before, colorScheme);
  }
  await page.emulateMedia({ colorScheme: null });
  await made.unroute("**/image?*");
});

test("a sender may be trusted with images, and that is taken back in the settings", async () => {
  await show("Remote");
  await page.locator("form.notice [value=sender]").click();
  await page.waitForSelector("form.notice", { state: "detached" });
  await visit(page);
  await show("Remote");
  assert.equal(await page.locator("form.notice").count(), 0);
  await visit(page, "/settings/reading");
  await page.locator("[name=distrust]").click();
  await page.waitForSelector("[name=distrust]", { state: "detached" });
});

test("inline images and an attachment are there", async () => {
  await show("Inline");
  for (const image of [0, 1]) {
    await page.waitForFunction((image) => document.querySelector(".sheet__frame")?.contentDocument.images[image]?.naturalWidth === 1, image);
  }
  const name = page.locator(".attachment__name", { hasText: "notes.txt" });
  await name.waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".attachment__actions a[download]").click()]);
  assert.equal(download.suggestedFilename(), "notes.txt");
});

test("text has its links and folds what was quoted", async () => {
  await open(page, "Addresses");
  const link = page.locator(".message__body a", { hasText: "https://example.com/page" });
  assert.equal(await link.getAttribute("target"), "_blank");
  assert.match(await link.getAttribute("rel"), /noopener/);
  await page.locator(".message__body blockquote").first().waitFor({ state: "attached" });
});

test("in the dark, letters are readable on their paper", async () => {
  await page.emulateMedia({ colorScheme: "dark" });
  await made.setExtraHTTPHeaders({ "Sec-CH-Prefers-Color-Scheme": "dark" });
  for (const subject of ["Plain looks", "Own colours"]) {
    await visit(page);
    await show(subject);
    const ratio = await frame().evaluate(contrast);
    assert.ok(ratio >= 4.5, `${subject}: ${ratio}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await made.setExtraHTTPHeaders({ "Sec-CH-Prefers-Color-Scheme": "light" });
});

test("the print page has the message and nothing around it", async () => {
  const href = await row(page, "Addresses").locator(".row__link").getAttribute("href");
  await page.goto(new URL(`${href.split("?")[0]}/print`, url).href);
  assert.match(await page.textContent("main"), /what you said/);
  assert.equal(await page.locator("#folders, .bar").count(), 0);
});

test("the browser had no reason to complain", () => quiet(seen));

/** The worst contrast of letters on the paper below them (in the browser). */
function contrast(element) {
  const inner = element.contentDocument;
  const brush = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  const rgba = (colour) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => rgb.slice(0, 3).map((c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const paper = (node) => {
    for (let at = node; at; at = at.parentElement ?? (at.ownerDocument === inner ? element : null)) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 128) return colour;
    }
    return [255, 255, 255];
  };
  const written = [...inner.body.querySelectorAll("*")].filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
  return Math.min(...written.map((node) => {
    const [a, b] = [light(rgba(getComputedStyle(node).color)), light(paper(node))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }));
}
