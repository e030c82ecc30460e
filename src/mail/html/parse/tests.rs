//! Trees come out as in a browser, and not at all where a bound is passed.

use super::{MAX_BYTES, parse};
use crate::mail::html::tree::{Content, DOCUMENT, MAX_DEPTH, NodeId, Tree};

fn outline(tree: &Tree, id: NodeId, written: &mut String) {
    for child in tree.children(id) {
        match &tree.node(child).unwrap().content {
            Content::Text(text) => written.push_str(text),
            Content::Element { name, .. } => {
                written.push_str(&format!("{}(", name.local));
                outline(tree, child, written);
                written.push(')');
            }
            Content::Fragment | Content::Nothing => {}
        }
    }
}

fn body(html: &str) -> String {
    let mut written = String::new();
    outline(&parse(html).unwrap(), DOCUMENT, &mut written);
    let (_, body) = written.split_once("body(").unwrap();
    body.strip_suffix("))").unwrap().to_owned()
}

#[test]
fn misnested_markup_is_mended() {
    let cases = [
        ("<p>a<p>b", "p(a)p(b)"),
        ("<b><i>a</b>b</i>", "b(i(a))i(b)"),
        ("<p><font>a<p>b", "p(font(a))p(font(b))"),
        ("<b><p>a</b>b</p>", "b()p(b(a)b)"),
        (
            "<table><tr><td>a<td>b</table>c",
            "table(tbody(tr(td(a)td(b))))c",
        ),
        ("<table>a<tr><td>b", "atable(tbody(tr(td(b))))"),
        ("<p>a<table><td>b", "p(a)table(tbody(tr(td(b))))"),
        ("<ul><li>a<li>b</ul>", "ul(li(a)li(b))"),
        ("<svg><p>a", "svg()p(a)"),
        ("<title>a<b>c</title>d", "d"),
        ("a<style>b<c></style>d", "astyle(b<c>)d"),
        ("a<noscript><p>b</noscript>", "anoscript(p(b))"),
        ("a&amp;b&#x41;", "a&bA"),
        ("<xmp>a&amp;<b></xmp>c", "xmp(a&amp;<b>)c"),
        ("a\r\nb\rc\0d", "a\nb\ncd"),
        ("a</p>b", "ap()b"),
    ];
    for (html, expected) in cases {
        assert_eq!(body(html), expected, "{html}");
    }
}

#[test]
fn the_bounds_hold() {
    let nested = |depth: usize| "<div>".repeat(depth) + "x";
    // Above the elements are the document, `html` and `body`; below the text.
    let deepest = usize::from(MAX_DEPTH) - 3;
    assert!(parse(&nested(deepest)).is_some());
    assert!(parse(&nested(deepest + 1)).is_none());
    assert!(parse(&"x".repeat(MAX_BYTES)).is_some());
    assert!(parse(&"x".repeat(MAX_BYTES + 1)).is_none());
    assert!(parse(&"<br>".repeat(250_000)).is_none());
}
