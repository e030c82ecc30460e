// Starts a Dovecot and a Restante for all browser tests, runs tests/browser/*.test.mjs with
// node --test, and stops both.
//
//   node tests/browser/run.mjs [file...]
//
// Tests wait for what happens, however long a crowded machine takes. A file that fails all the same is
// tried once more, alone and in a world of its own; one that passes then is called unsteady.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { CORPUS_USER, corpusMessages } from "./support/corpus.mjs";
import { letters, LETTER_USERS } from "./support/letters.mjs";
import { POST_USER, post } from "./support/post.mjs";
import { PLAIN_TALKS_USER, TALKS_USER, talks } from "./support/talks.mjs";
import { COLLECTED, start } from "./support/world.mjs";

const AT_ONCE = 2;
const MOST_AGAIN = 3;
const here = import.meta.dirname;
const named = process.argv.slice(2);
const files = named.length > 0 ? named : readdirSync(here).filter((name) => name.endsWith(".test.mjs")).map((name) => join(here, name));

const running = new Set();
const end = () => running.forEach((child) => child.kill());
process.once("SIGINT", end).once("SIGTERM", end);

function newWorld() {
  const users = Object.fromEntries(LETTER_USERS.map((user) => [user, letters()]));
  return start({ users: { ...users, [CORPUS_USER]: corpusMessages(), [POST_USER]: post(), [COLLECTED]: letters(), [TALKS_USER]: talks(), [PLAIN_TALKS_USER]: talks() } });
}

/** Runs one file; gives its exit code and what it printed. */
async function run(file, world) {
  const child = spawn(process.execPath, ["--test", "--test-reporter=spec", file], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, RESTANTE_WORLD: JSON.stringify(world) },
  });
  running.add(child);
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (printed += text));
  const status = await new Promise((done) => child.once("close", done));
  running.delete(child);
  return { status: status ?? 1, printed };
}

let world = await newWorld();
const waiting = [...files];
const failed = [];
const worker = async () => {
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    const outcome = await run(file, world);
    process.stdout.write(outcome.printed);
    if (outcome.status) failed.push(file);
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
await world.stop();

let status = failed.length > MOST_AGAIN ? 1 : 0;
if (failed.length > 0 && status === 0) {
  world = await newWorld();
  for (const file of failed) {
    console.log(`\nonce more: ${file}\n`);
    const outcome = await run(file, world);
    process.stdout.write(outcome.printed);
    if (outcome.status) status = outcome.status;
    else console.log(`unsteady: ${basename(file)}`);
  }
  await world.stop();
}
process.exitCode = status;
