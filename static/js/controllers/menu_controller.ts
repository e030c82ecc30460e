import { rank } from "../lib/ranking";
import { Controller } from "../shared";

/**
 * A popover with choices. The browser opens and closes it (popovertarget); this places it, moves
 * the focus through it, and filters it where it has a field for that.
 *
 *     <button popovertarget="move">…</button>
 *     <div id="move" popover data-controller="menu"><input data-menu-target="filter" data-action="menu#filter">
 *       <label data-menu-target="item" data-action="click->menu#choose"><input type="radio" …>Inbox</label> …
 *       <button data-menu-target="submit">Move</button>
 *
 * Links and buttons without such a target are items as well. A click on a choice submits it, and so
 * does Enter; the arrows only go through them, so that another button can be reached.
 *
 * Where the browser cannot anchor it, it stands at `--menu-inset` with `--menu-margin`.
 *
 * It does not close for Turbo's cache: a message that arrives in its frame has the page cached a
 * moment after it is shown, when its menu may be open already. Copies are never open.
 */
export default class Menu extends Controller<HTMLElement> {
  static override targets = ["filter", "item", "submit"];
  declare readonly filterTargets: HTMLInputElement[];
  declare readonly itemTargets: HTMLElement[];
  declare readonly submitTargets: HTMLButtonElement[];

  #opener: HTMLElement | undefined;
  #pointed = false;
  #typed = "";
  #typedAt = 0;
  #listening = new AbortController();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    // A copy out of the cache may say otherwise.
    for (const opener of this.#openers) opener.setAttribute("aria-expanded", "false");
    this.element.addEventListener("beforetoggle", (event) => this.#before(event as ToggleEvent), { signal });
    this.element.addEventListener("toggle", (event) => this.#toggled(event as ToggleEvent), { signal });
    this.element.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.element.addEventListener("click", (event) => this.#followed(event), { signal });
    // The invoker is not in the event everywhere, so the press is remembered.
    document.addEventListener("click", (event) => this.#remember(event), { signal, capture: true });
    addEventListener("resize", () => this.#place(), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
  }

  get #openers(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>(`[popovertarget="${CSS.escape(this.element.id)}"]`)];
  }

  #remember(event: Event): void {
    const opener = this.#openers.find((each) => each.contains(event.target as Node));
    if (opener) this.#opener = opener;
  }

  #before({ newState }: ToggleEvent): void {
    if (newState === "open") this.#place();
  }

  #toggled({ newState }: ToggleEvent): void {
    const open = newState === "open";
    this.#opener?.setAttribute("aria-expanded", String(open));
    if (!open) return;
    for (const field of this.filterTargets) field.value = "";
    this.filter();
    this.#place();
    (this.filterTargets[0] ?? this.#shown()[0])?.focus();
  }

  #close(): void {
    if (this.element.matches(":popover-open")) this.element.hidePopover();
  }

  filter(): void {
    const typed = this.filterTargets[0]?.value ?? "";
    const fitting = new Set(rank(typed, this.itemTargets, (item) => item.textContent ?? ""));
    for (const item of this.itemTargets) item.hidden = !fitting.has(item);
  }

  /** A click on the label comes first and brings one on its input, as the arrows do without it. */
  choose({ target, detail }: MouseEvent): void {
    const input = target instanceof HTMLInputElement;
    const meant = detail > 0 || (input && this.#pointed);
    this.#pointed = meant && !input;
    if (input && meant) this.#submit();
  }

  #submit(): void {
    const chosen = this.element.querySelector("input[type=radio]:checked");
    if (chosen) this.submitTargets[0]?.click();
  }

  #followed(event: Event): void {
    const acts = (event.target as Element).closest("a[href], button:not([popovertarget])");
    // After the click has done what it does.
    if (acts) queueMicrotask(() => this.#close());
  }

  /** Below the opener, or above where there is more room, and never past the edges. */
  #place(): void {
    if (!this.#opener?.isConnected || CSS.supports("position-area: block-end span-inline-end")) return;
    const from = this.#opener.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const rtl = getComputedStyle(this.element).direction === "rtl";
    const margin = 8;
    const below = innerHeight - from.bottom >= height + margin || from.top < innerHeight - from.bottom;
    const y = below ? from.bottom + 4 : Math.max(margin, from.top - height - 4);
    const x = Math.min(Math.max(margin, rtl ? from.right - width : from.left), Math.max(margin, innerWidth - width - margin));
    this.element.style.setProperty("--menu-inset", `${Math.round(y)}px auto auto ${Math.round(x)}px`);
    this.element.style.setProperty("--menu-margin", "0");
  }

  /** What the focus moves through: the choices, or where there are none every link and button. */
  #shown(): HTMLElement[] {
    const choices = this.itemTargets.map((item) => item.querySelector("input") ?? item);
    const all = choices.length > 0 ? choices : [...this.element.querySelectorAll<HTMLElement>("a[href], button")];
    return all.filter((item) => !item.matches(":disabled") && item.checkVisibility());
  }

  #key(event: KeyboardEvent): void {
    // Letters typed here are meant for the menu, not for the page below.
    event.stopPropagation();
    const items = this.#shown();
    const at = items.indexOf(document.activeElement as HTMLElement);
    const filtering = this.filterTargets.includes(event.target as HTMLInputElement);
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at < 0 ? items.length - 1 : at - 1, Home: 0, End: items.length - 1 };
    const to = moves[event.key];
    if (to !== undefined && !(filtering && /Home|End/.test(event.key))) {
      event.preventDefault();
      go(items.at(to >= items.length ? 0 : to));
    } else if (event.key === "Enter" && filtering && !(this.itemTargets[0]?.querySelector("input"))) {
      // Choices that are buttons: the first that fits, else what the field is sent with.
      if (!items[0]) return;
      event.preventDefault();
      if (document.activeElement instanceof HTMLInputElement && document.activeElement.value.trim()) items[0].click();
      else go(items[0]);
    } else if (event.key === "Enter" && (filtering || at >= 0 && event.target instanceof HTMLInputElement)) {
      event.preventDefault();
      if (filtering) go(items[0]);
      this.#submit();
    } else if (!filtering && this.filterTargets.length === 0 && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      this.#jump(event, items);
    }
  }

  /** Typing the beginning of a name goes there. */
  #jump(event: KeyboardEvent, items: HTMLElement[]): void {
    if (event.key === " " && this.#typed === "") return;
    this.#typed = event.timeStamp - this.#typedAt < 800 ? this.#typed + event.key : event.key;
    this.#typedAt = event.timeStamp;
    rank(this.#typed, items, (item) => item.textContent ?? "")[0]?.focus();
  }
}

function go(item: HTMLElement | undefined): void {
  item?.focus();
  if (item instanceof HTMLInputElement) item.checked = true;
}
