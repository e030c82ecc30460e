import { Controller, selectionForm, submit, valueOf } from "../shared";

/**
 * What can be done at once to the row under the pointer: one line of buttons for all rows, which
 * goes to whichever the pointer enters. Keys and the line above the list do the same.
 *
 *     <section data-controller="hover"> … <li data-list-target="row"> …
 *       <template data-hover-target="tools"><div class="row__hover"><button type="button" value="archive">…</button> …
 *
 * A button's value is an action of the selection form.
 */
export default class Hover extends Controller<HTMLElement> {
  static override targets = ["tools"];
  declare readonly toolsTargets: HTMLTemplateElement[];

  #tools: Element | undefined;
  #listening = new AbortController();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.element.addEventListener("pointerover", (event) => this.#enter(event), { signal });
    // A morph knows nothing of what stands in a row for now.
    this.element.addEventListener("turbo:before-morph-element", (event) => event.target === this.#tools && event.preventDefault(), { signal });
    document.addEventListener("turbo:before-cache", () => this.#tools?.remove(), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#tools?.remove();
    this.#tools = undefined;
  }

  #enter({ target, pointerType }: PointerEvent): void {
    const row = (target as Element).closest?.<HTMLElement>('[data-list-target~="row"]');
    if (pointerType !== "mouse" || !row) return;
    this.#tools ??= this.#make();
    if (this.#tools && this.#tools.parentElement !== row) row.append(this.#tools);
  }

  #make(): Element | undefined {
    const tools = this.toolsTargets[0]?.content.firstElementChild?.cloneNode(true) as Element | undefined;
    tools?.addEventListener("click", (event) => this.#act(event as MouseEvent));
    return tools;
  }

  #act({ target, currentTarget }: MouseEvent): void {
    const button = (target as Element).closest("button");
    const row = (currentTarget as Element).closest<HTMLElement>('[data-list-target~="row"]');
    const address = selectionForm()?.getAttribute("action");
    if (button && row && address) submit(address, [["id", valueOf(row)], ["action", button.value]]);
  }
}
