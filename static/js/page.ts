// What a page needs around Turbo, beyond any one behaviour.

import { config } from "@hotwired/turbo";
import { tell, untell } from "./lib/tell";
import { isWhole, whole } from "./lib/whole";

export function keepPage(): void {
  config.forms.confirm = askLater;

  document.addEventListener("turbo:before-render", (event) => {
    dress(event.detail.newBody.ownerDocument.documentElement);
    waitForAll(event);
  });

  // An answer without the frame is a page of its own: the sign-in page, an error.
  document.addEventListener("turbo:frame-missing", (event) => {
    event.preventDefault();
    event.detail.visit(event.detail.response);
  });

  document.addEventListener("turbo:before-frame-render", waitForAll);

  // On a phone the settings' sections are a line that scrolls.
  document.addEventListener("turbo:load", () => {
    document.querySelector(".settings__nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  });

  // What someone unfolded stays so when the page is brought up to date.
  document.addEventListener("turbo:before-morph-attribute", (event) => {
    const { attributeName } = (event as CustomEvent<{ attributeName: string }>).detail;
    if (event.target instanceof HTMLDetailsElement && attributeName === "open") event.preventDefault();
  });
}

/** A lost connection costs a sentence, never the page. */
export function sayOffline(): void {
  addEventListener("offline", () => tell("offline", { stay: true }));
  addEventListener("online", () => {
    untell("offline");
    untell("unreachable");
    tell("online");
  });
  document.addEventListener("turbo:fetch-request-error", (event) => {
    // Left alone, Turbo would load the address anew and show the browser's own error page.
    event.preventDefault();
    tell(navigator.onLine ? "unreachable" : "offline", { stay: !navigator.onLine });
  });
}

/** Nothing is shown before its styles are there, or morphed before that is possible. */
function waitForAll(event: CustomEvent<{ resume: () => void }>): void {
  if (isWhole()) return;
  event.preventDefault();
  void whole().then(() => event.detail.resume());
}

/** Until the dialog for it is there. */
async function askLater(question: string, form: HTMLFormElement, submitter: HTMLElement | null): Promise<boolean> {
  await whole();
  const { confirm } = config.forms;
  return confirm === askLater ? globalThis.confirm(question) : confirm(question, form, submitter);
}

/** Turbo changes the body alone; what the settings say about looks stands on the root. */
function dress(next: HTMLElement): void {
  const root = document.documentElement;
  if (next === root) return;
  for (const { name, value } of next.attributes) {
    if (/^(data-(?!js$|turbo)|lang$|dir$)/.test(name)) root.setAttribute(name, value);
  }
}
