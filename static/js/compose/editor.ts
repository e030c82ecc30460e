// The editor for formatted text: Squire, with what our toolbar asks of it. Knows nothing of drafts.

import Squire from "squire-rte";
import { sanitise } from "./sanitise";

export interface Wishes {
  changed(): void;
  /** Pictures were pasted or dropped. */
  pictures(files: File[]): void;
  link(): void;
  /** The formats at the cursor, as names of elements. */
  formats(names: Set<string>): void;
  history(undo: boolean, redo: boolean): void;
}

/** The sizes of the toolbar, as mail programs everywhere understand them. */
const sizes = { small: "13px", large: "19px" } as const;

export class Editor {
  readonly #squire: Squire;
  readonly #wishes: Wishes;
  /** What was put in, as long as nobody has written: Squire tidies up in its own time, and says so. */
  #untouched: string | undefined;

  constructor(
    readonly root: HTMLElement,
    wishes: Wishes,
  ) {
    this.#wishes = wishes;
    this.#squire = new Squire(root, {
      blockTag: "DIV",
      sanitizeToDOMFragment: (html: string, _squire: unknown, undo = false) => sanitise(html, undo),
      undo: { documentSizeThreshold: 200_000, undoLimit: 100 },
      didError: (error) => reportError(error),
    });
    this.#keys();
    this.#listen();
  }

  get html(): string {
    return this.#squire.getHTML();
  }

  set html(html: string) {
    this.#squire.setHTML(html);
    this.#squire.moveCursorToStart();
    this.#untouched = this.html;
  }

  get text(): string {
    const copy = this.root.cloneNode(true) as HTMLElement;
    for (const quote of copy.querySelectorAll("blockquote")) quote.prepend("> ");
    for (const br of copy.querySelectorAll("br")) if (br.nextSibling || br.previousSibling) br.replaceWith("\n");
    for (const item of copy.querySelectorAll("li")) item.prepend(item.closest("ol") ? `${[...(item.parentElement?.children ?? [])].indexOf(item) + 1}. ` : "- ");
    for (const block of copy.querySelectorAll("div, p, li, h1, h2, h3, pre, tr")) block.append("\n");
    return (copy.textContent ?? "").replace(/[\u00a0]/g, " ").replace(/\u200b/g, "").replace(/\n{3,}/g, "\n\n").trimEnd();
  }

  focus(): void {
    this.#squire.focus();
  }

  insert(html: string): void {
    this.#squire.insertHTML(html);
  }

  /** What is selected, and the address of the link there. */
  get link(): { text: string; address: string } {
    const selection = this.#squire.getSelection();
    const start = selection.startContainer;
    const element = start instanceof Element ? start : start.parentElement;
    const link = element?.closest("a");
    return { text: this.#squire.getSelectedText() || (link?.textContent ?? ""), address: link?.getAttribute("href") ?? "" };
  }

  setLink(text: string, address: string): void {
    const before = this.link;
    this.#squire.focus();
    if (before.address) this.removeLink();
    if (text && text !== before.text) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = text;
      this.#squire.insertElement(link);
    } else this.#squire.makeLink(address);
  }

  removeLink(): void {
    const start = this.#squire.getSelection().startContainer;
    const link = (start instanceof Element ? start : start.parentElement)?.closest("a");
    if (link) {
      const range = document.createRange();
      range.selectNodeContents(link);
      this.#squire.setSelection(range);
    }
    this.#squire.removeLink();
  }

  picture(url: string, name: string): void {
    this.#squire.insertImage(url, { alt: name });
  }

  /** Turns a picture's address into that of its attachment, once it has one. */
  rename(from: string, to: string): void {
    for (const image of this.root.querySelectorAll("img")) if (image.getAttribute("src") === from) image.setAttribute("src", to);
    this.#wishes.changed();
  }

  drop(url: string): void {
    for (const image of this.root.querySelectorAll("img")) if (image.getAttribute("src") === url) image.remove();
  }

  /** The signature, as long as it stands in a block of its own. */
  get signature(): HTMLElement | undefined {
    return [...this.root.querySelectorAll<HTMLElement>(".signature")].at(-1);
  }

  setSignature(html: string): void {
    const block = document.createElement("div");
    block.className = "signature";
    if (html) block.append(document.createTextNode("-- "), document.createElement("br"), sanitise(html));
    this.#squire.modifyDocument(() => {
      const old = this.signature;
      if (old && html) old.replaceWith(block);
      else if (old) old.remove();
      else if (html) this.root.append(this.#squire.createDefaultBlock(), block);
    });
    this.#wishes.changed();
  }

  command(name: string): void {
    const squire = this.#squire;
    switch (name) {
      case "bold":
        return this.#toggle("B", () => squire.bold(), () => squire.removeBold());
      case "italic":
        return this.#toggle("I", () => squire.italic(), () => squire.removeItalic());
      case "underline":
        return this.#toggle("U", () => squire.underline(), () => squire.removeUnderline());
      case "strike":
        return this.#toggle("S", () => squire.strikethrough(), () => squire.removeStrikethrough());
      case "small":
      case "large":
        return void squire.setFontSize(this.#size() === sizes[name] ? null : sizes[name]);
      case "bullets":
        return void (this.#within("UL") ? squire.removeList() : squire.makeUnorderedList());
      case "numbers":
        return void (this.#within("OL") ? squire.removeList() : squire.makeOrderedList());
      case "quote":
        return void (this.#within("BLOCKQUOTE") ? squire.decreaseQuoteLevel() : squire.increaseQuoteLevel());
      case "deeper":
        return void (this.#within("[OU]L") ? squire.increaseListLevel() : squire.increaseQuoteLevel());
      case "shallower":
        return void (this.#within("[OU]L") && !this.#within("BLOCKQUOTE") ? squire.decreaseListLevel() : squire.decreaseQuoteLevel());
      case "clear":
        return void squire.removeAllFormatting();
      case "undo":
        return void squire.undo();
      case "redo":
        return void squire.redo();
    }
  }

  #toggle(tag: string, on: () => unknown, off: () => unknown): void {
    if (this.#squire.hasFormat(tag)) off();
    else on();
  }

  #within(tag: string): boolean {
    return new RegExp(`(?:^|>)${tag}\\b`).test(this.#squire.getPath());
  }

  #size(): string {
    return this.#squire.getFontInfo().fontSize ?? "";
  }

  #keys(): void {
    const mac = /Mac|iP(hone|ad|od)/.test(navigator.userAgent) ? "Meta-" : "Ctrl-";
    const keys: Record<string, string> = { "Shift-7": "numbers", "Shift-8": "bullets", "Shift-9": "quote", "Shift-x": "strike", "Shift-X": "strike", "]": "deeper", "[": "shallower", "\\": "clear" };
    for (const [key, command] of Object.entries(keys)) {
      this.#squire.setKeyHandler(mac + key, (_squire, event) => {
        event.preventDefault();
        this.command(command);
      });
    }
    this.#squire.setKeyHandler(`${mac}k`, (_squire, event) => {
      event.preventDefault();
      event.stopPropagation();
      this.#wishes.link();
    });
    // The page's own beginning and end are what these keys mean in every other text.
    for (const key of ["PageUp", "PageDown", `${mac}d`]) this.#squire.setKeyHandler(key, null);
  }

  #listen(): void {
    this.#squire.addEventListener("input", () => {
      if (this.#untouched !== undefined && this.#untouched === this.html) return;
      this.#untouched = undefined;
      this.#wishes.changed();
    });
    this.#squire.addEventListener("undoStateChange", (event: Event) => {
      const { canUndo, canRedo } = (event as CustomEvent<{ canUndo: boolean; canRedo: boolean }>).detail;
      this.#wishes.history(canUndo, canRedo);
    });
    this.#squire.addEventListener("pathChange", () => this.#wishes.formats(this.#formats()));
    this.#squire.addEventListener("pasteImage", (event: Event) => {
      const { clipboardData } = (event as CustomEvent<{ clipboardData: DataTransfer }>).detail;
      this.#wishes.pictures([...clipboardData.files].filter(({ type }) => type.startsWith("image/")));
    });
  }

  #formats(): Set<string> {
    const names = new Set<string>();
    for (const name of ["B", "I", "U", "S", "A"]) if (this.#squire.hasFormat(name)) names.add(name);
    for (const name of ["UL", "OL", "BLOCKQUOTE"]) if (this.#within(name)) names.add(name);
    const size = this.#size();
    if (size === sizes.small) names.add("SMALL");
    if (size === sizes.large) names.add("BIG");
    return names;
  }
}
