// Takes out of DOMPurify the names that are never asked for: compose/sanitise.ts says itself which
// elements and attributes may stay, and none of SVG and MathML does. Without their names DOMPurify
// takes all of those for impossible, and throws them away as it does now.

import { readFile } from "node:fs/promises";

/** The lists, as they are called in the pinned version. */
const lists = ["html$1", "svg$1", "svgFilters", "svgDisallowed", "mathMl$1", "mathMlDisallowed", "html", "svg", "mathMl", "xml"];

export const purify = {
  name: "purify",
  setup(build) {
    build.onLoad({ filter: /dompurify[\\/]dist[\\/]purify\.es\.mjs$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const list of lists) {
        const [begin, end] = [`const ${list} = freeze([`, "]);"];
        const at = contents.indexOf(begin);
        if (at < 0) throw new Error(`static/build: DOMPurify has no list ${list}`);
        const rest = contents.indexOf(end, at);
        contents = contents.slice(0, at + begin.length) + contents.slice(rest);
      }
      return { contents, loader: "js" };
    });
  },
};
