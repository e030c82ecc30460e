// Where the reader goes when the message it shows leaves: `data-advance="older|newer|list"` on the
// message, a setting.

import { visit } from "@hotwired/turbo";
import { expect, openId, takeBack } from "./coming";
import { isOnly, linkOf, listAddress, openMessage, rowOf, rowsIn } from "./rows";
import { carry } from "./tell";

export interface Arrival {
  /** At once: what leaves is not shown any longer, and the next message is asked for when it is known. */
  now(): void;
  /** When the server has done it: the list must not show what has left. */
  then(): void;
  /** When the server has not. */
  back(): void;
}

/** To be asked before the rows are hidden. */
export function advance(ids: readonly string[]): Arrival | undefined {
  const id = openId();
  const row = rowOf(id);
  // Only a row can be on its way to the reader and not there yet.
  const shown = openMessage()?.dataset.id === id ? openMessage() : null;
  if (!id || !(ids.includes(id) || (!shown && row && isOnly(row, ids)))) return undefined;
  const way = document.querySelector<HTMLElement>("#reader [data-advance]")?.dataset.advance ?? "older";
  const next = way === "list" ? undefined : neighbour(row, ids, way === "newer") ?? key(shown, way);
  if (next) return { now: () => goOn(next), then: () => undefined, back: takeBack };

  const back = key(shown, "back")?.href ?? listAddress(document);
  const leave = () => {
    if (!back) return;
    carry();
    visit(back, { action: "replace" });
  };
  return { now: () => expect(), then: leave, back: takeBack };
}

/** In the place of the page that is left: the way back does not lead to what is gone. */
function goOn(next: HTMLAnchorElement): void {
  // Who goes through the rows by keys is where the reader goes.
  if (document.activeElement?.matches(".row *") && next.matches(".row *")) next.focus({ preventScroll: true });
  next.dataset.turboAction = "replace";
  next.click();
  delete next.dataset.turboAction;
  expect((next.querySelector(".row__subject") ?? next).textContent?.trim() ?? "");
}

function neighbour(row: HTMLElement | null, leaving: readonly string[], newer: boolean): HTMLAnchorElement | null {
  const rows = row?.parentElement ? rowsIn(row.parentElement) : [];
  const behind = newer ? rows.slice(0, row ? rows.indexOf(row) : 0).reverse() : rows.slice(row ? rows.indexOf(row) + 1 : rows.length);
  const next = behind.find((each) => !each.hidden && !isOnly(each, leaving));
  return next ? linkOf(next) : null;
}

function key(message: HTMLElement | null, name: string): HTMLAnchorElement | null {
  return message?.querySelector<HTMLAnchorElement>(`a[data-key~="${name}"]`) ?? null;
}
