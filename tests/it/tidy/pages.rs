//! Templates and browser code: what our Content-Security-Policy forbids is not written, nothing
//! unescaped gets out, and no template lies unused.

use super::{File, each, files, none};

/// Templates that print a value unescaped, and why that value is safe.
const UNESCAPED: &[(&str, &str)] = &[(
    "templates/message/document.html",
    "prints SanitizedHtml, which only the sanitiser makes, into a document of its own",
)];

#[test]
fn every_template_is_used() {
    none(&unused(
        &files(&["templates"]),
        &files(&["src", "templates"]),
    ));
    let lone = [
        File::new("templates/a.html", ""),
        File::new("templates/b.html", ""),
    ];
    let users = [File::new("src/x.rs", "#[template(path = \"a.html\")]")];
    assert_eq!(
        unused(&lone, &users),
        ["templates/b.html:1: no template or page names it"]
    );
}

fn unused(templates: &[File], users: &[File]) -> Vec<String> {
    let lonely = templates.iter().filter(|template| {
        let name = template.path.trim_start_matches("templates/");
        let quoted = format!("\"{name}\"");
        !users.iter().any(|user| user.text.contains(&quoted))
    });
    lonely
        .map(|template| template.complain(1, "no template or page names it"))
        .collect()
}

#[test]
fn templates_escape_everything() {
    each(&files(&["templates"]), escaping);
    let bad = File::new(
        "templates/a.html",
        "<b>{{ name|safe }}</b>\n{% autoescape false %}",
    );
    assert_eq!(escaping(&bad).len(), 2);
}

fn escaping(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    for (line, text) in file.lines() {
        let compact: String = text.split_whitespace().collect();
        let known = UNESCAPED.iter().any(|(path, _)| *path == file.path);
        if compact.contains("|safe") && !known {
            complaints.push(file.complain(line, "prints unescaped; list it with its reason"));
        }
        if compact.contains("autoescape") || compact.contains("|escape(\"none\")") {
            complaints.push(file.complain(line, "changes the escaping"));
        }
    }
    complaints
}

/// Inline scripts, styles and handlers would not run anyway.
#[test]
fn templates_keep_to_the_content_security_policy() {
    each(&files(&["templates"]), policy);
    let bad =
        "<p style=\"x\">\n<a href=\"javascript:x\" onclick=\"y\">\n<script>z</script>\n<style>";
    assert_eq!(policy(&File::new("templates/a.html", bad)).len(), 5);
    let good = "<script type=\"module\" src=\"{{ x }}\"></script><p data-style=\"x\" class=\"on\">";
    assert!(policy(&File::new("templates/a.html", good)).is_empty());
}

/// The one document with a policy of its own, which allows styles and nothing else.
const CAGED: &str = "templates/message/document.html";

fn policy(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    if file.path == CAGED {
        return complaints;
    }
    for (line, text) in file.lines() {
        let lower = text.to_lowercase();
        if lower.contains(" style=") || lower.contains("<style") {
            complaints.push(file.complain(line, "has a style of its own; use a class"));
        }
        if lower.contains("javascript:") {
            complaints.push(file.complain(line, "has a javascript: link"));
        }
        let inline = lower.match_indices("<script").any(|(at, _)| {
            let tag = lower[at..].split('>').next().unwrap_or_default();
            !tag.contains(" src=")
        });
        if inline {
            complaints.push(file.complain(line, "has a script of its own"));
        }
        let handler = lower.match_indices(" on").any(|(at, _)| {
            let name: String = lower[at + 1..]
                .chars()
                .take_while(char::is_ascii_alphabetic)
                .collect();
            name.len() > 3 && lower[at + 1 + name.len()..].starts_with("=\"")
        });
        if handler {
            complaints.push(file.complain(line, "has an event handler; use data-action"));
        }
    }
    complaints
}

/// Text from the server or from mail never becomes markup in the browser.
#[test]
fn browser_code_makes_no_markup_from_text() {
    each(&files(&["static/js"]), markup);
    let bad = File::new(
        "static/js/x.js",
        "a.innerHTML = b;\neval(c)\n// innerHTML is for others",
    );
    assert_eq!(markup(&bad).len(), 2);
}

fn markup(file: &File) -> Vec<String> {
    let banned = [
        ".innerHTML",
        ".outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function(",
    ];
    let mut complaints = Vec::new();
    for (line, text) in file.lines() {
        let code = text.split("//").next().unwrap_or_default();
        for word in banned.iter().filter(|word| code.contains(**word)) {
            complaints.push(file.complain(line, &format!("uses {word}")));
        }
    }
    complaints
}

/// One style sheet's author must not have to fight another's.
#[test]
fn styles_need_no_force() {
    let rule = |file: &File| {
        let mut complaints = Vec::new();
        let (mut reduced, mut depth, mut until) = (false, 0i32, 0i32);
        for (line, text) in file.lines() {
            if text.contains("prefers-reduced-motion") || text.contains("@media print") {
                (reduced, until) = (true, depth);
            }
            depth += i32::try_from(text.matches('{').count()).unwrap_or(0);
            depth -= i32::try_from(text.matches('}').count()).unwrap_or(0);
            if text.contains("!important") && !reduced {
                complaints.push(file.complain(line, "uses !important"));
            }
            reduced = reduced && depth > until;
        }
        complaints
    };
    each(&files(&["static/css"]), rule);
    let sheet = "@media (prefers-reduced-motion: reduce) {\n a { b: c !important; }\n}\na { b: c !important; }";
    assert_eq!(
        rule(&File::new("a.css", sheet)),
        ["a.css:4: uses !important"]
    );
}
