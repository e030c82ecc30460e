// Which rows are chosen: a set of ids and the row that a range starts from. Knows no page, so the
// order of the rows is handed in each time.

export class Selection {
  readonly #chosen = new Set<string>();
  #anchor: string | undefined;

  get size(): number {
    return this.#chosen.size;
  }

  get ids(): string[] {
    return [...this.#chosen];
  }

  has(id: string): boolean {
    return this.#chosen.has(id);
  }

  set(id: string, chosen: boolean): void {
    if (chosen) this.#chosen.add(id);
    else this.#chosen.delete(id);
    this.#anchor = id;
  }

  toggle(id: string): void {
    this.set(id, !this.has(id));
  }

  /** From the anchor to `id`, both included, takes on the state that `id` gets. */
  reach(id: string, order: readonly string[], chosen = true): void {
    const start = this.#anchor === undefined ? -1 : order.indexOf(this.#anchor);
    const end = order.indexOf(id);
    if (start < 0 || end < 0) return this.set(id, chosen);
    const [from, to] = start < end ? [start, end] : [end, start];
    const anchor = this.#anchor;
    for (const each of order.slice(from, to + 1)) this.set(each, chosen);
    // The next range starts where this one did.
    this.#anchor = anchor;
  }

  replace(ids: Iterable<string>): void {
    this.clear();
    for (const id of ids) this.#chosen.add(id);
  }

  clear(): void {
    this.#chosen.clear();
    this.#anchor = undefined;
  }

  /** Forgets what is no longer there. */
  keep(order: readonly string[]): void {
    const there = new Set(order);
    for (const id of this.#chosen) if (!there.has(id)) this.#chosen.delete(id);
    if (this.#anchor !== undefined && !there.has(this.#anchor)) this.#anchor = undefined;
  }

  /** For the box above the list. */
  extent(order: readonly string[]): "none" | "some" | "all" {
    if (this.size === 0) return "none";
    return order.every((id) => this.has(id)) ? "all" : "some";
  }
}
