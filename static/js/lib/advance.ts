// Where the reader goes when the message it shows leaves: `data-advance="older|newer|list"` on the
// message, a setting.

import { visit } from "@hotwired/turbo";
import { isOnly, linkOf, openMessage, rowOf, rowsIn } from "./rows";
import { carry } from "./tell";

export interface Arrival {
  /** At once, when a next message is known. */
  now(): void;
  /** When the server has done it: the list must not show what has left. */
  then(): void;
}

/** To be asked before the rows are hidden. */
export function advance(ids: readonly string[]): Arrival | undefined {
  const message = openMessage();
  const id = message?.dataset.id ?? "";
  if (!message || !ids.includes(id)) return undefined;
  const way = message.dataset.advance ?? "older";
  const next = way === "list" ? undefined : neighbour(id, ids, way === "newer") ?? key(message, way);
  if (next) return { now: () => next.click(), then: () => undefined };

  const back = key(message, "back");
  const leave = () => {
    if (!back) return;
    carry();
    visit(back.href, { action: "replace" });
  };
  return { now: () => undefined, then: leave };
}

function neighbour(id: string, leaving: readonly string[], newer: boolean): HTMLAnchorElement | null {
  const row = rowOf(id);
  const rows = row?.parentElement ? rowsIn(row.parentElement) : [];
  const behind = newer ? rows.slice(0, row ? rows.indexOf(row) : 0).reverse() : rows.slice(row ? rows.indexOf(row) + 1 : rows.length);
  const next = behind.find((each) => !each.hidden && !isOnly(each, leaving));
  return next ? linkOf(next) : null;
}

function key(message: HTMLElement, name: string): HTMLAnchorElement | null {
  return message.querySelector<HTMLAnchorElement>(`a[data-key~="${name}"]`);
}
