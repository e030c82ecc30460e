import { Controller, say, send } from "../shared";

/**
 * Asks for the password where the page stands when the session has ended; lib/http.ts then repeats
 * what failed. Nothing typed elsewhere is lost.
 *
 *     <dialog id="reauth" data-controller="reauth" aria-labelledby="…">
 *       <form method="post" action="/session/renewal" data-action="reauth#renew">
 *         <p data-reauth-target="problem" role="alert" hidden></p>
 *         <input type="password" name="password" data-reauth-target="password">
 *         <button>…</button> <button type="button" data-action="reauth#close">…</button>
 */
export default class Reauth extends Controller<HTMLDialogElement> {
  static override targets = ["password", "problem"];
  declare readonly passwordTargets: HTMLInputElement[];
  declare readonly problemTargets: HTMLElement[];

  #listening = new AbortController();
  #answer: ((renewed: boolean) => void) | undefined;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("reauth:needed", (event) => this.#ask(event), { signal });
    this.element.addEventListener("close", () => this.#end(false), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#end(false);
  }

  close(): void {
    this.element.close();
  }

  /** Turbo leaves it alone: the answer is not a page. */
  async renew(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
    this.element.setAttribute("aria-busy", "true");
    try {
      const response = await send(form.getAttribute("action") ?? "", { method: "POST", body: fields, headers: { Accept: "text/plain" } });
      if (response.ok) return this.#end(true);
      this.#complain((await sentence(response)) || say("password-wrong"));
    } catch {
      this.#complain(say(navigator.onLine ? "unreachable" : "offline"));
    } finally {
      this.element.removeAttribute("aria-busy");
    }
    this.#empty();
    this.passwordTargets[0]?.focus();
  }

  #ask(event: CustomEvent<{ answer: (renewed: boolean) => void }>): void {
    event.preventDefault();
    this.#answer = event.detail.answer;
    this.#complain("");
    if (!this.element.open) this.element.showModal();
    this.passwordTargets[0]?.focus();
  }

  #complain(text: string): void {
    for (const problem of this.problemTargets) {
      problem.textContent = text;
      problem.hidden = text === "";
    }
  }

  #empty(): void {
    for (const field of this.passwordTargets) field.value = "";
  }

  #end(renewed: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    if (this.element.open) this.element.close();
    this.#empty();
    answer?.(renewed);
  }
}

/** The server's own words for what is wrong, when it sends one plain line. */
async function sentence(response: Response): Promise<string> {
  if (!response.headers.get("Content-Type")?.startsWith("text/plain")) return "";
  return (await response.text()).slice(0, 300).trim();
}
