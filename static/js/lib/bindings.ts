import type { Bindings } from "./key_sequence";

// Gmail's keys. The names are those of `data-key` in the markup, except the ones that the list
// answers itself (next, select-all and so on). `data-keys-bindings-value` changes any of them.
export const defaults: Bindings = {
  compose: "c",
  search: "/",
  help: "?",
  palette: "ctrl+k",
  undo: "z",
  refresh: "N",

  next: "j",
  previous: "k",
  open: "o",
  back: "u",
  select: "x",
  "select-all": "* a",
  "select-none": "* n",
  "select-read": "* r",
  "select-unread": "* u",
  "select-starred": "* s",
  "select-unstarred": "* t",

  archive: "e",
  trash: "#",
  junk: "!",
  star: "s",
  seen: "I",
  unseen: "U",
  move: "v",
  label: "l",
  more: ".",
  reply: "r",
  "reply-all": "a",
  forward: "f",

  "go-inbox": "g i",
  "go-starred": "g s",
  "go-sent": "g t",
  "go-drafts": "g d",
  "go-archive": "g a",
  "go-junk": "g !",
  "go-trash": "g #",
  "go-folder": "g l",
  "go-settings": "g ,",
};
