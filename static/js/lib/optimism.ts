// Shows what an action does before the server has said so, and puts it back if the server refuses.
//
// Works from the forms themselves (lib/effect.ts), wherever they stand. Rows that leave are hidden
// and remembered, so that undo brings them back at once as well.

import type { FormSubmission } from "@hotwired/turbo";
import { effect } from "./effect";
import { rowOf } from "./rows";
import { tell } from "./tell";

interface Shown {
  done(): void;
  putBack(): void;
}
interface Place {
  row: HTMLElement;
  parent: Element | null;
  next: Element | null;
}

const shown = new WeakMap<FormSubmission, Shown>();
const submissions = new WeakMap<EventTarget, FormSubmission>();
let lastLeft: Place[] = [];

export function beOptimistic(): void {
  document.addEventListener("turbo:submit-start", ({ target, detail: { formSubmission } }) => {
    const now = show(formSubmission);
    if (!now) return;
    shown.set(formSubmission, now);
    if (target) submissions.set(target, formSubmission);
  });

  // An error page would take the place of the page that was acted on.
  document.addEventListener("turbo:before-fetch-response", (event) => {
    const { fetchResponse } = event.detail;
    const ours = event.target && submissions.has(event.target);
    const streams = fetchResponse.contentType?.startsWith("text/vnd.turbo-stream.html");
    if (!ours || fetchResponse.succeeded || streams) return;
    event.preventDefault();
    tell("refused");
  });

  document.addEventListener("turbo:submit-end", ({ target, detail: { formSubmission, success } }) => {
    const now = shown.get(formSubmission);
    if (target) submissions.delete(target);
    if (success) now?.done();
    else now?.putBack();
  });

  // The server's own rows are better than the remembered ones.
  document.addEventListener("turbo:before-stream-render", ({ target }) => {
    const action = target instanceof Element ? target.getAttribute("action") : null;
    const where = target instanceof Element ? target.getAttribute("target") : null;
    if (where !== "flash" && /^(after|append|before|prepend)$/.test(action ?? "")) dropReturning();
  });
}

function show({ fetchRequest, body, submitter, formElement }: FormSubmission): Shown | undefined {
  const fields = new URLSearchParams();
  for (const [name, value] of body) if (typeof value === "string") fields.append(name, value);
  const what = effect(fetchRequest.url.pathname, fields);
  switch (what?.kind) {
    case "leave":
      return leave(what.ids);
    case "mark":
      return mark(what, submitter, formElement);
    case "return":
      return comeBack();
    default:
      return undefined;
  }
}

function leave(ids: string[]): Shown {
  const rows = ids.map(rowOf).filter((row) => row !== null);
  const places = rows.map((row) => ({ row, parent: row.parentElement, next: row.nextElementSibling }));
  for (const row of rows) row.hidden = true;
  announce("rows:left", ids);
  return {
    done() {
      lastLeft = places;
      for (const row of rows) row.remove();
    },
    putBack() {
      for (const row of rows) row.hidden = false;
      announce("rows:returned", ids);
    },
  };
}

function mark(what: { ids: string[]; mark: "unread" | "starred"; on: boolean }, submitter: HTMLElement | null, form: HTMLFormElement): Shown {
  const attribute = `data-${what.mark}`;
  const changed = what.ids.map(rowOf).filter((row) => row !== null && row.hasAttribute(attribute) !== what.on) as HTMLElement[];
  for (const row of changed) row.toggleAttribute(attribute, what.on);

  // A toggle asks for the opposite next time.
  const pressed = submitter?.getAttribute("aria-pressed");
  const value = form.querySelector<HTMLInputElement>('input[type="hidden"][name="value"]');
  const asked = value?.value;
  const flip = (on: boolean) => {
    if (pressed != null) submitter?.setAttribute("aria-pressed", String(on));
    if (value && pressed != null) value.value = String(!on);
  };
  flip(what.on);
  return {
    done: () => undefined,
    putBack() {
      for (const row of changed) row.toggleAttribute(attribute, !what.on);
      flip(!what.on);
      if (value && asked !== undefined) value.value = asked;
    },
  };
}

function comeBack(): Shown {
  const places = lastLeft.filter(({ row, parent }) => parent?.isConnected && !row.isConnected);
  lastLeft = [];
  for (const { row, parent, next } of places.toReversed()) {
    row.hidden = false;
    row.dataset.returning = "";
    parent?.insertBefore(row, next?.parentElement === parent ? next : null);
  }
  announce("rows:returned", places.map(({ row }) => row.dataset.id ?? ""));
  return {
    // A message that was moved back has a new id: ask for the rows as they are now.
    done: () => void document.dispatchEvent(new Event("live:refresh")),
    putBack: dropReturning,
  };
}

export function dropReturning(): void {
  for (const row of document.querySelectorAll("[data-returning]")) row.remove();
}

function announce(name: "rows:left" | "rows:returned", ids: string[]): void {
  document.dispatchEvent(new CustomEvent(name, { detail: { ids } }));
}
