//! Tables of style sheets: what letters need stays, each spelling of an attack goes.

use super::Css;
use crate::mail::html::{Options, Remote, address::Images};

fn with<T>(dark: bool, run: impl FnOnce(&mut Css<'_>) -> T) -> T {
    let cid = |id: &str| (id == "a").then(|| "/parts/2".to_owned());
    let proxy = |url: &str| url.contains("ok.example").then(|| "/image?u=1".to_owned());
    let options = Options {
        cid: &cid,
        remote: Remote::Proxy(&proxy),
        boxes: false,
        dark,
    };
    let images = Images::new(&options);
    run(&mut Css::new(&images, dark))
}

fn inline(style: &str) -> String {
    with(false, |css| css.inline(style).unwrap_or_default())
}

fn sheet(style: &str, dark: bool) -> String {
    with(dark, |css| css.add_sheet(style, None));
    let cid = |_: &str| None;
    let options = Options {
        cid: &cid,
        remote: Remote::Block,
        boxes: false,
        dark,
    };
    let images = Images::new(&options);
    let mut css = Css::new(&images, dark);
    css.add_sheet(style, None);
    css.into_sheet()
}

#[test]
fn declarations_that_letters_need_stay() {
    let cases = [
        (
            "color: RED ; margin:0 auto!important",
            "color:RED;margin:0 auto!important",
        ),
        ("COLOR:#FFF", "color:#ffffff"),
        (
            "font:bold 12px/1.5 'Open Sans',\"Arial\",sans-serif",
            "font:bold 12px / 1.5 'Open Sans','Arial',sans-serif",
        ),
        (
            "width:calc(100% - (2 * 10px))",
            "width:calc(100% - (2 * 10px))",
        ),
        ("padding:.5em 0.50em -0px", "padding:0.5em 0.5em 0px"),
        (
            "background:url(cid:a) no-repeat #eee",
            "background:url('/parts/2') no-repeat #eeeeee",
        ),
        (
            "background:url(https://ok.example/x)",
            "background:url('/image?u=1')",
        ),
        ("background:#fff url(cid:b)", "background:#ffffff none"),
        (
            "background:linear-gradient(to right,#fff,rgba(0,0,0,.5))",
            "background:linear-gradient(to right,#ffffff,rgba(0,0,0,0.5))",
        ),
        ("color:oklch(0.7 0.1 200)", "color:oklch(0.7 0.1 200)"),
        (
            "grid-template-columns:repeat(2,minmax(0,1fr))",
            "grid-template-columns:repeat(2,minmax(0,1fr))",
        ),
        ("position:relative;top:-3px", "position:relative;top:-3px"),
        ("content:'→ \\201C'", "content:'→ “'"),
        ("color:red;;;/* x */;margin:0", "color:red;margin:0"),
        ("*zoom:1;color:red", "color:red"),
        ("color:red;}", "color:red"),
        ("mso-hide:all;display:none", "display:none"),
        (
            "border:solid windowtext 1.0pt",
            "border:solid windowtext 1pt",
        ),
    ];
    for (style, expected) in cases {
        assert_eq!(inline(style), expected, "{style}");
        if !expected.contains("url(") {
            assert_eq!(inline(expected), expected, "again: {style}");
        }
    }
}

/// CSS that fetches, acts or leaves its place, and its spellings.
#[test]
fn declarations_that_fetch_or_act_go() {
    let cases = [
        "background:url(https://evil.example/x",
        "background:\\75rl(//evil.example/x)",
        "background:u\\rl(//evil.example/x)",
        "background:UR\\4c (//evil.example/x)",
        "background:u/**/rl(//evil.example/x)",
        "background:url(/**///evil.example)",
        "background:ur\nl(//evil.example/x)",
        "background:image(\"//evil.example/x\")",
        "background:image-set(\"//evil.example/x\" 1x)",
        "background:-webkit-image-set(url(//evil.example/x) 1x)",
        "background:cross-fade(url(//evil.example/x),url(//evil.example/y))",
        "background:-webkit-cross-fade(url(//evil.example/x),url(//evil.example/y),50%)",
        "background:src(\"//evil.example/x\")",
        "background:element(#x)",
        "background:paint(x)",
        "background:attr(data-x type(<url>))",
        "background:var(--x,url(//evil.example/x))",
        "background:env(x,url(//evil.example/x))",
        "background:if(style(--x):url(//evil.example/x))",
        "color:light-dark(red,blue)",
        "width:expression(alert(1))",
        "width:ex\\pression(alert(1))",
        "width:exp/**/ression(alert(1))",
        "filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src='//evil.example/x')",
        "filter:url(//evil.example/x#f)",
        "backdrop-filter:url(//evil.example/x)",
        "border-image:url(//evil.example/x) 30",
        "border-image-source:url(//evil.example/x)",
        "cursor:url(//evil.example/x),auto",
        "content:url(//evil.example/x)",
        "content:attr(href)",
        "content:counter(x)",
        "mask:url(//evil.example/x)",
        "-webkit-mask-image:url(//evil.example/x)",
        "mask-border:url(//evil.example/x)",
        "clip-path:url(//evil.example/x)",
        "shape-outside:url(//evil.example/x)",
        "offset-path:url(//evil.example/x)",
        "marker:url(//evil.example/x)",
        "fill:url(//evil.example/x)",
        "stroke:url(//evil.example/x)",
        "-webkit-box-reflect:below 0 url(//evil.example/x)",
        "-webkit-mask-box-image:url(//evil.example/x)",
        "-moz-binding:url(//evil.example/x#y)",
        "behavior:url(//evil.example/x)",
        "cue:url(//evil.example/x)",
        "play-during:url(//evil.example/x)",
        "list-style:symbols(\"a\")",
        "--x:url(//evil.example/x)",
        "position:fixed",
        "position:fixed!important",
        "position:FI\\58 ED",
        "position:sticky",
        "position:-webkit-sticky",
        "position:absolute",
        "height:100vh",
        "min-height:100dvh",
        "animation:x 1s",
        "transition:all 1s",
        "transform:translate(-500px)",
        "z-index:999999",
        "color-scheme:light",
        "all:initial",
        "display:ruby",
        "width:1e38px",
        "\"color\":red",
        "color:{red}",
        "color:red!importan",
        "color:@x",
        "co\\lor:<!--",
    ];
    for style in cases {
        let written = inline(style);
        assert!(
            written.is_empty() || written == "background:none",
            "{style} becomes {written}"
        );
    }
}

#[test]
fn strings_cannot_end_early() {
    let cases = [
        ("content:'</style>'", "content:'\\3c /style\\3e '"),
        ("content:'\\3c /style\\3e '", "content:'\\3c /style\\3e '"),
        (
            "content:\"\\0026quot;;background:url(//h)\"",
            "content:'\\26 quot;;background:url\\28 //h)'",
        ),
        ("content:'\\27;color:red'", "content:'\\27 ;color:red'"),
        ("font-family:'a\\\nb'", "font-family:'ab'"),
        ("font-family:'a\nb';color:red", ""),
    ];
    for (style, expected) in cases {
        assert_eq!(inline(style), expected, "{style}");
    }
    let data = "background:url(\"data:image/png;base64,AAAA);background:url(//h)\")";
    assert_eq!(inline(data), "background:none");
}

#[test]
fn what_was_hidden_by_its_place_stays_hidden() {
    assert_eq!(
        inline("position:absolute;left:-9999px;color:red"),
        "left:-9999px;color:red;display:none!important"
    );
    assert_eq!(inline("position:absolute;left:-3px"), "left:-3px");
}

#[test]
fn sheets_keep_style_rules_and_media() {
    let cases = [
        (
            ".a .b>p, #c:first-child{color:red}",
            ".m_a .m_b>p,#m_c:first-child{color:red}",
        ),
        ("<!-- a{color:red} -->", "a{color:red}"),
        (
            "table[class=\"wrap outer\"] td{width:1px}",
            "table[class='m_wrap m_outer'] td{width:1px}",
        ),
        ("*[class*=x]{width:1px}", "*[class*='x']{width:1px}"),
        ("a[href^='tel:']{color:red}", "a[href^='tel:']{color:red}"),
        (
            "tr:nth-child(2n + 1){color:red}",
            "tr:nth-child(2n+1){color:red}",
        ),
        (
            "tr:nth-child(even){color:red}",
            "tr:nth-child(2n+0){color:red}",
        ),
        (
            "p::before,p::-moz-selection{content:'x'}",
            "p::before{content:'x'}",
        ),
        (
            "body.a p,body{height:100%;margin:0}",
            ".m_a p,body{margin:0}",
        ),
        ("html{overflow:hidden}p{color:red}", "p{color:red}"),
        (
            "@media (max-width:600px){a{color:red}}",
            "@media (max-width:600px){a{color:red}}",
        ),
        (
            "@media screen and (min-width:1px),print{a{color:red}}",
            "@media screen and (min-width:1px),print{a{color:red}}",
        ),
        ("@media all{a{color:red}}", "a{color:red}"),
        (
            "@media (max-width:1px){@media (orientation:portrait){a{color:red}}}",
            "@media (max-width:1px){@media (orientation:portrait){a{color:red}}}",
        ),
        ("@media (max-width:600px){a{behavior:x}}", ""),
        (
            "@media (x:url(//h)){a{color:red}}b{color:red}",
            "b{color:red}",
        ),
        ("@import url(//h);a{color:red}", "a{color:red}"),
        ("@IMPORT '//h';a{color:red}", "a{color:red}"),
        ("@\\69mport '//h';a{color:red}", "a{color:red}"),
        ("@im/**/port '//h';a{color:red}", "a{color:red}"),
        (
            "@charset 'x';@namespace x url(//h);a{color:red}",
            "a{color:red}",
        ),
        (
            "@font-face{font-family:x;src:url(//h)}a{color:red}",
            "a{color:red}",
        ),
        ("@keyframes x{from{color:red}}a{color:red}", "a{color:red}"),
        (
            "@supports (color:red){b{color:red}}a{color:red}",
            "a{color:red}",
        ),
        ("@layer x{b{color:red}}a{color:red}", "a{color:red}"),
        (
            "@property --x{syntax:'<url>';initial-value:url(//h)}a{color:red}",
            "a{color:red}",
        ),
        ("@page{margin:1px}a{color:red}", "a{color:red}"),
        (
            "a{color:red;&:hover{color:blue}}b{color:red}",
            "a{color:red}b{color:red}",
        ),
        ("a:has(b){color:red}", ""),
        ("a:is(b,c),b{color:red}", "b{color:red}"),
        ("img[src*=abc]{color:red}", ""),
        ("input[value^=a]{color:red}", ""),
        (":root{color:red}", ""),
        ("v\\:*{color:red}", ""),
        ("a>{color:red}", ""),
        (">a{color:red}", ""),
        ("a{color:red", "a{color:red}"),
        (".\\3c\\2fstyle{color:red}b{color:red}", "b{color:red}"),
        (".sm\\:w{color:red}", ".m_sm\\:w{color:red}"),
    ];
    for (style, expected) in cases {
        assert_eq!(sheet(style, false), expected, "{style}");
        assert_eq!(sheet(expected, false), expected, "again: {style}");
    }
}

#[test]
fn the_mouse_is_not_told_of() {
    let hover = with(false, |css| {
        css.add_sheet(
            "a:hover{background:url(cid:a)}b{background:url(cid:a)}",
            None,
        );
        css.sheet.clone()
    });
    assert_eq!(
        hover,
        "a:hover{background:none}b{background:url('/parts/2')}"
    );
}

#[test]
fn dark_and_light_rules_are_chosen_here() {
    let style = "@media (prefers-color-scheme:dark){a{width:1px}}\
        @media (prefers-color-scheme:light){a{width:2px}}\
        @media screen and (prefers-color-scheme:dark){a{width:3px}}\
        @media not all and (prefers-color-scheme:dark){a{width:4px}}";
    assert_eq!(sheet(style, false), "a{width:2px}");
    assert_eq!(
        sheet(style, true),
        "a{width:1px}@media screen{a{width:3px}}"
    );
}

#[test]
fn dark_pages_get_dark_paper_and_light_ink() {
    let style = "a{color:#000;background:#fff;border:1px solid #ddd;text-shadow:0 0 1px #fff}\
        b{color:white;background-color:navy}i{color:oklch(0.2 0 0)}u{color:transparent}\
        s{color:rgba(0,0,0,.5)}q{color:canvas}q{background:windowtext}q{color:WindowText}";
    assert_eq!(
        sheet(style, true),
        "a{color:#eeeeee;background:#161616;border:1px solid #3b3b3b}\
         b{color:#ffffff;background-color:#000080}u{color:transparent}s{color:#cacaca}\
         q{color:WindowText}"
    );
}
