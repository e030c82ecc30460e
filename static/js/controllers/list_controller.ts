import { Controller } from "@hotwired/stimulus";
import { boxOf, idOf, linkOf, listAddress, marked, openMessage, rowOf, scrollerOf, selectionForm, setMark } from "../lib/rows";
import { Selection } from "../lib/selection";
import { count } from "../lib/words";

/**
 * The rows of a folder: which are chosen, which one has the focus, which one is open.
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
  #listening = new AbortController();
  #painting = false;
  #current: string | undefined;
  #opening: ReturnType<typeof setTimeout> | undefined;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.element.addEventListener("click", (event) => this.#click(event), { signal, capture: true });
    this.element.addEventListener("dblclick", (event) => event.shiftKey && event.preventDefault(), { signal });
    this.element.addEventListener("scroll", () => this.#keepPlace(), { signal, capture: true, passive: true });
    this.element.addEventListener("focusin", (event) => this.#focused(event), { signal });
    this.element.addEventListener("turbo:before-morph-attribute", keepOwn, { signal });
    document.addEventListener("keys:action", (event) => this.#key(event), { signal });
    document.addEventListener("rows:left", ({ detail }) => this.#left(detail.ids), { signal });
    document.addEventListener("rows:returned", ({ detail }) => this.#returned(detail.ids), { signal });
    document.addEventListener("turbo:frame-load", (event) => this.#loaded(event.target), { signal });
    this.#current = this.#openRow()?.dataset.id;
    // Boxes that the browser filled in after going back count as chosen.
    this.#selection.replace(this.#rows().filter((row) => boxOf(row)?.checked).map(idOf));
    this.#paint();
    this.#returnToPlace();
  }

  override disconnect(): void {
    this.#listening.abort();
    clearTimeout(this.#opening);
  }

  rowTargetConnected(): void {
    this.#paintSoon();
  }

  rowTargetDisconnected(): void {
    this.#paintSoon();
  }

  // What is there

  #rows(): HTMLElement[] {
    return this.rowTargets.filter((row) => !row.hidden);
  }

  #order(): string[] {
    return this.#rows().map(idOf);
  }

  #focusedRow(): HTMLElement | undefined {
    return this.rowTargets.find((row) => row.contains(document.activeElement));
  }

  /** Where the keyboard is: the row with the focus, else the one last in it, else the open one. */
  #here(): HTMLElement | undefined {
    const rows = this.#rows();
    return this.#focusedRow() ?? rows.find((row) => idOf(row) === this.#current) ?? this.#openRow();
  }

  #openRow(): HTMLElement | undefined {
    return this.#rows().find((row) => linkOf(row)?.hasAttribute("aria-current"));
  }

  // Choosing

  #click(event: MouseEvent): void {
    const target = event.target as Element;
    const row = this.rowTargets.find((each) => each.contains(target));
    const link = target.closest("a");
    if (!row || !link || link !== linkOf(row) || event.button !== 0) return;

    // With a modifier a click on the row chooses it; the middle button still opens a new tab.
    if (event.shiftKey) this.#selection.reach(idOf(row), this.#order());
    else if (event.ctrlKey || event.metaKey) this.#selection.toggle(idOf(row));
    else return this.#open(idOf(row));
    event.preventDefault();
    event.stopPropagation();
    getSelection()?.removeAllRanges();
    this.#paint();
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
    this.#choose(() => (event.currentTarget as HTMLInputElement).checked);
  }

  #choose(fits: (row: HTMLElement) => boolean): void {
    this.#selection.replace(this.#rows().filter(fits).map(idOf));
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
    const rows = this.#rows();
    const order = rows.map(idOf);
    this.#selection.keep(order);
    const tabbed = this.#here() ?? rows[0];
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

  #open(id: string): void {
    for (const row of this.rowTargets) {
      if (idOf(row) === id) linkOf(row)?.setAttribute("aria-current", "true");
      else linkOf(row)?.removeAttribute("aria-current");
    }
    if (id) this.#current = id;
    this.#paint();
  }

  /** The reader shows something: its row is the open one and is as read and starred as it says. */
  #loaded(frame: EventTarget | null): void {
    if (!(frame instanceof HTMLElement) || frame.id !== "reader") return;
    const message = openMessage();
    const id = message?.dataset.id ?? "";
    this.#open(id);
    const row = rowOf(id);
    if (!message || !row) return;
    setMark(row, "unread", marked(message, "unread"));
    setMark(row, "starred", marked(message, "starred"));
  }

  // The focus

  #focused({ target }: FocusEvent): void {
    const row = this.rowTargets.find((each) => each.contains(target as Node));
    if (!row || idOf(row) === this.#current) return;
    this.#current = idOf(row);
    this.#paint();
  }

  #focus(row: HTMLElement | undefined): void {
    if (!row) return;
    this.#current = idOf(row);
    linkOf(row)?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    this.#paint();
  }

  #left(ids: string[]): void {
    const gone = new Set(ids);
    const index = this.rowTargets.findIndex((row) => gone.has(idOf(row)) && (row.contains(document.activeElement) || idOf(row) === this.#current));
    const rest = (rows: HTMLElement[]) => rows.find((row) => !row.hidden);
    const next = rest(this.rowTargets.slice(index)) ?? rest(this.rowTargets.slice(0, Math.max(0, index)).reverse());
    const lost = document.activeElement === document.body || this.rowTargets.some((row) => row.hidden && row.contains(document.activeElement));
    if (index >= 0 && next) {
      if (lost) this.#focus(next);
      else this.#current = idOf(next);
    }
    this.#paint();
  }

  #returned(ids: string[]): void {
    this.#paint();
    const row = rowOf(ids[0] ?? "");
    const free = document.activeElement === document.body || document.activeElement?.closest("#flashes, [data-controller~='list']");
    if (row && free) this.#focus(row);
  }

  // The place, which going back returns to

  #keepPlace(): void {
    const address = listAddress(this.element);
    if (address) places.set(address, scrollerOf(this.rowTargets[0] ?? this.element).scrollTop);
  }

  #returnToPlace(): void {
    const place = goingBack ? places.get(listAddress(this.element) ?? "") : undefined;
    if (place) scrollerOf(this.rowTargets[0] ?? this.element).scrollTop = place;
    else this.#openRow()?.scrollIntoView({ block: "nearest" });
  }

  // Keys

  #key(event: CustomEvent<{ action: string }>): void {
    if (this.#answers(event.detail.action)) event.preventDefault();
  }

  #answers(action: string): boolean {
    switch (action) {
      case "next":
        return this.#step(1);
      case "previous":
        return this.#step(-1);
      case "open":
        return this.#follow(this.#here());
      case "select":
        return this.#pick();
      case "select-all":
        return this.#chosen(() => true);
      case "select-none":
        return this.#chosen(() => false);
      case "select-read":
        return this.#chosen((row) => !marked(row, "unread"));
      case "select-unread":
        return this.#chosen((row) => marked(row, "unread"));
      case "select-starred":
        return this.#chosen((row) => marked(row, "starred"));
      case "select-unstarred":
        return this.#chosen((row) => !marked(row, "starred"));
      case "escape":
        return this.#selection.size > 0 && this.#chosen(() => false);
      default:
        return this.#act(action);
    }
  }

  #chosen(fits: (row: HTMLElement) => boolean): boolean {
    this.#choose(fits);
    return true;
  }

  #pick(): boolean {
    const row = this.#here();
    if (!row) return false;
    this.#selection.toggle(idOf(row));
    this.#focus(row);
    return true;
  }

  #step(by: number): boolean {
    const rows = this.#rows();
    // On a phone the message covers the list, and has its own way on.
    if (!rows[0]?.checkVisibility()) return false;
    const here = this.#here();
    const row = here ? rows[rows.indexOf(here) + by] : rows[0];
    if (!row) return true;
    const following = this.#openRow() !== undefined;
    this.#focus(row);
    // With a message open the reader follows, once the key rests.
    clearTimeout(this.#opening);
    if (following) this.#opening = setTimeout(() => this.#follow(row), 120);
    return true;
  }

  #follow(row: HTMLElement | undefined): boolean {
    const link = row && linkOf(row);
    link?.click();
    return Boolean(link);
  }

  /** The button of the selection form for this action: on what is chosen, else on the row with the focus. */
  #act(action: string): boolean {
    const form = selectionForm();
    const buttons = [...(form?.elements ?? [])].filter((element) => element instanceof HTMLButtonElement);
    const button = buttons.find((each) => !each.disabled && each.dataset.key?.split(" ").includes(action));
    if (!button) return false;
    if (this.#selection.size > 0) {
      button.click();
      return true;
    }
    const row = this.#focusedRow();
    if (!row) return false;
    this.#selection.set(idOf(row), true);
    this.#paint();
    button.click();
    // What the form sends was read by the click; a menu still needs the row to be chosen.
    if (button.type === "submit") {
      this.#selection.set(idOf(row), false);
      this.#paint();
    }
    return true;
  }
}

// Where each list was left, by its address, and whether the page came by going back.
const places = new Map<string, number>();
let goingBack = false;
document.addEventListener("turbo:visit", ({ detail }) => (goingBack = detail.action === "restore"));

/** What a morph must not take away: it knows nothing of what is chosen here. */
function keepOwn(event: CustomEvent<{ attributeName: string }>): void {
  const own = ["data-selected", "data-chosen", "data-tail", "aria-current", "tabindex", "checked"];
  if (own.includes(event.detail.attributeName)) event.preventDefault();
}
