// Where the keyboard is in the list: one row that has the focus or had it last, and the one whose
// message is open. Moves on when rows leave and back when they return.

import { chosen, openId } from "./coming";
import { idOf, idsOf, isOnly, linkOf, marked, openMessage, rowOf, setMark } from "./rows";

export class Cursor {
  /** Holding a key down passes over messages without opening them all. */
  static readonly rest = 120;

  #current: string | undefined;
  #opening: ReturnType<typeof setTimeout> | undefined;

  constructor(
    /** Every row, hidden ones too. */
    readonly all: () => HTMLElement[],
    readonly moved: () => void,
  ) {
    this.#current = this.openRow?.dataset.id;
  }

  stop(): void {
    clearTimeout(this.#opening);
  }

  get rows(): HTMLElement[] {
    return this.all().filter((row) => !row.hidden);
  }

  get focusedRow(): HTMLElement | undefined {
    return this.all().find((row) => row.contains(document.activeElement));
  }

  get openRow(): HTMLElement | undefined {
    return this.rows.find((row) => linkOf(row)?.hasAttribute("aria-current"));
  }

  get here(): HTMLElement | undefined {
    return this.focusedRow ?? this.rows.find((row) => idOf(row) === this.#current) ?? this.openRow;
  }

  /** The focus came into a row by itself. */
  enter(row: HTMLElement): void {
    if (idOf(row) === this.#current) return;
    this.#current = idOf(row);
    this.moved();
  }

  focus(row: HTMLElement): void {
    this.#current = idOf(row);
    linkOf(row)?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    this.moved();
  }

  /** False where there is no list to be seen: on a phone the message covers it. */
  step(by: number): boolean {
    const { rows, here } = this;
    if (!rows[0]?.checkVisibility()) return false;
    const row = here ? rows[rows.indexOf(here) + by] : rows[0];
    if (!row) return true;
    const following = this.openRow !== undefined;
    this.focus(row);
    chosen();
    // With a message open the reader follows, once the key rests; not to what has left by then.
    clearTimeout(this.#opening);
    if (following) this.#opening = setTimeout(() => this.follow(row.hidden || !row.isConnected ? this.here : row), Cursor.rest);
    return true;
  }

  follow(row = this.here): boolean {
    const link = row && linkOf(row);
    link?.click();
    return Boolean(link);
  }

  /** This message is the open one, or none with "": what the reader shows or waits for. */
  open(id = openId()): void {
    const open = rowOf(id);
    for (const row of this.all()) {
      if (row === open) linkOf(row)?.setAttribute("aria-current", "true");
      else linkOf(row)?.removeAttribute("aria-current");
    }
    if (open) this.#current = idOf(open);
    this.moved();
  }

  /** The reader shows something: its row is as read and starred as the message says. */
  loaded(): void {
    const message = openMessage();
    const id = message?.dataset.id ?? "";
    this.open(id);
    const row = rowOf(id);
    // What is left of a conversation is the server's to say.
    if (!message || !row || !isOnly(row, idsOf(message))) return;
    setMark(row, "unread", marked(message, "unread"));
    setMark(row, "starred", marked(message, "starred"));
  }

  left(ids: readonly string[]): void {
    const all = this.all();
    const at = all.findIndex((row) => ids.includes(idOf(row)) && (row.contains(document.activeElement) || idOf(row) === this.#current));
    if (at < 0) return;
    const there = (row: HTMLElement) => !row.hidden;
    const next = all.slice(at).find(there) ?? all.slice(0, at).findLast(there);
    const focused = document.activeElement;
    const lost = isFree(focused) || all[at]?.contains(focused);
    if (next && lost) this.focus(next);
    else if (next) this.enter(next);
  }

  returned(ids: readonly string[]): void {
    const row = rowOf(ids[0] ?? "");
    const focused = document.activeElement;
    // Someone who is busy elsewhere is not called back.
    const free = isFree(focused) || focused?.closest("#flashes, [data-controller~='list']");
    if (row && free) this.focus(row);
  }
}

/** Nowhere, or at a heading, where it was put for want of anything better. */
function isFree(focused: Element | null): boolean {
  return focused === document.body || Boolean(focused?.matches("h1"));
}
