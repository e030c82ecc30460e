import { Controller } from "@hotwired/stimulus";
import { submit } from "../lib/http";
import { boxOf, idOf, selectionForm } from "../lib/rows";
import { count } from "../lib/words";

const messages = "application/x-restante-messages";
const folder = "application/x-restante-folder";

/**
 * Rows dragged to a folder are moved there, with Alt (or Ctrl) copied; a folder dragged to a folder
 * moves into it. "Move to…" and the folder's own page do the same without dragging.
 *
 *     <div data-controller="drag"> … <li data-list-target="row"> …
 *       <li data-drag-target="folder" data-mailbox="{id}" data-drag-parent="/m/{id}/parent">
 *
 * The folder under the pointer has `data-drop`, dragged rows have `data-dragging`.
 */
export default class Drag extends Controller<HTMLElement> {
  static override targets = ["folder"];
  declare readonly folderTargets: HTMLElement[];

  #listening = new AbortController();
  #over: HTMLElement | undefined;
  #ghost: HTMLElement | undefined;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const on = (name: "dragstart" | "dragover" | "dragleave" | "drop", heard: (event: DragEvent) => void) => {
      this.element.addEventListener(name, heard, { signal });
    };
    on("dragstart", (event) => this.#start(event));
    on("dragover", (event) => this.#move(event));
    on("drop", (event) => this.#drop(event));
    this.element.addEventListener("dragend", () => this.#end(), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#end();
  }

  folderTargetConnected(element: HTMLElement): void {
    if (element.dataset.dragParent) element.draggable = true;
  }

  #start(event: DragEvent): void {
    const target = event.target as Element;
    const data = event.dataTransfer;
    // A link is draggable by itself: dragging it means its row.
    const row = target.closest?.<HTMLElement>('[data-list-target~="row"]');
    const source = this.folderTargets.find((each) => each.contains(target));
    if (!data) return;
    if (row) {
      const chosen = [...document.querySelectorAll<HTMLElement>('[data-list-target~="row"][aria-selected="true"]')];
      const rows = boxOf(row)?.checked ? chosen : [row];
      data.setData(messages, JSON.stringify(rows.map(idOf)));
      data.effectAllowed = "copyMove";
      for (const each of rows) each.dataset.dragging = "";
      this.#image(data, count("moving", rows.length));
    } else if (source?.dataset.mailbox && source.dataset.dragParent) {
      data.setData(folder, JSON.stringify([source.dataset.mailbox, source.dataset.dragParent]));
      data.effectAllowed = "move";
    }
  }

  #move(event: DragEvent): void {
    const data = event.dataTransfer;
    const over = this.#folderAt(event);
    this.#mark(over);
    if (!over || !data) return;
    event.preventDefault();
    data.dropEffect = data.types.includes(messages) && copies(event) ? "copy" : "move";
  }

  #drop(event: DragEvent): void {
    const over = this.#folderAt(event);
    const to = over?.dataset.mailbox;
    const data = event.dataTransfer;
    this.#end();
    if (!to || !data) return;
    event.preventDefault();
    const ids = list(data.getData(messages));
    const [source, address] = list(data.getData(folder));
    const form = selectionForm();
    if (ids.length > 0 && form) {
      const action = copies(event) ? "copy" : "move";
      submit(form.action, [["action", action], ["to", to], ...ids.map((id) => ["id", id] as const)]);
    } else if (source && address && source !== to) {
      submit(address, [["to", to]]);
    }
  }

  #folderAt(event: DragEvent): HTMLElement | undefined {
    const types = event.dataTransfer?.types ?? [];
    if (!types.includes(messages) && !types.includes(folder)) return undefined;
    // Folders lie within folders: the innermost counts.
    return this.folderTargets.findLast((each) => each.contains(event.target as Node));
  }

  #mark(over: HTMLElement | undefined): void {
    if (over === this.#over) return;
    delete this.#over?.dataset.drop;
    if (over) over.dataset.drop = "";
    this.#over = over;
  }

  /** A word under the pointer instead of a picture of the row. */
  #image(data: DataTransfer, text: string): void {
    const ghost = document.createElement("div");
    ghost.className = "drag-image";
    ghost.textContent = text;
    document.body.append(ghost);
    this.#ghost = ghost;
    data.setDragImage(ghost, 12, 12);
  }

  #end(): void {
    this.#mark(undefined);
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
