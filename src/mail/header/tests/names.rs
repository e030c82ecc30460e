//! File names.

use super::*;

#[test]
fn names_are_made_safe() {
    let cases = [
        ("report.pdf", Some("report.pdf")),
        ("Übersicht 2026.pdf", Some("Übersicht 2026.pdf")),
        ("../../etc/passwd", Some("passwd")),
        ("..\\..\\windows\\x.txt", Some("x.txt")),
        ("C:\\Users\\me\\a.txt", Some("a.txt")),
        ("/etc/passwd", Some("passwd")),
        ("AC/DC.mp3", Some("AC_DC.mp3")),
        (".htaccess", Some("htaccess")),
        ("...", None),
        (".", None),
        ("", None),
        ("  ", None),
        ("-rf", Some("_rf")),
        ("x.html. ", Some("x.html")),
        ("a.txt\0.html", Some("a.txt.html")),
        ("a\r\nSet-Cookie: x=1", Some("a Set-Cookie_ x=1")),
        ("invoice\u{202e}fdp.exe", Some("invoicefdp.exe")),
        ("report.pdf                 .exe", Some("report.pdf .exe")),
        (
            "<img src=x onerror=alert(1)>.txt",
            Some("_img src=x onerror=alert(1)_.txt"),
        ),
        ("file.txt:stream.exe", Some("file.txt_stream.exe")),
        ("con", Some("_con")),
        ("NUL.txt", Some("_NUL.txt")),
        ("com1.log", Some("_com1.log")),
        ("comet.log", Some("comet.log")),
        ("/", Some("_")),
    ];
    for (text, expected) in cases {
        assert_eq!(safe_filename(text).as_deref(), expected, "{text:?}");
    }
}

#[test]
fn long_names_keep_their_extension() {
    let name = safe_filename(&format!("{}.pdf", "é".repeat(300))).unwrap();
    assert!(name.len() <= 255 && name.ends_with("é.pdf"));
    let name = safe_filename(&"x.".repeat(300)).unwrap();
    assert!(name.len() <= 255);
    // Cut behind a dot that begins no extension.
    let name = safe_filename(&format!("{}.{}", "x".repeat(254), "y".repeat(40))).unwrap();
    assert_eq!(name, "x".repeat(254));
}

proptest! {
    #[test]
    fn any_name_is_safe(text in any::<String>()) {
        if let Some(name) = safe_filename(&text) {
            prop_assert!((1..=255).contains(&name.len()));
            prop_assert!(!name.contains(|c: char| c.is_control() || "/\\".contains(c)));
            prop_assert!(!name.starts_with(['.', '-', ' ']) && !name.ends_with(['.', ' ']));
            prop_assert_eq!(safe_filename(&name), Some(name.clone()), "twice is as once");
        }
    }
}
