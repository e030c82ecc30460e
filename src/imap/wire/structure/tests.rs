//! Body structures: numbering, fields, oddities, bounds.

use super::*;
use crate::imap::wire::token::Reader;

fn read(raw: &str) -> Option<Part> {
    structure(&Value::read(&mut Reader::new(raw.as_bytes())).ok()?)
}

/// Each part as `section type`, in the order of the tree.
fn outline(raw: &str) -> Vec<String> {
    let root = read(raw).expect(raw);
    let mut lines = Vec::new();
    let mut parts = vec![&root];
    while let Some(part) = parts.pop() {
        lines.push(format!("{} {}", part.section, part.media_type));
        parts.extend(part.children.iter().rev());
    }
    lines
}

const TEXT: &str = r#"("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 1 NIL NIL NIL NIL)"#;
const ENVELOPE: &str = r#"(NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL)"#;

fn message(body: &str) -> String {
    format!(
        r#"("message" "rfc822" NIL NIL NIL "7bit" 99 {ENVELOPE} {body} 9 NIL ("attachment" ("filename" "f.eml")) NIL NIL)"#
    )
}

#[test]
fn sections_are_numbered_as_servers_do() {
    let mixed = format!(r#"({TEXT}{TEXT} "mixed" ("boundary" "b") NIL NIL NIL)"#);
    let nested = format!("({mixed}{}{} \"MIXED\")", message(&mixed), message(TEXT));
    let twice = message(&message(&mixed));
    for (raw, expected) in [
        (TEXT.to_owned(), vec!["1 text/plain"]),
        (
            mixed.clone(),
            vec![" multipart/mixed", "1 text/plain", "2 text/plain"],
        ),
        (
            nested,
            vec![
                " multipart/mixed",
                "1 multipart/mixed",
                "1.1 text/plain",
                "1.2 text/plain",
                "2 message/rfc822",
                " multipart/mixed",
                "2.1 text/plain",
                "2.2 text/plain",
                "3 message/rfc822",
                "3.1 text/plain",
            ],
        ),
        (message(TEXT), vec!["1 message/rfc822", "1.1 text/plain"]),
        (
            message(&mixed),
            vec![
                "1 message/rfc822",
                " multipart/mixed",
                "1.1 text/plain",
                "1.2 text/plain",
            ],
        ),
        (
            twice,
            vec![
                "1 message/rfc822",
                "1.1 message/rfc822",
                " multipart/mixed",
                "1.1.1 text/plain",
                "1.1.2 text/plain",
            ],
        ),
        (
            format!("(() {TEXT} \"mixed\")"),
            vec![" multipart/mixed", "2 text/plain"],
        ),
    ] {
        assert_eq!(outline(&raw), expected, "{raw}");
    }
}

#[test]
fn fields_of_a_part() {
    let part = read(concat!(
        r#"("APPLICATION" "PDF" ("NAME" "wrong.pdf") " <a@b> " "some \"text\"" "BASE64" 4096 "md5" "#,
        r#"("ATTACHMENT" ("size" "4" "filename*" "utf-8''%E2%82%AC rates.pdf")) ("en" "fr") "x/y")"#
    ))
    .unwrap();
    assert_eq!(part.media_type, "application/pdf");
    assert_eq!((part.encoding.as_str(), part.size), ("base64", 4096));
    assert_eq!(part.cid.as_deref(), Some("a@b"));
    assert_eq!(part.disposition.as_deref(), Some("attachment"));
    assert_eq!(part.filename.as_deref(), Some("\u{20ac} rates.pdf"));
    let text = read(r#"("text" "plain" ("charset" "UTF-8" "format" "FLOWED" "delsp" "Yes") NIL NIL "QUOTED-printable" 5 1)"#).unwrap();
    assert_eq!(text.charset.as_deref(), Some("UTF-8"));
    assert!(text.flowed && text.delsp);
    let made_up = read(&TEXT.replace("utf-8", "US-ASCII")).unwrap();
    assert_eq!(made_up.charset, None);
    assert_eq!(text.encoding, "quoted-printable");
    assert_eq!(
        (text.disposition, text.filename, text.cid),
        (None, None, None)
    );
}

#[test]
fn the_disposition_is_known_by_its_shape() {
    for (rest, disposition, filename) in [
        (r#"5 1 NIL ("inline" NIL) NIL NIL"#, Some("inline"), None),
        (
            r#"5 1 NIL ("inline" ("filename" "a")) ("en")"#,
            Some("inline"),
            Some("a"),
        ),
        (r#"5 1 NIL ("attachment")"#, Some("attachment"), None),
        (r#"5 1 NIL (NIL NIL) NIL NIL"#, None, None),
        (
            r#"5 1 NIL ("form-data" ("name" "a"))"#,
            Some("attachment"),
            Some("a"),
        ),
        (r#"5 1 NIL NIL ("en" "fr") NIL"#, None, None),
        (
            r#"5 1 "md5" ("inline" ()) NIL ("ext" (("a") 7)) 9"#,
            Some("inline"),
            None,
        ),
        // Lines are missing, or NIL.
        (
            r#"5 NIL ("attachment" ("filename" "a"))"#,
            Some("attachment"),
            Some("a"),
        ),
        (
            r#"5 NIL NIL ("attachment" ("filename" "a"))"#,
            Some("attachment"),
            Some("a"),
        ),
    ] {
        let raw = format!(r#"("text" "plain" NIL NIL NIL "7bit" {rest})"#);
        let part = read(&raw).unwrap();
        assert_eq!(part.disposition.as_deref(), disposition, "{raw}");
        assert_eq!(part.filename.as_deref(), filename, "{raw}");
    }
    let multipart = read(&format!(
        r#"({TEXT} "mixed" ("boundary" "b") ("inline" ("filename" "x")) ("en"))"#
    ))
    .unwrap();
    assert_eq!(multipart.disposition.as_deref(), Some("inline"));
    assert_eq!(multipart.filename.as_deref(), Some("x"));
    assert_eq!((multipart.encoding.as_str(), multipart.size), ("", 0));
}

#[test]
fn file_names_of_all_kinds() {
    for (parameters, name) in [
        (r#"("filename" "a b.pdf")"#, Some("a b.pdf")),
        (r#"("FILENAME" plain.txt)"#, Some("plain.txt")),
        // Dovecot joins the pieces and keeps the encoding; others send all as it came.
        (
            r#"("filename*" "utf-8''%E2%82%AC rates.pdf")"#,
            Some("\u{20ac} rates.pdf"),
        ),
        (
            r#"("filename*1*" "%82%AC.pdf" "filename*0*" "utf-8''x%E2")"#,
            Some("x\u{20ac}.pdf"),
        ),
        (
            r#"("filename" "fallback.txt" "filename*" "iso-8859-1'de'%fcber.txt")"#,
            Some("\u{fc}ber.txt"),
        ),
        (
            r#"("filename*0" "long " "filename*1" "name.txt")"#,
            Some("long name.txt"),
        ),
        // A pair that can't be read keeps the others in step.
        (
            r#"("size" NIL ("odd") "x" "filename" "a.txt")"#,
            Some("a.txt"),
        ),
        (r#"("filename" "../../x")"#, Some("x")),
        (r#"("filename" NIL)"#, None),
        (r#"("filename")"#, None),
        ("()", None),
        ("NIL", None),
    ] {
        let raw =
            format!(r#"("text" "plain" NIL NIL NIL "7bit" 5 1 NIL ("attachment" {parameters}))"#);
        assert_eq!(read(&raw).unwrap().filename.as_deref(), name, "{raw}");
    }
}

#[test]
fn locations_and_methods() {
    for (rest, location) in [
        (
            r#"5 1 NIL ("inline" NIL) NIL "http://x/ y""#,
            Some("http://x/y"),
        ),
        (r#"5 1 NIL NIL ("en" "fr") "a.png""#, Some("a.png")),
        (r#"5 1 NIL NIL NIL NIL"#, None),
        (r#"5 1"#, None),
    ] {
        let raw = format!(r#"("text" "calendar" ("METHOD" "Request") NIL NIL "7bit" {rest})"#);
        let part = read(&raw).unwrap();
        assert_eq!(part.location.as_deref(), location, "{raw}");
        assert_eq!(part.method.as_deref(), Some("request"));
    }
    let raw = format!(r#"({TEXT} "related" ("boundary" "b") NIL NIL "base/")"#);
    assert_eq!(read(&raw).unwrap().location.as_deref(), Some("base/"));
    let raw = r#"("image" "png" ("method" "x") NIL NIL "base64" 5 NIL NIL NIL "a.png")"#;
    let image = read(raw).unwrap();
    assert_eq!(
        (image.location.as_deref(), image.method),
        (Some("a.png"), None)
    );
}

#[test]
fn odd_structures_are_read() {
    for (raw, expected) in [
        (
            r#"("MIXED" ("boundary" "b") NIL NIL NIL)"#,
            vec![" multipart/mixed"],
        ),
        (r#"("MIXED")"#, vec![" multipart/mixed"]),
        (r#"("MIXED" NIL NIL NIL)"#, vec![" multipart/mixed"]),
        (r#"(() "MIXED")"#, vec![" multipart/mixed"]),
        (
            r#"(("text" "plain" () NIL NIL "7bit" 5 1) ("text" "html" NIL NIL NIL "7bit" 5 1) "alternative")"#,
            vec![" multipart/alternative", "1 text/plain", "2 text/html"],
        ),
        (
            r#"(("text" "plain" NIL NIL NIL "7bit" 5 1))"#,
            vec![" multipart/mixed", "1 text/plain"],
        ),
        (r#"(text plain NIL NIL NIL 7bit 5 1)"#, vec!["1 text/plain"]),
        (r#"(NIL NIL NIL NIL NIL NIL NIL)"#, vec!["1 text/plain"]),
        (
            r#"("text" "html; charset=x" NIL NIL NIL "7bit" 5 1)"#,
            vec!["1 text/html"],
        ),
        (
            r#"("image" "<b>" NIL NIL NIL "7bit" 5)"#,
            vec!["1 application/octet-stream"],
        ),
        (
            r#"("application" NIL NIL NIL NIL "7bit" NIL)"#,
            vec!["1 application/octet-stream"],
        ),
        (
            r#"("text" NIL ("charset" NIL) NIL NIL "7bit" -5 1)"#,
            vec!["1 text/plain"],
        ),
        (
            "(\"te xt<\" \"pl\\\"ain\r\u{1}\" NIL NIL NIL \"7bit\" 99999999999999999999 1)",
            vec!["1 application/octet-stream"],
        ),
        (
            r#"("message" "rfc822" NIL NIL NIL "base64" 9 NIL ("attachment" ("filename" "x.eml")) NIL NIL)"#,
            vec!["1 message/rfc822"],
        ),
        (
            r#"("message" "rfc822" NIL NIL NIL "7bit" 9 NIL NIL 3 NIL NIL)"#,
            vec!["1 message/rfc822"],
        ),
        (
            r#"("message" "rfc822" NIL NIL NIL "7bit" 9 () ("text" "plain" NIL NIL NIL "7bit" 5 1) 3)"#,
            vec!["1 message/rfc822", "1.1 text/plain"],
        ),
        (
            r#"("message" "global" NIL NIL NIL "8bit" 9 NIL ("text" "plain" NIL NIL NIL "7bit" 5 1) 3)"#,
            vec!["1 message/global", "1.1 text/plain"],
        ),
        (
            r#"("message" "delivery-status" NIL NIL NIL "7bit" 9)"#,
            vec!["1 message/delivery-status"],
        ),
        ("()", vec!["1 text/plain"]),
    ] {
        assert_eq!(outline(raw), expected, "{raw}");
    }
    let encoded = r#"("message" "rfc822" NIL NIL NIL "base64" 9 NIL ("attachment" ("filename" "x.eml")) NIL NIL)"#;
    assert_eq!(read(encoded).unwrap().filename.as_deref(), Some("x.eml"));
    assert_eq!(
        read(&message(TEXT)).unwrap().filename.as_deref(),
        Some("f.eml")
    );
    assert_eq!(read("NIL"), None);
    assert_eq!(read("\"text\""), None);
}

#[test]
fn depth_and_number_are_bounded() {
    let deep = |levels: usize| {
        format!(
            "{}{TEXT}{}",
            "(".repeat(levels),
            " \"mixed\")".repeat(levels)
        )
    };
    assert!(read(&deep(DEPTH - 1)).is_some());
    assert_eq!(read(&deep(DEPTH)), None);
    assert_eq!(read(&deep(10_000)), None);
    let messages = (0..DEPTH).fold(TEXT.to_owned(), |body, _| message(&body));
    assert_eq!(read(&messages), None);
    let wide = |parts: usize| format!("({} \"mixed\")", TEXT.repeat(parts));
    assert_eq!(read(&wide(PARTS - 1)).unwrap().children.len(), PARTS - 1);
    assert_eq!(read(&wide(PARTS)), None);
}
