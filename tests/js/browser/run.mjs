// Bundles the scripts, starts a pretended mailbox and tries the controllers in Chromium:
// `npm run test:browser`. CHROMIUM names another browser than /usr/bin/chromium.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const scratch = mkdtempSync(join(tmpdir(), "restante-browser-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const bundle = join(scratch, "assets");
const root = resolve(import.meta.dirname, "../../..");
const tests = ["mail", "labels", "pace", "looks", "compose"].map((name) => `tests/js/browser/${name}.test.mjs`);
const run = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", env: { ...process.env, BUNDLE: bundle } }).status;
const tried = (file) => run("--test", "--test-reporter=spec", ...process.argv.slice(2), file);

// A file that fails is tried once more; one that passes then is called unsteady.
const twice = (file) => {
  const status = tried(file);
  if (!status) return 0;
  console.log(`\nonce more: ${file}\n`);
  const again = tried(file);
  if (!again) console.log(`unsteady: ${file}`);
  return again;
};
const built = run("static/build.mjs", bundle);
process.exitCode = built || tests.map(twice).find(Boolean) || 0;
