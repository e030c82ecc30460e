// Fits Squire to our content security policy while it is bundled, as turbo.mjs does with Turbo.
//
// - Styles that it gives to elements are set through CSSOM; as attributes `style-src 'self'` would
//   refuse them. What is written out has them as attributes all the same.
// - Pictures are not dragged to another size: it would come with styles of its own.
// - Undo puts HTML back. It was the editor's own, and goes through the sanitiser like all other.
// - What nothing here calls is left out.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { changed } from "./changes.mjs";

const changes = [
  ["    this._imageResizer = new ImageResizer(root, this);\n", ""],
  ["        el.setAttribute(attr, value);\n", '        if (attr === "style") el.style.cssText = value;\n        else el.setAttribute(attr, value);\n'],
  ["    root.innerHTML = html;\n", "    root.replaceChildren(this._config.sanitizeToDOMFragment(html, this, true));\n"],
];

const unused = ["destroy", "blur", "getCursorPosition", "removeSubscript", "removeSuperscript", "code", "removeCode", "toggleCode"];

export const squire = {
  name: "squire",
  setup(build) {
    // The same code before it was minified, so that changes can be read here.
    build.onLoad({ filter: /squire-rte[\\/]dist[\\/]squire\.mjs$/ }, async ({ path }) => {
      const raw = await readFile(join(dirname(path), "squire-raw.mjs"), "utf8");
      const contents = unused.reduce(without, changed("Squire", raw, changes));
      // Its own names that nobody outside uses become short ones.
      const { code } = await build.esbuild.transform(contents, { mangleProps: /^_[a-z]/ });
      return { contents: code, loader: "js" };
    });
  },
};

/** The code without a method of the editor's class. */
function without(code, name) {
  const [editor, end] = [code.indexOf("var Squire = class {"), "\n  }\n"];
  const at = code.slice(editor).search(new RegExp(`^  ${name}\\(.*\\) \\{$`, "m"));
  if (editor < 0 || at < 0) throw new Error(`static/build: Squire has no method ${name}`);
  const begin = editor + at;
  return code.slice(0, begin) + code.slice(code.indexOf(end, begin) + end.length);
}
