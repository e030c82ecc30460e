// Starts a Dovecot and a Restante for all browser tests, runs tests/browser/*.test.mjs with
// node --test, and stops both.
//
//   node tests/browser/run.mjs [file...]
//
// A file that fails is tried again on servers of its own, and said to have been: a browser on a
// crowded machine is not always in time. What fails three times has failed.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { CORPUS_USER, corpusMessages } from "./support/corpus.mjs";
import { letters, LETTER_USERS } from "./support/letters.mjs";
import { POST_USER, post } from "./support/post.mjs";
import { start } from "./support/world.mjs";

const AT_ONCE = 2;
const TRIES = 3;
const here = import.meta.dirname;
const named = process.argv.slice(2);
const files = named.length > 0 ? named : readdirSync(here).filter((name) => name.endsWith(".test.mjs")).map((name) => join(here, name));

const running = new Set();
const end = () => running.forEach((child) => child.kill());
process.once("SIGINT", end).once("SIGTERM", end);

function newWorld() {
  const users = Object.fromEntries(LETTER_USERS.map((user) => [user, letters()]));
  return start({ users: { ...users, [CORPUS_USER]: corpusMessages(), [POST_USER]: post() } });
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

async function tried(file, world) {
  let outcome = await run(file, world);
  for (let more = TRIES - 1; more > 0 && outcome.status !== 0; more -= 1) {
    const faults = new Set(outcome.printed.split("\n").filter((line) => line.startsWith("\u2716")));
    console.log(`${basename(file)} is tried again, because of:\n${[...faults].map((line) => `  ${line.slice(2)}`).join("\n")}`);
    const own = await newWorld();
    outcome = await run(file, own);
    if (outcome.status !== 0) console.log(own.log().split("\n").slice(-40).join("\n"));
    await own.stop();
  }
  return outcome;
}

const world = await newWorld();
const waiting = [...files];
let status = 0;
const worker = async () => {
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    const outcome = await tried(file, world);
    process.stdout.write(outcome.printed);
    status ||= outcome.status;
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
await world.stop();
process.exitCode = status;
