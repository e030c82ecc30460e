// What a page needs around Turbo, beyond any one behaviour.

import { tell, untell } from "./lib/tell";

/** Turbo changes the body alone; what the settings say about looks stands on the root. */
export function keepPage(): void {
  document.addEventListener("turbo:before-render", ({ detail: { newBody } }) => {
    const next = newBody.ownerDocument.documentElement;
    if (next === document.documentElement) return;
    for (const { name, value } of next.attributes) {
      if (/^(data-(?!js$|turbo)|lang$|dir$)/.test(name)) document.documentElement.setAttribute(name, value);
    }
  });

  // An answer without the frame is a page of its own: the sign-in page, an error.
  document.addEventListener("turbo:frame-missing", (event) => {
    event.preventDefault();
    event.detail.visit(event.detail.response);
  });
}

/** A lost connection costs a sentence, never the page. */
export function sayOffline(): void {
  addEventListener("offline", () => tell("offline"));
  addEventListener("online", () => {
    untell("offline");
    untell("unreachable");
    tell("online");
  });
  document.addEventListener("turbo:fetch-request-error", (event) => {
    // Left alone, Turbo would load the address anew and show the browser's own error page.
    event.preventDefault();
    tell(navigator.onLine ? "unreachable" : "offline");
  });
}
