import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../../../static/js/lib/backoff";
import { Countdown } from "../../../static/js/lib/countdown";
import { Gather } from "../../../static/js/lib/gather";

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("waiting doubles, has a ceiling, and half of it is chance", () => {
  const shortest = new Backoff(1_000, 5_000, () => 0);
  assert.deepEqual([1, 2, 3, 4].map(() => shortest.next()), [500, 1_000, 2_000, 2_500]);
  const longest = new Backoff(1_000, 5_000, () => 1);
  assert.deepEqual([1, 2, 3, 4].map(() => longest.next()), [1_000, 2_000, 4_000, 5_000]);
  longest.reset();
  assert.equal(longest.next(), 1_000);
});

test("a countdown runs on from where it was held", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  let done = 0;
  const countdown = new Countdown(10_000, () => (done += 1), () => now);
  const pass = (time: number) => {
    now += time;
    context.mock.timers.tick(time);
  };
  countdown.run();
  pass(6_000);
  countdown.hold();
  pass(60_000);
  assert.equal(done, 0);
  countdown.run();
  countdown.run();
  pass(3_999);
  assert.equal(done, 0);
  pass(1);
  assert.equal(done, 1);
});

test("many calls are one run, the soonest counts, and one during a run makes one more", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let runs = 0;
  let finish = () => undefined as void;
  const gather = new Gather(
    () => {
      runs += 1;
      return new Promise<void>((resolve) => (finish = resolve));
    },
    () => 0,
  );
  gather.soon(1_000);
  gather.soon(250);
  gather.soon(500);
  context.mock.timers.tick(250);
  assert.equal(runs, 1);
  gather.soon(300);
  gather.soon(100);
  context.mock.timers.tick(5_000);
  assert.equal(runs, 1, "not twice at a time");
  finish();
  await settle();
  context.mock.timers.tick(100);
  assert.equal(runs, 2);
  finish();
  await settle();
  context.mock.timers.tick(5_000);
  assert.equal(runs, 2);
});

test("a task that fails does not end the gathering", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let runs = 0;
  const gather = new Gather(async () => {
    runs += 1;
    throw new Error("no answer");
  }, () => 0);
  gather.soon(10);
  context.mock.timers.tick(10);
  await settle();
  gather.soon(10);
  context.mock.timers.tick(10);
  assert.equal(runs, 2);
});
