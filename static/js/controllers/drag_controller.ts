import { Controller, boxOf, count, selectionForm, submit, valueOf } from "../shared";

const messages = "application/x-restante-messages";
const folder = "application/x-restante-folder";

/**
 * Rows dragged to a folder are moved there, with Alt (or Ctrl) copied; one's own folder dragged to a
 * folder moves into it. "Move to…" and the folder's own page do the same without dragging.
 *
 *     <div data-controller="drag"> … <li data-list-target="row"> …
 *       <a href="/m/{id}" data-drag-target="folder" data-mailbox="{id}" data-action="dragover->drag#over dragleave->drag#leave drop->drag#drop">
 *
 * The folder under the pointer has `data-over`, dragged rows have `data-dragging`.
 */
export default class Drag extends Controller<HTMLElement> {
  static override targets = ["folder"];
  declare readonly folderTargets: HTMLElement[];

  #listening = new AbortController();
  #ghost: HTMLElement | undefined;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.element.addEventListener("dragstart", (event) => this.#start(event), { signal });
    this.element.addEventListener("dragend", () => this.#end(), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#end();
  }

  over(event: DragEvent): void {
    const data = event.dataTransfer;
    if (!data || !(data.types.includes(messages) || data.types.includes(folder))) return;
    event.preventDefault();
    (event.currentTarget as HTMLElement).dataset.over = "";
    data.dropEffect = data.types.includes(messages) && copies(event) ? "copy" : "move";
  }

  leave({ currentTarget }: DragEvent): void {
    delete (currentTarget as HTMLElement).dataset.over;
  }

  drop(event: DragEvent): void {
    const to = (event.currentTarget as HTMLElement).dataset.mailbox;
    const data = event.dataTransfer;
    this.leave(event);
    if (!to || !data) return;
    event.preventDefault();
    const ids = list(data.getData(messages));
    const [source, path] = list(data.getData(folder));
    const address = selectionForm()?.getAttribute("action");
    if (ids.length > 0 && address) {
      const action = copies(event) ? "copy" : "move";
      submit(address, [["action", action], ["to", to], ...ids.map((id) => ["id", id] as const)]);
    } else if (source && path && source !== to) {
      submit(`${path}/parent`, [["parent", to]]);
    }
  }

  #start(event: DragEvent): void {
    const target = event.target as Element;
    const data = event.dataTransfer;
    // A link is draggable by itself: dragging it means its row.
    const row = target.closest?.<HTMLElement>('[data-list-target~="row"]');
    const source = this.folderTargets.find((each) => each.contains(target));
    if (!data) return;
    if (row) {
      const chosen = [...document.querySelectorAll<HTMLElement>('[data-list-target~="row"][data-selected]')];
      const rows = boxOf(row)?.checked ? chosen : [row];
      data.setData(messages, JSON.stringify(rows.map(valueOf)));
      data.effectAllowed = "copyMove";
      for (const each of rows) each.dataset.dragging = "";
      this.#image(data, count("moving", rows.length));
    } else if (source instanceof HTMLAnchorElement && !source.dataset.key) {
      // The folders with a key of their own (inbox, sent …) stay where they are.
      data.setData(folder, JSON.stringify([source.dataset.mailbox, source.pathname]));
      data.effectAllowed = "move";
    }
  }

  /** A word under the pointer instead of a picture of the row. */
  #image(data: DataTransfer, text: string): void {
    const ghost = document.createElement("div");
    ghost.className = "drag-image";
    ghost.textContent = text;
    // Drawn, but not to be seen where it stands.
    Object.assign(ghost.style, { position: "fixed", insetBlockStart: "-10rem" });
    document.body.append(ghost);
    this.#ghost = ghost;
    data.setDragImage(ghost, 12, 12);
  }

  #end(): void {
    this.#ghost?.remove();
    for (const row of document.querySelectorAll<HTMLElement>("[data-dragging]")) delete row.dataset.dragging;
  }
}

function copies({ altKey, ctrlKey }: DragEvent): boolean {
  return altKey || ctrlKey;
}

function list(text: string): string[] {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}
