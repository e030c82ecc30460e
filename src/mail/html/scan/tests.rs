//! Tables for the tokenizer.

use super::{MAX_ATTRIBUTES, Raw, Scanner, Token};

fn tokens(html: &str) -> String {
    let mut scanner = Scanner::new(html);
    let mut all = Vec::new();
    while let Some(token) = scanner.next() {
        all.push(match token {
            Token::Text(text) => format!("'{text}'"),
            Token::Comment => "!".to_owned(),
            Token::End(name) => format!("/{name}"),
            Token::Start { name, self_closing } => {
                let attributes: String = scanner
                    .attributes()
                    .iter()
                    .map(|(name, value)| format!(" {name}={value}"))
                    .collect();
                if matches!(name, "style" | "title") {
                    scanner.raw(Raw::Verbatim, name);
                }
                if name == "plaintext" {
                    scanner.raw(Raw::Forever, name);
                }
                format!("{name}{attributes}{}", if self_closing { "/" } else { "" })
            }
        });
    }
    all.join(" ")
}

#[test]
fn markup_is_taken_apart_as_browsers_do() {
    let cases = [
        ("a<b>c</b>", "'a' b 'c' /b"),
        ("<A HREF=x>", "A HREF=x"),
        ("<a b='c d' e=\"f>g\" h i = j>", "a b=c d e=f>g h= i=j"),
        ("<a b='1'c=\"2\"/d/>", "a b=1 c=2 d=/"),
        ("<a/b/c>", "a b= c="),
        ("<a =b>", "a =b="),
        ("<a b=/>", "a b=/"),
        ("<br/><br />", "br/ br/"),
        ("<img src=x/onerror=y>", "img src=x/onerror=y"),
        ("<a b=\n'c'>", "a b=c"),
        ("</a b=c>", "/a"),
        ("a < b <3", "'a ' '< b ' '<3'"),
        ("<é>", "'<é>'"),
        ("<!-- a > b -->c", "! 'c'"),
        ("<!-->a<!--->b", "! 'a' ! 'b'"),
        ("<!--a--!>b<!--a--->c", "! 'b' ! 'c'"),
        ("<!--a", "!"),
        (
            "<!doctype html>a<!x>b<?php ?>c</ x>d</>e",
            "! 'a' ! 'b' ! 'c' ! 'd' ! 'e'",
        ),
        ("<![CDATA[a]]>b", "! 'b'"),
        ("<!--[if mso]><p>a</p><![endif]-->b", "! 'b'"),
        ("<![if !mso]>a<![endif]>", "! 'a' !"),
        ("<style>a<b></Style >c", "style 'a<b>' /Style 'c'"),
        (
            "<style>a</styles>b</style/>c",
            "style 'a</styles>b' /style 'c'",
        ),
        ("<style>a", "style 'a'"),
        ("<plaintext>a</plaintext>", "plaintext 'a</plaintext>'"),
        ("a<b c='d", "'a' !"),
        ("a<", "'a' '<'"),
        ("a</", "'a' '</'"),
        ("<a\u{c}b>", "a b="),
        ("", ""),
    ];
    for (html, expected) in cases {
        assert_eq!(tokens(html), expected, "{html}");
    }
}

#[test]
fn attributes_are_bounded() {
    for count in [MAX_ATTRIBUTES, MAX_ATTRIBUTES + 1, 5_000] {
        let html = format!("<p {}>", "a=1 ".repeat(count));
        let mut scanner = Scanner::new(&html);
        scanner.next();
        assert_eq!(scanner.attributes().len(), count.min(MAX_ATTRIBUTES));
        assert_eq!(scanner.too_many_attributes(), count > MAX_ATTRIBUTES);
    }
}
