// Fits Turbo to our content security policy while it is bundled, and leaves out what is never used.
//
// - Its progress bar brings an inline <style>, which `style-src 'self'` refuses; ours is the
//   progress controller.
// - HTML of our own server's answers is parsed under the one Trusted Types policy
//   (js/lib/trusted.ts). Its other HTML sinks are left as they are: nothing here reaches them, and
//   under `require-trusted-types-for 'script'` the browser would refuse them.
// - No link is fetched before it is followed (opening a message may mark it as read), and live
//   updates have a stream of their own (js/lib/feed.ts).

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { changed } from "./changes.mjs";

const changes = [
  ["progressBar = new ProgressBar()", "progressBar = { setValue() {}, show() {}, hide() {} }"],
  ["template.innerHTML = html;", "template.innerHTML = trusted(html);"],
  ['new DOMParser().parseFromString(html, "text/html")', 'new DOMParser().parseFromString(trusted(html), "text/html")'],
  ['targetElement.innerHTML = "";', "targetElement.replaceChildren();"],
  ["linkPrefetchObserver = new LinkPrefetchObserver(this, document)", "linkPrefetchObserver = { start() {}, stop() {} }"],
  ["new Preloader(this, this.view.snapshotCache)", "{ start() {}, stop() {}, preloadOnLoadLinksForView() {} }"],
];

// Nothing is morphed before the page is whole (js/page.ts), so Turbo's copy of Idiomorph, an eighth of
// it, goes into later.js, which hands it in.
const morphing = /var Idiomorph = (\(function \(\) \{.*?\n\}\)\(\));\n/s;
// Where later.js can't be had, what would be morphed is replaced.
const handedIn = "let Idiomorph = { morph: (from, to) => (to instanceof Node ? from.replaceWith(to) : from.replaceChildren(...to)) };\nexport function useIdiomorph(it) { Idiomorph = it; }\n";

/** For later.js: `import Idiomorph from "idiomorph"`. */
export const idiomorph = {
  name: "idiomorph",
  setup(build) {
    build.onResolve({ filter: /^idiomorph$/ }, async () => {
      const { path } = await build.resolve("@hotwired/turbo", { kind: "import-statement", resolveDir: build.initialOptions.absWorkingDir });
      return { path, namespace: "idiomorph" };
    });
    build.onLoad({ filter: /.*/, namespace: "idiomorph" }, async ({ path }) => {
      const found = morphing.exec(await readFile(path, "utf8"));
      if (!found) throw new Error("static/build: Turbo's Idiomorph is not where it was");
      return { contents: `export default ${found[1]};`, loader: "js" };
    });
  },
};

export const turbo = {
  name: "turbo",
  setup(build) {
    build.onLoad({ filter: /@hotwired[\\/]turbo[\\/]dist[\\/]turbo\.es2017-esm\.js$/ }, async ({ path }) => {
      const whole = await readFile(path, "utf8");
      const contents = changed("Turbo", whole.replace(morphing, handedIn), changes);
      const policy = join(import.meta.dirname, "..", "js", "lib", "trusted.ts");
      return { contents: `import { trusted } from ${JSON.stringify(policy)};\n${contents}`, loader: "js" };
    });
  },
};
