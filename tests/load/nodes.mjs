// The clients of nodes.sh: people who ask for their list as fast as it comes.
//   node nodes.mjs <port> <seconds> <people> <what it is called>
import { Agent, request } from "node:http";

const [port, seconds, people] = process.argv.slice(2, 5).map(Number);
const name = process.argv[5];
const agent = new Agent({ keepAlive: true, maxSockets: people });

const ask = (method, path, cookie, body) =>
  new Promise((done, gone) => {
    const headers = {
      host: `localhost:${port}`,
      origin: `http://localhost:${port}`,
      "sec-fetch-site": "same-origin",
      accept: "application/json",
      cookie,
      ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) }),
    };
    const asking = request({ host: "127.0.0.1", port, method, path, headers, agent }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("error", gone);
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(pieces).toString() }));
    });
    asking.on("error", gone);
    asking.end(body);
  });

/** Signed in, with the path of the inbox's list. */
const person = async (number) => {
  const body = new URLSearchParams({ address: `node${number}@example.org`, password: "restante" }).toString();
  const answer = await ask("POST", "/login", "", body);
  if (answer.status !== 303) throw new Error(`signing in: ${answer.status}`);
  const cookie = answer.headers["set-cookie"].find((one) => one.startsWith("restante=")).split(";")[0];
  const get = async (path) => JSON.parse((await ask("GET", path, cookie)).text);
  const account = (await get("/api/v1/accounts")).items[0].id;
  const folders = await get(`/api/v1/accounts/${account}/mailboxes`);
  const inbox = folders.items.find((folder) => folder.role === "inbox").id;
  return { cookie, path: `/api/v1/accounts/${account}/emails?mailbox=${inbox}&limit=50` };
};

const everybody = [];
for (let number = 1; number <= people; number++) everybody.push(await person(number));
const times = [];
let failed = 0;
const live = async ({ cookie, path }, until) => {
  while (performance.now() < until) {
    const begun = performance.now();
    const answer = await ask("GET", path, cookie);
    if (answer.status === 200 && answer.text.includes("Letter")) times.push(performance.now() - begun);
    else failed += 1;
  }
};
// Once each before it counts: accounts are opened, connections made.
await Promise.all(everybody.map((one) => live(one, performance.now() + 500)));
times.length = 0;
const begun = performance.now();
await Promise.all(everybody.map((one) => live(one, begun + seconds * 1000)));
const took = (performance.now() - begun) / 1000;
agent.destroy();
times.sort((a, b) => a - b);
const at = (part) => times[Math.floor(times.length * part)]?.toFixed(1);
console.log(`${name.padEnd(10)} ${(times.length / took).toFixed(0).padStart(6)} lists a second; p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
