// Key presses to the names of actions, sequences such as "g i" included. Knows no page; the time is
// handed in.

/** Action to the keys that call it, several separated by ", ": `{"go-inbox": "g i"}`. */
export type Bindings = Readonly<Record<string, string>>;

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

export class KeySequence {
  /** A second key that comes later than this starts anew. */
  static readonly patience = 1500;

  readonly #actions = new Map<string, string>();
  readonly #beginnings = new Set<string>();
  #pending = "";
  #since = 0;

  constructor(bindings: Bindings) {
    for (const [action, keys] of Object.entries(bindings)) {
      for (const one of keys.split(", ").filter(Boolean)) this.#bind(one, action);
    }
  }

  get pending(): string {
    return this.#pending;
  }

  /** The action that this press completes; the press is used up when it also begins one. */
  press(press: Press, now: number): { action?: string; used: boolean } {
    const key = name(press);
    if (key === undefined) return { used: false };
    const begun = now - this.#since <= KeySequence.patience ? this.#pending : "";
    this.#pending = "";

    for (const sequence of begun ? [`${begun} ${key}`, key] : [key]) {
      const action = this.#actions.get(sequence);
      if (action !== undefined) return { action, used: true };
      if (this.#beginnings.has(sequence)) {
        this.#pending = sequence;
        this.#since = now;
        return { used: true };
      }
    }
    return { used: false };
  }

  #bind(keys: string, action: string): void {
    const parts = keys.split(" ");
    this.#actions.set(keys, action);
    for (let end = 1; end < parts.length; end += 1) this.#beginnings.add(parts.slice(0, end).join(" "));
  }
}

/**
 * What a press is called in bindings. Shift is in the key already ("#", "I"); Ctrl and Cmd are one,
 * so that a table fits both kinds of keyboard. A bare modifier has no name.
 */
function name({ key, ctrlKey, metaKey, altKey }: Press): string | undefined {
  // Not every synthetic event carries a key, and dead keys are no letters yet.
  if (!key || ["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process"].includes(key)) return undefined;
  const modified = ctrlKey || metaKey;
  // AltGr comes as Ctrl+Alt and types characters such as "#" on many keyboards.
  if (modified && altKey) return key.length === 1 ? key : undefined;
  if (modified) return `ctrl+${key.toLowerCase()}`;
  return altKey ? `alt+${key.toLowerCase()}` : key;
}
