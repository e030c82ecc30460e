// How wide a pane may be, and what a key on its divider does.

export interface Bounds {
  min: number;
  max: number;
}

export function clamp(size: number, { min, max }: Bounds): number {
  return Math.round(Math.min(Math.max(size, min), Math.max(min, max)));
}

/** The width after `key`, or undefined when the key means nothing to a divider. */
export function step(key: string, size: number, bounds: Bounds, { rtl = false, large = false } = {}): number | undefined {
  const distance = large ? 64 : 16;
  switch (key) {
    case "ArrowLeft":
      return clamp(size + (rtl ? distance : -distance), bounds);
    case "ArrowRight":
      return clamp(size + (rtl ? -distance : distance), bounds);
    case "Home":
      return bounds.min;
    case "End":
      return bounds.max;
    default:
      return undefined;
  }
}
