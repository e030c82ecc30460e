//! What the documents say to copy: the tests run that and nothing like it.

use std::fs;

/// The first block of this language below a heading of `docs/deployment.md`.
pub(crate) fn block(heading: &str, language: &str) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    let document = fs::read_to_string(format!("{root}/docs/deployment.md")).unwrap();
    let (_, below) = document
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("no {heading}"));
    blocks(below, language).remove(0)
}

/// All blocks of this language below a heading, in order.
pub(crate) fn blocks_below(heading: &str, language: &str) -> Vec<String> {
    let root = env!("CARGO_MANIFEST_DIR");
    let document = fs::read_to_string(format!("{root}/docs/deployment.md")).unwrap();
    let (_, below) = document.split_once(&format!("\n## {heading}\n")).unwrap();
    let below = below.split("\n## ").next().unwrap();
    blocks(below, language)
}

fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let begins = text.split(&fence).skip(1);
    begins
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

/// The text with each of these in the place of what it names, which must be there.
pub(crate) fn with(mut text: String, changes: &[(&str, &str)]) -> String {
    for (from, to) in changes {
        assert!(text.contains(from), "no {from} in {text}");
        text = text.replace(from, to);
    }
    text
}
