// Recipients as people type and paste them: where one ends and the next begins. Who they are is for
// the server to say.

/** Splits at commas, semicolons and line ends that stand outside quotes, brackets and comments. */
export function split(text: string): string[] {
  const people: string[] = [];
  let current = "";
  let quoted = false;
  let angle = false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted) {
      if (char === "\\" && at + 1 < text.length) {
        current += char + text.charAt((at += 1));
        continue;
      }
      if (char === '"' || char === "\n") quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "<") angle = true;
    else if (char === ">") angle = false;
    else if (char === "(") depth += 1;
    else if (char === ")") depth = Math.max(0, depth - 1);
    const outside = !quoted && !angle && depth === 0;
    if (char === "\n" || (outside && (char === "," || char === ";"))) {
      people.push(current);
      current = "";
      angle = false;
      depth = 0;
    } else current += char;
  }
  people.push(current);
  return people.map((each) => each.trim()).filter(Boolean);
}

/** The field's text for these people. */
export function join(people: readonly string[]): string {
  return people.join(", ");
}

/** A name and an address as a header takes them. */
export function write(name: string, email: string): string {
  if (!name || name === email) return email;
  const plain = /^[\p{L}\p{N} !#$%&'*+\-/=?^_`{|}~.]+$/u.test(name) && !name.includes(".");
  return `${plain ? name : `"${name.replace(/["\\]/g, "\\$&")}"`} <${email}>`;
}

/** What a person is called before the server has said so. */
export function shown(text: string): { name: string; email: string } {
  const [, name = "", email = ""] = /^(.*?)\s*<([^<>]*)>$/s.exec(text) ?? [];
  if (!email) return { name: text, email: text };
  const bare = name.replace(/^"(.*)"$/s, "$1").replace(/\\(.)/g, "$1");
  return { name: bare || email, email };
}

/** Whether what was typed is surely finished: a list was pasted, or something ends it. */
export function ends(text: string): boolean {
  return split(text).length > 1 || /[,;\n]\s*$/.test(text) && split(`${text}x`).length > split(text).length;
}
