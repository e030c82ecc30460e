// The message that the reader has been asked for, until it is there. Where the reader goes on by
// itself nothing is done meanwhile to what nobody has seen. What it shows is lib/meanwhile.ts's.

import { openMessage } from "./rows";

let asked: string | undefined;
let unseen = false;

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

/** What is shown has left, and this comes in its place; nothing where that is the list. */
export function expect(subject?: string): void {
  unseen = subject !== undefined;
  document.dispatchEvent(new CustomEvent("reader:left", { detail: { subject } }));
}

/** What had left is back. */
export function takeBack(): void {
  forget();
  document.dispatchEvent(new Event("reader:returned"));
}

export function attendReader(): void {
  for (const name of ["turbo:frame-load", "turbo:fetch-request-error"]) {
    document.addEventListener(name, ({ target }) => (target as Element).id === "reader" && forget());
  }
  document.addEventListener("turbo:before-render", forget);
}

function forget(): void {
  asked = undefined;
  unseen = false;
}
