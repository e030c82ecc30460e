//! Tables of letters and the text that people should read.

use super::{to_preview, to_text};

#[test]
fn letters_read_well_as_text() {
    let cases = [
        ("<p>a</p><p>b", "a\n\nb"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<div>a</div><div>b<div>c</div></div>d", "a\nb\nc\nd"),
        (" a \n b&nbsp;<b>c</b>d ", "a b cd"),
        (
            "<ul><li>a<li>b<ol><li>c</li><li>d</ol></ul>e",
            "• a\n• b\n\n  1. c\n  2. d\n\ne",
        ),
        (
            "<blockquote><p>a</p><p>b</p><blockquote>c</blockquote></blockquote>d",
            "> a\n>\n> b\n>\n>> c\n\nd",
        ),
        ("a<blockquote>b</blockquote>", "a\n\n> b"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("<h1>a</h1>b<hr>c", "a\n\nb\n\n———\n\nc"),
        ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
        (
            "<a href=https://x.example/y>here</a>",
            "here <https://x.example/y>",
        ),
        ("<a href=https://x.example/>x.example</a>", "x.example"),
        ("<a href=mailto:a@x.example>a@x.example</a>", "a@x.example"),
        ("<a href=javascript:x>here</a>", "here"),
        ("<img alt='a &amp; b' src=x>c", "a & bc"),
        ("<p hidden>a</p>b", "b"),
        ("<div style='DISPLAY : none !important'>a<p>b</div>c", "c"),
        (
            "<div style='font-size:0px'>a</div><div style='max-height:0'>b</div>c",
            "c",
        ),
        ("<p style='display:none'>a<p>b", "b"),
        ("<table><tr><td style=display:none>a<td>b</table>", "b"),
        ("<div><svg><text>a</div>b", "b"),
        (
            "<title>a</title><style>b</style><script>c</script><!-- d -->e",
            "e",
        ),
        ("<select><option>a</select><textarea>b</textarea>c", "c"),
        ("<o:p/>a", "a"),
        ("a\u{200b}\u{202e}b", "ab"),
        ("<b>a", "a"),
        ("a < b &lt; c", "a < b < c"),
        ("a<b", "a"),
        ("", ""),
    ];
    for (html, expected) in cases {
        assert_eq!(to_text(html), expected, "{html}");
    }
}

#[test]
fn previews_are_one_line() {
    let cases = [
        ("<p>a</p><p>b", 10, "a b"),
        (
            "<div style='display:none'>first&zwnj;&nbsp;&zwnj;&nbsp;</div><p>second",
            20,
            "first second",
        ),
        ("<a href=https://x.example>here</a> é", 6, "here é"),
        ("<img alt=logo>text", 10, "text"),
        ("ééééé", 3, "ééé"),
        ("می\u{200c}خواهم", 20, "می\u{200c}خواهم"),
        ("<style>a", 10, ""),
    ];
    for (html, limit, expected) in cases {
        assert_eq!(to_preview(html, limit), expected, "{html}");
    }
}
