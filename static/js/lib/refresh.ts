// Brings the list and the folders' counts up to date in place: one request for the list's page,
// then each row, folder and the title takes on what is new. The open message is left alone.

import { actionsBegun, actionsDone, dropReturning, idOf, listAddress, morphChildren, morphElements, parse, request, rowOf, rowsIn, scrollerOf, tell } from "../shared";
import { reconcile } from "./reconcile";
import { withCountOf } from "./title";

/** How many new messages wait above the view; `jump` shows them all and goes to the top. */
export async function refreshList({ jump = false } = {}): Promise<number> {
  const list = findList(document);
  const address = list && listAddress(list);
  if (!list || !address) return 0;
  // A search is not run again for every message that arrives; the folder alone has the counts.
  const search = list.dataset.listSearchValue === "true";
  const url = search && !jump ? address.replace(/\?.*/, "") : address;
  await actionsDone();
  const begun = actionsBegun();
  const page = await pageAt(url);
  if (!page) return 0;
  // What was done meanwhile is on the page already, and not in this answer.
  if (actionsBegun() !== begun) return refreshList({ jump });

  // While it was asked for, someone may have gone elsewhere.
  if (!list.isConnected || listAddress(list) !== address) return 0;
  refreshFolders(page);
  refreshTitle(page);
  const next = findList(page);
  return next && url === address ? refreshRows(list, next, jump) : 0;
}

/** The outbox, and how collecting is going; while someone fills in a field of it, it waits. */
export async function refreshParts(): Promise<void> {
  for (const id of ["outbox", "collection"]) await refreshPart(id);
}

async function refreshPart(id: string): Promise<void> {
  const part = document.getElementById(id);
  if (!part || part.querySelector("input:focus, details[open] input")) return;
  const next = (await pageAt(part.dataset.path ?? ""))?.getElementById(id);
  if (next && part.isConnected) morphChildren(part, next);
}

/** Nothing where it can't be had, or is cut off because the page is left: the next news asks again. */
async function pageAt(url: string): Promise<Document | undefined> {
  try {
    const response = await request(url, { quiet: true, headers: { Accept: "text/html" } });
    return response.ok && !response.redirected ? parse(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}

function findList(root: ParentNode): HTMLElement | null {
  return root.querySelector<HTMLElement>('[data-controller~="list"]');
}

function refreshRows(list: HTMLElement, next: HTMLElement, jump: boolean): number {
  const after = rowsIn(next);
  const news = new Map(after.map((row) => [idOf(row), row]));
  // What comes back under the id that it had is the server's again.
  for (const row of rowsIn(list)) if (news.has(idOf(row))) delete row.dataset.returning;
  const before = rowsIn(list).filter((row) => !("returning" in row.dataset));
  const parent = before[0]?.parentElement;
  if (!parent || after.length === 0) {
    dropReturning();
    morphChildren(list, next);
    return 0;
  }

  const tail = "tail" in list.dataset;
  const scroller = scrollerOf(parent);
  if (jump) scroller.scrollTo({ top: 0 });
  const plan = reconcile(before.map(idOf), after.map(idOf), { hold: !jump && scroller.scrollTop > 8, tail });
  for (const id of plan.update) {
    const row = rowOf(id);
    const look = news.get(id);
    // A row on its way out is not brought back by an older answer.
    if (row && look && !row.hidden) morphElements(row, look);
  }
  for (const id of plan.remove) rowOf(id)?.remove();
  for (const { id, before: sibling } of plan.insert) {
    const row = rowOf(id) ?? news.get(id);
    if (row) place(row, parent, (sibling && rowOf(sibling)) || null);
  }
  dropReturning();
  morphPart(list, next, ":scope > header");
  morphPart(list, next, ".list__summary");
  if (!tail) morphPart(list, next, "#pager");
  return plan.held.length;
}

/** A row that moves takes the focus along. */
function place(row: HTMLElement, parent: Element, before: Element | null): void {
  const focused = row.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined;
  parent.insertBefore(row, before);
  focused?.focus({ preventScroll: true });
}

function refreshFolders(page: Document): void {
  const current = document.getElementById("folders");
  const next = page.getElementById("folders");
  if (!current || !next) return;
  const before = unsent(current);
  morphChildren(current, next);
  // Whoever sent it has long gone on: it is said, wherever they are.
  if (unsent(current) > before) tell("unsent", { stay: true, link: current.querySelector<HTMLAnchorElement>("[data-unsent]") });
}

function unsent(folders: HTMLElement): number {
  return Number(folders.querySelector<HTMLElement>("[data-unsent]")?.dataset.unsent ?? 0);
}

/** With a message open only the count in front of the title is the list's. */
function refreshTitle(page: Document): void {
  document.title = withCountOf(page.title, document.title);
}

function morphPart(list: Element, next: Element, selector: string): void {
  const [from, to] = [list.querySelector(selector), next.querySelector(selector)];
  if (from && to) morphElements(from, to);
}
