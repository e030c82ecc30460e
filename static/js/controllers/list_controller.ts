import { Controller } from "@hotwired/stimulus";
import { boxOf, idOf, linkOf, rowOf, selectionForm } from "../lib/rows";
import { Selection } from "../lib/selection";

/**
 * The rows of a folder: which are chosen, which one has the focus, which one is open.
 *
 *     <div data-controller="list" data-list-url-value="/m/inbox">
 *       <input type="checkbox" data-list-target="all">  <span data-list-target="count"></span>
 *       <li id="e-7" data-id="7" data-list-target="row"><input type="checkbox" name="id" value="7" form="selection"> <a …></li>
 *
 * `data-list-chosen` on the element counts the chosen rows; rows carry aria-selected and aria-current.
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
    this.element.addEventListener("change", (event) => this.#change(event), { signal });
    this.element.addEventListener("focusin", (event) => this.#focused(event), { signal });
    this.element.addEventListener("turbo:before-morph-attribute", keepOwn, { signal });
    document.addEventListener("keys:action", (event) => this.#key(event), { signal });
    document.addEventListener("rows:left", ({ detail }) => this.#left(detail.ids), { signal });
    document.addEventListener("rows:returned", ({ detail }) => this.#returned(detail.ids), { signal });
    document.addEventListener("turbo:frame-load", (event) => this.#loaded(event.target), { signal });
    document.addEventListener("list:changed", () => this.#paint(), { signal });
    this.#current = this.rowTargets.find((row) => row.hasAttribute("aria-current"))?.dataset.id;
    // Boxes that the browser filled in after going back count as chosen.
    this.#selection.replace(this.#rows().filter((row) => boxOf(row)?.checked).map(idOf));
    this.#paint();
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
    return this.#focusedRow() ?? rows.find((row) => idOf(row) === this.#current) ?? rows.find((row) => row.hasAttribute("aria-current"));
  }

  // Choosing

  #click(event: MouseEvent): void {
    const target = event.target as Element;
    const row = this.rowTargets.find((each) => each.contains(target));
    if (!row || event.button !== 0) return;
    const box = boxOf(row);
    const onBox = target === box || (target instanceof Element && target.closest("label")?.control === box && box !== null);
    const link = target.closest("a");

    if (event.shiftKey && (onBox || link)) {
      if (!onBox) event.preventDefault();
      // The box turns itself, after this; a range from the link turns it on.
      this.#selection.reach(idOf(row), this.#order(), onBox && box ? box.checked : true);
      getSelection()?.removeAllRanges();
      this.#paintSoon();
    } else if ((event.ctrlKey || event.metaKey) && link) {
      event.preventDefault();
      this.#selection.toggle(idOf(row));
      this.#paint();
    } else if (link && link === linkOf(row)) {
      this.#open(idOf(row));
    }
  }

  #change({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return;
    if (this.allTargets.includes(target)) {
      this.#selection.replace(target.checked ? this.#order() : []);
    } else {
      const row = this.rowTargets.find((each) => boxOf(each) === target);
      if (!row) return;
      if (this.#selection.has(idOf(row)) !== target.checked) this.#selection.set(idOf(row), target.checked);
    }
    this.#paint();
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
      row.setAttribute("aria-selected", String(chosen));
      // One row at a time is in the tab order, with everything in it.
      for (const stop of row.querySelectorAll<HTMLElement>("a, button, input:not([type=hidden])")) stop.tabIndex = row === tabbed ? 0 : -1;
    }
    const extent = this.#selection.extent(order);
    for (const all of this.allTargets) {
      all.checked = extent === "all";
      all.indeterminate = extent === "some";
    }
    for (const count of this.countTargets) count.textContent = String(this.#selection.size);
    if (this.#selection.size > 0) this.element.dataset.listChosen = String(this.#selection.size);
    else delete this.element.dataset.listChosen;
  }

  #open(id: string): void {
    for (const row of this.rowTargets) {
      if (idOf(row) === id) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    this.#current = id;
  }

  /** The reader shows something: its row is the open one and is as read and starred as it says. */
  #loaded(frame: EventTarget | null): void {
    if (!(frame instanceof HTMLElement) || frame.id !== "reader") return;
    const message = frame.querySelector<HTMLElement>("article[data-id]");
    this.#open(message?.dataset.id ?? "");
    const row = message && rowOf(message.dataset.id ?? "");
    if (!row) return;
    row.toggleAttribute("data-unread", message.hasAttribute("data-unread"));
    row.toggleAttribute("data-starred", message.hasAttribute("data-starred"));
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
    const free = document.activeElement === document.body || document.activeElement?.closest("#flash, [data-controller~='list']");
    if (row && free) this.#focus(row);
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
        if (document.activeElement?.closest("button, a") && !this.#focusedRow()) return false;
        linkOf(this.#here() ?? this.element)?.click();
        return true;
      case "select":
        return this.#pick();
      case "select-all":
        return this.#chosen(() => true);
      case "select-none":
        return this.#chosen(() => false);
      case "select-read":
        return this.#chosen((row) => !row.hasAttribute("data-unread"));
      case "select-unread":
        return this.#chosen((row) => row.hasAttribute("data-unread"));
      case "select-starred":
        return this.#chosen((row) => row.hasAttribute("data-starred"));
      case "select-unstarred":
        return this.#chosen((row) => !row.hasAttribute("data-starred"));
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
    const here = this.#here();
    const row = here ? rows[rows.indexOf(here) + by] : rows[0];
    if (!row) return rows.length > 0;
    this.#focus(row);
    // With a message open the reader follows, once the key rests.
    if (this.rowTargets.some((each) => each.hasAttribute("aria-current"))) {
      clearTimeout(this.#opening);
      this.#opening = setTimeout(() => linkOf(row)?.click(), 120);
    }
    return true;
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

/** What a morph must not take away: it knows nothing of what is chosen here. */
function keepOwn(event: CustomEvent<{ attributeName: string }>): void {
  const own = ["aria-selected", "aria-current", "tabindex", "checked", "data-list-chosen"];
  if (own.includes(event.detail.attributeName)) event.preventDefault();
}
