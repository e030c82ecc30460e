import { Controller } from "../shared";

/**
 * Shows a choice of looks at once; it is kept when the form is saved, and taken back when it is not.
 * A field named `theme` sets `data-theme` on the root, and so on for the names below.
 *
 *     <form data-controller="theme"> <input type="radio" name="theme" value="dark" data-action="theme#preview">
 */
export default class Theme extends Controller<HTMLFormElement> {
  static readonly names = ["theme", "density", "contrast", "accent"];

  #listening = new AbortController();
  #before = new Map<string, string | undefined>();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const root = document.documentElement.dataset;
    this.#before = new Map(Theme.names.map((name) => [name, root[name]]));
    this.element.addEventListener("reset", () => this.#takeBack(), { signal });
    this.element.addEventListener("submit", () => this.#before.clear(), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#takeBack();
  }

  preview({ currentTarget }: Event): void {
    const { name, value } = currentTarget as HTMLInputElement;
    if (Theme.names.includes(name)) document.documentElement.dataset[name] = value;
  }

  #takeBack(): void {
    for (const [name, value] of this.#before) {
      if (value === undefined) delete document.documentElement.dataset[name];
      else document.documentElement.dataset[name] = value;
    }
  }
}
