import assert from "node:assert/strict";
import { test } from "node:test";
import { Autosave, type Clock, type Outcome } from "../../../static/js/compose/autosave";

/** Time that goes on when it is told to. */
class Time implements Clock {
  now = 0;
  #tasks = new Map<object, { at: number; task: () => void }>();

  set(task: () => void, delay: number): object {
    const timer = {};
    this.#tasks.set(timer, { at: this.now + delay, task });
    return timer;
  }

  clear(timer: unknown): void {
    this.#tasks.delete(timer as object);
  }

  async pass(millis: number): Promise<void> {
    const end = this.now + millis;
    for (;;) {
      const next = [...this.#tasks].filter(([, { at }]) => at <= end).toSorted(([, one], [, other]) => one.at - other.at)[0];
      if (!next) break;
      this.#tasks.delete(next[0]);
      this.now = next[1].at;
      next[1].task();
      await settle();
    }
    this.now = end;
    await settle();
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

function desk(outcomes: Outcome[] = []) {
  const time = new Time();
  const notes: number[] = [];
  const saves: number[] = [];
  const waiting: (() => void)[] = [];
  let held = false;
  const autosave = new Autosave(
    {
      note: () => void notes.push(time.now),
      save: async () => {
        saves.push(time.now);
        if (held) await new Promise<void>((resolve) => waiting.push(resolve));
        return outcomes.shift() ?? "saved";
      },
    },
    time,
    () => 1,
  );
  return { time, notes, saves, autosave, hold: () => (held = true), release: () => ((held = false), waiting.splice(0).forEach((one) => one())) };
}

test("the journal has a key within two seconds, the server two seconds after the last", async () => {
  const { time, notes, saves, autosave } = desk();
  autosave.changed();
  assert.equal(autosave.unsaved, true);
  await time.pass(10_000);
  assert.deepEqual(notes, [1_000]);
  assert.deepEqual(saves, [2_000]);
  assert.equal(autosave.unsaved, false);
});

test("someone who never stops typing is saved every five seconds", async () => {
  const { time, notes, saves, autosave } = desk();
  for (let key = 0; key < 40; key += 1) {
    autosave.changed();
    await time.pass(500);
  }
  assert.equal(saves[0], 5_000);
  assert.ok(saves.slice(1).every((at, index) => at - (saves[index] ?? 0) <= 5_500), String(saves));
  assert.ok(notes.length >= 13, String(notes));
});

test("two saves are never under way at once, and what came meanwhile follows", async () => {
  const { time, saves, autosave, hold, release } = desk();
  hold();
  autosave.changed();
  await time.pass(2_000);
  autosave.changed();
  await time.pass(20_000);
  assert.deepEqual(saves, [2_000]);
  release();
  await time.pass(0);
  await time.pass(1);
  assert.equal(saves.length, 2);
  assert.equal(autosave.unsaved, false);
});

test("a save that fails is tried again, later each time, and at once when the line is back", async () => {
  const { time, saves, autosave } = desk(["later", "later", "later", "saved"]);
  autosave.changed();
  await time.pass(10_000);
  assert.deepEqual(saves, [2_000, 4_000, 8_000]);
  autosave.hurry();
  await settle();
  assert.equal(saves.length, 4);
  await time.pass(100_000);
  assert.equal(saves.length, 4);
});

test("what the server will not take is not sent again until it changes", async () => {
  const { time, saves, autosave } = desk(["stop"]);
  autosave.changed();
  await time.pass(100_000);
  assert.equal(saves.length, 1);
  assert.equal(autosave.unsaved, true);
  autosave.changed();
  await time.pass(3_000);
  assert.equal(saves.length, 2);
});

test("a flush waits for what is under way and sends the rest", async () => {
  const { time, saves, autosave, hold, release } = desk();
  hold();
  autosave.changed();
  await time.pass(2_000);
  autosave.changed();
  const flushed = autosave.flush();
  await settle();
  assert.equal(saves.length, 1);
  release();
  assert.equal(await flushed, "saved");
  assert.equal(saves.length, 2);
});

test("after the end nothing is noted or saved", async () => {
  const { time, notes, saves, autosave } = desk();
  autosave.changed();
  autosave.stop();
  autosave.changed();
  await time.pass(60_000);
  assert.deepEqual([notes, saves], [[], []]);
});
