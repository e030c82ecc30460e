import { Controller } from "../shared";

/**
 * The folders on a phone: a popover that a button opens (popovertarget), which the browser closes on
 * Escape and on a click beside it. This closes it on the way to a folder, and starts in the current one.
 *
 *     <body data-controller="drawer"> <nav id="folders" popover data-drawer-target="drawer">
 */
export default class Drawer extends Controller<HTMLElement> {
  static override targets = ["drawer"];
  declare readonly drawerTargets: HTMLElement[];

  #listening = new AbortController();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("turbo:click", () => this.close(), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
  }

  drawerTargetConnected(drawer: HTMLElement): void {
    drawer.addEventListener("toggle", (event) => {
      if ((event as ToggleEvent).newState === "open") drawer.querySelector<HTMLElement>("[aria-current]")?.focus();
    }, { signal: this.#listening.signal });
  }

  close(): void {
    for (const drawer of this.drawerTargets) if (drawer.matches(":popover-open")) drawer.hidePopover();
  }
}
