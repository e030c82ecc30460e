// Every request goes through here, Turbo's and ours. When the session has ended (401 with
// X-Restante-Reauth), the password is asked for in place and the same request is sent again, so that
// nothing typed and no click is lost.

import { fetch as send } from "@hotwired/turbo";
import { activity } from "./activity";
import { whole } from "./whole";

export interface Request extends RequestInit {
  /** Nobody waits for it: no bar, and no password is asked for. */
  quiet?: boolean;
  /** Done in the background: no bar, though the password is asked for. */
  silent?: boolean;
}

export async function request(url: string | URL, { quiet = false, silent = false, ...options }: Request = {}): Promise<Response> {
  if (quiet) return send(url, options);
  for (;;) {
    const sent = send(url, options);
    const response = await (silent ? sent : activity.track(sent));
    if (response.status !== 401 || !response.headers.has("X-Restante-Reauth")) return response;
    await whole();
    const renewed = renew();
    if (!renewed) return response;
    // Turbo lets an aborted request go without a word, and the page stays as it is.
    if (!(await renewed)) throw new DOMException("The session was not renewed", "AbortError");
  }
}

/** What a form would send that is not on the page. */
export function submit(action: string, fields: readonly (readonly [string, string])[]): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  form.hidden = true;
  for (const [name, value] of fields) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.requestSubmit();
  // Whoever takes the submission reads it at once.
  form.remove();
}

export function takeOverTurbo(): void {
  document.addEventListener("turbo:before-fetch-request", ({ detail }) => {
    detail.fetchRequest = { response: request(detail.url, detail.fetchOptions) };
  });
}

let renewing: Promise<boolean> | undefined;

/** One dialog for all requests that failed meanwhile; undefined where the page has none. */
function renew(): Promise<boolean> | undefined {
  if (renewing) return renewing;
  let answer: (renewed: boolean) => void = () => undefined;
  const answered = new Promise<boolean>((resolve) => (answer = resolve));
  const event = new CustomEvent("reauth:needed", { cancelable: true, detail: { answer } });
  if (document.dispatchEvent(event)) return undefined;
  renewing = answered.finally(() => (renewing = undefined));
  return renewing;
}
