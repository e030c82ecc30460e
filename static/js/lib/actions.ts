// Actions on messages, wherever their form stands (lib/effect.ts says which forms those are). Shown
// at once, sent by ourselves, put back with a sentence when the server refuses.
//
// Turbo would give up a submission as soon as the next one starts or a page is visited, and nobody
// reads mail that slowly.

import { config, renderStreamMessage, visit } from "@hotwired/turbo";
import { advance } from "./advance";
import { type Effect, effect } from "./effect";
import { request } from "./http";
import { type Shown, dropReturning, show } from "./optimism";
import { tell } from "./tell";

const streams = "text/vnd.turbo-stream.html";

/** What was asked for is done even if the page is left at once; browsers do so for bodies up to 64 KiB. */
const keptMost = 60_000;

let begun = 0;

/** How many actions there have been: whoever asks for rows compares, for an older answer would take them back. */
export const actionsBegun = (): number => begun;

/** When what was done so far has reached the server. */
export const actionsDone = (): Promise<unknown> => Promise.allSettled([...underWay.values()]);

export function takeActions(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const { submitter } = event;
    // Not form.action: a button of that name stands in its place.
    const address = new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", document.baseURI);
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form, submitter)) if (typeof value === "string") fields.append(name, value);
    const what = form.getAttribute("method") === "post" ? effect(address.pathname, fields) : undefined;
    if (!what) return;
    event.preventDefault();
    void confirmed(form, submitter).then((yes) => (yes ? act(address, fields, what, submitter) : undefined));
  }, { capture: true });

  // What the server puts back stands for what was remembered here.
  document.addEventListener("turbo:before-stream-render", ({ target }) => {
    const stream = target as Element;
    if (/^(after|append|before|prepend)$/.test(stream.getAttribute("action") ?? "")) dropReturning();
  });
}

async function confirmed(form: HTMLFormElement, submitter: HTMLElement | null): Promise<boolean> {
  const question = submitter?.dataset.turboConfirm ?? form.dataset.turboConfirm;
  return question === undefined || config.forms.confirm(question, form, submitter);
}

async function act(address: URL, fields: URLSearchParams, what: Effect, submitter: HTMLElement | null): Promise<void> {
  begun += 1;
  const arrive = what.kind === "leave" && leaves(what.ids) ? advance(what.ids) : undefined;
  const shown = show(what, submitter);
  arrive?.now();
  try {
    const response = await inTurn(what, () => request(address, { method: "POST", body: fields, keepalive: fields.toString().length < keptMost, headers: { Accept: `${streams}, text/html` } }));
    if (!response.ok) arrive?.back();
    await render(response, shown);
    if (response.ok) arrive?.then();
  } catch (error) {
    arrive?.back();
    shown.putBack();
    // Not signed in again: there is nothing to say.
    if ((error as Error).name !== "AbortError") tell(navigator.onLine ? "unreachable" : "offline");
  }
}

/** Not where others of its conversation stay: the reader stays with them. */
function leaves(ids: readonly string[]): boolean {
  return document.dispatchEvent(new CustomEvent("message:leaving", { cancelable: true, detail: { ids } }));
}

async function render(response: Response, shown: Shown): Promise<void> {
  const type = response.headers.get("Content-Type") ?? "";
  const answer = await response.text();
  if (response.ok) shown.done();
  else shown.putBack();
  if (type.startsWith(streams)) renderStreamMessage(answer);
  else if (response.redirected && response.ok) visit(response.url, { action: "replace", response: { statusCode: response.status, redirected: true, responseHTML: answer } });
  else if (!response.ok) tell("refused");
}

// What is done to one message is done in order; an undo comes after everything.
const underWay = new Map<string, Promise<unknown>>();

async function inTurn<T>(what: Effect, task: () => Promise<T>): Promise<T> {
  const ids = what.kind === "return" ? [...underWay.keys()] : what.ids;
  const before = ids.map((id) => underWay.get(id));
  const work = Promise.allSettled(before).then(task);
  for (const id of ids) underWay.set(id, work);
  try {
    return await work;
  } finally {
    for (const id of ids) if (underWay.get(id) === work) underWay.delete(id);
  }
}
