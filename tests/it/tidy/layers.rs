//! Arrows go down only: which module may name which, and which crate belongs to which layer.

use super::{File, each, files};

/// A module, and what it may name of the crate. `clock` and `config` are leaves that all but
/// `mail` may name; a module may always name itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("config", &[]),
    ("mail", &[]),
    ("net", &["mail"]),
    ("imap", &["net", "mail"]),
    ("pop3", &["net", "mail"]),
    ("smtp", &["net", "mail"]),
    ("sieve", &["net", "mail"]),
    ("store", &["mail"]),
    (
        "engine",
        &["imap", "pop3", "smtp", "sieve", "net", "store", "mail"],
    ),
    // What the doors share of HTTP.
    ("door", &["mail"]),
    ("web", &["door", "engine", "mail"]),
    ("api", &["door", "engine", "mail"]),
    ("jmap", &["door", "engine", "mail"]),
];

/// Crates that a layer must not name.
const FOREIGN: &[(&str, &[&str])] = &[
    (
        "mail",
        &[
            "tokio",
            "tokio_util",
            "axum",
            "sqlx",
            "async_imap",
            "reqwest",
            "rustls",
        ],
    ),
    ("net", &["axum", "sqlx", "async_imap", "askama"]),
    ("imap", &["axum", "sqlx", "askama"]),
    ("pop3", &["axum", "sqlx", "async_imap", "askama"]),
    ("smtp", &["axum", "sqlx", "async_imap", "askama"]),
    ("sieve", &["axum", "sqlx", "async_imap", "askama"]),
    ("store", &["axum", "async_imap", "reqwest", "askama"]),
    ("engine", &["axum", "async_imap", "askama", "sqlx"]),
    ("web", &["sqlx", "async_imap", "reqwest", "rustls"]),
    ("api", &["sqlx", "async_imap", "reqwest", "rustls"]),
    ("jmap", &["sqlx", "async_imap", "reqwest", "rustls"]),
];

#[test]
fn arrows_go_down_only() {
    each(&files(&["src"]), layers);
    let bad = File::new(
        "src/mail/x.rs",
        "use crate::{\n    clock::Clock,\n    mail::id,\n};",
    );
    assert_eq!(layers(&bad), ["src/mail/x.rs:1: mail must not name clock"]);
    let bad = File::new(
        "src/web/x.rs",
        "// crate::store\nfn f() { crate::store::x(); }",
    );
    assert_eq!(layers(&bad), ["src/web/x.rs:2: web must not name store"]);
    let bad = File::new("src/web.rs", "use super::imap::Client;");
    assert_eq!(layers(&bad), ["src/web.rs:1: web must not name imap"]);
    let good = File::new(
        "src/engine/x.rs",
        "use crate::{config::{Config, Url}, imap, store::S};",
    );
    assert!(layers(&good).is_empty());
}

#[test]
fn crates_stay_in_their_layer() {
    each(&files(&["src"]), foreign);
    let bad = File::new(
        "src/mail/html.rs",
        "fn f() {\n    let x = tokio::spawn(y);\n}",
    );
    assert_eq!(
        foreign(&bad),
        ["src/mail/html.rs:2: mail must not name tokio"]
    );
    let good = File::new(
        "src/mail/html.rs",
        "// tokio::spawn is not for us\nuse my_tokio::x;",
    );
    assert!(foreign(&good).is_empty());
}

/// Files and sockets are for the layers above.
#[test]
fn mail_does_no_input_or_output() {
    let rule = |file: &File| {
        let words = [
            "std::fs",
            "std::net",
            "std::process",
            "std::thread",
            "std::env",
        ];
        let code = code(file);
        let named = words.iter().filter(|word| code.contains(*word));
        named
            .map(|word| file.complain(1, &format!("mail must not name {word}")))
            .collect()
    };
    each(&files(&["src/mail.rs", "src/mail"]), rule);
    let bad = File::new("src/mail/x.rs", "fn f() { std::fs::read(\"x\"); }");
    assert_eq!(rule(&bad).len(), 1);
}

fn layers(file: &File) -> Vec<String> {
    let Some(layer) = layer(file) else {
        return vec![];
    };
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![];
    };
    let may = |name: &str| {
        let leaf = layer != "mail" && matches!(name, "clock" | "config");
        name == layer || leaf || allowed.contains(&name)
    };
    let code = code(file);
    let top_level = file.path.matches('/').count() == 1;
    let mut named = names_after(&code, "crate::");
    if top_level {
        named.extend(names_after(&code, "use super::"));
    }
    named.retain(|(_, name)| LAYERS.iter().any(|(known, _)| known == name) && !may(name));
    let complain = |(line, name): &(usize, String)| {
        file.complain(*line, &format!("{layer} must not name {name}"))
    };
    named.iter().map(complain).collect()
}

fn foreign(file: &File) -> Vec<String> {
    let layer = layer(file);
    let Some((layer, banned)) = FOREIGN.iter().find(|(name, _)| Some(*name) == layer) else {
        return vec![];
    };
    let mut complaints = Vec::new();
    for (line, text) in (1..).zip(code(file).lines()) {
        for name in *banned {
            let named = text.match_indices(&format!("{name}::")).any(|(at, _)| {
                !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            });
            if named {
                complaints.push(file.complain(line, &format!("{layer} must not name {name}")));
            }
        }
    }
    complaints
}

/// The module directly below the crate that a file belongs to.
fn layer(file: &File) -> Option<&str> {
    let inside = file.path.strip_prefix("src/")?;
    inside.split(['/', '.']).next()
}

/// The file without its comments; lines stay where they are.
fn code(file: &File) -> String {
    let strip = |line: &str| {
        let comment = line.find("//").filter(|at| !line[..*at].contains('"'));
        comment.map_or(line, |at| &line[..at]).to_owned() + "\n"
    };
    file.text.lines().map(strip).collect()
}

/// The first name of each path after a prefix, groups in braces included, with its line.
fn names_after(code: &str, prefix: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + prefix.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.push((line, first_name(rest)));
            continue;
        };
        let (mut depth, mut start) = (1, 0);
        for (place, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => {
                    names.push((line, first_name(&group[start..place])));
                    start = place + 1;
                }
                _ => {}
            }
            if depth == 0 {
                names.push((line, first_name(&group[start..place])));
                break;
            }
        }
    }
    names.retain(|(_, name)| !name.is_empty());
    names
}

fn first_name(text: &str) -> String {
    let text = text.trim_start();
    text.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}
