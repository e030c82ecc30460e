import { Controller } from "@hotwired/stimulus";
import { fetch as send } from "@hotwired/turbo";
import { say } from "../lib/words";

/**
 * Asks for the password where the page stands when the session has ended; lib/http.ts then repeats
 * what failed. Nothing typed elsewhere is lost.
 *
 *     <dialog id="reauth" data-controller="reauth" aria-labelledby="…">
 *       <form method="post" action="/session/renewal">
 *         <input type="password" name="password" data-reauth-target="password">
 *         <p data-reauth-target="error" role="alert" hidden></p>
 *         <button>…</button> <button type="button" data-action="reauth#cancel">…</button>
 */
export default class Reauth extends Controller<HTMLDialogElement> {
  static override targets = ["password", "error"];
  declare readonly passwordTargets: HTMLInputElement[];
  declare readonly errorTargets: HTMLElement[];

  #listening = new AbortController();
  #answer: ((renewed: boolean) => void) | undefined;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("reauth:needed", (event) => this.#ask(event), { signal });
    this.element.addEventListener("close", () => this.#end(false), { signal });
    // Before Turbo sees it: the answer is not a page.
    this.element.addEventListener("submit", (event) => void this.#send(event), { signal, capture: true });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#end(false);
  }

  cancel(): void {
    this.element.close();
  }

  #ask(event: CustomEvent<{ answer: (renewed: boolean) => void }>): void {
    event.preventDefault();
    this.#answer = event.detail.answer;
    this.#complain("");
    if (!this.element.open) this.element.showModal();
    this.passwordTargets[0]?.focus();
  }

  async #send(event: Event): Promise<void> {
    event.preventDefault();
    event.stopPropagation();
    const form = event.target as HTMLFormElement;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
    this.element.setAttribute("aria-busy", "true");
    try {
      const response = await send(form.action, { method: "POST", body: fields, headers: { Accept: "text/plain" } });
      if (response.ok) return this.#end(true);
      this.#complain((await sentence(response)) || say("password-wrong"));
    } catch {
      this.#complain(say(navigator.onLine ? "unreachable" : "offline"));
    } finally {
      this.element.removeAttribute("aria-busy");
      for (const field of this.passwordTargets) field.value = "";
    }
    this.passwordTargets[0]?.focus();
  }

  #complain(text: string): void {
    for (const error of this.errorTargets) {
      error.textContent = text;
      error.hidden = text === "";
    }
  }

  #end(renewed: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    if (this.element.open) this.element.close();
    for (const field of this.passwordTargets) field.value = "";
    answer?.(renewed);
  }
}

/** The server's own words for what is wrong, when it sends one plain line. */
async function sentence(response: Response): Promise<string> {
  if (!response.headers.get("Content-Type")?.startsWith("text/plain")) return "";
  return (await response.text()).slice(0, 300).trim();
}
