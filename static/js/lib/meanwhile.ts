// What the reader shows while the next message is on its way: not what has left, with all its buttons,
// but what comes, as far as its row tells.

import { openMessage } from "../shared";

let shell: HTMLElement | undefined;
let before: Node[] = [];

const reader = (): HTMLElement | null => document.getElementById("reader");

export function attendMeanwhile(): void {
  document.addEventListener("reader:left", ({ detail }) => show(detail.subject));
  document.addEventListener("reader:returned", takeBack);
  // Only what could not be had is still there by then.
  document.addEventListener("turbo:fetch-request-error", ({ target }) => target === reader() && shell?.remove());
}

function show(subject: string | undefined): void {
  const place = reader();
  if (!place) return;
  const way = place.querySelector<HTMLElement>("[data-advance]")?.dataset.advance;
  if (openMessage()) before = [...place.childNodes];
  shell = element("div", "message");
  shell.ariaBusy = "true";
  if (way) shell.dataset.advance = way;
  // The way back is open all the while.
  const actions = element("div", "actions");
  const back = place.querySelector('a[data-key~="back"]');
  if (back) actions.append(back.cloneNode(true));
  const scroll = element("div", "message__scroll");
  const title = element("p", "message__subject");
  title.textContent = subject ?? "";
  scroll.append(title);
  shell.append(actions, scroll);
  place.replaceChildren(...(subject === undefined ? [] : [shell]));
}

/** It is shown again, unless something else is. */
function takeBack(): void {
  shell?.remove();
  if (before.length > 0 && !openMessage()) reader()?.replaceChildren(...before);
  before = [];
}

function element(tag: string, name: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}
