// One number for everything the bundle is made from. build.rs computes the same one (FNV-1a, 64
// bits, because it has no dependencies), so change both together.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const alone = ["package.json", "package-lock.json"];
const ignored = /^static\/dist($|\.|\/)|\.md$/;

export async function stamp(root) {
  const listed = await readdir(join(root, "static"), { recursive: true, withFileTypes: true });
  const names = listed
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1).replaceAll("\\", "/"))
    .filter((name) => !ignored.test(name));

  let hash = 0xcbf29ce484222325n;
  const eat = (bytes) => {
    for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  };
  for (const name of [...alone, ...names].sort()) {
    const content = await readFile(join(root, name));
    eat(Buffer.from(`${name}\0${content.length}\0`));
    eat(content);
  }
  return hash.toString(16).padStart(16, "0");
}
