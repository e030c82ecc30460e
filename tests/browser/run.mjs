// Starts a Dovecot and a Restante for all browser tests, runs tests/browser/*.test.mjs with
// node --test, and stops both.
//
//   node tests/browser/run.mjs [file...]

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CORPUS_USER, corpusMessages } from "./support/corpus.mjs";
import { letters, LETTER_USERS } from "./support/letters.mjs";
import { POST_USER, post } from "./support/post.mjs";
import { start } from "./support/world.mjs";

const here = import.meta.dirname;
const named = process.argv.slice(2);
const files = named.length > 0 ? named : readdirSync(here).filter((name) => name.endsWith(".test.mjs")).map((name) => join(here, name));

const users = Object.fromEntries(LETTER_USERS.map((user) => [user, letters()]));
const world = await start({ users: { ...users, [CORPUS_USER]: corpusMessages(), [POST_USER]: post() } });
const tests = spawn(process.execPath, ["--test", "--test-concurrency=2", "--test-reporter=spec", ...files], {
  stdio: "inherit",
  env: { ...process.env, RESTANTE_WORLD: JSON.stringify(world) },
});
const end = () => tests.kill();
process.once("SIGINT", end).once("SIGTERM", end);
const status = await new Promise((done) => tests.once("exit", done));
if (status !== 0) console.log(world.log().split("\n").slice(-40).join("\n"));
await world.stop();
process.exitCode = status ?? 1;
