// The sprites of static/icons.json, drawn by Lucide (ISC licence): icons.svg has what the sign-in page
// and a list show, more-icons.svg the others. Used as
// <svg class="icon"><use href="…/icons-HASH.svg#archive"/></svg>.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

// A used symbol inherits from the page, not from the sprite, so each one carries this. Fill and
// width of the stroke are left to the page: .icon { fill: none; stroke-width: … }.
const style = `stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"`;

export async function sprites(source, [modules]) {
  const lists = JSON.parse(await readFile(join(source, "icons.json"), "utf8"));
  return Promise.all(Object.entries(lists).map(async ([name, icons]) => ({ name: `${name}.svg`, content: await sprite(icons, modules) })));
}

async function sprite(names, modules) {
  const folder = join(modules, "lucide-static", "icons");
  const symbols = await Promise.all(
    [...new Set(names)].sort().map(async (name) => {
      const file = join(folder, `${name}.svg`);
      if (!existsSync(file)) throw new Error(`static/icons.json names "${name}", which Lucide does not draw`);
      const drawing = await readFile(file, "utf8");
      const shapes = drawing.replace(/^[^]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/\s*\n\s*/g, "").trim();
      return `<symbol id="${name}" viewBox="0 0 24 24" ${style}>${shapes}</symbol>`;
    }),
  );
  return Buffer.from(`<!-- Icons by Lucide, ISC licence --><svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}
