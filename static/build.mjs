// Bundles the browser side into one folder: `node static/build.mjs <folder>`.
//
// Scripts and styles go through esbuild, icons become one sprite. Each file carries the hash of its
// content in its name and lies there three times: as it is, as .br and as .gz. manifest.json says
// what is called what, and which inputs it was made from (its stamp), so that build.rs can tell
// whether the folder still fits. The same inputs give the same bytes.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { sprites } from "./build/icons.mjs";
import { modules } from "./build/modules.mjs";
import { purify } from "./build/purify.mjs";
import { shared } from "./build/shared.mjs";
import { squire } from "./build/squire.mjs";
import { stamp } from "./build/stamp.mjs";
import { stimulus } from "./build/stimulus.mjs";
import { idiomorph, turbo } from "./build/turbo.mjs";

const root = resolve(import.meta.dirname, "..");
const source = join(root, "static");
// What the interface needs: popover, nesting, OKLCH, :has().
const browsers = ["chrome120", "firefox125", "safari17.4"];

const out = resolve(process.argv[2] ?? join(source, "dist"));
const made = `${out}.new`;
await rm(made, { recursive: true, force: true });
await mkdir(made, { recursive: true });

const { esbuild, paths } = await modules(root, `${out}.npm`);
const files = [
  ...(await scripts()),
  ...(await bundle(["js/early.ts"], { format: "iife" })),
  ...(await bundle(["css/app.css", "css/compose.css", "css/more.css"])),
  ...(await sprites(source, paths)),
  ...(await images()),
];

const manifest = { stamp: await stamp(root), files: {} };
for (const { name, content } of files.sort((a, b) => (a.name < b.name ? -1 : 1))) {
  manifest.files[name] = await write(name, content);
}
await writeFile(join(made, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await rm(out, { recursive: true, force: true });
await rename(made, out);
report();

/** app.js, and what is fetched after it, which takes from it what both use. */
async function scripts() {
  const app = await build(["js/app.ts"], { format: "esm", metafile: true, plugins: [turbo, stimulus] });
  const [{ content }] = app.files;
  const there = new Set(Object.keys(app.metafile.inputs).map((name) => join(root, name)));
  const after = (name, ...plugins) => bundle([name], { format: "esm", plugins: [...plugins, shared(hashed("app.js", content), there)] });
  return [...app.files, ...(await after("js/later.ts", idiomorph)), ...(await after("js/compose.ts", squire)), ...(await after("js/guard.ts", purify))];
}

async function bundle(names, options) {
  return (await build(names, options)).files;
}

async function build(names, options = {}) {
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: root,
    bundle: true,
    charset: "utf8",
    entryPoints: names.map((name) => join(source, name)),
    legalComments: "eof",
    loader: { ".svg": "dataurl" },
    logLevel: "warning",
    minify: true,
    nodePaths: paths,
    outdir: made,
    target: browsers,
    tsconfigRaw: {},
    write: false,
    ...options,
  });
  return { metafile, files: outputFiles.map((file) => ({ name: basename(file.path), content: Buffer.from(file.contents) })) };
}

async function images() {
  const folder = join(source, "images");
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(join(folder, name)) })));
}

/** What a file is called outside: its name with the hash of its content. */
function hashed(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const extension = extname(name);
  return `${basename(name, extension)}-${hash}${extension}`;
}

async function write(name, content) {
  const file = hashed(name, content);
  const sizes = { file, size: content.length };
  await writeFile(join(made, file), content);

  const br = brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  // A picture is compressed already; its copies would only be larger.
  if (br.length < content.length) {
    const gz = gzipSync(content, { level: 9 });
    await writeFile(join(made, `${file}.br`), br);
    await writeFile(join(made, `${file}.gz`), gz);
    Object.assign(sizes, { br: br.length, gz: gz.length });
  }
  return sizes;
}

function report() {
  for (const [name, { size, br, gz }] of Object.entries(manifest.files)) {
    console.log(`${name.padEnd(14)} ${String(size).padStart(7)} B  ${String(br ?? size).padStart(6)} B br  ${String(gz ?? size).padStart(6)} B gz`);
  }
}
