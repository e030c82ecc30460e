// One finger on a row: whether it swipes or scrolls, and whether it went far enough.

export class SwipeTrack {
  /** Below this nothing is decided, so that a tap stays a tap. */
  static readonly slack = 10;
  /** Part of the width after which letting go acts. */
  static readonly enough = 0.35;

  #state: "open" | "swipe" | "scroll" = "open";
  #distance = 0;

  constructor(
    readonly startX: number,
    readonly startY: number,
    readonly width: number,
  ) {}

  /** How far the row is to be moved, or undefined while it is not (or never will be) a swipe. */
  move(x: number, y: number): number | undefined {
    const across = x - this.startX;
    const along = y - this.startY;
    if (this.#state === "open" && Math.hypot(across, along) >= SwipeTrack.slack) {
      this.#state = Math.abs(across) > 1.5 * Math.abs(along) ? "swipe" : "scroll";
    }
    if (this.#state !== "swipe") return undefined;
    this.#distance = across;
    return across;
  }

  get scrolls(): boolean {
    return this.#state === "scroll";
  }

  /** Where it went when let go, if far enough. */
  get outcome(): "left" | "right" | undefined {
    if (this.#state !== "swipe" || Math.abs(this.#distance) < this.width * SwipeTrack.enough) return undefined;
    return this.#distance < 0 ? "left" : "right";
  }
}
