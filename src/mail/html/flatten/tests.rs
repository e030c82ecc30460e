//! Letters and what may be quoted of them: each hides `SECRET` in one way, or shows `shown`.

use crate::mail::html::{clean_written, quote};

fn quoted(html: &str) -> String {
    let quoted = quote(html, &|id| Some(format!("new-{id}"))).unwrap();
    quoted.html.to_string()
}

#[test]
fn what_is_hidden_is_not_quoted() {
    let cases = [
        "<p style='display:none'>SECRET</p>",
        "<p hidden>SECRET</p>",
        "<p style='visibility:hidden'>SECRET</p>",
        "<p style='visibility:collapse'><b>SECRET</b></p>",
        "<p style='font-size:0'>SECRET</p>",
        "<p style='font-size:1px'>SECRET</p>",
        "<p style='font:0/0 a'>SECRET</p>",
        "<p style='font-size:calc(0px)'>SECRET</p>",
        "<p style='font-size:calc(1px - 1px)'>SECRET</p>",
        "<p style='font-size:1em'><span style='font-size:.01em'>SECRET</span></p>",
        "<p style='opacity:0'>SECRET</p>",
        "<p style='opacity:0.2'><span style='opacity:.1'><i style='opacity:.1'>SECRET</i></span></p>",
        "<div style='height:0;overflow:hidden'>SECRET</div>",
        "<div style='max-height:1px;overflow:hidden'>SECRET</div>",
        "<div style='width:0;overflow:hidden;white-space:nowrap'>SECRET</div>",
        "<div style='position:absolute;left:-9999px'>SECRET</div>",
        "<div style='position:relative;left:-9999px'>SECRET</div>",
        "<div style='text-indent:-9999px'>SECRET</div>",
        "<div style='margin-left:-9999px'>SECRET</div>",
        "<div style='margin:0 0 0 -9999px'>SECRET</div>",
        "<p style='color:#fff'>SECRET</p>",
        "<p style='color:#fefefe'>SECRET</p>",
        "<p style='color:white;background:white'>SECRET</p>",
        "<p style='color:transparent'>SECRET</p>",
        "<p style='color:rgba(0,0,0,0)'>SECRET</p>",
        "<p style='-webkit-text-fill-color:transparent'>SECRET</p>",
        "<font color=white>SECRET</font>",
        "<table bgcolor=black><tr><td><font color=#000>SECRET</font></td></table>",
        "<body bgcolor='#123456' text='#123456'>SECRET",
        "<div style='background:linear-gradient(#fff,#fff);color:#fff'>SECRET</div>",
        "<style>.x{display:none}</style><p class=x>SECRET</p>",
        "<style>p{display:none}</style><p>SECRET</p>",
        "<style>#x{font-size:0}</style><p id=x>SECRET</p>",
        "<style>div>p+p{visibility:hidden}</style><div><p>a</p><p>SECRET</p></div>",
        "<style>p:nth-of-type(2n){display:none}</style><p>SECRET</p>",
        "<style>p[align=left]{opacity:0}</style><p align=left>SECRET</p>",
        "<style>.x{display:none!important}</style><p class=x style='display:block'>SECRET</p>",
        "<style>.x.y{display:none}.x{display:block}</style><p class='x y'>SECRET</p>",
        "<style>body{color:#fff}</style><p>SECRET</p>",
        "<style>@media (min-width:1px){.x{display:none}}</style><p class=x>SECRET</p>",
        "<style>@media (min-width:1000px){.x{display:none}}</style><p class=x>SECRET</p>",
        // No string can pretend to be a declaration.
        "<p style=\"display:none;font-family:'a;display:block;b'\">SECRET</p>",
        "<details><summary>more</summary><p>SECRET</p></details>",
        "<template>SECRET</template><noscript><textarea>SECRET</textarea></noscript>",
        "<!-- SECRET -->",
        "<svg><text>SECRET</text></svg>",
        "<img alt=SECRET width=1 height=1 src=https://t.example/p.gif>",
        "<img alt=SECRET style='display:none' src=https://t.example/p.gif>",
    ];
    for html in cases {
        let html = format!("<p>shown</p>{html}");
        let quoted = quote(&html, &|_| None).unwrap();
        assert!(
            !quoted.html.as_str().contains("SECRET"),
            "{html}\n{}",
            quoted.html
        );
        assert!(!quoted.text.contains("SECRET"), "{html}\n{}", quoted.text);
    }
}

#[test]
fn what_is_seen_is_quoted() {
    let cases = [
        "<p>shown</p>",
        "<p style='visibility:hidden'><b style='visibility:visible'>shown</b></p>",
        "<div style='font-size:0'><p style='font-size:16px'>shown</p></div>",
        "<div style='background:#000'><p style='color:#fff'>shown</p></div>",
        "<table bgcolor=#000000><tr><td style='color:#ffffff'>shown</td></table>",
        "<table background=https://h.example/x><tr><td style='color:#fff'>shown</td></table>",
        "<div style='background:url(https://h.example/x)'><p style='color:#fff'>shown</p></div>",
        "<div style='background:linear-gradient(#000,#fff);color:#fff'>shown</div>",
        "<p style='color:#777'>shown</p>",
        "<p style='font:bold 14px/1.5 Arial'>shown</p>",
        "<p style='font-size:80%'>shown</p>",
        "<p style='font-size:calc(14px + 1vw)'>shown</p>",
        "<style>.x{display:none}.x{display:block}</style><p class=x>shown</p>",
        "<style>.x{display:none}</style><p class=x style='display:block'>shown</p>",
        "<style>@media (max-width:600px){.x{display:none}}</style><p class=x>shown</p>",
        "<style>@media print{p{display:none}}</style><p>shown</p>",
        "<style>p:hover{display:none}</style><p>shown</p>",
        "<style>a:hover,p::before{display:none}</style><p>shown</p>",
        "<style>div p{display:none}</style><p>shown</p>",
        "<div style='height:0'>shown</div>",
        "<details open><summary>more</summary><p>shown</p></details>",
        "<a href=https://h.example style='color:#fff;background:#00f'>shown</a>",
    ];
    for html in cases {
        let text = quote(html, &|_| None).unwrap().text;
        assert!(text.contains("shown"), "{html}\n{text}");
    }
}

#[test]
fn styles_stay_within_the_quote() {
    let cases = [
        (
            "<style>p{color:red}.b{margin:0}</style><p class=b id=c style='color:blue'>a</p>",
            "<p style=\"color:red;margin:0;color:blue\">a</p>",
        ),
        (
            "<style>body{color:red}</style>a",
            "<div style=\"color:red\">a</div>",
        ),
        ("<script>x</script><p onclick=x>a</p>", "<p>a</p>"),
        (
            "<img src=https://h.example/x.png><img src='cid:a%40b'><img src=cid:a%40b>",
            "<img src=\"https://h.example/x.png\"><img src=\"cid:new-a@b\"><img src=\"cid:new-a@b\">",
        ),
    ];
    for (html, expected) in cases {
        assert_eq!(quoted(html), expected, "{html}");
    }
}

#[test]
fn parts_that_are_named_are_told() {
    let cid = |id: &str| (id != "gone").then(|| format!("{id}.new"));
    let html = "<img src=cid:a><img src=cid:gone><img src=cid:a>\
        <p style='background:url(cid:b)'>x<img src=cid:hidden style='display:none'>";
    let quoted = quote(html, &cid).unwrap();
    assert_eq!(quoted.cids, ["a", "b"]);
    assert_eq!(quoted.hidden, 1);
    // Nothing that is no id gets into an address.
    let html = clean_written("<img src=cid:a>", &|_| Some("a\" onerror=x".to_owned())).unwrap();
    assert_eq!(html.html.as_str(), "<img>");
}

#[test]
fn what_was_written_reads_well_as_text() {
    let cases = [
        (
            "<h1>Plan</h1><ul><li>one</li><li>two</li></ul><div>See <a href='https://h.example/a'>this</a></div>",
            "Plan\n\n• one\n• two\n\nSee this <https://h.example/a>",
        ),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "a | b\n1 | 2",
        ),
        (
            "<div>a</div><div><br></div><div>-- <br>Anna</div>",
            "a\n\n-- \nAnna",
        ),
        ("<p>a</p><blockquote>b</blockquote>", "a\n\n> b"),
        ("<p style='color:#fff'>white</p>", "white"),
    ];
    for (html, expected) in cases {
        assert_eq!(
            clean_written(html, &|_| None).unwrap().text,
            expected,
            "{html}"
        );
    }
}

#[test]
fn attacks_on_time_are_given_up() {
    let rules: String = (0..40)
        .map(|n| format!("a b c d e p:nth-child({n}n+1){{color:red}}"))
        .collect();
    let html = format!("<style>{rules}</style>{}", "<p>x</p>".repeat(3_000));
    // Given up or done, but in bounded time.
    let _ = quote(&html, &|_| None);
    let deep = "<div>".repeat(300);
    assert!(quote(&deep, &|_| None).is_none());
}
