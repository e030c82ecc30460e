import assert from "node:assert/strict";
import { test } from "node:test";
import { linkAddress } from "../../../static/js/compose/links";
import { toCids, toUrls } from "../../../static/js/compose/pictures";
import { quoted, toHtml } from "../../../static/js/compose/plain";
import { exchange, same } from "../../../static/js/compose/signature";
import { encoded, words } from "../../../static/js/compose/size";

test("a signature is exchanged where it stands, and only unchanged", () => {
  assert.equal(exchange("Hi\n\n-- \nAnna\nBergen\n", "Anna\nBergen", "A. Larsen"), "Hi\n\n-- \nA. Larsen\n");
  assert.equal(exchange("Hi\n\n-- \nAnna of Bergen\n", "Anna", "A. Larsen"), "Hi\n\n-- \nAnna of Bergen\n");
  assert.equal(exchange("Hi\n\n-- \nAnna\n\nBo wrote:\n> x", "Anna", "A. L."), "Hi\n\n-- \nA. L.\n\nBo wrote:\n> x");
  assert.equal(exchange("Hi\n\n-- \nAnna\n", "Anna", ""), "Hi\n\n");
  assert.equal(exchange("Hi\n", "Anna", "B"), "Hi\n", "it was taken out by hand");
  assert.equal(exchange("Hi", "", "Anna"), "Hi\n\n-- \nAnna\n");
  assert.equal(exchange("Hi\n\nBo wrote:\n> x", "", "Anna"), "Hi\n\n-- \nAnna\n\nBo wrote:\n> x");
  assert.equal(exchange("Hi\n-- \nmine", "", "Anna"), "Hi\n-- \nmine");
});

test("signatures are the same when they look the same", () => {
  assert.ok(same("-- \nAnna\nBergen", "Anna Bergen"));
  assert.ok(same("Anna\u00a0B", "Anna B\n"));
  assert.ok(!same("-- \nAnna", "Anna B"));
});

test("pictures are named by Content-ID and shown by address", () => {
  const pictures = [{ cid: "a@x", url: "/drafts/1/attachments/2?x=1&y=2" }, { cid: "b@x", url: "/drafts/1/attachments/20" }];
  const html = '<img src="/drafts/1/attachments/2?x=1&amp;y=2" alt="x"><img src="/drafts/1/attachments/20"><a href="/drafts/1/attachments/20">x</a>';
  const sent = toCids(html, pictures);
  assert.equal(sent, '<img src="cid:a@x" alt="x"><img src="cid:b@x"><a href="/drafts/1/attachments/20">x</a>');
  assert.equal(toUrls(sent, pictures), html);
});

test("text becomes lines of the editor, never markup", () => {
  assert.equal(toHtml("a <b> & c\n\n  d"), "<div>a &lt;b&gt; &amp; c</div><div><br></div><div>&nbsp;&nbsp;d</div>");
  assert.equal(quoted("Bo wrote:", "one\n\n> two\n"), "Bo wrote:\n> one\n>\n>> two");
});

test("addresses of links are made whole, and scripts are none", () => {
  assert.equal(linkAddress("example.org/x"), "https://example.org/x");
  assert.equal(linkAddress("anna@example.org"), "mailto:anna@example.org");
  assert.equal(linkAddress("http://localhost:3000"), "http://localhost:3000");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "", "word", " JAVASCRIPT:x", "vbscript:x"]) assert.equal(linkAddress(bad), undefined, bad);
});

test("what is sent weighs a third more, and lines end", () => {
  assert.equal(encoded(0), 0);
  assert.equal(encoded(3), 6);
  assert.ok(Math.abs(encoded(1_000_000) / 1_000_000 - 1.37) < 0.01);
  assert.equal(words(9_000_000, "en"), "9 MB");
  assert.match(words(1_430_000, "fr"), /^1,4\sMo$/);
  assert.equal(words(412_000, "en"), "412 kB");
});
