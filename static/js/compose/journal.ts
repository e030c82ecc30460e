// The journal: what is written, kept in this browser (IndexedDB) until the server has it. Where
// storage is refused it keeps nothing, and writing goes on.
//
// Entries are written in the order in which they were noted, and one that is forgotten does not come
// back by an older write.

import type { Entry } from "./entry";

export interface Shelf {
  put(entry: Entry): Promise<void>;
  remove(id: string, owner: string): Promise<void>;
  get(id: string, owner: string): Promise<Entry | undefined>;
  all(owner: string): Promise<Entry[]>;
}

export class Journal {
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = new Map<string, Entry>();

  constructor(
    readonly owner: string,
    readonly shelf: Shelf,
  ) {}

  /** Only the newest of what waits to be written is written. */
  note(entry: Omit<Entry, "owner">): Promise<void> {
    const waits = this.#waiting.has(entry.id);
    this.#waiting.set(entry.id, { ...entry, owner: this.owner });
    return waits ? this.#settled() : this.#next(async () => {
      const newest = this.#waiting.get(entry.id);
      this.#waiting.delete(entry.id);
      if (newest) await this.shelf.put(newest);
    });
  }

  forget(id: string): Promise<void> {
    this.#waiting.delete(id);
    return this.#next(() => this.shelf.remove(id, this.owner));
  }

  /** The server has `revision`; what was written since stays. */
  async served(id: string, at: number): Promise<void> {
    await this.#next(async () => {
      const entry = await this.shelf.get(id, this.owner);
      if (entry && entry.at <= at) await this.shelf.remove(id, this.owner);
    });
  }

  find(id: string): Promise<Entry | undefined> {
    return this.#next(() => this.shelf.get(id, this.owner)).catch(() => undefined);
  }

  /** Texts that belong to no draft of the server, the newest first. */
  async unsent(): Promise<Entry[]> {
    const all = await this.#next(() => this.shelf.all(this.owner)).catch(() => []);
    return all.filter(({ id }) => id.startsWith("key:")).toSorted((one, other) => other.at - one.at);
  }

  async #settled(): Promise<void> {
    await this.#turn;
  }

  #next<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

const name = "restante-journal";

/** IndexedDB, opened when it is first needed. */
export class BrowserShelf implements Shelf {
  #database: Promise<IDBDatabase> | undefined;

  async put(entry: Entry): Promise<void> {
    await this.#ask("readwrite", (store) => store.put(entry));
  }

  async remove(id: string, owner: string): Promise<void> {
    await this.#ask("readwrite", (store) => store.delete([owner, id]));
  }

  async get(id: string, owner: string): Promise<Entry | undefined> {
    return (await this.#ask("readonly", (store) => store.get([owner, id]))) as Entry | undefined;
  }

  async all(owner: string): Promise<Entry[]> {
    return (await this.#ask("readonly", (store) => store.getAll(IDBKeyRange.bound([owner], [owner, []])))) as Entry[];
  }

  async #ask(mode: IDBTransactionMode, question: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const database = await (this.#database ??= open());
    return new Promise((resolve, reject) => {
      const transaction = database.transaction("entries", mode);
      const request = question(transaction.objectStore("entries"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error("The journal gave up"));
    });
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore("entries", { keyPath: ["owner", "id"] });
    request.onsuccess = () => {
      // Signing out deletes it all, in whichever tab that is.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error("No journal"));
    request.onblocked = () => reject(new Error("No journal"));
  });
}
