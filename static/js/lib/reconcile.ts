// How the rows on the page become the rows that the server has now, without moving what someone is
// reading. Works on ids alone.

export interface Plan {
  /** In both: take on the new look in place. */
  update: string[];
  remove: string[];
  /** New rows and those that stand elsewhere now, first to last, each to stand before an old row, or last. */
  insert: { id: string; before: string | undefined }[];
  /** What belongs above the view and waits until it is asked for; an old row where it is. */
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
  const staying = inOrder(after.filter((id) => there.has(id)), before);
  const last = before.findLastIndex((id) => staying.has(id));
  const plan: Plan = { update: [], remove: [], insert: [], held: [] };

  before.forEach((id, index) => {
    if (wanted.has(id)) plan.update.push(id);
    else if (!(tail && index > last)) plan.remove.push(id);
  });

  let next: string | undefined = tail ? before[last + 1] : undefined;
  const first = after.findIndex((id) => staying.has(id));
  for (let index = after.length - 1; index >= 0; index -= 1) {
    const id = after[index] as string;
    if (staying.has(id)) next = id;
    else if (hold && first >= 0 && index < first) plan.held.unshift(id);
    else plan.insert.unshift({ id, before: next });
  }
  return plan;
}

/** As many of these as stand in the same order before: they need not be moved. */
function inOrder(ids: readonly string[], before: readonly string[]): Set<string> {
  const places = new Map(before.map((id, index) => [id, index]));
  const place = (id: string | undefined) => places.get(id ?? "") ?? -1;
  // The longest rising run: the last of each length, and who stands in front of whom in it.
  const ends: string[] = [];
  const front = new Map<string, string | undefined>();
  for (const id of ids) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (place(ends[middle]) < place(id)) low = middle + 1;
      else high = middle;
    }
    front.set(id, ends[low - 1]);
    ends[low] = id;
  }
  const run = new Set<string>();
  for (let id = ends.at(-1); id !== undefined; id = front.get(id)) run.add(id);
  return run;
}
