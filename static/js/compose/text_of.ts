// The words of HTML, read where nothing of it runs and nothing is fetched.

import { parse } from "../shared";
import { quiet } from "./quiet";

/** The words alone, to be compared or shown. */
export function textOf(html: string): string {
  if (html.trim() === "") return "";
  const { body } = parse(quiet(html));
  for (const unseen of body.querySelectorAll("script, style, template, noscript, title, textarea, iframe, object")) unseen.remove();
  for (const br of body.querySelectorAll("br")) br.replaceWith("\n");
  for (const block of body.querySelectorAll("div, p, li, blockquote, h1, h2, h3, tr, pre")) block.append("\n");
  return body.textContent?.replace(/[ \t\u200b]+\n/g, "\n").replace(/\n{3,}/g, "\n\n").trim() ?? "";
}
