// Runs a task once for many calls: a moment after the first, and never twice at a time.

export class Gather {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due: number | undefined;
  #running = false;
  #again: number | undefined;

  constructor(
    readonly task: () => Promise<void>,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** At the latest `delay` milliseconds from now. */
  soon(delay: number): void {
    if (this.#running) {
      this.#again = Math.min(this.#again ?? delay, delay);
      return;
    }
    const due = this.now() + delay;
    if (this.#due !== undefined && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => void this.#run(), delay);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#due = undefined;
    this.#again = undefined;
  }

  async #run(): Promise<void> {
    this.#due = undefined;
    this.#running = true;
    try {
      await this.task();
    } catch {
      // The task is a refresh: the next event brings the next attempt.
    } finally {
      this.#running = false;
      const again = this.#again;
      this.#again = undefined;
      if (again !== undefined) this.soon(again);
    }
  }
}
