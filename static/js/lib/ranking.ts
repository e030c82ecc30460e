// Which entries of a palette or menu fit what was typed, best first.

export function rank<T>(typed: string, entries: readonly T[], label: (entry: T) => string): T[] {
  const wanted = fold(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [...entries];
  return entries
    .map((entry) => ({ entry, points: points(wanted, fold(label(entry))) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ entry }) => entry);
}

/** Letters without case and accents. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** Every word must be there: best at the start, then at the start of a word, then within one. */
function points(wanted: readonly string[], label: string): number {
  let sum = 0;
  for (const word of wanted) {
    const at = label.indexOf(word);
    if (at < 0) {
      if (!inOrder(word, label)) return 0;
      sum += 1;
    } else if (at === 0) sum += 8;
    else sum += /[\p{L}\p{N}]/u.test(label[at - 1] ?? "") ? 2 : 4;
  }
  // Of two that fit alike, the shorter is more likely meant.
  return sum + 1 / (label.length + 1);
}

/** "arc" fits "a·r·c·hive" with letters between, so "mvto" finds "move to". */
function inOrder(word: string, label: string): boolean {
  let at = 0;
  for (const letter of word) {
    at = label.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
