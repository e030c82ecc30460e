// Between plain and formatted text.

/** Lines of text as the editor writes them. */
export function toHtml(text: string): string {
  const lines = text.split("\n").map((line) => `<div>${line ? escape(line) : "<br>"}</div>`);
  return lines.join("");
}

function escape(text: string): string {
  const spaced = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return spaced.replace(/ {2}/g, " &nbsp;").replace(/^ /, "&nbsp;");
}

/** Whether plain text can't say all that this says. */
export function losesAsText(root: Element): boolean {
  return root.querySelector("b, i, u, s, strong, em, del, strike, sub, sup, font, big, small, table, img, ul, ol, h1, h2, h3, h4, span[style], a:not([href^='http']):not([href^='mailto'])") !== null
    || [...root.querySelectorAll("a")].some((link) => link.textContent?.trim() !== link.getAttribute("href")?.replace(/^mailto:/, ""));
}

/** The original as it stands below a plain answer. */
export function quoted(line: string, text: string): string {
  const lines = text.replace(/\s+$/, "").split("\n");
  return `${line}\n${lines.map((each) => (each === "" || each.startsWith(">") ? `>${each}` : `> ${each}`)).join("\n")}`;
}
