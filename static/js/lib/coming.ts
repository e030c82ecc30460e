// The message that the reader has been asked for, until it is there. What has left is not shown any
// longer meanwhile, and where the reader goes on by itself nothing is done to what nobody has seen.

import { openMessage } from "./rows";

let asked: string | undefined;
let unseen = false;
let shell: HTMLElement | undefined;
let before: Node[] = [];

const reader = (): HTMLElement | null => document.getElementById("reader");

/** What the reader shows, or is about to: the message, or the row that stands for it. */
export const openId = (): string => asked ?? openMessage()?.dataset.id ?? "";

/** Nobody has chosen the message that is on its way. */
export const isUnseen = (): boolean => unseen;

/** Somebody has gone elsewhere. */
export const chosen = (): void => void (unseen = false);

/** A row was clicked. */
export function ask(id: string): void {
  asked = id;
  unseen = false;
}

/** In the place of what has left stands what comes, as far as its row tells; nothing where that is the list. */
export function expect(subject: string | undefined): void {
  const place = reader();
  if (!place) return;
  const way = place.querySelector<HTMLElement>("[data-advance]")?.dataset.advance;
  if (openMessage()) before = [...place.childNodes];
  unseen = subject !== undefined;
  shell = document.createElement("div");
  shell.className = "message";
  shell.ariaBusy = "true";
  if (way) shell.dataset.advance = way;
  const title = document.createElement("p");
  title.className = "message__subject";
  title.textContent = subject ?? "";
  const scroll = document.createElement("div");
  scroll.className = "message__scroll";
  scroll.append(title);
  const actions = document.createElement("div");
  actions.className = "actions";
  shell.append(actions, scroll);
  place.replaceChildren(...(unseen ? [shell] : []));
}

/** What had left is back: it is shown again, unless something else is. */
export function takeBack(): void {
  forget();
  if (before.length > 0 && !openMessage()) reader()?.replaceChildren(...before);
  before = [];
}

export function attendReader(): void {
  const ended = ({ target }: Event): void => {
    if (target === reader()) forget();
  };
  for (const name of ["turbo:frame-load", "turbo:fetch-request-error"]) document.addEventListener(name, ended);
  document.addEventListener("turbo:before-render", forget);
}

function forget(): void {
  asked = undefined;
  unseen = false;
  shell?.remove();
  shell = undefined;
}
