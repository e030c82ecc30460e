// Runs tests/js/lib/*.test.ts with node --test. Node 20 does not read TypeScript, so esbuild bundles
// each test with what it tests into a scratch folder first.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const folder = join(import.meta.dirname, "lib");
const scratch = mkdtempSync(join(tmpdir(), "restante-js-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const tests = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
await build({
  bundle: true,
  entryPoints: tests.map((name) => join(folder, name)),
  external: ["node:*"],
  format: "esm",
  logLevel: "warning",
  outdir: scratch,
  outExtension: { ".js": ".mjs" },
  sourcemap: "inline",
  target: "node20",
});
const files = tests.map((name) => join(scratch, name.replace(/\.ts$/, ".mjs")));
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=spec", ...files], { stdio: "inherit" });
process.exitCode = status ?? 1;
