import { SwipeTrack } from "../lib/swipe_track";
import { Controller, boxOf, selectionForm, submit, valueOf } from "../shared";

/**
 * Rows under a finger: to the right does one thing, to the left another.
 *
 *     <section data-controller="swipe" data-swipe-right-value="archive" data-swipe-left-value="select">
 *       <li data-swipe-target="row" …>
 *
 * "select" chooses the row, which shows the bar with all actions; anything else is an action of the
 * selection form, and where that has none of the name the row does not move that way. While it moves
 * the row has `data-swipe="left|right"`, and what it would do in `data-swipe-name`.
 */
export default class Swipe extends Controller<HTMLElement> {
  static override targets = ["row"];
  static override values = { right: { type: String, default: "archive" }, left: { type: String, default: "select" } };
  declare readonly rightValue: string;
  declare readonly leftValue: string;

  #listening = new AbortController();
  #track: SwipeTrack | undefined;
  #row: HTMLElement | undefined;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.element.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    this.element.addEventListener("pointermove", (event) => this.#move(event), { signal });
    this.element.addEventListener("pointerup", (event) => this.#up(event), { signal });
    this.element.addEventListener("pointercancel", () => this.#end(), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#end();
  }

  /** Up and down stays the browser's. */
  rowTargetConnected(row: HTMLElement): void {
    row.style.touchAction = "pan-y pinch-zoom";
  }

  #down(event: PointerEvent): void {
    const row = (event.target as Element).closest<HTMLElement>('[data-swipe-target~="row"]');
    if (event.pointerType !== "touch" || !event.isPrimary || !row) return;
    this.#row = row;
    this.#track = new SwipeTrack(event.clientX, event.clientY, row.clientWidth);
  }

  #move(event: PointerEvent): void {
    const across = this.#track?.move(event.clientX, event.clientY);
    if (this.#track?.scrolls) this.#end();
    if (across === undefined || !this.#row) return;
    const name = nameOf(this.#row, across < 0 ? this.leftValue : this.rightValue);
    this.#row.setPointerCapture(event.pointerId);
    this.#row.dataset.swipe = across < 0 ? "left" : "right";
    this.#row.dataset.swipeName = name;
    this.#row.style.translate = name ? `${Math.round(across)}px` : "0";
  }

  #up(event: PointerEvent): void {
    const outcome = this.#track?.outcome;
    const row = this.#row;
    const swiped = row?.hasAttribute("data-swipe");
    this.#end();
    if (!row || !swiped) return;
    // Before the click of the finger is swallowed, for this clicks as well.
    if (outcome) act(row, outcome === "left" ? this.leftValue : this.rightValue);
    // The finger that swiped does not also open the message.
    const swallow = (click: Event) => {
      click.preventDefault();
      click.stopPropagation();
    };
    row.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => row.removeEventListener("click", swallow, { capture: true }), 50);
    event.preventDefault();
  }

  #end(): void {
    if (this.#row) {
      delete this.#row.dataset.swipe;
      delete this.#row.dataset.swipeName;
      this.#row.style.removeProperty("translate");
    }
    this.#row = undefined;
    this.#track = undefined;
  }
}

function act(row: HTMLElement, action: string): void {
  const address = selectionForm()?.getAttribute("action");
  if (action === "select") boxOf(row)?.click();
  else if (address && nameOf(row, action)) submit(address, [["id", valueOf(row)], ["action", action]]);
}

/** As the page calls it; nothing where it does not offer it. */
function nameOf(row: HTMLElement, action: string): string {
  const box = boxOf(row);
  if (action === "select") return box?.closest<HTMLElement>("label[title]")?.title ?? box?.ariaLabel ?? "";
  const button = selectionForm()?.querySelector<HTMLButtonElement>(`button[value="${CSS.escape(action)}"]`);
  return button?.ariaLabel ?? button?.textContent?.trim() ?? "";
}
