// Brings the list and the folders' counts up to date in place: one request for the list's page,
// then each row, folder and the title takes on what is new. The open message is left alone.

import { morphChildren, morphElements } from "@hotwired/turbo";
import { request } from "./http";
import { dropReturning } from "./optimism";
import { reconcile } from "./reconcile";
import { idOf, rowOf, rowsIn, scrollerOf } from "./rows";
import { parse } from "./trusted";

/** How many new messages wait above the view; `jump` shows them all and goes to the top. */
export async function refreshList({ jump = false } = {}): Promise<number> {
  const list = document.querySelector<HTMLElement>("[data-list-url-value]");
  const url = list?.dataset.listUrlValue;
  if (!list || !url) return 0;
  const response = await request(url, { quiet: true, headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return 0;
  const page = parse(await response.text());

  // While it was asked for, someone may have gone elsewhere.
  if (!list.isConnected || list.dataset.listUrlValue !== url) return 0;
  refreshFolders(page);
  refreshTitle(page);
  const next = page.querySelector<HTMLElement>("[data-list-url-value]");
  return next ? refreshRows(list, next, jump) : 0;
}

function refreshRows(list: HTMLElement, next: HTMLElement, jump: boolean): number {
  const before = rowsIn(list).filter((row) => !("returning" in row.dataset));
  const after = rowsIn(next);
  const parent = before[0]?.parentElement;
  if (!parent || after.length === 0) {
    dropReturning();
    morphChildren(list, next);
    return 0;
  }

  const scroller = scrollerOf(parent);
  if (jump) scroller.scrollTo({ top: 0 });
  const plan = reconcile(before.map(idOf), after.map(idOf), {
    hold: !jump && scroller.scrollTop > 8,
    tail: "tail" in list.dataset,
  });
  const news = new Map(after.map((row) => [idOf(row), row]));
  for (const id of plan.update) {
    const row = rowOf(id);
    const look = news.get(id);
    // A row on its way out is not brought back by an older answer.
    if (row && look && !row.hidden) morphElements(row, look);
  }
  for (const id of plan.remove) rowOf(id)?.remove();
  for (const { id, before: sibling } of plan.insert) {
    const row = news.get(id);
    if (row) parent.insertBefore(row, (sibling && rowOf(sibling)) || null);
  }
  dropReturning();
  return plan.held.length;
}

function refreshFolders(page: Document): void {
  const current = document.getElementById("folders");
  const next = page.getElementById("folders");
  if (current && next) morphChildren(current, next);
}

/** With a message open only the count in front of the title is the list's. */
function refreshTitle(page: Document): void {
  const count = /^\(\d+\) /.exec(page.title)?.[0] ?? "";
  document.title = count + document.title.replace(/^\(\d+\) /, "");
}
