// Finds the npm packages that the bundle needs, or installs them.
//
// A developer's node_modules is used when it holds the versions of the lock file. Otherwise they are
// installed beside the bundle: a build never changes the source tree, and two builds with two target
// folders never meet.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

export async function modules(root, spare) {
  const found = [root, spare].find((folder) => fits(root, folder)) ?? (await install(root, spare));
  const require = createRequire(join(found, "package.json"));
  return { esbuild: require("esbuild"), paths: [join(found, "node_modules")] };
}

/** Whether `folder` has what the lock file asks for. */
function fits(root, folder) {
  const { dependencies } = json(join(root, "package.json"));
  const { packages } = json(join(root, "package-lock.json"));
  const right = Object.keys(dependencies).every((name) => {
    const file = join(folder, "node_modules", name, "package.json");
    return existsSync(file) && json(file).version === packages[`node_modules/${name}`].version;
  });
  if (!right) return false;
  try {
    // The compiler itself is an optional package of this platform: only asking it shows that it runs.
    createRequire(join(folder, "package.json"))("esbuild").transformSync("");
    return true;
  } catch {
    return false;
  }
}

async function install(root, folder) {
  await mkdir(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) await copyFile(join(root, name), join(folder, name));
  // Not one of these packages needs its install script.
  const args = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const windows = process.platform === "win32";
  const { status, error } = spawnSync(windows ? "npm.cmd" : "npm", args, { cwd: folder, stdio: ["ignore", 2, 2], shell: windows });
  if (status !== 0) {
    const reason = error ? `: ${error.message}` : "";
    throw new Error(`the packages of package-lock.json could not be installed (npm ${args.join(" ")}, in ${folder})${reason}`);
  }
  return folder;
}

function json(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
