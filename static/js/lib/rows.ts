// The rows of the list, as the markup has them: <li id="e-{id}" data-id data-list-target="row">.

export function rowsIn(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('[data-list-target~="row"]')];
}

export function rowOf(id: string): HTMLElement | null {
  return document.getElementById(`e-${id}`);
}

export function idOf(row: HTMLElement): string {
  return row.dataset.id ?? row.id.replace(/^e-/, "");
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

/** The element that scrolls the rows. */
export function scrollerOf(element: Element): Element {
  for (let each: Element | null = element; each; each = each.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(each).overflowY)) return each;
  }
  return document.scrollingElement ?? document.documentElement;
}
