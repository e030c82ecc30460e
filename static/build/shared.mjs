// later.js takes from app.js, under the name that its content gave it, what js/shared.ts lists. All
// else that lies in app.js must not be bundled a second time: the build stops and says so.

import { relative } from "node:path";

/** `app` is the file's name, `there` the paths of what it was made from. */
export const shared = (app, there) => ({
  name: "shared",
  setup(build) {
    build.onResolve({ filter: /\/shared$/ }, () => ({ path: `./${app}`, external: true }));
    build.onLoad({ filter: /\.[jt]s$/ }, ({ path }) => {
      const file = relative(build.initialOptions.absWorkingDir, path);
      return there.has(path) ? { errors: [{ text: `${file} is in app.js: take it from js/shared.ts` }] } : undefined;
    });
  },
});
