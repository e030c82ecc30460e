// What this browser remembers for the page. Storage may be refused or full, and then it is simply
// not remembered.

const prefix = "restante:";

export function remembered(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(prefix + key) ?? "null");
  } catch {
    return null;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // Private windows and full disks: nothing to do about it here.
  }
}
