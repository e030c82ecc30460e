import { Controller } from "@hotwired/stimulus";
import { defaults } from "../lib/bindings";
import { type Bindings, KeySequence } from "../lib/key_sequence";
import { isWhole, whole } from "../lib/whole";

/**
 * The keyboard: keys become names of actions, and an action is the button or link that carries the
 * name: `<button data-key="archive">`. What no markup names does nothing.
 *
 *     <body data-controller="keys" data-keys-bindings-value='{"archive": "y"}'>
 *
 * `keys:action` comes first and may be answered instead (the list does so). A message frame hands
 * its keys on as `shortcut:keydown`.
 */
export default class Keys extends Controller {
  static override values = { bindings: Object, off: Boolean };
  declare readonly bindingsValue: Bindings;
  declare readonly offValue: boolean;

  #sequence = new KeySequence({});
  #listening = new AbortController();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener("keydown", (event) => this.#press(event), { signal });
    document.addEventListener("shortcut:keydown", ({ detail }) => this.#press(detail), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
  }

  bindingsValueChanged(): void {
    this.#sequence = new KeySequence({ ...defaults, ...this.bindingsValue });
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || (event.repeat && !/^([jk]|Arrow.*)$/.test(event.key))) return;
    const modified = event.ctrlKey || event.metaKey;
    if (types(event.target) && !modified) {
      // Out of the search, whose words the browser lets go of.
      if (event.key === "Escape" && event.target.id === "search") event.target.blur();
      return;
    }
    // Those who turned letters and signs off (WCAG 2.1.4) keep Ctrl-K, Escape, Enter and the arrows.
    if (this.offValue && !modified && [...event.key].length === 1) return;

    const { action, used } = this.#sequence.press(event, event.timeStamp);
    if (action === undefined) {
      if (used) event.preventDefault();
      return;
    }
    const done = action === "escape" ? this.#escape() : this.#act(action);
    if (done) event.preventDefault();
  }

  #act(action: string): boolean {
    const modal = document.querySelector("dialog:modal");
    if (!modal && !announce(action)) return true;
    const names = [action, ...(others[action] ?? [])].map((name) => `[data-key~="${CSS.escape(name)}"]`);
    const found = [...(modal ?? document).querySelectorAll<HTMLElement>(names.join())];
    const usable = found.filter((element) => !element.matches(":disabled, [aria-disabled=true]") && !element.closest("[inert], [hidden], template"));
    const element = usable.find((each) => each.checkVisibility()) ?? (modal ? undefined : usable.find((each) => each instanceof HTMLAnchorElement));
    if (!element) {
      // Who would answer may only be on the way.
      if (!isWhole()) void whole().then(() => this.#act(action));
      return false;
    }
    if (element.matches("input:not([type=checkbox]), textarea, select")) {
      element.focus();
      (element as HTMLInputElement).select?.();
    } else element.click();
    return true;
  }

  /** Dialogs and popovers close themselves; below them the list lets its selection go, and then it is the way back. */
  #escape(): boolean {
    if (document.querySelector("dialog[open], :popover-open")) return false;
    return !announce("escape") || this.#act("back");
  }
}

/** Where the list does not answer, the message leads on by links of its own. */
const others: Record<string, string[]> = { next: ["older"], previous: ["newer"] };

/** False when someone answered. */
function announce(action: string): boolean {
  return document.dispatchEvent(new CustomEvent("keys:action", { cancelable: true, detail: { action } }));
}

function types(target: EventTarget | null): target is HTMLElement {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset], [type=range])");
}
