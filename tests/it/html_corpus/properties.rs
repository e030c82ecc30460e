//! What holds for any input, found by throwing pieces of markup together.

use proptest::{collection::vec, prelude::*, sample::select};
use restante::mail::html::{to_preview, to_text};

use super::{MODES, Mode};

/// Pieces that letters, and attacks on letters, are made of.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=https://a.example>",
    "<a href=javascript:x>",
    "</a>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<font color=red>",
    "</font>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mtext>",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<textarea>",
    "<noscript>",
    "</noscript>",
    "<template>",
    "</template>",
    "<select>",
    "<option>",
    "<form>",
    "</form>",
    "<button>",
    "</button>",
    "<iframe>",
    "</iframe>",
    "<xmp>",
    "</xmp>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x",
    "<pre>",
    "\n",
    "<plaintext>",
    "<script>",
    "</script>",
    "<li>",
    "<ul>",
    "<img src=cid:x>",
    "<img src=//t.example/x>",
    "<img src=x onerror=y>",
    "<body bgcolor=#fff text=navy>",
    "<p style=\"color:#333;position:fixed\">",
    "<div style='background:url(//t.example/b)'>",
    "<div class='a b' id=c>",
    "p{color:red}",
    ".a{background:url(http://t.example/)}",
    "@import url(//t.example);",
    "@media (max-width:600px){",
    "}",
    "{",
    "\\75rl(",
    "/*",
    "*/",
    "expression(",
    "\"",
    "'",
    ">",
    "<",
    "&lt;",
    "&#60;script&#62;",
    "&amp;",
    "text",
    " ",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "é",
    "<foreignObject>",
    "<annotation-xml encoding=text/html>",
    "<caption>",
    "<colgroup>",
    "<nobr>",
    "<h1>",
    "<hr>",
    "<br/>",
    "<center>",
    "<object>",
    "</object>",
    "<marquee>",
    "<applet>",
    "<details open ontoggle=x>",
    "<frameset>",
    "<html class=q>",
    "<head>",
    "</body>",
];

pub(super) fn letters() -> impl Strategy<Value = String> {
    vec(select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// No failure files beside the sources: the seeds of failures become cases of tables.
pub(super) fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_gets_through(html in letters(), mode in select(&MODES[..])) {
        let mode: Mode = mode;
        let problems = mode.problems(&html);
        prop_assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn any_text_is_survived(html in ".*", mode in select(&MODES[..])) {
        let mode: Mode = mode;
        let problems = mode.problems(&html);
        prop_assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn any_style_is_survived(css in ".*") {
        for html in [format!("<style>{css}</style>x"), format!("<p style='{css}'>x")] {
            let problems = MODES[2].problems(&html);
            prop_assert!(problems.is_empty(), "{problems:#?}");
        }
    }

    #[test]
    fn text_is_bounded_and_in_order(html in letters(), limit in 0_usize..100) {
        let text = to_text(&html);
        prop_assert!(!text.contains("\n\n\n\n"));
        prop_assert!(text.len() <= 4 * html.len() + 64);
        let preview = to_preview(&html, limit);
        prop_assert!(preview.chars().count() <= limit);
        prop_assert!(!preview.contains('\n'));
    }
}
