import assert from "node:assert/strict";
import { test } from "node:test";
import { type Options, reconcile } from "../../../static/js/lib/reconcile";

const list = (text: string) => [...text];

/** What the rows are once a plan is carried out. */
function outcome(before: string, after: string, options: Options): string {
  const plan = reconcile(list(before), list(after), options);
  const rows = list(before).filter((id) => !plan.remove.includes(id));
  for (const { id, before: sibling } of plan.insert) {
    if (rows.includes(id)) rows.splice(rows.indexOf(id), 1);
    rows.splice(sibling === undefined ? rows.length : rows.indexOf(sibling), 0, id);
  }
  return `${rows.join("")} ${plan.held.join("")}`.trim();
}

const top = { hold: false, tail: false };
const down = { hold: true, tail: false };
const appended = { hold: false, tail: true };

const cases: [string, string, Options, string][] = [
  ["abc", "xyabc", top, "xyabc"],
  ["abc", "xyabc", down, "abc xy"],
  ["abc", "xaybc", down, "aybc x"],
  ["abc", "ac", top, "ac"],
  ["abc", "ac", down, "ac"],
  ["abcd", "xabc", top, "xabc"],
  ["abcdef", "xab", appended, "xabcdef"],
  ["abcdef", "xac", appended, "xacdef"],
  ["abcdef", "abx", appended, "abxcdef"],
  ["abc", "xyz", top, "xyz"],
  ["abc", "xyz", down, "xyz"],
  ["", "abc", top, "abc"],
  ["abc", "", top, ""],
  ["abc", "abcd", down, "abcd"],
  // Conversations move when they go on, or lose their newest message.
  ["abcd", "dabc", top, "dabc"],
  ["abcd", "dabc", down, "abcd d"],
  ["abcd", "xdabc", down, "abcd xd"],
  ["abcd", "bcda", top, "bcda"],
  ["abcd", "bcda", down, "bcda"],
  ["abcd", "dcba", top, "dcba"],
  ["abcdef", "eabc", appended, "eabcdf"],
  ["abcdef", "eab", { hold: true, tail: true }, "abcdef e"],
];

for (const [before, after, options, expected] of cases) {
  test(`${before || "nothing"} to ${after || "nothing"}${options.hold ? ", scrolled" : ""}${options.tail ? ", with more below" : ""}`, () => {
    assert.equal(outcome(before, after, options), expected);
  });
}
