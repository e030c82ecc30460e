import assert from "node:assert/strict";
import { test } from "node:test";
import { type Entry, draftNumber, entryId, hasMore, isEmpty } from "../../../static/js/compose/entry";
import { Journal, type Shelf } from "../../../static/js/compose/journal";

/** A shelf whose writes take as long as they are told to. */
class Slow implements Shelf {
  entries = new Map<string, Entry>();
  log: string[] = [];
  gates: (() => void)[] = [];

  async put(entry: Entry): Promise<void> {
    await new Promise<void>((resolve) => this.gates.push(resolve));
    this.log.push(`put ${entry.fields.subject}`);
    this.entries.set(entry.id, entry);
  }

  async remove(id: string): Promise<void> {
    this.log.push(`remove ${id}`);
    this.entries.delete(id);
  }

  async get(id: string): Promise<Entry | undefined> {
    return this.entries.get(id);
  }

  async all(owner: string): Promise<Entry[]> {
    return [...this.entries.values()].filter((entry) => entry.owner === owner);
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const entry = (id: string, subject: string, at = 1) => ({ id, at, revision: 0, fields: { subject } });

test("entries are written in order, and the newest of those that wait", async () => {
  const shelf = new Slow();
  const journal = new Journal("me", shelf);
  const done = [journal.note(entry("a", "1")), journal.note(entry("a", "2"))];
  await settle();
  done.push(journal.note(entry("a", "3")), journal.note(entry("a", "4")));
  for (let turn = 0; turn < 4; turn += 1) {
    shelf.gates.splice(0).forEach((open) => open());
    await settle();
  }
  await Promise.all(done);
  assert.deepEqual(shelf.log, ["put 2", "put 4"]);
});

test("what is forgotten does not come back by an older write", async () => {
  const shelf = new Slow();
  const journal = new Journal("me", shelf);
  void journal.note(entry("a", "1"));
  await settle();
  const forgotten = journal.forget("a");
  shelf.gates.splice(0).forEach((open) => open());
  await forgotten;
  assert.deepEqual(shelf.log, ["put 1", "remove a"]);
  assert.equal(shelf.entries.size, 0);
});

test("only what the server has is forgotten", async () => {
  const shelf = new Slow();
  const journal = new Journal("me", shelf);
  const noted = journal.note(entry("a", "newer", 20));
  await settle();
  shelf.gates.splice(0).forEach((open) => open());
  await noted;
  await journal.served("a", 10);
  assert.equal(shelf.entries.size, 1);
  await journal.served("a", 20);
  assert.equal(shelf.entries.size, 0);
});

test("unsent texts are those without a draft, the newest first", async () => {
  const shelf = new Slow();
  shelf.entries.set("key:a", { ...entry("key:a", "old", 1), owner: "me" });
  shelf.entries.set("key:b", { ...entry("key:b", "new", 2), owner: "me" });
  shelf.entries.set("draft:1", { ...entry("draft:1", "draft", 3), owner: "me" });
  shelf.entries.set("key:c", { ...entry("key:c", "another’s", 4), owner: "somebody" });
  const unsent = await new Journal("me", shelf).unsent();
  assert.deepEqual(unsent.map(({ fields }) => fields.subject), ["new", "old"]);
});

test("storage that is refused costs the journal, not the writing", async () => {
  const refusing = { get: () => Promise.reject(new Error("no")), all: () => Promise.reject(new Error("no")) } as unknown as Shelf;
  const journal = new Journal("me", refusing);
  assert.equal(await journal.find("a"), undefined);
  assert.deepEqual(await journal.unsent(), []);
});

test("a journal has more when someone wrote more, however the server writes HTML", () => {
  const text = (html: string) => html.replace(/<[^>]*>/g, " ");
  const of = (fields: Record<string, string>): Entry => ({ id: "a", owner: "me", at: 1, revision: 1, fields });
  const drawn = { subject: "s", format: "html", rich: "<div>one</div>\n<div>two</div>", key: "k" };
  assert.equal(hasMore(of({ subject: "s", format: "html", rich: "<div>one</div><div>two</div>", key: "other" }), drawn, text), false);
  assert.equal(hasMore(of({ subject: "s", format: "html", rich: "<div>one</div><div>two more</div>" }), drawn, text), true);
  assert.equal(hasMore(of({ subject: "s", format: "html", rich: "<div>one</div><div>two<img></div>" }), drawn, text), true);
  assert.equal(hasMore(of({ subject: "t", format: "html", rich: drawn.rich }), drawn, text), true);
  assert.equal(isEmpty({ subject: " ", format: "html", rich: "<div><br></div>" }, text), true);
  assert.equal(isEmpty({ to: "x", format: "html", rich: "" }, text), false);
});

test("drafts are known by their path", () => {
  assert.equal(draftNumber("/mail/drafts/12"), "12");
  assert.equal(draftNumber("/drafts"), "");
  assert.equal(entryId("12", "k"), "draft:12");
  assert.equal(entryId("", "k"), "key:k");
});
