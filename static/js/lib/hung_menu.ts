/**
 * An empty menu that a button opens, at the end of the page: not in the list, which is morphed into
 * what the server has, nor in a pane that moves.
 */
export function hang(button: HTMLButtonElement, look = "menu"): HTMLElement {
  const id = button.getAttribute("popovertarget") ?? "";
  // A page that was kept has one of its own.
  document.getElementById(id)?.remove();
  const menu = document.createElement("div");
  menu.id = id;
  menu.popover = "auto";
  menu.className = look;
  menu.dataset.controller = "menu";
  document.body.append(menu);
  return menu;
}
