import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, rank } from "../../../static/js/lib/ranking";

const labels = ["Archive", "Go to Archive", "Reply to all", "Réglages", "Move to…", "Mark as unread", "Star"];
const found = (typed: string) => rank(typed, labels, (label) => label);

test("nothing typed leaves the order", () => assert.deepEqual(found("  "), labels));
test("beginnings come before middles", () => assert.deepEqual(found("arch"), ["Archive", "Go to Archive"]));
test("accents and case do not matter", () => assert.deepEqual(found("REGL"), ["Réglages"]));
test("every word must fit, in any order", () => assert.deepEqual(found("all reply"), ["Reply to all"]));
test("letters in order are enough", () => assert.ok(found("mvto").includes("Move to…")));
test("what is nowhere is not found", () => assert.deepEqual(found("xyz"), []));
test("folding", () => assert.equal(fold(" Élan Ångström "), "elan angstrom"));
