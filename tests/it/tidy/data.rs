//! Files that come in pairs or describe each other: migrations, locales, settings.

use std::collections::BTreeSet;

use super::{File, files, none};

/// Each migration exists for both databases, under one name.
#[test]
fn migrations_come_in_pairs() {
    let names = |database: &str| -> BTreeSet<String> {
        let directory = format!("migrations/{database}/");
        let found = files(&[&directory]);
        found
            .iter()
            .map(|file| file.path.replace("//", "/").replace(&directory, ""))
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Every text exists in every language.
#[test]
fn locales_have_the_same_messages() {
    let all = files(&["locales"]);
    let language = |file: &File| file.path.split('/').nth(1).unwrap_or_default().to_owned();
    let languages: BTreeSet<String> = all.iter().map(language).collect();
    let of = |wanted: &str| ids(all.iter().filter(|file| language(file) == wanted));
    let english = of("en");
    for other in &languages {
        let (missing, surplus) = (&english - &of(other), &of(other) - &english);
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{other}: {missing:?}, {surplus:?}"
        );
    }
    let texts = [File::new(
        "a.ftl",
        "# x = y\nhello = Hello\n    .title = T\n-brand = B\nn-m = { $x ->\n  [one] a\n}",
    )];
    assert_eq!(
        ids(&texts),
        ["-brand", "hello", "hello.title", "n-m"]
            .map(str::to_owned)
            .into()
    );
}

fn ids<'a>(texts: impl IntoIterator<Item = &'a File>) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut message = "";
    for text in texts.into_iter().flat_map(|file| file.text.lines()) {
        let Some((name, _)) = text.split_once(" =") else {
            continue;
        };
        let trimmed = name.trim();
        let plain = trimmed.trim_start_matches(['.', '-']);
        let simple = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if plain.is_empty() || !plain.chars().all(simple) {
            continue;
        }
        if trimmed.starts_with('.') {
            ids.insert(format!("{message}{trimmed}"));
        } else if name == trimmed {
            message = name;
            ids.insert(name.to_owned());
        }
    }
    ids
}

/// Every setting stands in the example file and is explained in the documentation.
#[test]
fn every_setting_is_documented() {
    let code = files(&["src/config.rs", "src/config"]);
    let texts = files(&["restante.example.toml", "docs/configuration.md"]);
    for text in &texts {
        none(&undocumented(&code, text));
    }
    let code = [File::new(
        "c.rs",
        "#[serde(default, deny_unknown_fields)]\npub struct Config {\n    /// x\n    pub listen: String,\n    pub data_dir: PathBuf,\n}\nstruct Y {\n    pub z: u8,\n}",
    )];
    let text = File::new("docs.md", "| `listen` | where |");
    assert_eq!(
        undocumented(&code, &text),
        ["docs.md:1: does not say what data_dir is"]
    );
}

fn undocumented(code: &[File], text: &File) -> Vec<String> {
    let known = |name: &str| {
        let forms = [
            format!("`{name}`"),
            format!("{name} ="),
            format!(".{name}`"),
            format!("[{name}]"),
            format!("[[{name}]]"),
        ];
        forms.iter().any(|form| text.text.contains(form))
    };
    let mut missing = settings(code);
    missing.retain(|name| !known(name));
    missing
        .iter()
        .map(|name| text.complain(1, &format!("does not say what {name} is")))
        .collect()
}

/// The public fields of the structs that refuse unknown fields: those that are read from the file.
fn settings(code: &[File]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in code {
        let (mut marked, mut inside) = (false, false);
        for line in file.text.lines() {
            match line {
                _ if line.contains("deny_unknown_fields") => marked = true,
                _ if line.starts_with("pub struct ") => (inside, marked) = (marked, false),
                "}" => inside = false,
                _ => {}
            }
            let field = line
                .strip_prefix("    pub ")
                .and_then(|rest| rest.split_once(':'));
            if let Some((name, _)) = field.filter(|_| inside) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}
