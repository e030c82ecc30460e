import assert from "node:assert/strict";
import { test } from "node:test";
import { defaults } from "../../../static/js/lib/bindings";
import { KeySequence } from "../../../static/js/lib/key_sequence";

const plain = { ctrlKey: false, metaKey: false, altKey: false };
const press = (key: string, more = {}) => ({ key, ...plain, ...more });

test("single keys, with shift in the character", () => {
  const keys = new KeySequence(defaults);
  assert.equal(keys.press(press("e"), 0).action, "archive");
  assert.equal(keys.press(press("#"), 0).action, "trash");
  assert.equal(keys.press(press("I"), 0).action, "seen");
  assert.deepEqual(keys.press(press("q"), 0), { used: false });
});

test("a sequence completes in time and begins anew after it", () => {
  const keys = new KeySequence(defaults);
  assert.deepEqual(keys.press(press("g"), 1_000), { used: true });
  assert.equal(keys.pending, "g");
  assert.equal(keys.press(press("i"), 2_000).action, "go-inbox");
  assert.equal(keys.pending, "");

  keys.press(press("*"), 10_000);
  assert.equal(keys.press(press("a"), 11_600).action, "reply-all", "too late for * a");
});

test("a key that does not continue a sequence means itself", () => {
  const keys = new KeySequence(defaults);
  keys.press(press("g"), 0);
  assert.equal(keys.press(press("j"), 10).action, "next");
  keys.press(press("g"), 20);
  assert.equal(keys.press(press("g"), 30).used, true);
  assert.equal(keys.press(press("i"), 40).action, "go-inbox");
});

test("shift alone does not break a sequence", () => {
  const keys = new KeySequence(defaults);
  keys.press(press("g"), 0);
  assert.deepEqual(keys.press(press("Shift"), 10), { used: false });
  assert.equal(keys.press(press("!"), 20).action, "go-junk");
});

test("Ctrl and Cmd are one, AltGr is a character, and the browser keeps the rest", () => {
  const keys = new KeySequence(defaults);
  assert.equal(keys.press(press("k", { ctrlKey: true }), 0).action, "palette");
  assert.equal(keys.press(press("K", { metaKey: true }), 0).action, "palette");
  assert.equal(keys.press(press("#", { ctrlKey: true, altKey: true }), 0).action, "trash");
  assert.deepEqual(keys.press(press("a", { ctrlKey: true }), 0), { used: false });
  assert.deepEqual(keys.press(press("Dead"), 0), { used: false });
});

test("several keys for one action, and one changed", () => {
  const keys = new KeySequence({ ...defaults, archive: "y, g e" });
  assert.equal(keys.press(press("y"), 0).action, "archive");
  keys.press(press("g"), 0);
  assert.equal(keys.press(press("e"), 1).action, "archive");
  assert.deepEqual(keys.press(press("e"), 2), { used: false });
});

test("no two actions share their keys", () => {
  const all = Object.values(defaults);
  assert.equal(new Set(all).size, all.length);
});
