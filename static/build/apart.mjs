// A module that is a file of its own, fetched when it is asked for: `await import("./editor")` goes to
// the name that its content gave it. What it is made of must not be in the file that asks as well, so
// that nothing else may import it but as a type.

/** `name` is the module's, `file` what it became. */
export const apart = (name, file) => ({
  name: "apart",
  setup(build) {
    build.onResolve({ filter: new RegExp(`/${name}$`) }, ({ kind, importer }) =>
      kind === "dynamic-import" ? { path: `./${file}`, external: true } : { errors: [{ text: `${importer} has ${name} in it, which is a file of its own` }] },
    );
  },
});
