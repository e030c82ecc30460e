// Fits Turbo to our content security policy while it is bundled. Each change must match exactly one
// place of the pinned version, else the build stops and someone looks.
//
// - Its progress bar brings an inline <style>, which `style-src 'self'` refuses; ours is the
//   progress controller.
// - HTML of our own server's answers is parsed under the one Trusted Types policy
//   (js/lib/trusted.ts). Its other HTML sinks are left as they are: nothing here reaches them, and
//   under `require-trusted-types-for 'script'` the browser would refuse them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

const changes = [
  ["progressBar = new ProgressBar()", "progressBar = { setValue() {}, show() {}, hide() {} }"],
  ["template.innerHTML = html;", "template.innerHTML = trusted(html);"],
  ['new DOMParser().parseFromString(html, "text/html")', 'new DOMParser().parseFromString(trusted(html), "text/html")'],
  ['targetElement.innerHTML = "";', "targetElement.replaceChildren();"],
];

export const turbo = {
  name: "turbo",
  setup(build) {
    build.onLoad({ filter: /@hotwired[\\/]turbo[\\/]dist[\\/]turbo\.es2017-esm\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const [before, after] of changes) {
        const found = contents.split(before).length - 1;
        if (found !== 1) throw new Error(`static/build/turbo.mjs: Turbo has ${found} places that read: ${before}`);
        contents = contents.replace(before, after);
      }
      const policy = join(import.meta.dirname, "..", "js", "lib", "trusted.ts");
      return { contents: `import { trusted } from ${JSON.stringify(policy)};\n${contents}`, loader: "js" };
    });
  },
};
