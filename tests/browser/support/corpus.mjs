// The corpus of hostile HTML: which payloads are run, as which messages, and what must not happen.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { htmlMessage, ROOT } from "./world.mjs";

export const CORPUS_USER = "corpus@example.org";

/** One of so many payloads runs by default; all with RESTANTE_CORPUS=all, or those it names (h01f7…,h7f1…). */
const EVERY = 40;

/** The payloads of this run; none where the corpora are absent. */
export function payloads() {
  const places = [process.env.RESTANTE_CORPORA, join(ROOT, "../shared/corpora"), join(ROOT, "../../shared/corpora")];
  const found = places.filter(Boolean).map((place) => join(place, "html/payloads.json")).find(existsSync);
  if (!found) return [];
  const all = JSON.parse(readFileSync(found, "utf8"));
  const wanted = process.env.RESTANTE_CORPUS;
  if (wanted === "all") return all;
  return all.filter(({ id }, number) => (wanted ? wanted.split(",").includes(id) : number % EVERY === 0));
}

/** Each payload as a message whose subject is its id. */
export function corpusMessages() {
  return payloads().map(({ id, payload }) => ({ raw: htmlMessage(id, payload) }));
}

/**
 * What is wrong with an opened message, looked at from the page around it (runs in the browser).
 * The cage gives no scripts, so whatever is left of a payload stands still to be looked at.
 */
export function inspect() {
  const wrong = [];
  const say = (what, element) => wrong.push(`${what}: ${element.outerHTML?.slice(0, 160) ?? ""}`);
  const here = location.origin;
  const foreign = (address) => {
    try {
      const { protocol, origin } = new URL(address, location.href);
      return protocol !== "data:" && protocol !== "blob:" && origin !== here;
    } catch {
      return false;
    }
  };
  // Around the frame: nothing of the message may have become markup.
  for (const element of document.querySelectorAll("iframe:not(.sheet__frame), object, embed, base, applet, meta[http-equiv='refresh' i]")) say("outside the frame", element);
  for (const element of document.querySelectorAll("script:not([src])")) say("script outside the frame", element);
  for (const element of document.querySelectorAll("img[src], link[href], script[src], form[action]")) {
    if (foreign(element.getAttribute("src") ?? element.getAttribute("href") ?? element.getAttribute("action"))) say("leads outside", element);
  }
  const handlers = (root) => {
    for (const element of root.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        if (/^on/i.test(name)) say("handler", element);
        if (/^(href|src|action|formaction|xlink:href|data|poster|background)$/i.test(name) && /^\s*(javascript|vbscript):/i.test(value)) say("script link", element);
      }
    }
  };
  handlers(document);
  if (document.activeElement?.tagName === "IFRAME") say("took the focus", document.activeElement);
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push(`page is ${document.documentElement.scrollWidth} wide`);
  // Inside it.
  for (const frame of document.querySelectorAll("iframe.sheet__frame")) {
    const sandbox = frame.getAttribute("sandbox") ?? "";
    if (!frame.hasAttribute("sandbox") || /allow-scripts|allow-top|allow-forms/.test(sandbox)) say("cage is open", frame);
    const inside = frame.contentDocument;
    if (!inside) {
      say("frame went elsewhere", frame);
      continue;
    }
    if (new URL(inside.URL).origin !== here || !/\/html\//.test(inside.URL)) say(`frame shows ${inside.URL}`, frame);
    const banned = "script, iframe, frame, object, embed, applet, base, link, meta[http-equiv='refresh' i], form[action], input, textarea, select, button, svg, math, template, noscript, portal, video, audio, dialog";
    for (const element of inside.body?.querySelectorAll(banned) ?? []) say("survived", element);
    for (const element of inside.head?.querySelectorAll("script, base, link, meta[http-equiv='refresh' i]") ?? []) say("survived in the head", element);
    handlers(inside);
    for (const link of inside.querySelectorAll("a[href], area[href]")) {
      const href = link.getAttribute("href");
      if (href.startsWith("#")) continue;
      if (!/^(https?|mailto|tel):/i.test(href)) say("odd link", link);
      else if (link.target !== "_blank" || !/noopener/.test(link.rel)) say("link without noopener", link);
    }
    for (const image of inside.querySelectorAll("img[src]")) {
      if (foreign(image.getAttribute("src"))) say("remote image", image);
    }
  }
  return [...new Set(wrong)];
}
