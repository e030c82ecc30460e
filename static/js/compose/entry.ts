// What the journal holds of one message, and what to do with it when the message is opened again.

export type Fields = Record<string, string>;

export interface Entry {
  /** `draft:12`, or `key:…` as long as the server has nothing. */
  id: string;
  /** Base path and account: what is another account's is never shown. */
  owner: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The revision that was changed. */
  revision: number;
  fields: Fields;
  /** It was sent to the server while the page was left, and nobody heard the answer. */
  leaving?: boolean;
}

export function entryId(draft: string, key: string): string {
  return draft === "" ? `key:${key}` : `draft:${draft}`;
}

/** The draft's number in its path: `/mail/drafts/12` is 12; nothing before there is one. */
export function draftNumber(path: string): string {
  return /\/drafts\/(\d+)(?:[/?#]|$)/.exec(path)?.[1] ?? "";
}

/** What someone wrote; the rest is bookkeeping. */
const written = ["identity", "to", "cc", "bcc", "reply_to", "subject", "body"] as const;

/**
 * Whether the journal has something that the form, as the server drew it, has not.
 * `textOf` reads the text out of HTML, because the server writes HTML its own way.
 */
export function hasMore(entry: Entry, drawn: Fields, textOf: (html: string) => string): boolean {
  return written.some((name) => read(entry.fields, name, textOf) !== read(drawn, name, textOf));
}

/** Whether there is anything in it that someone would miss. */
export function isEmpty(fields: Fields, textOf: (html: string) => string): boolean {
  return ["to", "cc", "bcc", "subject"].every((name) => !fields[name]?.trim()) && read(fields, "body", textOf) === "";
}

function read(fields: Fields, name: string, textOf: (html: string) => string): string {
  const value = name === "body" ? (fields.format === "html" ? textOf(fields.rich ?? "") + pictures(fields.rich ?? "") : fields.text ?? "") : fields[name] ?? "";
  return value.replace(/\s+/g, " ").trim();
}

function pictures(html: string): string {
  return "\u0000".repeat(html.match(/<img\b/gi)?.length ?? 0);
}
