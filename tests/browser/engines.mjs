// The main paths in Firefox (puppeteer-core over WebDriver BiDi) and WebKit (WebKitWebDriver with
// WebKitGTK's MiniBrowser), in whichever of them is installed. Chromium has the other tests.
//
//   node tests/browser/engines.mjs [firefox|webkit …]       RESTANTE_BIN=target/debug/restante
//
// Debian: firefox-esr; webkit2gtk-driver and xvfb. npm: puppeteer-core, selenium-webdriver.
// It starts its own demo, which goes when it ends. PICTURES=folder keeps a picture of every failure.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const ADDRESS = "demo@example.org";
const PASSWORD = "demo";
const MINIBROWSERS = ["x86_64-linux-gnu", "aarch64-linux-gnu"].flatMap((one) => ["4.1", "6.0"].map((version) => `/usr/lib/${one}/webkit${version === "6.0" ? "" : "2"}gtk-${version}/MiniBrowser`));
const FIREFOXES = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** Waits for something to be true; says what it waited for. */
async function until(what, look, most = 8000) {
  const end = Date.now() + most;
  let last;
  for (;;) {
    const found = await Promise.race([look().catch((error) => void (last = error)), sleep(3000, "hung")]);
    if (found === "hung") throw new Error(`the page does not answer (waiting for: ${what})`);
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited for: ${what}${last ? ` (${last.message})` : ""}`);
    await sleep(60);
  }
}

const freePort = () =>
  new Promise((done, fail) => {
    const server = createServer().once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** Starts the demo; returns its address. */
async function startDemo() {
  if (process.env.RESTANTE_URL) return { url: process.env.RESTANTE_URL, stop: () => {} };
  const port = await freePort();
  // Variables named RESTANTE_… are settings to the server, and switches to us.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("RESTANTE_")));
  const app = spawn(process.env.RESTANTE_BIN ?? "target/debug/restante", ["demo", "--port", String(port), "--messages", "200"], { stdio: "ignore", env });
  const url = `http://127.0.0.1:${port}`;
  for (let round = 0; round < 600 && app.exitCode === null; round += 1) {
    if ((await fetch(`${url}/healthz`).catch(() => null))?.ok) return { url, stop: () => app.kill() };
    await sleep(100);
  }
  throw new Error("the demo did not start");
}

/** Firefox. Keys are named as in KeyboardEvent.key. */
async function firefox() {
  const { default: puppeteer } = await import("puppeteer-core");
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: FIREFOXES.find(existsSync),
    headless: true,
    protocolTimeout: 20_000,
    // Without a screen Firefox has no pointer: 6 is one that is fine and hovers.
    extraPrefsFirefox: { "intl.accept_languages": "en", "ui.primaryPointerCapabilities": 6, "ui.allPointerCapabilities": 6, "ui.prefersReducedMotion": 1, "layout.css.prefers-color-scheme.content-override": 1 },
  });
  const errors = [];
  let page;
  const fresh = async () => {
    page = await browser.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    // A question before leaving would hold everything up.
    page.on("dialog", (dialog) => {
      errors.push(`${dialog.type()}: ${dialog.message()}`);
      dialog.accept();
    });
    await page.evaluateOnNewDocument(() => addEventListener("securitypolicyviolation", (event) => console.error("policy:", event.effectiveDirective, event.blockedURI), true));
    await page.setViewport({ width: 1440, height: 900 });
  };
  await fresh();
  // puppeteer's goto waits in vain for a redirection away from a page with frames.
  const visit = (url) => page.browser().connection.send("browsingContext.navigate", { context: page.mainFrame()._id, url, wait: "complete" });
  return {
    name: `Firefox ${(await browser.version()).split("/")[1]}`,
    errors,
    visit,
    run: (code, ...given) => page.evaluate(code, ...given),
    press: async (...keys) => {
      const held = keys.slice(0, -1);
      for (const key of held) await page.keyboard.down(key);
      await page.keyboard.press(keys.at(-1));
      for (const key of held.reverse()) await page.keyboard.up(key);
    },
    type: (text) => page.keyboard.type(text),
    click: async (x, y, held) => {
      if (held) await page.keyboard.down(held);
      await page.mouse.click(x, y);
      if (held) await page.keyboard.up(held);
    },
    drag: async (x, y, byX) => {
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + byX / 2, y, { steps: 4 });
      await page.mouse.move(x + byX, y, { steps: 4 });
      await page.mouse.up();
    },
    size: (width, height) => page.setViewport({ width, height }),
    picture: (path) => page.screenshot({ path }),
    close: () => browser.close(),
  };
}

/** WebKit: a window of WebKitGTK's MiniBrowser on a screen of its own. */
async function webkit() {
  const { Builder, Button, Capabilities, Key, Origin } = await import("selenium-webdriver");
  const display = `:${100 + Math.floor(Math.random() * 400)}`;
  const screen = spawn("Xvfb", [display, "-screen", "0", "1600x1200x24"], { stdio: "ignore" });
  await sleep(1000);
  const port = await freePort();
  const errors = [];
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, DISPLAY: display, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", LANGUAGE: "en" } });
  // The console goes to standard output.
  driver.stdout.on("data", (bytes) => errors.push(...bytes.toString().split("\n").filter((line) => /CONSOLE.*(ERROR|Refused)/.test(line))));
  await sleep(800);
  const options = { binary: MINIBROWSERS.find(existsSync), args: ["--automation", "--enable-write-console-messages-to-stdout=true"] };
  const web = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(new Capabilities({ browserName: "MiniBrowser", "webkitgtk:browserOptions": options })).build();
  await web.manage().setTimeouts({ pageLoad: 15_000, script: 10_000 });
  const size = async (width, height) => {
    await web.manage().window().setRect({ x: 0, y: 0, width, height });
    await sleep(300);
  };
  await size(1440, 938);
  const named = { Control: Key.CONTROL, Shift: Key.SHIFT, Alt: Key.ALT, Enter: Key.ENTER, Escape: Key.ESCAPE, Backspace: Key.BACK_SPACE, Tab: Key.TAB, ArrowDown: Key.ARROW_DOWN, ArrowLeft: Key.ARROW_LEFT };
  const key = (name) => named[name] ?? name;
  return {
    name: `WebKitGTK ${(await web.getCapabilities()).get("browserVersion")}`,
    errors,
    visit: (url) => web.get(url),
    run: (code, ...given) => web.executeScript(`return (${code}).apply(null, arguments)`, ...given),
    press: async (...keys) => {
      const acts = web.actions();
      for (const one of keys.slice(0, -1)) acts.keyDown(key(one));
      acts.keyDown(key(keys.at(-1))).keyUp(key(keys.at(-1)));
      for (const one of keys.slice(0, -1).reverse()) acts.keyUp(key(one));
      await acts.perform();
    },
    type: async (text) => {
      const acts = web.actions();
      for (const letter of text) acts.keyDown(letter).keyUp(letter);
      await acts.perform();
    },
    click: async (x, y, held) => {
      const acts = web.actions();
      if (held) acts.keyDown(key(held));
      acts.move({ x: Math.round(x), y: Math.round(y), origin: Origin.VIEWPORT, duration: 20 }).press(Button.LEFT).release(Button.LEFT);
      if (held) acts.keyUp(key(held));
      await acts.perform();
    },
    drag: (x, y, byX) => {
      const at = (to) => ({ x: Math.round(to), y: Math.round(y), origin: Origin.VIEWPORT, duration: 80 });
      return web.actions().move(at(x)).press(Button.LEFT).move(at(x + byX / 2)).move(at(x + byX)).release(Button.LEFT).perform();
    },
    // The window has no fewer than about 450 px.
    size: (width, height) => size(width, height + 38),
    picture: async (path) => writeFileSync(path, await web.takeScreenshot(), "base64"),
    close: async () => {
      await Promise.race([web.quit().catch(() => {}), sleep(3000)]);
      driver.kill();
      screen.kill();
    },
  };
}

/** What every step uses, over either browser. */
function hands(on, url) {
  const run = on.run;
  const is = (css) => run((css) => [...document.querySelectorAll(css)].some((each) => each.checkVisibility()), css);
  const wait = (css) => until(css, () => is(css));
  const gone = (css) => until(`no ${css}`, async () => !(await is(css)));
  const text = (css) => run((css) => document.querySelector(css)?.textContent.trim(), css);
  const box = (css, words = "") =>
    until(`${css} ${words}`, () =>
      run((css, words) => {
        const found = [...document.querySelectorAll(css)].find((each) => each.checkVisibility() && each.textContent.includes(words));
        if (!found) return null;
        found.scrollIntoView({ block: "nearest" });
        const { x, y, width, height } = found.getBoundingClientRect();
        return { x, y, width, height };
      }, css, words));
  const click = async (css, { words, held } = {}) => {
    const { x, y, width, height } = await box(css, words);
    await on.click(x + width / 2, y + height / 2, held);
  };
  const ready = () => until("the scripts", () => run(() => document.documentElement.matches("[data-js=whole]") || !document.querySelector("meta[name=later]")));
  const visit = async (path = "/") => {
    await on.visit(new URL(path, url).href);
    await ready();
  };
  const search = async (words) => {
    await visit();
    const inbox = await run(() => location.pathname);
    await visit(`${inbox}?q=${encodeURIComponent(`subject:"${words}"`)}`);
    return run(() => document.querySelector(".row__link").getAttribute("href").split("?")[0]);
  };
  const rows = () => run(() => [...document.querySelectorAll(".row")].filter((row) => row.checkVisibility()).map((row) => row.querySelector(".row__subject").textContent.trim()));
  const write = async () => {
    await visit("/compose");
    await wait("form.compose[data-ready]");
  };
  return { ...on, is, wait, gone, text, box, click, ready, visit, search, rows, write };
}

const same = (found, wanted, what = "") => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what} ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
};
const must = (fact, what) => {
  if (!fact) throw new Error(what);
};

/** [name, what is done]; each begins where it likes. */
const STEPS = [
  ["signs in", async (at) => {
    await at.visit("/login");
    await at.click("#address");
    await at.type(ADDRESS);
    await at.click("#password");
    await at.type(PASSWORD);
    await at.press("Enter");
    await at.wait("#list");
    await at.ready();
  }],
  ["an HTML message stands in a frame of its height", async (at) => {
    await at.visit(await at.search("Winter is coming"));
    await at.wait("iframe[data-ready]");
    const { high, inner } = await at.run(() => {
      const frame = document.querySelector("iframe");
      return { high: frame.clientHeight, inner: frame.contentDocument.documentElement.getBoundingClientRect().height };
    });
    must(high > 200 && Math.abs(high - inner) < 3, `the frame has ${high} px, its content ${inner}`);
  }],
  ["keys work while the focus is in a message's frame", async (at) => {
    // WebKit runs no listener inside a frame without scripts (its bug 218086).
    if (at.name.startsWith("WebKit")) return;
    // Above its links.
    const { x, y, width } = await at.box("iframe");
    await at.clickAt(x + width / 2, y + 10);
    await at.press("?");
    await at.wait("#help[open]");
    await at.press("Escape");
    await at.gone("#help[open]");
  }],
  ["j, k and o open messages, u goes back", async (at) => {
    await at.visit();
    const [first] = await at.rows();
    for (const key of "jjko") {
      await at.press(key);
      await sleep(150);
    }
    // Turbo writes the address after it has drawn the pane.
    await until(`“${first}” is open`, async () => (await at.text("#message-title"))?.includes(first.slice(0, 20)) && (await at.run(() => location.pathname)).split("/").length > 3);
    await sleep(500);
    await at.press("u");
    await at.gone("#message-title");
  }],
  ["e archives, z brings back", async (at) => {
    await at.visit();
    const before = await at.rows();
    await at.click(".row__subject", { words: before[2] });
    await until("it is open", async () => (await at.text("#message-title"))?.includes(before[2].slice(0, 20)));
    await at.press("e");
    await until("its row has left", async () => (await at.rows())[2] !== before[2]);
    await at.wait("#flashes .flash form");
    await at.press("z");
    await until("its row is back", async () => (await at.rows())[2] === before[2]);
  }],
  ["the star", async (at) => {
    await at.visit();
    const star = () => at.run(() => document.querySelector(".row").dataset.starred);
    const before = await star();
    await at.click(".row__star");
    await until("it has changed", async () => (await star()) !== before);
    await sleep(500);
    await at.visit();
    must((await star()) !== before, "it is forgotten after a reload");
    await at.click(".row__star");
  }],
  ["shift chooses several", async (at) => {
    await at.visit();
    const boxes = await at.run(() => [...document.querySelectorAll(".row__check")].slice(0, 4).map((each) => each.getBoundingClientRect().toJSON()));
    const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
    await at.clickAt(...middle(boxes[0]));
    await at.clickAt(...middle(boxes[3]), "Shift");
    await until("four rows", async () => (await at.run(() => document.querySelectorAll(".row[data-selected]").length)) === 4);
    await at.press("v");
    await at.wait("#move-selection:popover-open");
    const { x, y, width, height } = await at.box("#move-selection");
    must(x >= 0 && y >= 0 && x + width <= 1440 && y + height <= 900, "the menu leaves the window");
    await at.press("Escape");
    await at.press("Escape");
  }],
  ["search", async (at) => {
    await at.visit();
    await at.press("/");
    await at.type("from:hugo");
    await at.press("Enter");
    await until("what was found", async () => /q=from/.test(await at.run(() => location.search)) && (await at.rows()).length > 0);
    await until("nobody but Hugo", () => at.run(() => [...document.querySelectorAll(".row__who")].every((who) => who.textContent.includes("Hugo"))));
  }],
  ["help and palette", async (at) => {
    await at.visit();
    await at.press("?");
    await at.wait("#help[open] dl");
    await at.press("Escape");
    await at.press("Control", "k");
    await at.wait("#palette[open] [role=option]");
    await at.type("Archive");
    await at.press("Enter");
    await until("the archive", async () => (await at.run(() => document.title)).startsWith("Archive"));
  }],
  ["a divider is dragged, and its place kept", async (at) => {
    await at.visit();
    const width = async () => (await at.box("#list")).width;
    const before = await width();
    const { x, y, width: wide } = await at.box("[data-pane-name=list]");
    await at.drag(x + wide / 2, y + 300, 100);
    must(Math.abs((await width()) - before - 100) < 4, `the list has ${await width()} px after ${before}`);
    await at.visit();
    must(Math.abs((await width()) - before - 100) < 4, "forgotten after a reload");
    await at.drag(x + wide / 2 + 100, y + 300, -100);
  }],
  ["the editor: bold, a list, a quotation, undo", async (at) => {
    await at.write();
    await at.click(".compose__editor");
    const html = () => at.run(() => document.querySelector(".compose__editor").innerHTML.replaceAll(/ (class|style|dir)="[^"]*"|\u200b/g, ""));
    await at.type("one ");
    await at.press("Control", "b");
    await at.type("two");
    await at.press("Control", "b");
    await at.type(" three");
    must(/one(&nbsp;| )<b>two<\/b>(&nbsp;| )three/.test(await html()), `bold: ${await html()}`);
    await at.press("Enter");
    await at.click("[data-compose-command-param=bullets]");
    await at.type("a");
    await at.press("Enter");
    await at.type("b");
    must(/<ul><li>.*a.*<\/li><li>.*b.*<\/li><\/ul>/.test(await html()), `a list: ${await html()}`);
    await at.press("Enter");
    await at.press("Enter");
    await at.click("[data-compose-command-param=quote]");
    await at.type("said");
    must(/<blockquote>.*said.*<\/blockquote>/.test(await html()), `a quotation: ${await html()}`);
    await at.press("Control", "z");
    await until("taken back", async () => !/<blockquote>.*said/.test(await html()));
  }],
  ["a pasted text is cleaned, a dropped picture shows", async (at) => {
    await at.write();
    await at.click(".compose__editor");
    await at.run((pixel) => {
      // Dropped: on a clipboard that a script has made, Firefox has nothing.
      const html = new DataTransfer();
      html.setData("text/html", '<p onclick="alert(1)">pasted <b>bold</b><img src=x onerror="alert(2)"></p>');
      document.querySelector(".compose__editor").dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: html }));
      const file = new DataTransfer();
      file.items.add(new File([Uint8Array.from(atob(pixel), (each) => each.charCodeAt(0))], "dot.png", { type: "image/png" }));
      const editor = document.querySelector(".compose__editor");
      const { x, y } = editor.getBoundingClientRect();
      for (const type of ["dragenter", "dragover", "drop"]) editor.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: file, clientX: x + 30, clientY: y + 10 }));
    }, PIXEL);
    await until("the picture", () => at.run(() => [...document.querySelectorAll(".compose__editor img")].some((each) => each.complete && each.naturalWidth === 1)));
    const html = await at.run(() => document.querySelector(".compose__editor").innerHTML);
    must(at.name.startsWith("Firefox") || /pasted.*<b>bold<\/b>/.test(html), html);
    must(!/onclick|onerror/.test(html), html);
    // Until it has gone up, leaving would lose it, and that is asked about.
    await until("the picture's attachment", () => at.run(() => !document.querySelector(".compose__editor img[src^=blob]")));
  }],
  ["a dropped file goes up; the draft is kept and comes back", async (at) => {
    await at.write();
    await at.click("form.compose [name=subject]");
    await at.type("Kept");
    await at.run((size) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(size)], "report.pdf", { type: "application/pdf" }));
      for (const type of ["dragenter", "dragover", "drop"]) document.querySelector(".compose__editor").dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
    }, 300_000);
    await at.wait(".file[data-attachment]");
    await at.click(".compose__editor");
    await at.type("Still here");
    await until("saved", async () => /\/drafts\/\d+$/.test(await at.run(() => location.pathname)) && /saved/i.test((await at.text("[data-compose-target=status]")) ?? ""), 12_000);
    await at.type(" at the end");
    await at.visit(await at.run(() => location.pathname));
    await at.wait("form.compose[data-ready]");
    await until("the text", async () => (await at.text(".compose__editor"))?.includes("Still here at the end"));
    same(await at.run(() => document.querySelector("form.compose [name=subject]").value), "Kept");
    must(await at.is(".file[data-attachment]"), "the file is gone");
    await at.click(".compose__discard");
    await at.click("[data-compose-target=askYes]");
    await until("the form is left", async () => !/drafts/.test(await at.run(() => location.pathname)));
  }],
  ["c writes over the list; sending is taken back, then done; it arrives by itself", async (at) => {
    await at.visit();
    const about = `From ${at.name} ${Date.now() % 100_000}`;
    await at.press("c");
    await at.wait(".panel form[data-ready]");
    await at.type(`${ADDRESS},`);
    same(await at.run(() => document.querySelectorAll(".panel [data-field=to] .person").length), 1, "recipients");
    await at.click(".panel [name=subject]");
    await at.type(about);
    await at.click(".panel .compose__editor");
    await at.type("Hello");
    await at.press("Control", "Enter");
    await at.gone(".panel");
    await at.click("#flashes [data-key=undo]");
    await at.wait(".panel form[data-ready]");
    same(await at.run(() => document.querySelector(".panel [name=subject]").value), about);
    await at.click(".panel .compose__editor");
    await at.press("Control", "Enter");
    await at.gone(".panel");
    await until("it is in the list", async () => (await at.rows())[0] === about, 30_000);
  }],
  ["an answer: in a panel, put aside, and on a small screen", async (at) => {
    const path = await at.search("Winter is coming");
    await at.visit(path);
    await at.wait("iframe[data-ready]");
    await at.press("r");
    await at.wait(".panel form[data-ready]");
    await at.click(".panel .quote__summary");
    await at.wait(".panel iframe[data-ready]");
    await at.press("Escape");
    await at.wait(".panel[data-minimised]");
    await at.visit(`${path}/reply`);
    await at.wait("form.compose[data-ready]");
    await at.click(".quote__summary");
    await at.wait(".quote iframe[data-ready]");
    await at.size(500, 844);
    await at.run(() => document.documentElement.clientWidth);
    await at.visit(`${path}/reply`);
    await at.wait("form.compose[data-ready]");
    await at.size(1440, 900);
  }],
];

const wanted = process.argv.slice(2);
const browsers = [
  ["firefox", firefox, FIREFOXES.some(existsSync)],
  ["webkit", webkit, existsSync("/usr/bin/WebKitWebDriver") && MINIBROWSERS.some(existsSync)],
].filter(([name]) => wanted.length === 0 || wanted.includes(name));
const only = process.env.ONLY && new RegExp(process.env.ONLY);
const pictures = process.env.PICTURES;
if (pictures) mkdirSync(pictures, { recursive: true });
const demo = await startDemo();
let passed = 0;
let failed = 0;
try {
  for (const [name, open, installed] of browsers) {
    if (!installed) {
      console.log(`${name} is not installed`);
      continue;
    }
    const browser = await open();
    console.log(browser.name);
    for (const [what, act] of STEPS) {
      if (only && what !== "signs in" && !only.test(what)) continue;
      const at = { ...hands(browser, demo.url), clickAt: browser.click };
      browser.errors.length = 0;
      const begun = Date.now();
      try {
        await Promise.race([act(at), sleep(60_000).then(() => { throw new Error("took over a minute"); })]);
        same(browser.errors, [], "the console:");
        passed += 1;
        console.log(`  ok    ${what} (${Date.now() - begun} ms)`);
      } catch (error) {
        failed += 1;
        console.log(`  FAIL  ${what}: ${error.message}`);
        if (pictures) await Promise.race([browser.picture(`${pictures}/${name}-${what.replaceAll(/\W+/g, "-").slice(0, 40)}.png`), sleep(3000)]).catch(() => {});
        // Nothing more is to be had from a page that hangs.
        if (/does not answer|over a minute/.test(error.message)) break;
      }
    }
    await Promise.race([browser.close(), sleep(5000)]);
  }
} finally {
  demo.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
