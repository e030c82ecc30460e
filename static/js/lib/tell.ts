// A sentence at the foot of the page, where the server's own notices stand.

import { type Word, say } from "./words";

/**
 * Shown in `#flash` as a copy of `<template id="notice">` (with `[data-notice-text]` in it), or as
 * a plain paragraph. The same word is never there twice.
 */
export function tell(word: Word): void {
  const place = document.getElementById("flash");
  if (!place) return;
  place.querySelector(`[data-notice="${word}"]`)?.remove();
  const notice = blank();
  notice.dataset.notice = word;
  (notice.querySelector("[data-notice-text]") ?? notice).textContent = say(word);
  place.append(notice);
}

export function untell(word: Word): void {
  document.querySelector(`#flash [data-notice="${word}"]`)?.remove();
}

function blank(): HTMLElement {
  const template = document.querySelector<HTMLTemplateElement>("template#notice");
  const copy = template?.content.firstElementChild?.cloneNode(true);
  if (copy instanceof HTMLElement) return copy;
  const plain = document.createElement("p");
  plain.className = "flash";
  plain.dataset.controller = "flash";
  return plain;
}
