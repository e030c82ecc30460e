// The widths of the panes, as this browser was left.

import { remember, remembered } from "./memory";

export type Widths = Record<string, number>;

const key = "panes";

export function paneWidths(): Widths {
  const found = remembered(key);
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(Object.entries(found).filter(([name, width]) => /^[a-z]+$/.test(name) && Number.isFinite(width)));
}

export function keepPaneWidth(name: string, width: number | undefined): void {
  const { [name]: _, ...others } = paneWidths();
  remember(key, width === undefined ? others : { ...others, [name]: width });
}

/** `--pane-folders: 240px` and so on, for CSS to lay out with. */
export function restorePanes(element: HTMLElement): void {
  for (const [name, width] of Object.entries(paneWidths())) element.style.setProperty(`--pane-${name}`, `${width}px`);
}
