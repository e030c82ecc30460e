// Where each list was left, by its address, so that going back returns there. The page's own scroll
// is the browser's and Turbo's business; this is about the pane that scrolls.

import { listAddress, rowsIn, scrollerOf } from "./rows";

const places = new Map<string, number>();
let goingBack = false;
let backLink = false;

// The way back that stands on the page is one as well.
document.addEventListener("click", ({ target }) => (backLink = Boolean((target as Element).closest?.('a[data-key~="back"]'))), { capture: true });
document.addEventListener("turbo:visit", ({ detail }) => {
  goingBack = detail.action === "restore" || backLink;
  backLink = false;
});

/** Whether the page on its way, or the one that came last, was there before. */
export function isGoingBack(): boolean {
  return goingBack;
}

export function keepPlace(list: HTMLElement): void {
  const address = listAddress(list);
  if (address) places.set(address, scroller(list).scrollTop);
}

/** Whether there was a place to return to. */
export function returnToPlace(list: HTMLElement): boolean {
  const place = goingBack ? places.get(listAddress(list) ?? "") : undefined;
  if (place === undefined) return false;
  scroller(list).scrollTop = place;
  return true;
}

function scroller(list: HTMLElement): Element {
  return scrollerOf(rowsIn(list)[0] ?? list);
}
