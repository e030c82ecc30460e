// Fits Turbo to our content security policy while it is bundled, and leaves out what is never used.
//
// - Its progress bar brings an inline <style>, which `style-src 'self'` refuses; ours is the
//   progress controller.
// - HTML of our own server's answers is parsed under the one Trusted Types policy
//   (js/lib/trusted.ts). Its other HTML sinks are left as they are: nothing here reaches them, and
//   under `require-trusted-types-for 'script'` the browser would refuse them.
// - Back and forward while a frame is on its way: `back`, below.
// - No link is fetched before it is followed (opening a message may mark it as read), and live
//   updates have a stream of their own (js/lib/feed.ts).

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { changed } from "./changes.mjs";

// A frame writes its address before it is drawn and the visit for it is begun after that. Who goes back
// in between, or before the answer is there, would be led forward again: the address of one list
// stood above the rows of another. So going back gives up what frames have begun, and what was left is
// kept under its own address, also when a visit for a frame is stopped by the next one. Nor does the
// visit of a frame stop one that somebody has begun since the frame was drawn: who went back to the list
// as soon as a message was there stayed on the message.
//
// Our server answers for a frame with the frame alone, without a head. Turbo took that for a page of
// another release, kept on thinking that it was at the address before, kept every page that was left
// under that one, and never scrolled again.
const back = [
  ["    if (!renderer.shouldRender) {\n      this.forceReloaded = true;", "    if (!willRender) this.lastRenderedLocation = visit.location;\n    if (willRender && !renderer.shouldRender) {\n      this.forceReloaded = true;"],
  ["      const direction = restorationIndex > this.currentIndex", '      for (const frame of document.querySelectorAll("turbo-frame")) frame.delegate.giveUp();\n      const direction = restorationIndex > this.currentIndex'],
  ["  changeHistory() {\n    if (this.action) {", `  giveUp() {
    this.pops = (this.pops ?? 0) + 1;
    if (this.moved) {
      session.view.cacheSnapshot(this.left);
      session.view.lastRenderedLocation = expandURL(this.element.src || "");
    }
    this.action = null;
    this.moved = false;
    this.fetchResponseLoaded = () => Promise.resolve();
    this.#currentFetchRequest?.cancel();
    if (this.formSubmission?.isSafe) this.formSubmission.stop();
  }

  changeHistory() {
    if (this.action) {`],
  ["    this.previousFrameElement = currentElement.cloneNode(true);", "    this.previousFrameElement = currentElement.cloneNode(true);\n    this.moved = !!this.action;"],
  ["  async render() {\n    await nextRepaint();\n    this.preservingPermanentElements(() => {\n      this.loadFrameElement();", "  async render() {\n    await nextRepaint();\n    if (this.pops !== this.delegate.pops) return;\n    this.preservingPermanentElements(() => {\n      this.loadFrameElement();"],
  ["const pageSnapshot = PageSnapshot.fromElement(frame).clone();", "const pageSnapshot = (this.left = PageSnapshot.fromElement(frame).clone());"],
  ["      const html = await fetchResponse.responseHTML;\n      if (html) {", "      const { pops } = this;\n      const html = await fetchResponse.responseHTML;\n      if (html && pops === this.pops) {"],
  ["      this.#shouldMorphFrame = false;\n      this.fetchResponseLoaded", "      this.#shouldMorphFrame = this.moved = false;\n      this.fetchResponseLoaded"],
  ["    const newFrameElement = await this.extractForeignFrameElement(document.body);", "    const { pops } = this;\n    const newFrameElement = await this.extractForeignFrameElement(document.body);"],
  ["      if (this.view.renderPromise) await this.view.renderPromise;\n      this.changeHistory();\n\n      await this.view.render(renderer);\n", "      if (this.view.renderPromise) await this.view.renderPromise;\n      if (pops !== this.pops) return;\n      renderer.pops = pops;\n      this.changeHistory();\n\n      await this.view.render(renderer);\n      if (pops !== this.pops) return;\n"],
  ["          const responseHTML = await fetchResponse.responseHTML;\n", "          const { pops } = this;\n          const responseHTML = await fetchResponse.responseHTML;\n          if (pops !== this.pops) return;\n          this.moved = false;\n          if (isLeft()) {\n            session.view.cacheSnapshot(this.left);\n            session.view.lastRenderedLocation = expandURL(frame.src);\n            return;\n          }\n"],
  ["class Navigator {\n", "const isLeft = () => {\n  const { currentVisit } = session.navigator;\n  return currentVisit?.state === \"started\" && currentVisit.willRender;\n};\n\nclass Navigator {\n"],
  ["        this.request.cancel();\n      }\n      this.cancelRender();", "        this.request.cancel();\n      }\n      if (!this.willRender) {\n        if (this.shouldCacheSnapshot) this.cacheSnapshot();\n        this.view.lastRenderedLocation = this.location;\n      }\n      this.cancelRender();"],
];

// An answer that is given up while it is read is waited for by nobody: Turbo let the error of that go
// through to the console, where Firefox shows it without saying where it came from.
const givenUp = ["      return this.response.clone().text()\n", '      return this.response.clone().text().catch((error) => (error.name === "AbortError" ? new Promise(() => {}) : Promise.reject(error)))\n'];

// Without a connection page.ts says so; Turbo threw what it had handed over all the same.
const handled = ["          this.delegate.requestErrored(this, error);\n        }\n        throw error\n", "          this.delegate.requestErrored(this, error);\n          throw error\n        }\n"];

const changes = [
  ["progressBar = new ProgressBar()", "progressBar = { setValue() {}, show() {}, hide() {} }"],
  ["template.innerHTML = html;", "template.innerHTML = trusted(html);"],
  ['new DOMParser().parseFromString(html, "text/html")', 'new DOMParser().parseFromString(trusted(html), "text/html")'],
  ['targetElement.innerHTML = "";', "targetElement.replaceChildren();"],
  ["linkPrefetchObserver = new LinkPrefetchObserver(this, document)", "linkPrefetchObserver = { start() {}, stop() {} }"],
  ["new Preloader(this, this.view.snapshotCache)", "{ start() {}, stop() {}, preloadOnLoadLinksForView() {} }"],
  ...back,
  givenUp,
  handled,
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
