// Labels on what is shown: put there before the server has answered, taken away again when it refuses
// or when it is undone; and a click on one finds the messages that have it.
//
//   <span class="row__marks"><span class="label" data-label="work"><bdi>Work</bdi></span> …
//   <ul class="message__labels" data-ids="7,8" data-path="/m/inbox"><li><a class="label" data-label="work" …>

import { linkOf, rowOf, valueOf, visit } from "../shared";

interface Label {
  word: string;
  name: string;
  on: boolean;
}

export function attendLabels(): void {
  // One that was typed, and has been sent just now.
  let unknown: { back: () => void } | undefined;
  document.addEventListener("labels:draw", ({ detail }) => {
    const [add, remove] = [detail.fields.get("add"), detail.fields.get("remove")];
    const word = add ?? remove;
    unknown = word ? undefined : detail;
    if (!word) return;
    const name = document.querySelector(`#labels button[value="${CSS.escape(word)}"] [data-name]`)?.textContent ?? word;
    detail.back = draw(detail.ids, { word, name, on: add !== null });
  });

  // The server says it once more: of what was typed nobody here knew the word.
  document.addEventListener("turbo:before-stream-render", (event) => {
    const stream = event.target as HTMLElement;
    if (stream.getAttribute("action") !== "label") return;
    event.preventDefault();
    stream.remove();
    const { word, name, on, ids } = stream.dataset;
    if (!word || !name || !ids) return;
    const back = draw(ids.split(","), { word, name, on: on === "true" });
    if (unknown) unknown.back = back;
    unknown = undefined;
  });

  // A row is one link, so its labels can be none.
  document.addEventListener("click", (event) => {
    const label = (event.target as Element).closest<HTMLElement>(".row .label[data-label]");
    const row = label?.closest(".row");
    const path = row && linkOf(row)?.pathname.match(/^.*\/m\/[^/]+/)?.[0];
    if (!label || !path || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    visit(path + found(label.dataset.label ?? "", label.textContent ?? ""));
  }, { capture: true });
}

/** Gives the way back. */
function draw(ids: string[], label: Label): () => void {
  const places = [...rowsWith(ids), ...readersOf(ids)];
  const changed = places.filter((place) => Boolean(chipIn(place, label.word)) !== label.on);
  const set = (on: boolean) => {
    for (const place of changed) {
      if (!on) remove(chipIn(place, label.word));
      else if (!chipIn(place, label.word)) add(place, label);
    }
  };
  set(label.on);
  return () => set(!label.on);
}

/** A conversation's row shows the labels of its newest message. */
function rowsWith(ids: string[]): HTMLElement[] {
  const rows = new Set(ids.map(rowOf).filter((row) => row !== null));
  const shown = [...rows].filter((row) => ids.includes(valueOf(row).split(",").at(-1) ?? ""));
  return shown.flatMap((row) => row.querySelector<HTMLElement>(".row__marks") ?? []);
}

function readersOf(ids: string[]): HTMLElement[] {
  const all = [...document.querySelectorAll<HTMLElement>(".message__labels")];
  return all.filter(({ dataset }) => (dataset.ids ?? "").split(",").some((id) => ids.includes(id)));
}

function chipIn(place: Element, word: string): Element | null {
  return place.querySelector(`[data-label="${CSS.escape(word)}"]`);
}

function add(place: HTMLElement, { word, name }: Label): void {
  const text = document.createElement("bdi");
  text.textContent = name;
  const { path } = place.dataset;
  const chip = document.createElement(path === undefined ? "span" : "a");
  chip.className = "label";
  chip.dataset.label = word;
  chip.append(text);
  if (chip instanceof HTMLAnchorElement) {
    chip.href = path + found(word, name);
    chip.dataset.turboFrame = "_top";
    const item = document.createElement("li");
    item.append(chip);
    place.append(item);
  } else place.insertBefore(chip, place.querySelector(":scope > :not(.label)"));
}

function remove(chip: Element | null): void {
  (chip?.closest("li:not(.row)") ?? chip)?.remove();
}

/** As the server asks for it: in other letters by its name. */
function found(word: string, name: string): string {
  const query = word.startsWith("xn--") ? `"${name.toLowerCase()}"` : word;
  return `?q=${encodeURIComponent(`label:${query}`)}`;
}
