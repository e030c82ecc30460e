import assert from "node:assert/strict";
import { test } from "node:test";
import { clamp, step } from "../../../static/js/lib/pane_size";
import { SwipeTrack } from "../../../static/js/lib/swipe_track";

const bounds = { min: 200, max: 600 };

test("a divider stays within its bounds", () => {
  assert.equal(clamp(100, bounds), 200);
  assert.equal(clamp(700, bounds), 600);
  assert.equal(clamp(300.4, bounds), 300);
  assert.equal(clamp(300, { min: 400, max: 100 }), 400, "a narrow window");
});

test("keys on a divider", () => {
  assert.equal(step("ArrowRight", 300, bounds), 316);
  assert.equal(step("ArrowLeft", 300, bounds), 284);
  assert.equal(step("ArrowLeft", 300, bounds, { rtl: true }), 316);
  assert.equal(step("ArrowRight", 300, bounds, { large: true }), 364);
  assert.equal(step("Home", 300, bounds), 200);
  assert.equal(step("End", 300, bounds), 600);
  assert.equal(step("ArrowUp", 300, bounds), undefined);
});

test("a finger that goes across swipes, and acts only when it went far enough", () => {
  const track = new SwipeTrack(100, 100, 400);
  assert.equal(track.move(105, 102), undefined);
  assert.equal(track.move(130, 104), 30);
  assert.equal(track.outcome, undefined);
  assert.equal(track.move(250, 180), 150);
  assert.equal(track.outcome, "right");
  track.move(-60, 100);
  assert.equal(track.outcome, "left");
});

test("a finger that goes down scrolls, whatever it does later", () => {
  const track = new SwipeTrack(100, 100, 400);
  track.move(104, 130);
  assert.equal(track.scrolls, true);
  assert.equal(track.move(400, 130), undefined);
  assert.equal(track.outcome, undefined);
});
