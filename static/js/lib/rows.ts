// The rows of the list, as the markup has them: <li id="e-{id}" data-id data-list-target="row">.
//
// A row stands for a message, or for those of a conversation: its box then has their ids with commas
// between, and the row an id of its own.

export function rowsIn(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('[data-list-target~="row"]')];
}

/** By its own id, or that of a message it stands for. */
export function rowOf(id: string): HTMLElement | null {
  return document.getElementById(`e-${id}`) ?? rowsIn(document).find((row) => valueOf(row).split(",").includes(id)) ?? null;
}

/** What forms send for it. */
export function valueOf(row: HTMLElement): string {
  return boxOf(row)?.value ?? idOf(row);
}

/** It stands for nothing else. */
export function isOnly(row: HTMLElement, ids: readonly string[]): boolean {
  return valueOf(row).split(",").every((id) => ids.includes(id));
}

export function idOf(row: HTMLElement): string {
  return row.dataset.id ?? row.id.replace(/^e-/, "");
}

/** A message that is read, and its copies. */
export function idsOf(message: HTMLElement): string[] {
  return (message.dataset.ids ?? idOf(message)).split(",");
}

/** `data-unread="true"`, `data-starred="false"`: on rows and on the open message. */
export type Mark = "unread" | "starred";

export function marked(element: HTMLElement, mark: Mark): boolean {
  return element.dataset[mark] === "true";
}

export function setMark(element: HTMLElement, mark: Mark, on: boolean): void {
  element.dataset[mark] = String(on);
}

/** The message that the reader shows. */
export function openMessage(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#reader article[data-id]");
}

/** The link that opens the message. */
export function linkOf(row: Element): HTMLAnchorElement | null {
  return row.querySelector<HTMLAnchorElement>('a[data-turbo-frame="reader"], a[href]');
}

export function boxOf(row: Element): HTMLInputElement | null {
  return row.querySelector<HTMLInputElement>('input[type="checkbox"][name="id"]');
}

export function selectionForm(): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>("form#selection");
}

/** The element that scrolls the rows: the pane, or on a phone the page. */
export function scrollerOf(element: Element): Element {
  for (let each: Element | null = element; each; each = each.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(each).overflowY)) return each;
  }
  return document.scrollingElement ?? document.documentElement;
}

/** The address of the rows on the page, whatever message is open: that of its refresh link. */
export function listAddress(list: ParentNode): string | undefined {
  return list.querySelector<HTMLAnchorElement>('a[data-key~="refresh"]')?.href;
}
