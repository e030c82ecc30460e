//! Plain letters: tables, and what holds for any text.

use proptest::prelude::*;

use super::{Block, Line, MAX_BYTES, MAX_QUOTES, Span, flow, is_truncated, render};

/// Blocks in short: `[n: …]` is a quote of n lines, `sig(…)` a signature, `<text|href>` a link.
fn outline(blocks: &[Block]) -> String {
    let lines = |lines: &[Line]| lines.iter().map(line).collect::<Vec<_>>().join("/");
    let parts = blocks.iter().map(|block| match block {
        Block::Lines(all) => lines(all),
        Block::Signature(all) => format!("sig({})", lines(all)),
        Block::Quote { lines, blocks } => format!("[{lines}: {}]", outline(blocks)),
    });
    parts.collect::<Vec<_>>().join(" ")
}

fn line(line: &Line) -> String {
    let spans = line.spans.iter().map(|span| match span {
        Span::Text(text) => text.clone(),
        Span::Link { href, text } => format!("<{text}|{href}>"),
    });
    spans.collect()
}

#[test]
fn fixed_lines_stay_lines() {
    let cases = [
        ("a\nb\n", "a/b"),
        ("a\r\n\r\nb", "a//b"),
        ("a \nb", "a /b"),
        (" a", " a"),
        (
            "On Monday:\n> a\n> > b\n>> c\n> d\ne",
            "On Monday: [4: a [2: b/c] d] e",
        ),
        (">a\n>  b", "[2: a/ b]"),
        ("a\n-- \nme\nhere", "a sig(me/here)"),
        ("a\n--\nme", "a/--/me"),
        ("a\n-- \nme\n> b\nc", "a sig(me) [1: b] c"),
        ("> a\n> -- \n> me", "[3: a/-- /me]"),
        ("", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(outline(&render(text, false, false)), expected, "{text:?}");
    }
}

#[test]
fn flowing_lines_are_joined() {
    let cases = [
        ("a \nb \nc\nd", false, "a b c/d"),
        ("a \nb", true, "ab"),
        ("> a \n> b\n>> c \nd", false, "[2: a b [1: c ]] d"),
        (" > a", false, "> a"),
        (" From", false, "From"),
        ("a \n-- \nme", false, "a  sig(me)"),
        ("a \n \nb", false, "a /b"),
    ];
    for (text, delsp, expected) in cases {
        let found = outline(&render(text, true, delsp));
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn addresses_become_links() {
    let cases = [
        (
            "see https://x.example/a.",
            "see <https://x.example/a|https://x.example/a>.",
        ),
        (
            "(http://x.example/a_(b))",
            "(<http://x.example/a_(b)|http://x.example/a_(b)>)",
        ),
        (
            "<https://x.example/?a=b&c=d>",
            "<<https://x.example/?a=b&c=d|https://x.example/?a=b&c=d>>",
        ),
        (
            "www.x.example, HTTPS://X.example",
            "<www.x.example|http://www.x.example/>, <HTTPS://X.example|https://x.example/>",
        ),
        (
            "anna.b+c@mail.x.example.",
            "<anna.b+c@mail.x.example|mailto:anna.b+c@mail.x.example>.",
        ),
        (
            "mailto:a@x.example?subject=b",
            "<mailto:a@x.example?subject=b|mailto:a@x.example?subject=b>",
        ),
        (
            "\"a\"@x.example a@b a@b.c @x.example a@x..example",
            "\"a\"@x.example a@b a@b.c @x.example a@x..example",
        ),
        (
            "xhttp://a.example awww.b.example",
            "xhttp://a.example awww.b.example",
        ),
        (
            "javascript:alert(1) data:text/html,x ftp://x.example",
            "javascript:alert(1) data:text/html,x ftp://x.example",
        ),
        (
            "a@a.co?]<img/src=\"x\"/onerror=alert(1)>",
            "<a@a.co|mailto:a@a.co>?]<img/src=\"x\"/onerror=alert(1)>",
        ),
        ("##str_replacement_0##", "##str_replacement_0##"),
        (
            "http://user:pass@x.example/",
            "<http://user:pass@x.example/|http://x.example/>",
        ),
        ("http:// https:///", "http:// https:///"),
        (
            "„https://x.example“",
            "„<https://x.example|https://x.example/>“",
        ),
        ("1.2.3@4.5", "1.2.3@4.5"),
    ];
    for (text, expected) in cases {
        assert_eq!(outline(&render(text, false, false)), expected, "{text}");
    }
}

#[test]
fn texts_are_bounded() {
    let long = "é".repeat(MAX_BYTES);
    assert!(is_truncated(&long));
    assert_eq!(
        written(&render(&long, false, false)).concat().len(),
        MAX_BYTES
    );
    let deep = render(&">".repeat(10_000), false, false);
    let mut depth = 0;
    let mut blocks = &deep;
    while let [Block::Quote { blocks: inner, .. }] = blocks.as_slice() {
        depth += 1;
        blocks = inner;
    }
    assert_eq!(depth, MAX_QUOTES);
}

/// The text of each line, in order.
fn written(blocks: &[Block]) -> Vec<String> {
    let mut all = Vec::new();
    for block in blocks {
        match block {
            Block::Lines(lines) => all.extend(lines.iter().map(text)),
            Block::Signature(lines) => {
                all.push("-- ".to_owned());
                all.extend(lines.iter().map(text));
            }
            Block::Quote { blocks, .. } => all.extend(written(blocks)),
        }
    }
    all
}

fn text(line: &Line) -> String {
    let spans = line.spans.iter().map(|span| match span {
        Span::Text(text) | Span::Link { text, .. } => text.as_str(),
    });
    spans.collect()
}

fn hrefs(blocks: &[Block], all: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Lines(lines) | Block::Signature(lines) => {
                for span in lines.iter().flat_map(|line| &line.spans) {
                    if let Span::Link { href, .. } = span {
                        all.push(href.clone());
                    }
                }
            }
            Block::Quote { blocks, .. } => hrefs(blocks, all),
        }
    }
}

fn letters() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "> ",
        ">",
        " ",
        "\n",
        "\r\n",
        "-- \n",
        "a",
        "http://",
        "https://x.example/",
        "www.",
        "mailto:",
        "a@x.example",
        "@",
        ".",
        ",",
        "(",
        ")",
        "<",
        "\"",
        "&",
        "é",
        "\u{202e}",
        "javascript:",
        "?",
        "//",
        "\u{a0}",
    ]);
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_letter_is_lost_and_links_lead_where_links_may(
        letter in prop_oneof![letters(), any::<String>()],
        flowed: bool,
        delsp: bool,
    ) {
        let blocks = render(&letter, flowed, delsp);
        let expected: Vec<String> = flow::lines(&letter, flowed, delsp)
            .map(|line| line.text.into_owned())
            .collect();
        prop_assert_eq!(written(&blocks), expected);
        if !flowed {
            let bare = |text: &str| text.chars().filter(|c| !"> \r\n".contains(*c)).collect::<String>();
            prop_assert_eq!(bare(&written(&blocks).concat()), bare(&letter));
        }
        let mut all = Vec::new();
        hrefs(&blocks, &mut all);
        for href in all {
            let scheme = href.split(':').next().unwrap_or("");
            prop_assert!(matches!(scheme, "http" | "https" | "mailto"), "{}", href);
            prop_assert!(!href.contains(['"', '<', '>', ' ']), "{}", href);
        }
    }
}
