// Messages that leave the open conversation one by one, while others of it stay in the folder: the
// reader stays with those, and what is undone stands where it was.

import { openMessage } from "../shared";

/** What the page was about before the message that it was opened with left. */
interface Before {
  data: Record<"id" | "ids" | "unread" | "starred", string | undefined>;
  address: string;
}

interface Left {
  ids: readonly string[];
  item: HTMLElement;
  before: Before | undefined;
}

export class Remains {
  #left: Left[] = [];

  constructor(
    readonly scroll: HTMLElement,
    /** The messages that lie in the folder. */
    readonly known: () => string[],
  ) {}

  /** Takes them out, and gives the message to go on with; nothing where none of it stays. */
  leave(ids: readonly string[]): HTMLElement | undefined {
    const items = [...this.scroll.querySelectorAll<HTMLElement>(".talk__item")];
    const at = items.findLastIndex((item) => ids.includes(messageOf(item)));
    const item = items[at];
    const gone = [...ids, ...this.#left.flatMap((left) => left.ids)];
    const here = this.known().filter((id) => !gone.includes(id));
    const stays = (each: HTMLElement) => !each.hidden && here.includes(messageOf(each));
    const next = items.slice(at + 1).find(stays) ?? items.slice(0, Math.max(at, 0)).findLast(stays);
    if (!item || !next) return undefined;
    item.hidden = true;
    this.#left.push({ ids, item, before: this.#begin(ids, next) });
    return next;
  }

  /** They are back; gives the first. */
  return(ids: readonly string[]): HTMLElement | undefined {
    const back = this.#left.filter((left) => left.ids.some((id) => ids.includes(id)));
    this.#left = this.#left.filter((left) => !back.includes(left));
    for (const { item, before } of back.toReversed()) {
      item.hidden = false;
      if (before) this.#be(before);
    }
    return back[0]?.item;
  }

  /** The page is about the one to go on with, whose address is what is asked for again. */
  #begin(ids: readonly string[], next: HTMLElement): Before | undefined {
    const message = openMessage();
    if (!message || !ids.includes(message.dataset.id ?? "")) return undefined;
    const { id, ids: all, unread, starred } = message.dataset;
    const before = { data: { id, ids: all, unread, starred }, address: location.href };
    const address = next.querySelector<HTMLAnchorElement>(".talk__row")?.href ?? location.href;
    const named = new URL(address).pathname.split("/").at(-1) ?? "";
    this.#be({ data: { ...next.dataset, id: messageOf(next), ids: decodeURIComponent(named) } as Before["data"], address });
    return before;
  }

  #be({ data, address }: Before): void {
    const message = openMessage();
    if (!message) return;
    for (const name of ["id", "ids", "unread", "starred"] as const) {
      if (data[name] === undefined) delete message.dataset[name];
      else message.dataset[name] = data[name];
    }
    history.replaceState(history.state, "", address);
  }
}

/** Of the message that the page was opened with the item has no mark of its own. */
function messageOf(item: HTMLElement): string {
  return item.dataset.id ?? item.dataset.opened ?? "";
}
