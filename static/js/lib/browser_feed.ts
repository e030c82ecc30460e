// The browser's own stream, locks and channels for lib/feed.ts.

import { Backoff } from "./backoff";
import type { Channel, Source, Surroundings } from "./feed";

export const browser: Surroundings = {
  backoff: new Backoff(2_000, 120_000),

  open(url): Source {
    const source = new EventSource(url);
    return {
      listen(event, heard) {
        source.addEventListener(event, (message) => heard(String((message as MessageEvent).data ?? "")));
      },
      close: () => source.close(),
    };
  },

  async lock(name, signal, held) {
    if (!("locks" in navigator)) return held();
    await navigator.locks.request(name, { signal }, held);
  },

  channel(name) {
    // Without locks every page has its own stream, and telling the others would be twice.
    if (!("locks" in navigator) || !("BroadcastChannel" in globalThis)) return undefined;
    return new BroadcastChannel(name) as Channel;
  },
};
