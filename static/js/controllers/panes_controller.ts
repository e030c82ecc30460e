import { type Bounds, clamp, step } from "../lib/pane_size";
import { Controller, keepPaneWidth } from "../shared";

/**
 * Dividers between panes, for pointer and keyboard; double click or Enter gives the first width
 * back. Widths are remembered here.
 *
 *     <turbo-frame id="list">…</turbo-frame>
 *     <div role="separator" tabindex="0" aria-orientation="vertical" aria-label="…" aria-valuenow="416"
 *          aria-valuemin="280" aria-valuemax="720" data-panes-target="divider" data-pane-name="list"></div>
 *
 * It belongs to the pane before it. A width is `--pane-list` on the root, in px; absent means that
 * CSS decides.
 */
export default class Panes extends Controller<HTMLElement> {
  static override targets = ["divider"];

  #listening = new AbortController();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.element.addEventListener("pointerdown", (event) => this.#grab(event), { signal });
    this.element.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.element.addEventListener("dblclick", (event) => this.#reset(divider(event)), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
  }

  dividerTargetConnected(element: HTMLElement): void {
    tell(element);
  }

  #grab(event: PointerEvent): void {
    const element = divider(event);
    const pane = element && paneOf(element);
    if (!element || !pane || event.button !== 0) return;
    event.preventDefault();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    element.dataset.dragging = "";
    const from = event.clientX;
    const width = pane.getBoundingClientRect().width;
    const direction = rtl(element) ? -1 : 1;
    const held = new AbortController();
    const { signal } = held;
    element.addEventListener("pointermove", ({ clientX }) => set(element, clamp(width + direction * (clientX - from), bounds(element))), { signal });
    element.addEventListener("lostpointercapture", () => {
      held.abort();
      delete element.dataset.dragging;
    }, { signal });
  }

  #key(event: KeyboardEvent): void {
    const element = divider(event);
    const pane = element && paneOf(element);
    if (!element || !pane || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") return this.#reset(element);
    const width = step(event.key, pane.getBoundingClientRect().width, bounds(element), { rtl: rtl(element), large: event.shiftKey });
    if (width === undefined) return;
    event.preventDefault();
    set(element, width);
  }

  #reset(element: HTMLElement | null): void {
    const name = element?.dataset.paneName;
    if (!element || !name) return;
    document.documentElement.style.removeProperty(`--pane-${name}`);
    keepPaneWidth(name, undefined);
    tell(element);
  }
}

function divider({ target }: Event): HTMLElement | null {
  return (target as Element).closest<HTMLElement>('[data-panes-target~="divider"]');
}

function paneOf(element: HTMLElement): Element | null {
  return element.previousElementSibling;
}

/** As the markup says, and never most of the window. */
function bounds(element: HTMLElement): Bounds {
  const { ariaValueMin, ariaValueMax } = element;
  return { min: Number(ariaValueMin ?? 160), max: Math.min(Number(ariaValueMax ?? 960), innerWidth * 0.6) };
}

function rtl(element: HTMLElement): boolean {
  return getComputedStyle(element).direction === "rtl";
}

function set(element: HTMLElement, width: number): void {
  const name = element.dataset.paneName;
  if (!name) return;
  document.documentElement.style.setProperty(`--pane-${name}`, `${width}px`);
  keepPaneWidth(name, width);
  tell(element);
}

/** What a screen reader says of a separator: its place between the two ends, in px. */
function tell(element: HTMLElement): void {
  const width = paneOf(element)?.getBoundingClientRect().width;
  if (width) element.ariaValueNow = String(clamp(width, bounds(element)));
}
