// The people of soak.sh, and the figures.
//   node soak.mjs <port> <pid> <imap port> <minutes> <people>
import { Agent, request } from "node:http";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const [port, pid, imap, minutes, people] = process.argv.slice(2).map(Number);
const until = performance.now() + minutes * 60_000;
const over = () => performance.now() > until;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const counts = { pages: 0, read: 0, moved: 0, sent: 0, signedIn: 0, events: 0, failed: 0 };
const failures = new Map();

const failed = (what) => {
  counts.failed += 1;
  failures.set(what, (failures.get(what) ?? 0) + 1);
};

class Person {
  constructor(number) {
    this.address = `soak${number}@example.org`;
    this.cookies = new Map();
  }

  ask(method, path, fields, options = {}) {
    const body = fields && new URLSearchParams(fields).toString();
    const headers = {
      host: `localhost:${port}`,
      origin: `http://localhost:${port}`,
      "sec-fetch-site": "same-origin",
      "sec-fetch-mode": "navigate",
      "accept-language": "en",
      accept: options.accept ?? "text/html",
      cookie: [...this.cookies].map((pair) => pair.join("=")).join("; "),
      ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) }),
    };
    return new Promise((done, gone) => {
      const asking = request({ host: "127.0.0.1", port, method, path, headers, agent: options.agent ?? agent }, (answer) => {
        for (const cookie of answer.headers["set-cookie"] ?? []) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
          if (/Max-Age=0/.test(cookie)) this.cookies.delete(name);
          else this.cookies.set(name, value);
        }
        if (options.stream) return done({ status: answer.statusCode, answer, asking });
        const pieces = [];
        answer.on("data", (piece) => pieces.push(piece));
        answer.on("error", gone);
        answer.on("end", () => done({ status: answer.statusCode, location: answer.headers.location, text: Buffer.concat(pieces).toString() }));
      });
      asking.on("error", gone);
      asking.end(body);
    });
  }

  /** A page, wherever it leads. */
  async page(path) {
    for (let steps = 0; steps < 4; steps++) {
      const answer = await this.ask("GET", path);
      counts.pages += 1;
      if (answer.location === undefined) {
        if (answer.status !== 200) failed(`GET ${shape(path)}: ${answer.status}`);
        return answer;
      }
      path = answer.location.replace(/^http:\/\/[^/]+/, "");
    }
    throw new Error("it leads round and round");
  }

  async act(path, fields) {
    const answer = await this.ask("POST", path, fields);
    counts.pages += 1;
    if (answer.status >= 400) failed(`POST ${shape(path)}: ${answer.status}`);
    return answer;
  }

  async signIn() {
    await this.act("/login", { address: this.address, password: "restante" });
    counts.signedIn += 1;
    const answer = await this.ask("GET", "/events", undefined, { accept: "text/event-stream", stream: true, agent: false });
    if (answer.status !== 200) failed(`GET /events: ${answer.status}`);
    answer.answer.on("data", (piece) => (counts.events += piece.toString().split("event: ").length - 1));
    answer.answer.on("error", () => {});
    this.stream = answer.asking;
  }

  async signOut() {
    this.stream?.destroy();
    await this.act("/logout", {});
  }

  async send() {
    const to = `soak${Math.floor(Math.random() * people)}@example.org`;
    const key = `soak-${Math.random().toString(36).slice(2)}-${Date.now()}`;
    const fields = { key, revision: "0", format: "text", to, subject: `Soak ${key}`, text: "Some words.\n".repeat(20), action: "save" };
    const saved = JSON.parse((await this.ask("POST", "/drafts", fields, { accept: "application/json" })).text);
    fields.revision = String(saved.revision);
    fields.action = "send";
    const sent = JSON.parse((await this.ask("POST", `/drafts/${saved.draft}`, fields, { accept: "application/json" })).text);
    if (sent.submission === undefined) return failed("a message was not sent");
    await this.act(`/outbox/${sent.submission}/schedule`, { send_at: "now" });
    counts.sent += 1;
  }

  /** Some minutes at the desk. */
  async session() {
    await this.signIn();
    const rounds = 10 + Math.random() * 20;
    for (let round = 0; round < rounds && !over(); round++) {
      const list = await this.page("/");
      const folder = /<a[^>]*class="folder__link"[^>]*href="([^"]+)"[^>]*title="Inbox"|title="Inbox"[^>]*href="([^"]+)"/.exec(list.text);
      const inbox = /\/m\/[A-Za-z0-9_-]+/.exec(folder?.[1] ?? folder?.[2] ?? list.text)?.[0];
      const rows = [...list.text.matchAll(/class="row"[^>]*data-id="([^"]+)"|data-id="([^"]+)"[^>]*class="row"/g)].map((row) => row[1] ?? row[2]);
      if (rows.length < 3 || Math.random() < 0.3) await this.send();
      else if (inbox !== undefined) {
        const row = rows[Math.floor(Math.random() * rows.length)];
        await this.page(`${inbox}/${row}`);
        counts.read += 1;
        await this.act(`${inbox}/${row}/${Math.random() < 0.5 ? "star" : "unstar"}`, {});
        if (rows.length > 20 || Math.random() < 0.2) {
          await this.act(`${inbox}/${rows.at(-1)}/${Math.random() < 0.5 ? "archive" : "trash"}`, {});
          counts.moved += 1;
        }
      }
      await pause(500 + Math.random() * 3000);
    }
    await this.signOut();
  }

  async live() {
    await pause(Math.random() * Math.min(20_000, minutes * 10_000));
    while (!over()) {
      try {
        await this.session();
      } catch (error) {
        this.stream?.destroy();
        failed(`${error.message.slice(0, 60)}`);
      }
      await pause(Math.random() * 5000);
    }
  }
}

/** A path without what is somebody's. */
const shape = (path) => path.replace(/\/(m|drafts|outbox)\/[^/?]+(\/[A-Za-z0-9_-]{15,})?/, "/$1/…");

const kib = (file, name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/${file}`, "utf8"))[1]);

/** Connections from our process to the mail server. */
const connections = () => {
  const theirs = Number(imap).toString(16).toUpperCase().padStart(4, "0");
  const lines = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1);
  return lines.filter((line) => {
    const [, , remote, state] = line.trim().split(/\s+/);
    return remote?.endsWith(`:${theirs}`) && state === "01";
  }).length;
};

/** Where its descriptors lead. One may be gone while we look. */
const descriptors = () =>
  readdirSync(`/proc/${pid}/fd`).map((number) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${number}`);
    } catch {
      return "";
    }
  });

const figures = () => ({
  pss: kib("smaps_rollup", "Pss") / 1024,
  rss: kib("smaps_rollup", "Rss") / 1024,
  descriptors: descriptors().length,
  sockets: descriptors().filter((one) => one.startsWith("socket:")).length,
  connections: connections(),
});

const samples = [];
const sample = (minute) => {
  const now = figures();
  samples.push(now);
  const numbers = `PSS ${now.pss.toFixed(1)} MiB, RSS ${now.rss.toFixed(1)} MiB, ${now.descriptors} descriptors, ${now.connections} IMAP connections`;
  console.log(`minute ${minute}: ${numbers}; ${counts.pages} pages, ${counts.read} read, ${counts.moved} moved, ${counts.sent} sent, ${counts.signedIn} sign-ins, ${counts.events} events, ${counts.failed} failed`);
};

const before = figures();
sample(0);
const all = Array.from({ length: people }, (_, number) => new Person(number).live());
const working = Promise.all(all);
for (let minute = 1; minute <= minutes; minute++) {
  await pause(60_000);
  sample(minute);
}
await working;
agent.destroy();
// Unused for a minute, connections go; who keeps the house looks once a minute.
const stayed = (now) => now.connections > 0 || now.sockets > before.sockets + 2;
let after = figures();
for (let second = 0; second < 170 && stayed(after); second++) {
  await pause(1000);
  after = figures();
}
console.log(`after: PSS ${after.pss.toFixed(1)} MiB, ${after.descriptors} descriptors (${before.descriptors} before; a database opens its files when it needs them), ${after.sockets} sockets (${before.sockets}), ${after.connections} IMAP connections`);
for (const [what, times] of failures) console.log(`  ${times} times: ${what}`);

const mean = (part) => part.reduce((sum, one) => sum + one.pss, 0) / Math.max(part.length, 1);
const warm = samples.slice(Math.max(1, Math.floor(samples.length / 3)));
const [early, late] = [mean(warm.slice(0, Math.ceil(warm.length / 2))), mean(warm.slice(Math.floor(warm.length / 2)))];
const grew = late - early > Math.max(8, early * 0.05);
const leaked = stayed(after);
console.log(`after the warm-up memory went from ${early.toFixed(1)} to ${late.toFixed(1)} MiB: ${grew ? "IT GREW" : "it does not grow"}`);
console.log(leaked ? "CONNECTIONS STAYED" : "no connection stayed");
// People who find nothing to do would leave nothing behind.
const idle = Object.entries(counts).filter(([what, times]) => what !== "failed" && times === 0).map(([what]) => what);
if (idle.length > 0) console.log(`NOTHING WAS DONE: ${idle.join(", ")}`);
process.exit(idle.length > 0 || grew || leaked || counts.failed > counts.pages / 100 ? 1 : 0);
