// The clients of streams.sh, and the figures.
//   node streams.mjs <port> <pid> <streams> <people>
import { Agent, request } from "node:http";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const [port, pid, streams, people] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

const ask = (method, path, cookie, body, options = {}) =>
  new Promise((done, gone) => {
    const headers = {
      host: `localhost:${port}`,
      origin: `http://localhost:${port}`,
      "sec-fetch-site": "same-origin",
      accept: options.stream ? "text/event-stream" : "text/html",
      cookie,
      ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) }),
    };
    const asking = request({ host: "127.0.0.1", port, method, path, headers, agent: options.stream ? false : agent }, (answer) => {
      if (options.stream) return done({ answer, asking });
      answer.resume();
      answer.on("end", () => done({ answer }));
    });
    asking.on("error", gone);
    asking.end(body);
  });

const pss = () => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) / 1024;
const descriptors = () => readdirSync(`/proc/${pid}/fd`).length;
/** Memory once it has come to rest: what was freed goes back to the kernel a moment later. */
const rested = async () => {
  let least = pss();
  for (let second = 0; second < 5; second++) {
    await pause(1000);
    least = Math.min(least, pss());
  }
  return least;
};

let broken = 0;
const cookies = [];
for (let number = 1; number <= people; number++) {
  const body = new URLSearchParams({ address: `stream${number}@example.org`, password: "restante" }).toString();
  const { answer } = await ask("POST", "/login", "", body);
  if (answer.statusCode !== 303) throw new Error(`signing in: ${answer.statusCode}`);
  const set = answer.headers["set-cookie"].find((cookie) => cookie.startsWith("restante="));
  cookies.push(set.split(";")[0]);
}
// Everybody has looked at their list: a stream comes with a page.
for (const cookie of cookies) await ask("GET", "/", cookie);
agent.destroy();
const [before, opened] = [await rested(), descriptors()];
console.log(`${people} people signed in: PSS ${before.toFixed(1)} MiB, ${opened} descriptors`);

const opening = async (tells) => {
  const open = [];
  for (let number = 0; number < streams; number++) {
    const { answer, asking } = await ask("GET", "/events", cookies[number % people], undefined, { stream: true });
    if (answer.statusCode !== 200) throw new Error(`stream ${number}: ${answer.statusCode}`);
    answer.on("data", () => {});
    answer.on("end", () => (broken += 1));
    answer.on("error", () => (broken += 1));
    asking.on("error", () => {});
    open.push(asking);
    if (tells && open.length % Math.max(1, Math.floor(streams / 5)) === 0) console.log(`${open.length} streams: PSS ${pss().toFixed(1)} MiB`);
  }
  return open;
};
/** Ends them; gives the descriptors that are left. */
const ending = async (open) => {
  for (const asking of open) asking.destroy();
  let left = descriptors();
  for (let second = 0; second < 30 && left > opened + 5; second++) {
    await pause(1000);
    left = descriptors();
  }
  return left;
};
const begun = performance.now();
const open = await opening(true);
const seconds = (performance.now() - begun) / 1000;
const during = await rested();
const each = ((during - before) * 1024) / streams;
console.log(`${streams} streams, opened in ${seconds.toFixed(1)} s: PSS ${during.toFixed(1)} MiB, ${descriptors()} descriptors; ${each.toFixed(1)} KiB for each stream`);
// Long enough for a comment that keeps each open.
await pause(27_000);
const [kept, lost] = [pss(), broken];
console.log(`after the first comment: PSS ${kept.toFixed(1)} MiB, ${lost} streams broke`);
let left = await ending(open);
console.log(`all gone: PSS ${(await rested()).toFixed(1)} MiB, ${left} descriptors`);
// What the allocator keeps serves the next ones: memory that was lost would be taken once more.
const second = await opening(false);
const again = await rested();
left = await ending(second);
const grew = again - kept > Math.max(8, (kept - before) / 4);
console.log(`as many once more: PSS ${again.toFixed(1)} MiB${grew ? ": IT GREW" : ""}; all gone: ${left} descriptors`);
process.exit(lost > 0 || grew || left > opened + 5 ? 1 : 0);
