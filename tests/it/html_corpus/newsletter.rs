//! Letters as people get them, compared word for word with what should become of them. When a
//! change is meant, `RESTANTE_WRITE_GOLDEN=1` writes the new results to be looked through.

use std::{env, fs, path::PathBuf};

use restante::mail::html::{DarkFit, to_preview, to_text};

use super::Mode;

const LETTERS: [&str; 3] = ["newsletter", "outlook", "hostile"];

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/html")
        .join(name)
}

fn letter(name: &str) -> String {
    fs::read_to_string(file(&format!("{name}.html"))).unwrap()
}

fn compare(name: &str, found: &str) {
    let file = file(name);
    if env::var_os("RESTANTE_WRITE_GOLDEN").is_some() {
        fs::write(&file, found).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn letters_become_what_they_should() {
    for name in LETTERS {
        let html = letter(name);
        for (kind, proxy, dark) in [("blocked", false, false), ("dark", true, true)] {
            let problems = Mode { proxy, dark }.problems(&html);
            assert!(problems.is_empty(), "{name}: {problems:#?}");
            let shown = Mode { proxy, dark }.sanitise(&html).html.to_string();
            compare(&format!("{name}.{kind}.html"), &(shown + "\n"));
        }
        compare(&format!("{name}.txt"), &(to_text(&html) + "\n"));
    }
}

#[test]
fn what_was_left_out_is_counted() {
    let mode = |proxy| Mode { proxy, dark: true };
    let blocked = mode(false).sanitise(&letter("newsletter"));
    // The banner and the pixel; not what is never loaded, such as fonts and what `:hover` asks for.
    assert_eq!(blocked.blocked_remote, 2);
    assert_eq!(blocked.dark, DarkFit::Adapts);
    let hostile = mode(false).sanitise(&letter("hostile"));
    assert_eq!(hostile.blocked_remote, 3);
    assert_eq!(hostile.dark, DarkFit::Adapts);
    let hostile = mode(true).sanitise(&letter("hostile"));
    assert_eq!(hostile.dark, DarkFit::NeedsLightCard);
}

#[test]
fn lists_show_the_line_that_was_hidden_for_them() {
    assert_eq!(
        to_preview(&letter("newsletter"), 60),
        "Tides, timetables and a new bench on the quay. Low water on "
    );
}
