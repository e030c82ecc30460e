import { Controller } from "@hotwired/stimulus";
import { ask, isUnseen } from "../lib/coming";
import { Cursor } from "../lib/cursor";
import { isGoingBack, keepPlace, returnToPlace } from "../lib/places";
import { boxOf, idOf, linkOf, marked, selectionForm } from "../lib/rows";
import { Selection } from "../lib/selection";
import { count } from "../lib/words";

/**
 * The rows of a folder: which are chosen, where the keyboard is, which one is open.
 *
 *     <section data-controller="list"> <a data-key="refresh" href="/m/inbox">
 *       <form id="selection"><input type="checkbox" data-list-target="all" data-action="list#selectAll"> <p data-list-target="count">
 *       <li id="e-7" data-id="7" data-unread="true" data-starred="false" data-list-target="row">
 *         <input type="checkbox" name="id" value="7" form="selection" data-action="click->list#select"> <a data-turbo-frame="reader" …>
 *
 * While rows are chosen the element has `data-chosen` (how many) and they have `data-selected`; the
 * open row's link has aria-current.
 */
export default class List extends Controller<HTMLElement> {
  static override targets = ["row", "all", "count"];
  declare readonly rowTargets: HTMLElement[];
  declare readonly allTargets: HTMLInputElement[];
  declare readonly countTargets: HTMLElement[];

  readonly #selection = new Selection();
  #cursor = new Cursor(() => this.rowTargets, () => this.#paint());
  #listening = new AbortController();
  #painting = false;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.element.addEventListener("click", (event) => this.#click(event), { signal, capture: true });
    this.element.addEventListener("focusin", (event) => this.#focused(event), { signal });
    this.element.addEventListener("turbo:before-morph-attribute", keepOwn, { signal });
    this.element.addEventListener("scroll", () => keepPlace(this.element), { signal, capture: true, passive: true });
    document.addEventListener("keys:action", (event) => this.#answers(event.detail.action) && event.preventDefault(), { signal });
    document.addEventListener("rows:left", ({ detail }) => this.#changed(() => this.#cursor.left(detail.ids)), { signal });
    document.addEventListener("rows:returned", ({ detail }) => this.#changed(() => (this.#cursor.open(), this.#cursor.returned(detail.ids))), { signal });
    document.addEventListener("turbo:frame-load", ({ target }) => (target as Element).id === "reader" && this.#cursor.loaded(), { signal });
    // What could not be had is not open.
    document.addEventListener("turbo:fetch-request-error", ({ target }) => (target as Element).id === "reader" && this.#cursor.open(), { signal });

    this.#cursor = new Cursor(() => this.rowTargets, () => this.#paint());
    // A page was kept when its next message had been clicked.
    if (isGoingBack()) this.#cursor.open();
    // Boxes that the browser filled in after going back count as chosen.
    this.#choose((row) => boxOf(row)?.checked === true);
    if (!returnToPlace(this.element)) this.#cursor.openRow?.scrollIntoView({ block: "nearest" });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#cursor.stop();
  }

  rowTargetConnected(): void {
    this.#paintSoon();
  }

  rowTargetDisconnected(): void {
    this.#paintSoon();
  }

  /** A box was clicked; with Shift all boxes from the last one take on its state. */
  select(event: MouseEvent): void {
    const box = event.currentTarget as HTMLInputElement;
    const row = this.rowTargets.find((each) => boxOf(each) === box);
    if (!row) return;
    if (event.shiftKey) this.#selection.reach(idOf(row), this.#order(), box.checked);
    else this.#selection.set(idOf(row), box.checked);
    this.#paint();
  }

  selectAll(event: Event): void {
    const { checked } = event.currentTarget as HTMLInputElement;
    this.#choose(() => checked);
  }

  /** A click on a row opens it, with a modifier it chooses it; the middle button still opens a tab. */
  #click(event: MouseEvent): void {
    if (this.#besideBox(event)) return;
    const link = (event.target as Element).closest("a");
    const row = link && this.rowTargets.find((each) => linkOf(each) === link);
    if (!row || event.button !== 0) return;
    if (event.shiftKey) this.#selection.reach(idOf(row), this.#order());
    else if (event.ctrlKey || event.metaKey) this.#selection.toggle(idOf(row));
    else {
      // A draft opens elsewhere, to be written on.
      if (link.dataset.turboFrame === "reader") {
        ask(idOf(row));
        this.#cursor.open();
      }
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    getSelection()?.removeAllRanges();
    this.#paint();
  }

  /** Firefox hands a click on a label to its box only when no key is held. */
  #besideBox(event: MouseEvent): boolean {
    const target = event.target as Element;
    const box = target.closest<HTMLLabelElement>("label.row__check")?.control;
    if (!box || box === target || !(event.shiftKey || event.ctrlKey || event.metaKey)) return false;
    event.preventDefault();
    event.stopPropagation();
    getSelection()?.removeAllRanges();
    box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: event.shiftKey }));
    return true;
  }

  #focused({ target }: FocusEvent): void {
    const row = this.rowTargets.find((each) => each.contains(target as Node));
    if (row) this.#cursor.enter(row);
  }

  #changed(move: () => void): void {
    move();
    this.#paint();
  }

  #order(): string[] {
    return this.#cursor.rows.map(idOf);
  }

  #choose(fits: (row: HTMLElement) => boolean): boolean {
    this.#selection.replace(this.#cursor.rows.filter(fits).map(idOf));
    this.#paint();
    return true;
  }

  // Keys

  #answers(action: string): boolean {
    switch (action) {
      case "next":
        return this.#cursor.step(1);
      case "previous":
        return this.#cursor.step(-1);
      case "row-below":
        return this.#cursor.focusedRow !== undefined && this.#cursor.step(1);
      case "row-above":
        return this.#cursor.focusedRow !== undefined && this.#cursor.step(-1);
      case "open":
        return this.#cursor.follow();
      case "select":
        return this.#pick();
      case "select-all":
        return this.#choose(() => true);
      case "select-none":
        return this.#choose(() => false);
      case "select-read":
        return this.#choose((row) => !marked(row, "unread"));
      case "select-unread":
        return this.#choose((row) => marked(row, "unread"));
      case "select-starred":
        return this.#choose((row) => marked(row, "starred"));
      case "select-unstarred":
        return this.#choose((row) => !marked(row, "starred"));
      case "escape":
        return this.#selection.size > 0 && this.#choose(() => false);
      default:
        return this.#act(action);
    }
  }

  #pick(): boolean {
    const row = this.#cursor.here;
    if (!row) return false;
    this.#selection.toggle(idOf(row));
    this.#cursor.focus(row);
    return true;
  }

  /** The button of the selection form for this action: on what is chosen, else on the row with the focus. */
  #act(action: string): boolean {
    const buttons = [...(selectionForm()?.elements ?? [])].filter((element) => element instanceof HTMLButtonElement);
    const button = buttons.find((each) => !each.disabled && each.dataset.key?.split(" ").includes(action));
    const row = this.#cursor.focusedRow;
    if (!button || (this.#selection.size === 0 && !row)) return false;
    // The reader has gone on by itself, and what it goes to is not there yet.
    if (this.#selection.size === 0 && isUnseen()) return true;

    const alone = this.#selection.size === 0 ? row : undefined;
    if (alone) this.#mark(alone, true);
    button.click();
    // What the form sends was read by the click; a menu needs the row to be chosen until it closes.
    if (alone && button.type === "submit") this.#mark(alone, false);
    else if (alone) whenClosed(button.popoverTargetElement, () => this.#mark(alone, false));
    return true;
  }

  #mark(row: HTMLElement, chosen: boolean): void {
    this.#selection.set(idOf(row), chosen);
    this.#paint();
  }

  // Showing it

  #paintSoon(): void {
    if (this.#painting) return;
    this.#painting = true;
    queueMicrotask(() => {
      this.#painting = false;
      if (this.element.isConnected) this.#paint();
    });
  }

  #paint(): void {
    const order = this.#order();
    this.#selection.keep(order);
    const tabbed = this.#cursor.here ?? this.#cursor.rows[0];
    for (const row of this.rowTargets) {
      const chosen = this.#selection.has(idOf(row));
      const box = boxOf(row);
      if (box) box.checked = chosen;
      row.toggleAttribute("data-selected", chosen);
      // One row at a time is in the tab order, with everything in it.
      for (const stop of row.querySelectorAll<HTMLElement>("a, button, input")) {
        if (!stop.closest("[aria-hidden=true]")) stop.tabIndex = row === tabbed ? 0 : -1;
      }
    }

    const extent = this.#selection.extent(order);
    for (const all of this.allTargets) {
      all.checked = extent === "all";
      all.indeterminate = extent === "some";
    }
    const { size } = this.#selection;
    const words = size > 0 ? count("selected", size) : "";
    for (const each of this.countTargets) if (each.textContent !== words) each.textContent = words;
    if (size > 0) this.element.dataset.chosen = String(size);
    else delete this.element.dataset.chosen;
  }
}

function whenClosed(menu: Element | null, then: () => void): void {
  menu?.addEventListener("toggle", (event) => ((event as ToggleEvent).newState === "closed" ? then() : whenClosed(menu, then)), { once: true });
}

/** What a morph must not take away: it knows nothing of what is chosen here. */
function keepOwn(event: CustomEvent<{ attributeName: string }>): void {
  const own = ["data-selected", "data-chosen", "data-tail", "aria-current", "tabindex", "checked"];
  if (own.includes(event.detail.attributeName)) event.preventDefault();
}
