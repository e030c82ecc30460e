import assert from "node:assert/strict";
import { test } from "node:test";
import { effect } from "../../../static/js/lib/effect";

const fields = (text: string) => new URLSearchParams(text);

const cases: [string, string, unknown][] = [
  ["/m/inbox/selection", "id=1&id=2&action=archive", { kind: "leave", ids: ["1", "2"] }],
  ["/mail/m/inbox/selection", "id=1&action=move&to=x", { kind: "leave", ids: ["1"] }],
  ["/m/inbox/selection", "id=1&action=copy&to=x", undefined],
  ["/m/inbox/selection", "action=archive", undefined],
  ["/m/inbox/selection", "id=1&action=seen", { kind: "mark", ids: ["1"], mark: "unread", on: false }],
  ["/m/inbox/selection", "id=1&action=unseen", { kind: "mark", ids: ["1"], mark: "unread", on: true }],
  ["/m/inbox/selection", "id=1&action=unstar", { kind: "mark", ids: ["1"], mark: "starred", on: false }],
  ["/m/inbox/selection", "id=1,2&id=3&action=trash", { kind: "leave", ids: ["1", "2", "3"] }],
  ["/m/inbox/1,2/archive", "", { kind: "leave", ids: ["1", "2"] }],
  ["/m/inbox/1%2C2/star", "value=true", { kind: "mark", ids: ["1", "2"], mark: "starred", on: true }],
  ["/m/inbox/selection", "id=,&action=trash", undefined],
  ["/m/inbox/7/archive", "", { kind: "leave", ids: ["7"] }],
  ["/m/inbox/7/deletion", "", { kind: "leave", ids: ["7"] }],
  ["/m/inbox/a%2Fb/trash", "", { kind: "leave", ids: ["a/b"] }],
  ["/m/inbox/7/star", "value=true", { kind: "mark", ids: ["7"], mark: "starred", on: true }],
  ["/m/inbox/7/star", "value=false", { kind: "mark", ids: ["7"], mark: "starred", on: false }],
  ["/m/inbox/7/seen", "value=false", { kind: "mark", ids: ["7"], mark: "unread", on: true }],
  ["/m/inbox/7/images", "value=sender", undefined],
  ["/m/inbox/selection", "id=1&id=2,3&action=label&add=work", { kind: "label", ids: ["1", "2", "3"], fields: fields("id=1&id=2,3&action=label&add=work") }],
  ["/m/inbox/selection", "id=1&action=labels&add=work", undefined],
  ["/undo", "token=t", { kind: "return" }],
  ["/mail/undo", "token=t", { kind: "return" }],
  ["/m/inbox/deletion", "", undefined],
  ["/m/inbox/emptying", "", undefined],
  ["/settings/appearance", "theme=dark", undefined],
  ["/m/m/selection", "id=1&action=trash", { kind: "leave", ids: ["1"] }],
  ["/m/inbox/%E0%A4%A/archive", "", undefined],
  ["/", "", undefined],
];

for (const [path, sent, expected] of cases) {
  test(`${path} with ${sent || "nothing"}`, () => assert.deepEqual(effect(path, fields(sent)), expected));
}
