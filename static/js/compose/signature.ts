// The signature of who writes, exchanged when someone else writes, unless it was changed by hand.

const dashes = "-- \n";

/** `text` with the new signature in the place of the old one; as it is when the old is not there. */
export function exchange(text: string, old: string, next: string): string {
  const from = old.trim() ? find(text, old.trim()) : undefined;
  const after = next.trim() ? dashes + next.trim() : "";
  if (from) {
    const [start, end] = from;
    if (after) return text.slice(0, start) + after + text.slice(end);
    return text.slice(0, start).replace(/\n+$/, "\n") + text.slice(end);
  }
  if (old.trim() || !after || /^-- $/m.test(text)) return text;
  // There was none: it stands below the text, above what is quoted.
  const quote = /\n[^\n]*:\n>/.exec(text) ?? /^>/m.exec(text);
  const at = quote?.index ?? text.length;
  const above = text.slice(0, at).replace(/\s+$/, "");
  const below = text.slice(at).replace(/^\n+/, "");
  return `${above}\n\n${after}${below ? `\n\n${below}` : "\n"}`;
}

/** Where the old signature stands, its dashes with it. */
function find(text: string, old: string): [number, number] | undefined {
  const begin = `${dashes}${old}`;
  let at = text.lastIndexOf(begin);
  while (at > 0 && text[at - 1] !== "\n") at = text.lastIndexOf(begin, at - 1);
  if (at < 0) return undefined;
  const end = at + begin.length;
  return end === text.length || text[end] === "\n" ? [at, end] : undefined;
}

/** Texts that look the same are the same signature. */
export function same(one: string, other: string): boolean {
  const plain = (text: string) => text.replace(/^\s*--\s/, "").replace(/[\s\u00a0\u200b]+/g, " ").trim();
  return plain(one) === plain(other);
}
