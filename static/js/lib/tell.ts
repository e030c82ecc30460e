// A sentence at the foot of the page, where the server's own notices stand.

import { type Word, say } from "./words";

const place = () => document.getElementById("flashes");

/** The same word is never there twice; with `stay` it is there until `untell`. `link` is where more is to be seen. */
export function tell(word: Word, { stay = false, link = null }: { stay?: boolean; link?: HTMLAnchorElement | null } = {}): void {
  untell(word);
  const notice = document.createElement("div");
  notice.className = word === "online" ? "flash" : "flash flash--problem";
  notice.dataset.controller = "flash";
  notice.dataset.flashStayValue = String(stay);
  notice.dataset.notice = word;
  const sentence = document.createElement("p");
  sentence.className = "flash__sentence";
  sentence.textContent = say(word);
  notice.append(sentence);
  if (link) {
    const more = document.createElement("a");
    more.className = "flash__button";
    more.href = link.href;
    more.textContent = link.title;
    notice.append(more);
  }
  place()?.append(notice);
}

export function untell(word: Word): void {
  place()?.querySelector(`[data-notice="${word}"]`)?.remove();
}

/** Takes what is said now along to the page that comes next. */
export function carry(): void {
  const notices = [...(place()?.children ?? [])];
  if (notices.length === 0) return;
  document.addEventListener("turbo:render", () => place()?.prepend(...notices), { once: true });
}
