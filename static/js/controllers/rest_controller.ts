import { Controller } from "../shared";

/**
 * What a bar has no room for: a menu of the buttons beside this one that are not to be seen.
 *
 *     <div role="group"><button value="star" aria-label="Star">…</button> …
 *       <button type="button" popovertarget="rest" data-controller="rest" aria-label="More">…</button></div>
 */
export default class Rest extends Controller<HTMLButtonElement> {
  #menu: HTMLElement | undefined;

  override connect(): void {
    const id = this.element.getAttribute("popovertarget") ?? "";
    // A page that was kept has one of its own.
    document.getElementById(id)?.remove();
    const menu = document.createElement("div");
    menu.id = id;
    menu.popover = "auto";
    menu.className = "menu menu--end";
    menu.dataset.controller = "menu";
    menu.addEventListener("beforetoggle", ({ newState }) => newState === "open" && menu.replaceChildren(...this.#items()));
    // Not in the list, which is morphed into what the server has.
    document.body.append(menu);
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
