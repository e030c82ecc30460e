/**
 * Newsletters are laid out for a width, mostly 600 pixels. Where a pane has less, what is wider only
 * because it says so may be as narrow as its content: text breaks anew, pictures shrink.
 */

/** What newsletters give a width to. */
const LAID_OUT = "table, tbody, tr, td, th, div, section, article, header, footer, main, center, p, a, span, h1, h2, h3, ul, ol, li, blockquote, img";

/** Beyond this a message is a table of figures, or a trap. */
const MOST = 5_000;

export class Narrowing {
  /** What was changed, with the style that it had. */
  #before = new Map<HTMLElement, string | null>();

  /** As the message would have it. */
  undo(): void {
    for (const [element, style] of this.#before) {
      if (style === null) element.removeAttribute("style");
      else element.setAttribute("style", style);
    }
    this.#before.clear();
  }

  /** Lets a message be as narrow as this, in px, as far as it can. */
  apply(body: HTMLElement, room: number): void {
    const found = [...body.querySelectorAll<HTMLElement>(LAID_OUT)];
    if (found.length > MOST) return;
    // All is measured before anything is changed, or the page is laid out for each of them.
    const all = found.map((element) => ({ element, width: element.offsetWidth }));
    this.#release(all.filter(({ width }) => width > room));
    if (body.ownerDocument.documentElement.scrollWidth <= room) return;
    // Columns beside each other are each narrow enough, and too wide together.
    this.#release(all.filter(({ element }) => element.matches("table, td, th, img")));
  }

  #release(all: { element: HTMLElement; width: number }[]): void {
    for (const { element, width } of all) {
      if (this.#before.has(element)) continue;
      this.#before.set(element, element.getAttribute("style"));
      const set = (name: string, value: string) => element.style.setProperty(name, value, "important");
      set("min-width", "0");
      if (element.localName === "img") {
        // As a part of its cell it does not hold the cell open, as it does with a width.
        set("width", "100%");
        set("max-width", `${width}px`);
        set("height", "auto");
      } else {
        set("width", "auto");
        set("max-width", "100%");
      }
    }
  }
}
