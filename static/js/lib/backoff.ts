// How long to wait before the next attempt: doubling up to a ceiling, half of it left to chance, so
// that a server coming back is not met by everyone in the same second.

export class Backoff {
  #attempts = 0;

  constructor(
    readonly first = 1_000,
    readonly ceiling = 60_000,
    readonly random: () => number = Math.random,
  ) {}

  next(): number {
    const full = Math.min(this.ceiling, this.first * 2 ** this.#attempts);
    this.#attempts += 1;
    return full / 2 + (full / 2) * this.random();
  }

  reset(): void {
    this.#attempts = 0;
  }
}
