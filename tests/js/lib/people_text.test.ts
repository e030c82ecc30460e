import assert from "node:assert/strict";
import { test } from "node:test";
import { ends, join, shown, split, write } from "../../../static/js/compose/people_text";

const cases: [string, string[]][] = [
  ["a@x.org", ["a@x.org"]],
  ["a@x.org, b@x.org;c@x.org\nd@x.org", ["a@x.org", "b@x.org", "c@x.org", "d@x.org"]],
  ['"Berg, Eva" <eva@x.org>, Bo <bo@x.org>', ['"Berg, Eva" <eva@x.org>', "Bo <bo@x.org>"]],
  ['"a \\" , b" <c@x.org>,d', ['"a \\" , b" <c@x.org>', "d"]],
  ["Bo (home, not work) <bo@x.org>; x", ["Bo (home, not work) <bo@x.org>", "x"]],
  ["<a,b@x.org>", ["<a,b@x.org>"]],
  ['"never closed, a@x.org\nb@x.org', ['"never closed, a@x.org', "b@x.org"]],
  [" , ;; \n ", []],
  ["", []],
];

for (const [text, people] of cases) test(`splits ${JSON.stringify(text)}`, () => assert.deepEqual(split(text), people));

test("a list that is split and joined is the same list", () => {
  for (const [, people] of cases) if (!people.some((each) => each.includes("never"))) assert.deepEqual(split(join(people)), people);
});

test("names are quoted where they have to be", () => {
  assert.equal(write("Anna Larsen", "a@x.org"), "Anna Larsen <a@x.org>");
  assert.equal(write("Berg, Eva", "e@x.org"), '"Berg, Eva" <e@x.org>');
  assert.equal(write('A "B" C', "e@x.org"), '"A \\"B\\" C" <e@x.org>');
  assert.equal(write("", "e@x.org"), "e@x.org");
  for (const name of ["Berg, Eva", 'A "B"; C', "Ø (x)", "a.b"]) assert.deepEqual(split(`${write(name, "e@x.org")}, z@x.org`).length, 2);
});

test("what a person is called at first", () => {
  assert.deepEqual(shown('"Berg, Eva" <e@x.org>'), { name: "Berg, Eva", email: "e@x.org" });
  assert.deepEqual(shown("e@x.org"), { name: "e@x.org", email: "e@x.org" });
});

test("typing ends with a comma or a semicolon, not within a name", () => {
  assert.equal(ends("a@x.org"), false);
  assert.equal(ends("a@x.org,"), true);
  assert.equal(ends("a@x.org; "), true);
  assert.equal(ends('"Berg,'), false);
  assert.equal(ends("a@x.org, b"), true);
});
