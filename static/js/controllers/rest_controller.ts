import { Controller } from "../shared";
import { hang } from "../lib/hung_menu";

/**
 * What a bar has no room for: a menu of the buttons beside this one that are not to be seen.
 *
 *     <div role="group"><button value="star" aria-label="Star">…</button> …
 *       <button type="button" popovertarget="rest" data-controller="rest" aria-label="More">…</button></div>
 */
export default class Rest extends Controller<HTMLButtonElement> {
  #menu: HTMLElement | undefined;

  override connect(): void {
    const menu = hang(this.element, "menu menu--end");
    menu.addEventListener("beforetoggle", ({ newState }) => newState === "open" && menu.replaceChildren(...this.#items()));
    this.#menu = menu;
  }

  override disconnect(): void {
    this.#menu?.remove();
  }

  #items(): HTMLElement[] {
    const beside = [...(this.element.parentElement?.querySelectorAll<HTMLButtonElement>(":scope > button") ?? [])];
    return beside.filter((button) => !button.checkVisibility()).map(item);
  }
}

function item(button: HTMLButtonElement): HTMLElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "menu__item";
  made.append(...[...button.children].map((child) => child.cloneNode(true)), button.ariaLabel ?? "");
  made.addEventListener("click", () => button.click());
  return made;
}
