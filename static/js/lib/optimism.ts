// Shows what an action does before the server has said so, and gives the way back.
//
// Rows that leave are hidden and remembered, so that undo brings them back at once as well.

import type { Effect } from "./effect";
import { type Mark, idOf, isOnly, linkOf, marked, rowOf, setMark } from "./rows";

export interface Shown {
  done(): void;
  putBack(): void;
}

interface Place {
  row: HTMLElement;
  parent: Element | null;
  next: Element | null;
}

/** What left last: rows, messages of the open conversation (hidden, so that they come back as they
 * were), and which messages that was about. */
interface Left {
  places: Place[];
  filed: HTMLElement[];
  ids: readonly string[];
  /** Takes a label back. */
  back?: () => void;
}
const nothing: Left = { places: [], filed: [], ids: [] };
let last = nothing;

/** Pages that are kept from before still have it. */
const gone = new Set<string>();

/** All of these have left, and did not come back. */
export const isGone = (ids: readonly string[]): boolean => ids.every((id) => gone.has(id));

export function show(effect: Effect, submitter: HTMLElement | null): Shown {
  switch (effect.kind) {
    case "leave":
      return leave(effect.ids);
    case "mark":
      return mark(effect.ids, effect.mark, effect.on, submitter);
    case "label":
      return label(effect);
    case "return":
      return comeBack();
  }
}

/** Rows that came back and are not the server's: its own are better. */
export function dropReturning(): void {
  for (const row of document.querySelectorAll<HTMLElement>("[data-returning]")) {
    const next = row.contains(document.activeElement) ? row.nextElementSibling : null;
    row.remove();
    // The server's own stands right behind it.
    if (next) linkOf(next)?.focus({ preventScroll: true });
  }
}

/** Each row once that stands for these. */
function rowsOf(ids: string[]): HTMLElement[] {
  return [...new Set(ids.map(rowOf).filter((row) => row !== null))];
}

function leave(ids: string[]): Shown {
  // A conversation stays as long as anything of it does.
  const rows = rowsOf(ids).filter((row) => isOnly(row, ids));
  const places = rows.map((row) => ({ row, parent: row.parentElement, next: row.nextElementSibling }));
  const filed = [...document.querySelectorAll<HTMLElement>("#reader .talk__item[data-id]")].filter(({ dataset }) => ids.includes(dataset.id ?? ""));
  for (const element of [...rows, ...filed]) element.hidden = true;
  for (const id of ids) gone.add(id);
  announce("rows:left", rows.map(idOf));
  return {
    done() {
      last = { places, filed, ids };
      for (const row of rows) row.remove();
    },
    putBack() {
      for (const element of [...rows, ...filed]) element.hidden = false;
      for (const id of ids) gone.delete(id);
      announce("rows:returned", rows.map(idOf), ids);
      // Another page has come meanwhile, without them.
      if (rows.some((row) => !row.isConnected)) document.dispatchEvent(new Event("live:refresh"));
    },
  };
}

function mark(ids: string[], what: Mark, on: boolean, submitter: HTMLElement | null): Shown {
  // Of a conversation one message is enough to mark it, and all are needed to take the mark away.
  const rows = rowsOf(ids).filter((row) => on || isOnly(row, ids));
  const read = [...document.querySelectorAll<HTMLElement>("#reader [data-id]")].filter(({ dataset }) => ids.includes(dataset.id ?? ""));
  const changed = [...rows, ...read].filter((element) => marked(element, what) !== on);
  const toggles = changed.flatMap((element) => [...element.querySelectorAll<HTMLButtonElement>("button[aria-pressed]")].filter((toggle) => toggle.closest("[data-id]") === element));
  const set = (to: boolean) => {
    for (const element of changed) setMark(element, what, to);
    if (what === "starred") for (const toggle of toggles) press(toggle, to);
  };
  set(on);
  if (submitter?.hasAttribute("aria-pressed")) press(submitter, on);
  return { done: () => undefined, putBack: () => set(!on) };
}

/** Drawn by lib/labelling.ts, which says how to take it back. */
function label(effect: Effect & { kind: "label" }): Shown {
  const detail = { ...effect, back() {} };
  document.dispatchEvent(new CustomEvent("labels:draw", { detail }));
  const back = () => detail.back();
  return { done: () => void (last = { ...nothing, back }), putBack: back };
}

/** A toggle asks for the opposite next time. */
function press(toggle: HTMLElement, on: boolean): void {
  toggle.setAttribute("aria-pressed", String(on));
  if (toggle instanceof HTMLButtonElement && /^(true|false)$/.test(toggle.value)) toggle.value = String(!on);
}

function comeBack(): Shown {
  const { filed, ids, back } = last;
  back?.();
  const places = last.places.filter(({ row, parent }) => parent?.isConnected && !row.isConnected);
  last = nothing;
  for (const item of filed) item.hidden = false;
  for (const id of ids) gone.delete(id);
  for (const { row, parent, next } of places.toReversed()) {
    row.hidden = false;
    row.dataset.returning = "";
    parent?.insertBefore(row, next?.parentElement === parent ? next : null);
  }
  announce("rows:returned", places.map(({ row }) => row.dataset.id ?? ""), ids);
  return {
    // A message that was moved back has a new id: the rows are asked for as they are now.
    done: () => void document.dispatchEvent(new Event("live:refresh")),
    putBack: dropReturning,
  };
}

function announce(name: "rows:left" | "rows:returned", ids: string[], emails: readonly string[] = []): void {
  document.dispatchEvent(new CustomEvent(name, { detail: { ids, emails } }));
}
