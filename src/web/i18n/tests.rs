//! Tests of the languages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::{ENGLISH_FILES, FRENCH_FILES, FluentResource, FluentValue, Language};

/// Key to the variables that its message uses.
fn messages(files: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let mut key = String::new();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with(|c: char| c.is_ascii_lowercase())
                && let Some((name, _)) = line.split_once(" =")
            {
                key = name.to_owned();
                let old = messages.insert(key.clone(), BTreeSet::new());
                assert!(old.is_none(), "{key} stands in the files twice");
            }
            for piece in line.split('$').skip(1) {
                let end = piece.find(|c: char| !c.is_ascii_alphanumeric());
                let variable = piece.get(..end.unwrap_or(piece.len())).unwrap();
                messages.get_mut(&key).unwrap().insert(variable.to_owned());
            }
        }
    }
    messages
}

fn sources() -> String {
    fn walk(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, text);
            } else if path.file_name().unwrap() != "tests.rs" {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    walk(&root.join("templates"), &mut text);
    walk(&root.join("src"), &mut text);
    text
}

#[test]
fn files_parse() {
    for file in ENGLISH_FILES.iter().chain(&FRENCH_FILES) {
        let parsed = FluentResource::try_new((*file).to_owned());
        assert!(
            parsed.is_ok(),
            "{:?}",
            parsed.err().map(|(_, errors)| errors)
        );
    }
}

#[test]
fn languages_say_the_same() {
    let (english, french) = (messages(&ENGLISH_FILES), messages(&FRENCH_FILES));
    let keys =
        |of: &BTreeMap<String, BTreeSet<String>>| of.keys().cloned().collect::<BTreeSet<_>>();
    let (en, fr) = (keys(&english), keys(&french));
    assert_eq!(
        en.difference(&fr).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not in French"
    );
    assert_eq!(
        fr.difference(&en).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not in English"
    );
    for (key, variables) in &french {
        for variable in variables {
            // A count may stand in one language and be implied by the words in the other, and
            // dates choose among their parts; nothing else may differ.
            let free = ["count", "hour12", "hour24", "half"].contains(&variable.as_str());
            assert!(
                free || english[key].contains(variable),
                "{key}: ${variable} is French only"
            );
        }
        for variable in &english[key] {
            let free = ["count", "hour12", "hour24", "half"].contains(&variable.as_str());
            assert!(
                free || variables.contains(variable),
                "{key}: ${variable} is English only"
            );
        }
    }
}

#[test]
fn every_message_is_used_and_every_used_message_is_there() {
    let sources = sources();
    let english = messages(&ENGLISH_FILES);
    let in_messages: String = ENGLISH_FILES.concat();
    let is_used = |key: &&String| {
        sources.contains(&format!("\"{key}\"")) || in_messages.contains(&format!("{{ {key} }}"))
    };
    let idle: Vec<&String> = english.keys().filter(|key| !is_used(key)).collect();
    assert_eq!(idle, Vec::<&String>::new(), "not used");
    for call in ["t(\"", "tn(\"", "t1(\"", "t2(\""] {
        for piece in sources.split(&format!(".{call}")).skip(1) {
            let key = piece.split('"').next().unwrap();
            assert!(english.contains_key(key), "{key} is used and not there");
        }
    }
}

#[test]
fn french_follows_its_typography() {
    for file in FRENCH_FILES {
        for line in file.lines() {
            if line.starts_with('#') {
                continue;
            }
            assert!(!line.contains('\''), "straight apostrophe: {line}");
            for mark in [" ;", " !", " ?", " :", " »", "« "] {
                assert!(!line.contains(mark), "breaking space at {mark:?}: {line}");
            }
            let text = line.split_once(" = ").map_or(line, |(_, text)| text);
            for mark in ["?", "!", ";"] {
                for (before, _) in text.match_indices(mark) {
                    let kept = text.get(..before).unwrap().ends_with('\u{202f}');
                    assert!(kept, "no narrow space before {mark}: {line}");
                }
            }
        }
    }
    for line in ENGLISH_FILES.iter().flat_map(|file| file.lines()) {
        if line.starts_with('#') {
            continue;
        }
        assert!(!line.contains('\''), "straight apostrophe: {line}");
        assert!(!line.ends_with('!'), "nothing is shouted: {line}");
    }
}

#[test]
fn accept_language_is_weighed() {
    for (header, expected) in [
        ("", Language::English),
        ("fr", Language::French),
        ("fr-CA, en;q=0.8", Language::French),
        ("en;q=0.5, fr;q=0.9", Language::French),
        ("de, fr;q=0.1", Language::French),
        ("de", Language::English),
        ("fr;q=0", Language::English),
        ("fr;q=nonsense, en;q=0.1", Language::English),
        ("he", Language::English),
        ("*;q=;;,,=", Language::English),
    ] {
        assert_eq!(Language::negotiate(header), expected, "{header:?}");
    }
}

#[test]
fn numbers_and_plurals_follow_the_language() {
    assert_eq!(Language::English.number(1_204_567), "1,204,567");
    assert_eq!(Language::French.number(1_204), "1\u{202f}204");
    assert_eq!(Language::French.number(999), "999");
    let found = |language: Language, count: u64| {
        language.text("list-found", &[("count", FluentValue::from(count))])
    };
    assert_eq!(found(Language::English, 0), "Nothing found");
    assert_eq!(found(Language::English, 1), "1 message found");
    assert_eq!(
        found(Language::French, 1_500),
        "1\u{202f}500 messages trouvés"
    );
}

#[test]
fn words_of_the_other_direction_are_isolated() {
    let search = |language: Language, folder| {
        language.text("search-in", &[("folder", FluentValue::from(folder))])
    };
    assert_eq!(search(Language::English, "Work"), "Search in Work");
    assert_eq!(
        search(Language::English, "עבודה"),
        "Search in \u{2068}עבודה\u{2069}"
    );
    assert!(search(Language::Mirror, "Work").contains("\u{2068}Work\u{2069}"));
}
