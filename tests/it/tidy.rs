//! The rules of the house, held by reading the files: layers, sizes, headings, pairs, words. Each
//! rule is a function from one file (or all of them) to complaints, tried on a planted fault.

mod data;
mod layers;
mod pages;
mod source;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// One text file of the project.
#[derive(Debug)]
pub(crate) struct File {
    /// The path from the project's root, with `/`.
    path: String,
    text: String,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The lines with their numbers, from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    fn complain(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }

    fn ends_with(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }
}

/// The text files below some directories of the project; a file name stands for itself.
fn files(places: &[&str]) -> Vec<File> {
    // Cargo sets it for the run as well, where it may point at another checkout.
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").to_owned());
    let root = Path::new(&root);
    let mut waiting: Vec<PathBuf> = places.iter().map(|place| root.join(place)).collect();
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            // What npm and the bundler make is not ours.
            if path.ends_with("static/dist") || path.ends_with("node_modules") {
                continue;
            }
            let entries = fs::read_dir(&path).expect("lists");
            waiting.extend(entries.map(|entry| entry.expect("reads").path()));
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root).expect("below the root");
            found.push(File {
                path: path.to_string_lossy().replace('\\', "/"),
                text,
            });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Everything that people write here.
fn all() -> Vec<File> {
    files(&[
        "src",
        "tests",
        "examples",
        "benches",
        "templates",
        "static",
        "locales",
        "migrations",
        "docs",
        "build.rs",
        "try",
        "test",
        ".ci",
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "Cargo.toml",
        "deny.toml",
        "package.json",
        "restante.example.toml",
    ])
}

fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn each(files: &[File], rule: impl Fn(&File) -> Vec<String>) {
    none(&files.iter().flat_map(rule).collect::<Vec<_>>());
}
