// The files of a draft: chosen, dropped or pasted, uploaded in pieces, listed, removed.

import { request } from "../shared";
import type { Attachment } from "./draft";
import type { Phrases } from "./phrases";
import { encoded, words } from "./size";
import { Refused, Upload, type Wire } from "./upload";

export interface Limits {
  /** Octets of one file; of a whole message, 0 when the server does not say. */
  file: number;
  message: number;
  /** Octets that the draft held when it was drawn. */
  size: number;
}

export interface Place {
  list: HTMLElement;
  template: HTMLTemplateElement;
  sum: HTMLElement;
}

export interface Surroundings {
  uploads: string;
  /** The path of the draft, which is made when there is none yet. */
  draft(): Promise<string>;
  revised(revision: number): void;
  tell(sentence: string, problem?: boolean): void;
}

const wire: Wire = {
  send: (path, options) => request(path, { ...options, silent: true, headers: { Accept: "application/json", ...(options.body ? { "Content-Type": "application/octet-stream" } : {}) } }),
  wait: (delay, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, delay);
      function done(): void {
        clearTimeout(timer);
        removeEventListener("online", done);
        signal.removeEventListener("abort", done);
        resolve();
      }
      addEventListener("online", done);
      signal.addEventListener("abort", done);
    }),
};

export class Files {
  readonly #uploads = new Map<Upload, Promise<Attachment | undefined>>();
  readonly #sizes = new Map<string, number>();
  /** What is not in the list: the text, and pictures in it. */
  readonly #unlisted: number;

  constructor(
    readonly place: Place,
    readonly limits: Limits,
    readonly phrases: Phrases,
    readonly around: Surroundings,
  ) {
    this.#unlisted = Math.max(0, limits.size - this.#listed);
  }

  get busy(): boolean {
    return this.#uploads.size > 0;
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.busy) await Promise.allSettled(this.#uploads.values());
  }

  add(files: Iterable<File>): void {
    for (const file of files) void this.attach(file, false);
  }

  /** A picture in the text is an attachment as well, but it is not listed. */
  attach(file: File, inline: boolean): Promise<Attachment | undefined> {
    const problem = this.#problem(file);
    if (problem) {
      this.around.tell(problem, true);
      return Promise.resolve(undefined);
    }
    const row = inline ? undefined : this.#row(file);
    const key = crypto.randomUUID();
    this.#sizes.set(key, file.size);
    this.sum();
    const upload = new Upload(file, this.around.uploads, wire, (part, waits) => row && this.#progress(row, part, waits, file));
    if (row) row.querySelector("button")?.addEventListener("click", (event) => this.#cancel(event, upload, row), { capture: true });
    const work = this.#run(upload, file, inline, row).finally(() => {
      this.#uploads.delete(upload);
      this.#sizes.delete(key);
      this.sum();
    });
    this.#uploads.set(upload, work);
    return work;
  }

  async remove(row: HTMLElement, path: string): Promise<void> {
    const { nextElementSibling: next, previousElementSibling: previous } = row;
    row.hidden = true;
    try {
      const response = await request(path, { method: "POST", headers: { Accept: "application/json" } });
      if (!response.ok && response.status !== 404) throw new Error(String(response.status));
      const { revision } = (await response.json().catch(() => ({}))) as { revision?: number };
      if (revision !== undefined) this.around.revised(revision);
      row.remove();
      this.around.tell(this.phrases.say("file-removed", { name: nameOf(row) }));
      (next ?? previous)?.querySelector<HTMLElement>("button")?.focus();
    } catch (error) {
      row.hidden = false;
      if ((error as Error).name !== "AbortError") this.around.tell(this.phrases.say("unreachable"), true);
    }
    this.sum();
  }

  /** What the message weighs, against what the mail server takes. */
  sum(): void {
    const total = encoded(this.#octets);
    if (total === 0 || this.limits.message === 0) return;
    const language = document.documentElement.lang;
    this.place.sum.textContent = this.phrases.say("sum", { size: words(total, language), limit: words(this.limits.message, language) });
    this.place.sum.toggleAttribute("data-over", total > this.limits.message);
  }

  stop(): void {
    for (const upload of this.#uploads.keys()) void upload.stop();
  }

  get #octets(): number {
    return [...this.#sizes.values()].reduce((sum, size) => sum + size, this.#unlisted + this.#listed);
  }

  get #listed(): number {
    const rows = [...this.place.list.querySelectorAll<HTMLElement>("[data-attachment]:not([hidden])")];
    return rows.reduce((sum, { dataset }) => sum + Number(dataset.size ?? 0), 0);
  }

  #problem(file: File): string | undefined {
    const language = document.documentElement.lang;
    const { file: limit, message } = this.limits;
    if (limit > 0 && file.size > limit) return this.phrases.say("file-large", { name: file.name, size: words(limit, language) });
    const total = encoded(this.#octets + file.size);
    if (message > 0 && total > message) return this.phrases.say("sum-large", { size: words(total, language), limit: words(message, language) });
    return undefined;
  }

  async #run(upload: Upload, file: File, inline: boolean, row: HTMLElement | undefined): Promise<Attachment | undefined> {
    try {
      const token = await upload.run();
      const fields = new URLSearchParams({ upload: token, name: file.name, type: file.type || "application/octet-stream", inline: inline ? "1" : "0" });
      const response = await request(`${await this.around.draft()}/attachments`, { method: "POST", body: fields, headers: { Accept: "application/json" }, silent: true });
      const answer = (await response.json()) as { attachment: Attachment; revision: number; sentence?: string };
      if (!response.ok) throw new Refused(answer.sentence ?? "");
      this.around.revised(answer.revision);
      if (row) this.#done(row, answer.attachment);
      return answer.attachment;
    } catch (error) {
      if (!upload.stopped) this.around.tell((error instanceof Refused && error.message) || this.phrases.say("file-failed", { name: file.name }), true);
      row?.remove();
      return undefined;
    }
  }

  #row(file: File): HTMLElement {
    const row = this.place.template.content.firstElementChild?.cloneNode(true) as HTMLElement;
    const name = row.querySelector<HTMLElement>(".file__name");
    if (name) {
      name.textContent = file.name;
      name.title = file.name;
    }
    const size = row.querySelector(".file__size");
    if (size) size.textContent = words(file.size, document.documentElement.lang);
    const button = row.querySelector("button");
    button?.setAttribute("aria-label", this.phrases.say("file-cancel", { name: file.name }));
    row.querySelector("progress")?.setAttribute("aria-label", file.name);
    row.dataset.uploading = "";
    thumbnail(row, file.type, URL.createObjectURL(file));
    this.place.list.append(row);
    return row;
  }

  #progress(row: HTMLElement, part: number, waits: boolean, file: File): void {
    const bar = row.querySelector("progress");
    if (bar) bar.value = part;
    row.toggleAttribute("data-waiting", waits);
    if (waits) this.around.tell(this.phrases.say("file-waiting", { name: file.name }));
  }

  #cancel(event: Event, upload: Upload, row: HTMLElement): void {
    if (!("uploading" in row.dataset)) return;
    event.preventDefault();
    event.stopPropagation();
    void upload.stop();
    row.remove();
  }

  #done(row: HTMLElement, { id, name, size, type, url, removal }: Attachment): void {
    delete row.dataset.uploading;
    row.removeAttribute("data-waiting");
    row.dataset.attachment = String(id);
    row.dataset.size = String(size);
    row.querySelector("progress")?.remove();
    const button = row.querySelector("button");
    button?.setAttribute("aria-label", this.phrases.say("file-remove", { name }));
    button?.setAttribute("data-compose-path-param", removal);
    const old = row.querySelector(".file__name");
    if (old) old.textContent = name;
    const image = row.querySelector("img");
    const local = image?.src ?? "";
    if (local.startsWith("blob:") && image) {
      image.addEventListener("load", () => URL.revokeObjectURL(local), { once: true });
      thumbnail(row, type, url);
    }
    this.around.tell(this.phrases.say("file-attached", { name }));
  }
}

function nameOf(row: HTMLElement): string {
  return row.querySelector(".file__name")?.textContent ?? "";
}

function thumbnail(row: HTMLElement, type: string, url: string): void {
  const place = row.querySelector(".file__thumb");
  if (!place || !/^image\/(png|jpeg|gif|webp|avif)$/.test(type)) return;
  const image = place.querySelector("img") ?? document.createElement("img");
  image.alt = "";
  image.decoding = "async";
  image.src = url;
  place.replaceChildren(image);
}
