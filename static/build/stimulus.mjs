// Leaves out of Stimulus what no controller here uses, outlets and class names: an eighth of it.

import { readFile } from "node:fs/promises";
import { changed } from "./changes.mjs";

const changes = [
  ["this.outletObserver = new OutletObserver(this, this)", "this.outletObserver = { start() {}, refresh() {}, stop() {} }"],
  ["    ClassPropertiesBlessing,\n", ""],
  ["    OutletPropertiesBlessing,\n", ""],
  ["this.classes = new ClassMap(this);", ""],
  ["this.outlets = new OutletSet(this.documentScope, element);", ""],
];

export const stimulus = {
  name: "stimulus",
  setup(build) {
    build.onLoad({ filter: /@hotwired[\\/]stimulus[\\/]dist[\\/]stimulus\.js$/ }, async ({ path }) => ({
      contents: changed("Stimulus", await readFile(path, "utf8"), changes),
      loader: "js",
    }));
  },
};
