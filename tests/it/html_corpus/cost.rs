//! Letters that were made to cost time: each must be refused or come out small. What costs is
//! counted, not timed; without the bounds this file would run for minutes.

use restante::mail::html::{to_preview, to_text};

use super::{MODES, Mode};

const MODE: Mode = MODES[2];

/// The letters, and whether they are too complex to be shown as HTML.
fn letters() -> Vec<(&'static str, String, bool)> {
    let many = |text: &str, count: usize| text.repeat(count);
    let numbered = |count: usize, one: fn(usize) -> String| (0..count).map(one).collect::<String>();
    vec![
        ("deep divs", many("<div>", 50_000), true),
        ("deep enough", many("<div>", 200) + "x", false),
        ("a bit too deep", many("<div>", 300) + "x", true),
        (
            "misnested formatting",
            many("<font><b><i>", 20_000) + &many("</p>", 20_000),
            true,
        ),
        (
            "formatting carried into each paragraph",
            "<p>".to_owned()
                + &numbered(240, |n| format!("<font size={n}>"))
                + "</p>"
                + &many("<p>x", 5_000),
            true,
        ),
        ("links in links", many("<a><i>", 50_000), true),
        (
            "attributes",
            format!("<p {}>", numbered(10_000, |n| format!("a{n}=1 "))),
            true,
        ),
        (
            "attributes with >",
            format!("<p {}>", numbered(10_000, |n| format!("a{n}='>'"))),
            true,
        ),
        (
            "attributes in svg style",
            format!("<svg><style><p {}>", many("a=1 ", 50_000)),
            true,
        ),
        ("too long", many("x", 3 * 1024 * 1024), true),
        ("references", many("&amp;", 10_000), false),
        ("open comments", many("<!--", 20_000), false),
        ("open tags", many("<a ", 20_000), true),
        ("open quotes", many("<a b='", 20_000), true),
        ("end tags", many("<div>", 200) + &many("</p>", 60_000), true),
        ("rows", many("<tr><td>x", 100), false),
        ("foster parents", many("<table><b>x", 20_000), false),
        ("templates", many("<template>", 20_000), true),
        ("foreign", many("<svg><math>", 20_000), true),
        ("selects", many("<select><option>", 20_000), false),
        (
            "raw text never closed",
            many("<title><style>", 50_000),
            false,
        ),
        (
            "rules",
            format!("<style>{}</style>", many("a{color:red}", 20_000)),
            false,
        ),
        (
            "selectors",
            format!("<style>{}{{color:red}}</style>", many("a,", 50_000)),
            false,
        ),
        (
            "compounds",
            format!("<style>{}{{color:red}}</style>", many("a ", 50_000)),
            false,
        ),
        (
            "negations",
            format!("<style>{}{{color:red}}</style>", many(":not(", 20_000)),
            false,
        ),
        (
            "brackets",
            format!("<style>a{{width:{}}}</style>", many("calc(", 20_000)),
            false,
        ),
        (
            "blocks",
            format!("<style>{}</style>", many("@media all{", 20_000)),
            false,
        ),
        (
            "braces",
            format!("<style>{}</style>", many("{[(", 20_000)),
            false,
        ),
        (
            "comments",
            format!("<style>{}</style>", many("/*", 50_000)),
            false,
        ),
        (
            "strings",
            format!("<style>{}</style>", many("a{content:'", 20_000)),
            false,
        ),
        (
            "urls",
            format!("<style>{}</style>", many("a{background:url(", 20_000)),
            false,
        ),
        (
            "declarations",
            format!("<p style=\"{}\">", many("color:red;", 5_000)),
            false,
        ),
        (
            "huge numbers",
            format!("<style>{}</style>", many("a{width:1e38px}", 50_000)),
            false,
        ),
    ]
}

#[test]
fn bombs_are_refused_or_come_out_small() {
    let mut wrong = Vec::new();
    for (name, html, too_complex) in letters() {
        let shown = MODE.sanitise(&html);
        if shown.too_complex != too_complex || shown.html.len() > 4 * html.len() + 64 * 1024 {
            wrong.push((name, shown.too_complex, html.len(), shown.html.len()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn any_letter_has_text() {
    for (name, html, _) in letters() {
        assert!(to_text(&html).len() <= 1024 * 1024 + 64, "{name}");
        assert!(to_preview(&html, 200).len() <= 800, "{name}");
    }
    let deep = "<div>".repeat(50_000) + "<p>Hello <b>there</b>";
    assert_eq!(to_text(&deep), "Hello there");
}
