// Fits Squire to our content security policy while it is bundled, as turbo.mjs does with Turbo.
//
// - Styles that it gives to elements are set through CSSOM; as attributes `style-src 'self'` would
//   refuse them. What is written out has them as attributes all the same.
// - Pictures are not dragged to another size: it would come with styles of its own.
// - Undo puts HTML back. It was the editor's own, and goes through DOMPurify like all other.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { changed } from "./changes.mjs";

const changes = [
  ["    this._imageResizer = new ImageResizer(root, this);\n", ""],
  ["    this._imageResizer.destroy();\n", ""],
  ["        el.setAttribute(attr, value);\n", '        if (attr === "style") el.style.cssText = value;\n        else el.setAttribute(attr, value);\n'],
  ["    root.innerHTML = html;\n", "    root.replaceChildren(this._config.sanitizeToDOMFragment(html, this, true));\n"],
];

export const squire = {
  name: "squire",
  setup(build) {
    // The same code before it was minified, so that changes can be read here.
    build.onLoad({ filter: /squire-rte[\\/]dist[\\/]squire\.mjs$/ }, async ({ path }) => {
      const contents = changed("Squire", await readFile(join(dirname(path), "squire-raw.mjs"), "utf8"), changes);
      return { contents, loader: "js" };
    });
  },
};
