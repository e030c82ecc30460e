// What may come into the editor: paste, drop, a draft of the server, the journal, its own undo. The
// server's sanitiser has the last word on what is sent; this one guards the page.

import DOMPurify from "dompurify";
import { policy } from "../shared";

const tags = [
  "a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl",
  "dt", "em", "figure", "figcaption", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s",
  "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
  // The marks by which Squire finds its selection again.
  "input",
];
const attributes = ["align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "cite", "color", "colspan", "dir", "face", "height", "href", "id", "lang", "rowspan", "size", "src", "start", "title", "type", "valign", "width", "data-css"];
const markIds = new Set(["squire-selection-start", "squire-selection-end"]);
/** Pasted pictures elsewhere on the web would tell their owners who looks; only our own are shown. */
const pictures = /^(cid:|\/|blob:|data:image\/(png|jpeg|gif|webp);)/i;
const links = /^(https?|mailto|tel|sms|xmpp|ftp):/i;
const properties = /^(color|background-color|font-(family|size|style|weight|variant)|text-(align|decoration|decoration-line|indent|transform)|line-height|letter-spacing|white-space|vertical-align|direction|(max-|min-)?(width|height)|(margin|padding|border)(-[a-z-]+)?|list-style-type|float)$/;

const purifier = DOMPurify(window);

purifier.addHook("afterSanitizeAttributes", (element) => {
  // A policy of `style-src 'self'` applies no style attribute; what is allowed is set by CSSOM.
  const css = element.getAttribute("data-css") ?? element.getAttribute("style");
  element.removeAttribute("data-css");
  element.removeAttribute("style");
  if (css && element instanceof HTMLElement) dress(element, css);
  const { nodeName } = element;
  if (nodeName === "INPUT" && !(markIds.has(element.id) && element.getAttribute("type") === "hidden")) element.remove();
  else if (element.id && nodeName !== "INPUT") element.removeAttribute("id");
  if (nodeName === "IMG" && !pictures.test(element.getAttribute("src") ?? "")) element.replaceWith(document.createTextNode(element.getAttribute("alt") ?? ""));
  if (nodeName === "A" && !links.test(element.getAttribute("href")?.trim() ?? "")) element.removeAttribute("href");
});

function dress(element: HTMLElement, css: string): void {
  const probe = document.createElement("i").style;
  probe.cssText = css;
  for (const property of probe) {
    const value = probe.getPropertyValue(property);
    if (properties.test(property) && !/url\(|image|var\(|expression/i.test(value)) element.style.setProperty(property, value);
  }
}

const options = {
  ALLOWED_TAGS: tags,
  ALLOWED_ATTR: attributes,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  // DOMPurify's own, with our pictures' schemes; every attribute has to pass it.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|sms|xmpp|ftp|cid|blob|data):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  ADD_URI_SAFE_ATTR: ["data-css"],
  RETURN_DOM_FRAGMENT: true as const,
  SANITIZE_NAMED_PROPS: false,
  ...(policy ? { TRUSTED_TYPES_POLICY: policy as never } : {}),
};

/** A fragment in which nothing runs and nothing is fetched from elsewhere; undo keeps Squire's marks. */
export function sanitise(html: string, marks = false): DocumentFragment {
  // Named otherwise before anything reads them: styles and handlers would be refused, and complained of.
  const renamed = html.replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-css=").replace(/\son[a-z]+\s*=/gi, " data-gone="));
  const clean: unknown = purifier.sanitize(renamed, options);
  if (!(clean instanceof DocumentFragment)) return document.createDocumentFragment();
  if (!marks) for (const mark of clean.querySelectorAll("input")) mark.remove();
  return document.importNode(clean, true);
}

/** The words alone, to be compared or shown. */
export function textOf(html: string): string {
  const holder = document.createElement("div");
  holder.append(sanitise(html));
  for (const br of holder.querySelectorAll("br")) br.replaceWith("\n");
  for (const block of holder.querySelectorAll("div, p, li, blockquote, h1, h2, h3, tr, pre")) block.append("\n");
  return holder.textContent?.replace(/[ \t\u200b]+\n/g, "\n").replace(/\n{3,}/g, "\n\n").trim() ?? "";
}
