import assert from "node:assert/strict";
import { test } from "node:test";
import { Selection } from "../../../static/js/lib/selection";

const order = ["a", "b", "c", "d", "e"];

test("a range reaches from the last chosen row, both ways, again and again", () => {
  const selection = new Selection();
  selection.toggle("c");
  selection.reach("e", order);
  assert.deepEqual(selection.ids.sort(), ["c", "d", "e"]);
  selection.reach("a", order);
  assert.deepEqual(selection.ids.sort(), ["a", "b", "c", "d", "e"]);
});

test("a range takes on the state of its end", () => {
  const selection = new Selection();
  selection.replace(order);
  selection.set("b", false);
  selection.reach("d", order, false);
  assert.deepEqual(selection.ids.sort(), ["a", "e"]);
});

test("a range without a beginning is one row", () => {
  const selection = new Selection();
  selection.reach("d", order);
  assert.deepEqual(selection.ids, ["d"]);
});

test("rows that are gone are forgotten, as the beginning of a range too", () => {
  const selection = new Selection();
  selection.toggle("b");
  selection.toggle("c");
  selection.keep(["a", "b", "d"]);
  assert.deepEqual(selection.ids, ["b"]);
  selection.reach("d", ["a", "b", "d"]);
  assert.deepEqual(selection.ids.sort(), ["b", "d"]);
});

test("the box above says none, some or all", () => {
  const selection = new Selection();
  assert.equal(selection.extent(order), "none");
  selection.toggle("a");
  assert.equal(selection.extent(order), "some");
  selection.replace(order);
  assert.equal(selection.extent(order), "all");
  assert.equal(new Selection().extent([]), "none");
});
