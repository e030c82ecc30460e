// Changes to a package while it is bundled. Each must match exactly one place of the pinned version,
// else the build stops and someone looks.

export function changed(name, contents, changes) {
  for (const [before, after] of changes) {
    const found = contents.split(before).length - 1;
    if (found !== 1) throw new Error(`static/build: ${name} has ${found} places that read: ${before}`);
    contents = contents.replace(before, after);
  }
  return contents;
}
