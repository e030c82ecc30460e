import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Backoff } from "../../../static/js/lib/backoff";
import { type Channel, Feed, type FeedEvent, type Source, type Surroundings } from "../../../static/js/lib/feed";

/** One browser: a lock, a channel and a server that tests speak for. */
class Browser {
  sources: FakeSource[] = [];
  #channels: FakeChannel[] = [];
  #tail = Promise.resolve();
  readonly waits: number[] = [];

  page(): { heard: FeedEvent[]; feed: Feed } {
    const heard: FeedEvent[] = [];
    const backoff = new Backoff(1_000, 8_000, () => 1);
    const around: Surroundings = {
      backoff,
      open: () => {
        const source = new FakeSource();
        this.sources.push(source);
        return source;
      },
      lock: async (_name, signal, held) => {
        const before = this.#tail;
        let release = () => undefined as void;
        this.#tail = new Promise<void>((resolve) => (release = resolve));
        await before;
        try {
          if (!signal.aborted) await held();
        } finally {
          release();
        }
      },
      channel: () => {
        const channel = new FakeChannel(this.#channels);
        this.#channels.push(channel);
        return channel;
      },
    };
    return { heard, feed: new Feed("/events", (event) => heard.push(event), around) };
  }

  get open(): FakeSource[] {
    return this.sources.filter((source) => !source.closed);
  }
}
class FakeSource implements Source {
  closed = false;
  readonly #heard = new Map<string, (data: string) => void>();
  listen(event: string, heard: (data: string) => void): void {
    this.#heard.set(event, heard);
  }
  say(event: string, data = ""): void {
    this.#heard.get(event)?.(data);
  }
  close(): void {
    this.closed = true;
  }
}
class FakeChannel implements Channel {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor(readonly all: FakeChannel[]) {}
  postMessage(message: unknown): void {
    for (const each of this.all) if (each !== this) each.onmessage?.({ data: message });
  }
  close(): void {
    this.all.splice(this.all.indexOf(this), 1);
  }
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("many pages share one stream, and all hear it", async () => {
  const browser = new Browser();
  const pages = [browser.page(), browser.page(), browser.page()];
  await settle();
  assert.equal(browser.open.length, 1);
  browser.open[0]?.say("mail", '{"type":"Email"}');
  for (const { heard } of pages) assert.deepEqual(heard, [{ kind: "mail", data: { type: "Email" } }]);
});

test("another page leads when the leader goes", async () => {
  const browser = new Browser();
  const [first, second] = [browser.page(), browser.page()];
  await settle();
  first.feed.close();
  await settle();
  assert.equal(browser.open.length, 1);
  browser.open[0]?.say("mail", "{}");
  assert.equal(first.heard.length, 0);
  assert.equal(second.heard.length, 1);
  second.feed.close();
  await settle();
  assert.equal(browser.open.length, 0);
});

test("a broken stream is opened again, later each time, and then says that all may have changed", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const browser = new Browser();
  const { heard } = browser.page();
  await settle();
  for (const wait of [1_000, 2_000, 4_000, 8_000, 8_000]) {
    browser.open[0]?.say("error");
    assert.equal(browser.open.length, 0);
    context.mock.timers.tick(wait - 1);
    assert.equal(browser.open.length, 0, `not before ${wait}`);
    context.mock.timers.tick(1);
    assert.equal(browser.open.length, 1);
  }
  browser.open[0]?.say("open");
  assert.deepEqual(heard, [{ kind: "reset", data: null }]);
  browser.open[0]?.say("error");
  context.mock.timers.tick(1_000);
  assert.equal(browser.open.length, 1, "the waiting starts from the beginning");
});

test("the network coming back ends the waiting", async () => {
  const browser = new Browser();
  const { feed } = browser.page();
  await settle();
  browser.open[0]?.say("error");
  feed.wake();
  assert.equal(browser.open.length, 1);
  feed.wake();
  assert.equal(browser.sources.length, 2, "a living stream is left alone");
  feed.close();
});

test("what is no JSON is told as nothing", async () => {
  const browser = new Browser();
  const { heard, feed } = browser.page();
  await settle();
  browser.open[0]?.say("mail", "{");
  assert.deepEqual(heard, [{ kind: "mail", data: null }]);
  feed.close();
});

mock.reset();
