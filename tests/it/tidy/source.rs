//! Sizes, headings, words and SQL in our source files.

use super::{File, all, each, files};

/// Longer files are to be divided by topic.
const LONGEST: usize = 500;

#[test]
fn files_stay_short() {
    let rule = |file: &File| {
        let lines = file.text.lines().count();
        let code = file.ends_with(&[".rs", ".js", ".mjs", ".ts", ".css", ".html"]);
        let long = code && lines > LONGEST;
        long.then(|| file.complain(lines, "more than 500 lines"))
            .into_iter()
            .collect()
    };
    each(
        &files(&["src", "tests", "examples", "benches", "static", "templates"]),
        rule,
    );
    assert_eq!(rule(&File::new("src/x.rs", &"\n".repeat(501))).len(), 1);
}

/// The first line says what a file is for.
#[test]
fn every_source_file_opens_with_what_it_is_for() {
    let rule = |file: &File| {
        let missing = file.ends_with(&[".rs"]) && !file.text.starts_with("//! ");
        missing
            .then(|| file.complain(1, "does not open with //!"))
            .into_iter()
            .collect()
    };
    each(
        &files(&["src", "tests", "examples", "benches", "build.rs"]),
        rule,
    );
    assert_eq!(rule(&File::new("src/x.rs", "use a;\n//! Late.")).len(), 1);
}

/// Plans belong in issues, and a path of one machine is wrong on the next.
#[test]
fn nothing_is_left_for_later_or_tied_to_one_machine() {
    each(&all(), words);
    let planted = format!(
        "// {}: this\nlet x = \"{}/main\";\n",
        "TO".to_owned() + "DO",
        "/wo".to_owned() + "rk"
    );
    assert_eq!(words(&File::new("src/x.rs", &planted)).len(), 2);
}

fn words(file: &File) -> Vec<String> {
    // In halves, so that this file passes its own rule.
    let banned = [
        ("TO", "DO"),
        ("FIX", "ME"),
        ("XX", "X:"),
        ("todo", "!("),
        ("unimple", "mented!("),
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("(to be ", "written)"),
    ];
    let mut complaints = Vec::new();
    for (line, text) in file.lines() {
        for (first, second) in banned {
            let word = format!("{first}{second}");
            if text.contains(&word) {
                complaints.push(file.complain(line, &format!("has {word}")));
            }
        }
    }
    complaints
}

/// SQL is text known at compile time. Where a statement must be built, `AssertSqlSafe` stands
/// below a comment that says why it is safe.
#[test]
fn sql_is_not_put_together_from_values() {
    each(&files(&["src"]), sql);
    let bad = "let q = format!(\n    \"SELECT x FROM y WHERE z = '{name}'\");";
    assert_eq!(
        sql(&File::new("src/store/x.rs", bad)),
        ["src/store/x.rs:1: format! makes SQL"]
    );
    let bad = "\n\n\n\nquery(AssertSqlSafe(text))";
    assert_eq!(sql(&File::new("src/store/x.rs", bad)).len(), 1);
    let good = "// Safe: numbers only.\nquery(AssertSqlSafe(text))\nformat!(\"select all {x}\")";
    assert!(sql(&File::new("src/store/x.rs", good)).is_empty());
}

fn sql(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    let lines: Vec<&str> = file.text.lines().collect();
    for (line, text) in file.lines() {
        let around = |after: usize| lines[line - 1..lines.len().min(line + after)].join("\n");
        let explained = || {
            let before = &lines[line.saturating_sub(6)..line];
            before.iter().any(|text| text.contains("// "))
        };
        if text.contains("format!(") {
            let piece = around(2);
            let verbs = [
                "\"SELECT ",
                "\"INSERT INTO ",
                "\"UPDATE ",
                "\"DELETE FROM ",
                "\"ALTER ",
            ];
            if verbs.iter().any(|verb| piece.contains(verb)) && !explained() {
                complaints.push(file.complain(line, "format! makes SQL"));
            }
        }
        if text.contains("AssertSqlSafe(") && !explained() {
            complaints.push(file.complain(line, "AssertSqlSafe without a reason above it"));
        }
    }
    complaints
}
