import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { stamp } from "../../../static/build/stamp.mjs";

test("the stamp follows what is in the bundle, and nothing else", async () => {
  const root = mkdtempSync(join(tmpdir(), "restante-stamp-"));
  const write = (name: string, content: string) => writeFileSync(join(root, name), content);
  mkdirSync(join(root, "static/js"), { recursive: true });
  mkdirSync(join(root, "static/dist"));
  for (const name of ["package.json", "package-lock.json", "static/js/app.ts"]) write(name, "1");
  const first = await stamp(root);
  assert.match(first, /^[0-9a-f]{16}$/);

  write("static/dist/manifest.json", "2");
  write("static/README.md", "2");
  assert.equal(await stamp(root), first);
  write("static/js/app.ts", "2");
  assert.notEqual(await stamp(root), first);
  rmSync(root, { recursive: true });
});
