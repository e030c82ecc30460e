// What may come into the editor: paste, drop, a draft of the server, the journal, its own undo. The
// server's sanitiser has the last word on what is sent; this one guards the page.
//
// What is dangerous anywhere is taken out by the browser's own sanitiser while it parses; where it
// has none, by DOMPurify, which only such browsers fetch (guard.ts). Either way what is left stands in
// a document where nothing runs and nothing is fetched, and has to pass the lists below.

const tags = new Set([
  "a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl",
  "dt", "em", "figure", "figcaption", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s",
  "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
  // The marks by which Squire finds its selection again.
  "input",
]);
const attributes = new Set(["align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "cite", "color", "colspan", "dir", "face", "height", "href", "id", "lang", "rowspan", "size", "src", "start", "title", "type", "valign", "width", "data-css"]);
/** Their content is no text that somebody wrote. Of every other element the words stay. */
const wordless = ["audio", "head", "iframe", "math", "noembed", "noframes", "noscript", "object", "plaintext", "script", "style", "svg", "template", "title", "video", "xmp"];
const markIds = new Set(["squire-selection-start", "squire-selection-end"]);
/** Pasted pictures elsewhere on the web would tell their owners who looks; only our own are shown. */
const pictures = /^(cid:|\/|blob:|data:image\/(png|jpeg|gif|webp);)/i;
const links = /^(https?|mailto|tel|sms|xmpp|ftp):/i;
const properties = /^(color|background-color|font-(family|size|style|weight|variant)|text-(align|decoration|decoration-line|indent|transform)|line-height|letter-spacing|white-space|vertical-align|direction|(max-|min-)?(width|height)|(margin|padding|border)(-[a-z-]+)?|list-style-type|float)$/;

/** What a browser does that has `Element.setHTML`; TypeScript does not know it yet. */
type Native = { setHTML(html: string, options: { sanitizer: object }): void };
export type Purify = (html: string, tags: string[], attributes: string[]) => Node;

// A form answers to the names of its fields before its own: it must be gone before it is asked.
const native = { removeElements: wordless, replaceWithChildrenElements: ["form"], comments: false };

let purify: Purify | undefined;

/** Where the browser has no sanitiser: DOMPurify. */
export function guardWith(instead: Purify): void {
  purify = instead;
}

function parse(html: string): DocumentFragment {
  const inert = document.implementation.createHTMLDocument("");
  const fragment = inert.createDocumentFragment();
  if (purify) fragment.append(purify(html, [...tags], [...attributes]));
  else {
    const holder = inert.createElement("div");
    (holder as unknown as Native).setHTML(html, { sanitizer: native });
    fragment.append(...holder.childNodes);
  }
  return fragment;
}

/** Leaves of an element what the lists allow: it, its words, or nothing. */
function prune(element: Element): void {
  if (wordless.includes(element.localName)) return element.remove();
  if (!(element instanceof HTMLElement) || !tags.has(element.localName)) {
    while (element.firstChild) element.before(element.firstChild);
    return element.remove();
  }
  for (const { name } of [...element.attributes]) {
    if (name !== "style" && !attributes.has(name)) element.removeAttribute(name);
  }
  // A policy of `style-src 'self'` applies no style attribute; what is allowed is set by CSSOM.
  const css = element.getAttribute("data-css") ?? element.getAttribute("style");
  element.removeAttribute("data-css");
  element.removeAttribute("style");
  if (css) dress(element, css);
  const { nodeName } = element;
  if (nodeName === "INPUT" && !(markIds.has(element.id) && element.getAttribute("type") === "hidden")) element.remove();
  else if (element.id && nodeName !== "INPUT") element.removeAttribute("id");
  if (nodeName === "IMG" && !pictures.test(element.getAttribute("src") ?? "")) element.replaceWith(element.getAttribute("alt") ?? "");
  else if (nodeName !== "IMG") element.removeAttribute("src");
  if (nodeName !== "A") element.removeAttribute("href");
  else if (!links.test(element.getAttribute("href")?.trim() ?? "")) element.removeAttribute("href");
}

function dress(element: HTMLElement, css: string): void {
  const probe = document.createElement("i").style;
  probe.cssText = css;
  for (const property of probe) {
    const value = probe.getPropertyValue(property);
    if (properties.test(property) && !/url\(|image|var\(|expression/i.test(value)) element.style.setProperty(property, value);
  }
}

/** A fragment in which nothing runs and nothing is fetched from elsewhere; undo keeps Squire's marks. */
export function sanitise(html: string, marks = false): DocumentFragment {
  // Named otherwise before anything reads them: styles and handlers would be refused, and complained of.
  const renamed = html.replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-css=").replace(/\son[a-z]+\s*=/gi, " data-gone="));
  const clean = parse(renamed);
  for (const element of clean.querySelectorAll("*")) prune(element);
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
