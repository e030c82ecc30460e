// How the rows on the page become the rows that the server has now, without moving what someone is
// reading. Works on ids alone.

export interface Plan {
  /** In both: take on the new look in place. */
  update: string[];
  remove: string[];
  /** New rows, first to last, each to stand before an old row, or last. */
  insert: { id: string; before: string | undefined }[];
  /** New rows above the view that wait until they are asked for. */
  held: string[];
}

export interface Options {
  /** The list is not at its top: what belongs above its first row waits. */
  hold: boolean;
  /** Pages were appended below: rows behind the last common one stay. */
  tail: boolean;
}

export function reconcile(before: readonly string[], after: readonly string[], { hold, tail }: Options): Plan {
  const there = new Set(before);
  const wanted = new Set(after);
  const last = before.findLastIndex((id) => wanted.has(id));
  const plan: Plan = { update: [], remove: [], insert: [], held: [] };

  before.forEach((id, index) => {
    if (wanted.has(id)) plan.update.push(id);
    else if (!(tail && index > last)) plan.remove.push(id);
  });

  let next: string | undefined = tail ? before[last + 1] : undefined;
  const first = after.findIndex((id) => there.has(id));
  for (let index = after.length - 1; index >= 0; index -= 1) {
    const id = after[index] as string;
    if (there.has(id)) next = id;
    else if (hold && first >= 0 && index < first) plan.held.unshift(id);
    else plan.insert.unshift({ id, before: next });
  }
  return plan;
}
