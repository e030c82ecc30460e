// What happens when a page or a pane has come: how it is called and where the focus is. Turbo keeps
// pages without their titles and leaves the focus nowhere; a screen reader would say nothing.

import { idOf, isGoingBack, isGone, linkOf, openMessage, rowOf, rowsIn, valueOf } from "../shared";
import { counted, withCountOf } from "./title";

const titles = new Map<string, string>();
/** As many as Turbo keeps pages, and some. */
const titlesMost = 50;

/** A page is on its way; one that the browser itself has loaded begins as the browser has it. */
let coming = false;
let restoring = false;
/** The message that was open when someone went back to the list. */
let left = "";
/** Notices that stood on the page when it came. */
let brought: Element[] = [];

export function attendArrivals(): void {
  document.addEventListener("click", ({ target }) => {
    if ((target as Element).closest?.(".flash__close")) setTimeout(goOn);
  }, { capture: true });
  document.addEventListener("turbo:visit", ({ detail }) => {
    coming = true;
    restoring = detail.action === "restore";
    left = openMessage()?.dataset.id ?? "";
  });
  document.addEventListener("turbo:before-render", ({ detail }) => {
    brought = noticesOf(detail.newBody);
    if (restoring) dropGone(detail.newBody);
  });
  document.addEventListener("turbo:render", () => restoring && retitle());
  document.addEventListener("turbo:load", () => {
    keepTitle();
    sayAgain();
    // It is as it was when it was left.
    if (restoring) document.dispatchEvent(new Event("live:refresh"));
    // Rows have their heights by then, and the focus moves nothing.
    if (coming) requestAnimationFrame(() => setTimeout(() => isLost() && !location.hash && arrive()));
    coming = false;
  });
  document.addEventListener("turbo:frame-load", ({ target }) => target instanceof HTMLElement && target.isConnected && arriveIn(target));
  keepTitle();
  brought = noticesOf(document);
  sayAgain();
}

/** A page that was kept has what left it since, and what was hidden at that moment. */
function dropGone(page: HTMLElement): void {
  for (const row of rowsIn(page)) {
    row.hidden = false;
    if (isGone(valueOf(row).split(","))) row.remove();
  }
  const reader = page.querySelector("#reader");
  const open = reader?.querySelector<HTMLElement>("article[data-id]");
  if (reader?.querySelector(".message[aria-busy]") || (open && isGone([idOf(open)]))) reader?.replaceChildren();
}

const noticesOf = (page: ParentNode): Element[] => [...page.querySelectorAll("#flashes > *")];

/** A notice that comes with its page is not announced: only what changes in it is. So it changes. */
function sayAgain(): void {
  const there = brought.filter((notice) => notice.isConnected);
  brought = [];
  if (there.length > 0) requestAnimationFrame(() => there.forEach((notice) => notice.parentElement?.append(notice)));
}

/** Back at the row of the message that is open or was, else at the heading, for that says where one
 * is. Never at another row than the open one's: what a key does there would be done to it. */
function arrive(): void {
  const row = isGoingBack() ? rowOf(openMessage()?.dataset.id ?? left) : null;
  if (row?.checkVisibility()) {
    return linkOf(row)?.focus({ preventScroll: true });
  }
  const heading = ["#message-title", "#list-title", "main h1"].map((name) => document.querySelector<HTMLElement>(name)).find((each) => each?.checkVisibility());
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Whoever closed a notice by key is where the list is. */
function goOn(): void {
  if (isLost()) document.querySelector<HTMLElement>(".row__link[tabindex='0']")?.focus({ preventScroll: true });
}

/** A frame brings no title, and on a phone it takes the place of what had the focus. */
function arriveIn(frame: HTMLElement): void {
  const heading = frame.querySelector<HTMLElement>("#message-title, #list-title");
  if (!heading) return;
  const [, count = "", brand = ""] = /^(\([^)]*\d\) )?.*?( – [^–]*)?$/s.exec(document.title) ?? [];
  document.title = `${count}${heading.textContent?.trim()}${brand}`;
  keepTitle();
  if (isLost() || isFound(frame)) heading.focus({ preventScroll: true });
}

/** What was searched for is here, and gone through by keys; where there is nothing the words are mended. */
function isFound(frame: HTMLElement): boolean {
  const field = document.activeElement;
  const address = frame.getAttribute("src");
  return field instanceof HTMLInputElement && field.id === "search" && address !== null && new URL(address, document.baseURI).searchParams.get("q") === field.value && frame.querySelector(".row") !== null;
}

function isLost(): boolean {
  const focused = document.activeElement;
  return !focused || focused === document.body || !focused.checkVisibility();
}

function keepTitle(): void {
  titles.delete(location.href);
  titles.set(location.href, document.title.replace(counted, ""));
  const [oldest] = titles.keys();
  if (titles.size > titlesMost && oldest !== undefined) titles.delete(oldest);
}

/** What is unread is counted as it is now. */
function retitle(): void {
  const title = titles.get(location.href);
  if (title !== undefined) document.title = withCountOf(document.title, title);
}
