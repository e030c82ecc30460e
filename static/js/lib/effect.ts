// What an action will do to the rows of a list, read from the form that asks for it, so that the
// page can show it before the server has answered.

import type { Mark } from "./rows";

export type Effect =
  | { kind: "leave"; ids: string[] }
  | { kind: "mark"; ids: string[]; mark: Mark; on: boolean }
  | { kind: "label"; ids: string[]; fields: URLSearchParams }
  | { kind: "return" };

const leaving = new Set(["archive", "trash", "junk", "not-junk", "move", "delete", "deletion"]);

/** Messages by their ids; those of a conversation come as one text, with commas between. */
const each = (ids: string[]) => ids.flatMap((id) => id.split(",")).filter(Boolean);

/**
 * `path` is the address that a form posts to, `fields` what it posts.
 * `/m/{mailbox}/selection` and `/all/selection` name messages by `id`, `/m/{mailbox}/{email}/{action}` by its path.
 */
export function effect(path: string, fields: URLSearchParams): Effect | undefined {
  const parts = path.split("/").filter(Boolean);
  const last = parts.at(-1) ?? "";
  if (last === "undo" && fields.has("token")) return { kind: "return" };
  if (last === "selection" && (parts.at(-3) === "m" || parts.at(-2) === "all")) {
    const ids = each(fields.getAll("id"));
    const action = fields.get("action") ?? "";
    return action === "label" ? { kind: "label", ids, fields } : of(action, ids, true);
  }
  const email = parts.at(-4) === "m" ? decoded(parts.at(-2) ?? "") : undefined;
  return email === undefined ? undefined : of(last, each([email]), fields.get("value") !== "false");
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function of(action: string, ids: string[], on: boolean): Effect | undefined {
  if (ids.length === 0) return undefined;
  if (leaving.has(action)) return { kind: "leave", ids };
  switch (action) {
    case "seen":
      return { kind: "mark", ids, mark: "unread", on: !on };
    case "unseen":
      return { kind: "mark", ids, mark: "unread", on };
    case "star":
      return { kind: "mark", ids, mark: "starred", on };
    case "unstar":
      return { kind: "mark", ids, mark: "starred", on: !on };
    default:
      return undefined;
  }
}
