//! The sanitiser as a whole, on small letters.

use super::{DarkFit, Options, Remote, Sanitised, sanitise};

fn shown(html: &str, dark: bool) -> Sanitised {
    let cid = |id: &str| (id == "a").then(|| "/parts/2".to_owned());
    let proxy = |url: &str| (!url.contains("refused")).then(|| "/image?u=1".to_owned());
    sanitise(
        html,
        &Options {
            cid: &cid,
            remote: Remote::Proxy(&proxy),
            boxes: false,
            dark,
        },
    )
}

const LINK: &str = "target=\"_blank\" rel=\"noopener noreferrer nofollow\"";

#[test]
fn letters_keep_their_looks_and_nothing_else() {
    let link = format!("<a href=\"https://x.example/\" {LINK}>x</a>");
    let area = format!(
        "<map name=\"m_m\"><area shape=\"rect\" coords=\"0,0,1,1\" href=\"https://x.example/\" {LINK}></map>"
    );
    let cases = [
        ("<p>a<b>b", "<p>a<b>b</b></p>"),
        (
            "<a href=https://x.example onclick=y ping=z target=_top>x",
            link.as_str(),
        ),
        (
            "<a href=/inbox>x</a><a name=top id=top>y</a>",
            "<a>x</a><a name=\"m_top\" id=\"m_top\">y</a>",
        ),
        (
            "<img src=cid:a alt='\"<' width=3 srcset=x>",
            "<img src=\"/parts/2\" alt=\"&quot;&lt;\" width=\"3\">",
        ),
        (
            "<img src=https://x.example/refused height=9px>",
            "<img height=\"9\">",
        ),
        (
            "<img name=body id=x class='a b'>",
            "<img id=\"m_x\" class=\"m_a m_b\">",
        ),
        (
            "<map name=m><area shape=rect coords=0,0,1,1 href=https://x.example></map>",
            area.as_str(),
        ),
        (
            "<table background=cid:a bgcolor=white><td nowrap rowspan=9999>x",
            "<table background=\"/parts/2\" bgcolor=\"#ffffff\"><tbody><tr><td nowrap=\"\">x</td></tr></tbody></table>",
        ),
        (
            "<font face=\"A, 'B'\" color=FF0000 size=+1>x",
            "<font face=\"A, 'B'\" color=\"#ff0000\" size=\"+1\">x</font>",
        ),
        (
            "<body dir=rtl style='margin:0'>x",
            "<div dir=\"rtl\" style=\"margin:0\">x</div>",
        ),
        (
            "<html lang=fr class=a><body class=b text=navy>x",
            "<div class=\"m_a m_b\" lang=\"fr\" style=\"color:#000080\">x</div>",
        ),
        ("<body link=red>x", "<style>a:link{color:#ff0000}</style>x"),
        (
            "a<style media=print>p{color:red}</style><style type=text/less>i{color:red}</style>",
            "<style>@media print{p{color:red}}</style>a",
        ),
        (
            "<form action=x>a<input name=b><button>c</button><label>d</label></form>",
            "acd",
        ),
        ("<select><option>a</select>b<textarea>c</textarea>d", "bd"),
        (
            "<script>a</script><noscript>b</noscript><iframe>c</iframe><template>d</template>e",
            "be",
        ),
        ("<svg><style>a</style><p>b", "<p>b</p>"),
        ("<math><mi>a</mi></math><o:p>b</o:p>", "b"),
        ("<xmp><b></xmp>", "&lt;b&gt;"),
        ("<!--[if mso]>a<![endif]--><![if !mso]>b<![endif]>", "b"),
        (
            "<details open ontoggle=x><summary>a</summary>b</details>",
            "<details open=\"\"><summary>a</summary>b</details>",
        ),
        ("<pre>\n\na</pre>", "<pre>\n\na</pre>"),
        (
            "<p style='display:none'>a</p>",
            "<p style=\"display:none\">a</p>",
        ),
        (
            "<p style=\"font-family:&quot;A&quot;\">a",
            "<p style=\"font-family:'A'\">a</p>",
        ),
        ("a&nbsp;&lt;b&gt;&amp;", "a&nbsp;&lt;b&gt;&amp;"),
        ("", ""),
    ];
    for (html, expected) in cases {
        let shown = shown(html, false);
        assert_eq!(shown.html.to_string(), expected, "{html}");
        assert!(!shown.too_complex);
    }
}

#[test]
fn a_blocked_image_leaves_its_place_and_no_address() {
    let html = "<img src=https://x.example/a.gif width=10 alt=b>\
        <table background=//x.example/b><td style='background:#fff url(https://x.example/c)'>";
    let options = Options {
        cid: &|_| None,
        remote: Remote::Block,
        boxes: false,
        dark: false,
    };
    let shown = sanitise(html, &options);
    assert_eq!(shown.blocked_remote, 3);
    assert_eq!(
        shown.html.to_string(),
        "<img width=\"10\" alt=\"b\"><table><tbody><tr><td style=\"background:#ffffff none\"></td></tr></tbody></table>"
    );
}

#[test]
fn dark_pages_turn_colours_unless_images_lie_behind() {
    let cases = [
        ("plain", DarkFit::Adapts, "plain"),
        (
            "<font color=black>x",
            DarkFit::Adapts,
            "<font color=\"#eeeeee\">x</font>",
        ),
        (
            "<table bgcolor=white>",
            DarkFit::Adapts,
            "<table bgcolor=\"#161616\"></table>",
        ),
        (
            "<p style='color:#000;background:cid:a'>x",
            DarkFit::Adapts,
            "<p style=\"color:#eeeeee\">x</p>",
        ),
        (
            "<p style='color:#000;background:url(cid:a)'>x",
            DarkFit::NeedsLightCard,
            "<p style=\"color:#000000;background:url('/parts/2')\">x</p>",
        ),
        (
            "<p style='background:linear-gradient(red,blue);background-clip:text'>x",
            DarkFit::NeedsLightCard,
            "<p style=\"background:linear-gradient(red,blue);background-clip:text\">x</p>",
        ),
        ("<img src=cid:a>", DarkFit::Adapts, "<img src=\"/parts/2\">"),
    ];
    for (html, fit, expected) in cases {
        let dark = shown(html, true);
        assert_eq!(dark.dark, fit, "{html}");
        assert_eq!(dark.html.to_string(), expected, "{html}");
        assert_eq!(shown(html, false).dark, fit, "{html}");
    }
}

#[test]
fn many_references_do_not_show_how_they_are_parted() {
    let html = format!("<p>{}</p>", "&amp;".repeat(1_000));
    assert_eq!(shown(&html, false).html.to_string(), html);
}

#[test]
fn what_is_too_complex_is_empty() {
    for html in [
        "<div>".repeat(1_000),
        format!("<p {}>", "a ".repeat(1_000)),
        "x".repeat(3 << 20),
    ] {
        let shown = shown(&html, false);
        assert!(shown.too_complex && shown.html.is_empty());
    }
}
