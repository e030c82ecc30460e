// Chromium for the browser tests: contexts with and without JavaScript, sign-in, axe.

import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { PASSWORD, SAMPLE } from "./world.mjs";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");

/**
 * Chromium, in which every name but localhost leads to a sink that notes the names: nothing leaves
 * this machine, and what tries to is seen.
 */
export async function launch() {
  const sink = await startSink();
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: switches(sink),
  });
  return {
    browser,
    sink,
    async close() {
      await browser.close();
      sink.close();
    },
  };
}

/** Chromium with a profile that stays, so that it can be killed and started again. */
export async function launchProfile(profile) {
  const sink = await startSink();
  const port = join(profile, "DevToolsActivePort");
  rmSync(port, { force: true });
  const parameters = [...switches(sink), "--headless=new", "--no-first-run", "--lang=en-US", "--window-size=1440,900", "--force-prefers-reduced-motion", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  const child = spawn(findChromium(), parameters, { stdio: "ignore" });
  const ended = new Promise((done) => child.once("exit", done));
  while (!existsSync(port) || !readFileSync(port, "utf8").includes("\n")) {
    if (child.exitCode !== null) throw new Error("Chromium ended at once");
    await new Promise((done) => setTimeout(done, 50));
  }
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${readFileSync(port, "utf8").split("\n")[0]}`);
  const [context] = browser.contexts();
  context.setDefaultTimeout(30_000);
  return {
    context,
    /** As the loss of power does: it learns nothing of it. */
    async kill() {
      child.kill("SIGKILL");
      await ended;
      sink.close();
    },
  };
}

function switches(sink) {
  return [
    "--no-sandbox", // CI runs as root; the pages under test are our own
    `--host-resolver-rules=MAP * 127.0.0.1:${sink.port}, EXCLUDE localhost, EXCLUDE 127.0.0.1`,
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
  ];
}

/** A fresh browser profile. */
export async function context(browser, { js = true, scheme = "light", width = 1280, locale = "en", ...more } = {}) {
  const made = await browser.newContext({
    javaScriptEnabled: js,
    colorScheme: scheme,
    viewport: { width, height: 900 },
    locale,
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    // Chromium's hint keeps to the system's theme, whatever is emulated.
    extraHTTPHeaders: { "Sec-CH-Prefers-Color-Scheme": scheme },
    ...more,
  });
  made.setDefaultTimeout(30_000);
  return made;
}

/** All scripts run; at once where a page has none. */
export const ready = (page) => page.waitForSelector("html:is([data-js=whole], :not(:has(meta[name=later])))");

/** Signs in and waits for the list. */
export async function signIn(page, url, address = SAMPLE, password = PASSWORD) {
  await page.goto(`${url}/login`);
  await page.fill("#address", address);
  await page.fill("#password", password);
  await Promise.all([page.waitForURL(/\/m\//), page.click("form[action$='/login'] button")]);
  await page.waitForSelector("#list");
}

/** The path of the folder with this name, from the folder list of an open page. */
export async function folderPath(page, name) {
  const path = await page.evaluate((wanted) => {
    const links = [...document.querySelectorAll("#folders a[href*='/m/']")];
    return links.find((link) => link.textContent.includes(wanted))?.getAttribute("href");
  }, name);
  if (!path) throw new Error(`no folder ${name}`);
  return path;
}

/** Opens the first message of the list whose subject has these words; returns its path. */
export async function openMessage(page, words) {
  const link = page.locator(".row__link", { hasText: words }).first();
  const path = await link.getAttribute("href");
  await link.click();
  await page.waitForSelector("#message-title");
  await page.waitForLoadState();
  return path;
}

/** Serious and critical findings of axe on the page, one line each. */
export async function axe(page) {
  // What was busy a moment ago still changes its colours.
  await page.evaluate(() => {
    const lasting = (one) => one.effect?.getComputedTiming().endTime === Infinity;
    const ending = document.getAnimations().filter((one) => !lasting(one));
    return Promise.all(ending.map((one) => one.finished.catch(() => undefined))).then(() => undefined);
  });
  const source = require.resolve("axe-core/axe.min.js");
  // By evaluation, for the page's policy allows no foreign script.
  await page.evaluate(readFileSync(source, "utf8"));
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      // A message is its sender's work; its frame is ours.
      iframes: false,
    }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary}`));
}

/** Requests of the context that leave the app, and everything the browser complains about. */
export function watch(made, url) {
  const origin = new URL(url).origin;
  const seen = { outside: [], dialogs: [], complaints: [], errors: [], requests: 0 };
  made.on("request", (request) => {
    seen.requests += 1;
    const wanted = request.url();
    if (!wanted.startsWith(`${origin}/`) && !/^(data|blob|about):/.test(wanted)) seen.outside.push(wanted);
  });
  made.on("dialog", (dialog) => {
    seen.dialogs.push(dialog.message());
    dialog.dismiss();
  });
  made.on("console", (message) => {
    const text = message.text();
    const policy = /Content Security Policy|Blocked script|Refused to|Blocked form/.test(text);
    // An answer that says no is a line in the console as well, and so is a line that is down.
    const failure = message.type() === "error" && !/Failed to load resource|ERR_INTERNET_DISCONNECTED/.test(text);
    if (policy || failure) seen.complaints.push(text);
  });
  made.on("weberror", (error) => seen.errors.push(String(error.error())));
  return seen;
}

/** What Chromium itself asks for in the background; no page can cause it. */
const OWN = /\.(google|googleapis|gstatic|gvt1|google-analytics)\.com$/;

/** Listens, notes who is looked for, and hangs up. */
function startSink() {
  return new Promise((done) => {
    const sink = { port: 0, wanted: [], close: () => server.close() };
    const server = createServer((socket) => {
      const note = (name) => {
        if (!OWN.test(name)) sink.wanted.push(name);
        socket.destroy();
      };
      // A connection made in advance says nothing.
      const silent = setTimeout(() => note("(a silent connection)"), 10_000);
      socket.once("error", () => {});
      socket.once("close", () => clearTimeout(silent));
      socket.once("data", (bytes) => {
        clearTimeout(silent);
        const host = /\r\nhost: ([^\r:]+)/i.exec(bytes.toString("latin1"))?.[1];
        note(host ?? serverName(bytes) ?? "(unreadable)");
      });
    });
    server.listen(0, "127.0.0.1", () => {
      sink.port = server.address().port;
      done(sink);
    });
  });
}

/** The name in a TLS ClientHello (RFC 8446 §4.1.2, RFC 6066 §3). */
function serverName(hello) {
  try {
    let at = 5 + 4 + 2 + 32; // record, handshake, version, random
    at += 1 + hello.readUInt8(at); // session
    at += 2 + hello.readUInt16BE(at); // ciphers
    at += 1 + hello.readUInt8(at); // compression
    const end = at + 2 + hello.readUInt16BE(at);
    for (at += 2; at < end; at += 4 + hello.readUInt16BE(at + 2)) {
      if (hello.readUInt16BE(at) === 0) {
        return hello.toString("latin1", at + 9, at + 9 + hello.readUInt16BE(at + 7));
      }
    }
  } catch {
    // Cut off, or no TLS at all.
  }
  return null;
}

function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ["chromium", "chromium-browser", "google-chrome"];
  for (const name of names) {
    for (const directory of (process.env.PATH ?? "").split(delimiter)) {
      if (existsSync(join(directory, name))) return join(directory, name);
    }
  }
  throw new Error("no Chromium; ./test installs it, or set CHROMIUM");
}
