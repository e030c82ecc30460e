// The draft behind a form: what is sent to the server, and what its answers mean. Shows nothing.

import { request } from "../shared";
import { draftNumber, entryId, type Fields } from "./entry";
import { toCids, type Picture } from "./pictures";

export interface Attachment extends Picture {
  id: number;
  name: string;
  size: number;
  sizeText: string;
  type: string;
  inline: boolean;
  removal: string;
}

export interface Issue {
  field?: string;
  key?: string;
  sentence: string;
}

interface Body {
  draft?: number;
  revision?: number;
  path?: string;
  saved?: string;
  attachments?: Attachment[];
  conflict?: string;
  sentence?: string;
  errors?: Issue[];
  warnings?: Issue[];
  submission?: number;
  seconds?: number;
  cancellation?: string;
  next?: string;
}

export type Answer =
  | { kind: "saved"; saved: string; attachments: Attachment[] | undefined }
  | { kind: "conflict"; sentence: string }
  | { kind: "sending"; sentence: string; seconds: number; cancellation: string; next: string }
  | { kind: "issues"; errors: Issue[]; warnings: Issue[] }
  | { kind: "gone"; sentence: string }
  | { kind: "refused"; sentence: string }
  | { kind: "unreachable" };

/** Browsers send this much after the page is gone, all requests together. */
const afterwards = 60_000;

export class Draft {
  constructor(
    readonly form: HTMLFormElement,
    /** The path that new drafts are sent to. */
    readonly beginning: string,
    readonly pictures: () => Iterable<Picture>,
  ) {}

  get number(): string {
    return draftNumber(this.path);
  }

  get path(): string {
    return this.form.getAttribute("action") ?? this.beginning;
  }

  /** Its name in the journal. */
  get id(): string {
    return entryId(this.number, this.read("key"));
  }

  get revision(): number {
    return Number(this.read("revision")) || 0;
  }

  set revision(revision: number) {
    this.write("revision", String(revision));
  }

  read(name: string): string {
    const field = this.form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked ? field.value : "";
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement ? field.value : "";
  }

  write(name: string, value: string): void {
    const field = this.form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value !== "";
    else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) field.value = value;
  }

  static readonly kept = ["key", "reference", "reference_action", "identity", "to", "cc", "bcc", "reply_to", "subject", "format", "text", "rich", "quotes", "receipt", "delivery_report", "importance", "send_at"];

  /** Everything that the journal keeps. */
  get fields(): Fields {
    const names = Draft.kept.filter((name) => name !== "text" || !this.#isFormatted);
    return Object.fromEntries(names.map((name) => [name, this.read(name)]));
  }

  /** Then the plain field, with the whole original in it, is only for those without scripts. */
  get #isFormatted(): boolean {
    return this.read("format") === "html";
  }

  async post(action: string): Promise<Answer> {
    try {
      const response = await request(this.path, { method: "POST", body: this.#body(action), headers: { Accept: "application/json" }, silent: action === "keep" || action === "save" });
      return this.#understand(response.status, await json(response));
    } catch (error) {
      // Not signed in again: as if there were no connection.
      if (!(error instanceof TypeError) && (error as Error).name !== "AbortError") throw error;
      return { kind: "unreachable" };
    }
  }

  /** The last word of a page that is left: nobody hears the answer. */
  leave(): boolean {
    const body = this.#body("save");
    let size = 0;
    for (const [name, value] of body) size += name.length + (typeof value === "string" ? new Blob([value]).size : value.size) + 150;
    if (size > afterwards) return false;
    void fetch(this.path, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true }).catch(() => undefined);
    return true;
  }

  /** Saves another message, of which only the journal knows. The same key twice makes one draft. */
  async deliver(fields: Fields): Promise<boolean> {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    for (const name of ["quotes", "receipt", "delivery_report"]) if (!fields[name]) body.delete(name);
    body.set("revision", "0");
    body.set("action", "save");
    try {
      const response = await request(this.beginning, { method: "POST", body, headers: { Accept: "application/json" }, silent: true });
      return response.ok;
    } catch {
      return false;
    }
  }

  /** From here on it is a draft that the server does not have yet. */
  renew(): void {
    this.form.setAttribute("action", this.beginning);
    this.revision = 0;
    this.write("key", randomKey());
  }

  #body(action: string): FormData {
    const body = new FormData(this.form);
    // Files go their own way, and pictures are named as the message names them.
    body.delete("files");
    if (this.#isFormatted) body.set("text", "");
    body.set("rich", toCids(this.read("rich"), this.pictures()));
    body.set("action", action);
    return body;
  }

  #understand(status: number, body: Body): Answer {
    const sentence = body.sentence ?? "";
    if (status === 409 && body.conflict) {
      this.form.setAttribute("action", body.conflict);
      this.revision = body.revision ?? 1;
      return { kind: "conflict", sentence };
    }
    if (status === 404 || status === 410) return { kind: "gone", sentence };
    if (body.path) this.form.setAttribute("action", body.path);
    if (body.revision !== undefined) this.revision = body.revision;
    if (status === 422) return { kind: "issues", errors: body.errors ?? [], warnings: body.warnings ?? [] };
    if (status >= 500 || status === 429) return { kind: "unreachable" };
    if (status >= 400) return { kind: "refused", sentence };
    if (body.submission !== undefined) return { kind: "sending", sentence, seconds: body.seconds ?? 0, cancellation: body.cancellation ?? "", next: body.next ?? "" };
    return { kind: "saved", saved: body.saved ?? sentence, attachments: body.attachments };
  }
}

async function json(response: Response): Promise<Body> {
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) return {};
  return (await response.json()) as Body;
}

/** 22 characters from 128 random bits, as the server makes them. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
