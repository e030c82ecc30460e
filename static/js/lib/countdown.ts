// A time-out that can be held and let run on.

export class Countdown {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #started = 0;
  #left: number;

  constructor(
    delay: number,
    readonly done: () => void,
    readonly now: () => number = () => performance.now(),
  ) {
    this.#left = delay;
  }

  run(): void {
    if (this.#timer !== undefined) return;
    this.#started = this.now();
    this.#timer = setTimeout(this.done, this.#left);
  }

  hold(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left = Math.max(0, this.#left - (this.now() - this.#started));
  }
}
