// The last word of a page that goes: what was typed in its last second. IndexedDB writes in its own
// time, and a page that goes has none, so this is written at once, to be taken up by the next page.

import type { Entry } from "./entry";

const prefix = "restante-left:";
/** Browsers give five million characters to all of it. */
const most = 1_000_000;

const key = ({ owner, id }: Pick<Entry, "owner" | "id">) => `${prefix}${owner} ${id}`;

export function keepLast(entry: Entry): void {
  try {
    const text = JSON.stringify(entry);
    if (text.length <= most) localStorage.setItem(key(entry), text);
  } catch {
    // Refused or full: the journal has what was typed until a second ago.
  }
}

export function takeLast(of: Pick<Entry, "owner" | "id">): Entry | undefined {
  try {
    const text = localStorage.getItem(key(of));
    localStorage.removeItem(key(of));
    return text ? (JSON.parse(text) as Entry) : undefined;
  } catch {
    return undefined;
  }
}

/** Those of messages that the server had nothing of. */
export function takeNew(owner: string): Entry[] {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(key({ owner, id: "key:" })));
    return names.flatMap((name) => takeLast({ owner, id: name.slice(key({ owner, id: "" }).length) }) ?? []);
  } catch {
    return [];
  }
}

/** Nothing of it stays when its owner leaves. */
export function forgetLast(): void {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(prefix)) localStorage.removeItem(name);
  } catch {
    // Then there is nothing either.
  }
}
