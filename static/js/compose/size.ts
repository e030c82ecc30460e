// What files weigh, as they are and as they are sent.

/** Octets in base64 with a line end after 76 characters (RFC 2045 §6.8): a third more and a bit. */
export function encoded(octets: number): number {
  const characters = Math.ceil(octets / 3) * 4;
  return characters + Math.ceil(characters / 76) * 2;
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function words(octets: number, language: string): string {
  let value = octets;
  let at = 0;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  const digits = at > 0 && value < 9.95 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit: units[at] ?? "byte", unitDisplay: at === 0 ? "long" : "short", maximumFractionDigits: digits }).format(value);
}
