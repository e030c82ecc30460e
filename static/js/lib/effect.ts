// What an action will do to the rows of a list, read from the form that asks for it, so that the
// page can show it before the server has answered.

import type { Mark } from "./rows";

export type Effect =
  | { kind: "leave"; ids: string[] }
  | { kind: "mark"; ids: string[]; mark: Mark; on: boolean }
  | { kind: "label"; ids: string[]; word: string; on: boolean }
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
    return action === "label" ? label(fields, ids) : of(action, ids, true);
  }
  const email = parts.at(-4) === "m" ? decoded(parts.at(-2) ?? "") : undefined;
  return email === undefined ? undefined : of(last, each([email]), fields.get("value") !== "false");
}

/** The menu of labels; as a page of its own it is left, and shows nothing of this. A new one has no word yet. */
function label(fields: URLSearchParams, ids: string[]): Effect | undefined {
  const [add, remove] = [fields.get("add"), fields.get("remove")];
  if (fields.has("whole") || !(add || remove || fields.has("name"))) return undefined;
  return { kind: "label", ids, word: add ?? remove ?? "", on: Boolean(add) || !remove };
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
