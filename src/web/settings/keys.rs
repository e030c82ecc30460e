//! The keyboard: what each key does. The same table is the help that `?` opens.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::web::{
    choice::choice,
    error::Error,
    fields::Form,
    flash::{self, Said},
    page::Ui,
    respond,
    settings::nav::Section,
    signed_in::SignedIn,
    state::Web,
};

choice! {
    /// Which keys are shortcuts (WCAG 2.1.4: whoever speaks to their computer types words by that).
    Keys {
        /// All of them.
        #[default]
        On = "on",
        /// Those that are no letters or signs, or are pressed with Ctrl.
        Off = "off",
    }
}

/// The page.
#[derive(Template)]
#[template(path = "settings/keys.html")]
pub struct KeysPage {
    /// The reader.
    pub ui: Ui,
}

/// Keys that belong together.
pub struct Group {
    /// The heading.
    pub name: String,
    /// What each does.
    pub keys: Vec<Key>,
}

/// One action.
pub struct Key {
    /// The ways to type it; each is a sequence of keys.
    pub ways: Vec<Vec<String>>,
    /// What it does.
    pub meaning: String,
}

type Row = (&'static [&'static [&'static str]], &'static str);

const MOVING: &[Row] = &[
    (&[&["j"], &["↓"]], "key-next"),
    (&[&["k"], &["↑"]], "key-previous"),
    (&[&["o"], &["Enter"]], "key-open"),
    (&[&["u"], &["Esc"]], "key-back"),
    (&[&["n"]], "key-next-message"),
    (&[&["p"]], "key-previous-message"),
    (&[&[";"]], "key-open-all"),
    (&[&[":"]], "key-fold-all"),
    (&[&["g", "i"]], "key-go-inbox"),
    (&[&["g", "s"]], "key-go-starred"),
    (&[&["g", "d"]], "key-go-drafts"),
    (&[&["g", "t"]], "key-go-sent"),
    (&[&["g", "a"]], "key-go-archive"),
    (&[&["g", "!"]], "key-go-junk"),
    (&[&["g", "#"]], "key-go-trash"),
    (&[&["g", ","]], "key-go-settings"),
    (&[&["/"]], "key-search"),
    (&[&["Shift", "n"]], "key-refresh"),
];

const WRITING: &[Row] = &[
    (&[&["c"]], "key-compose"),
    (&[&["r"]], "key-reply"),
    (&[&["a"]], "key-reply-all"),
    (&[&["f"]], "key-forward"),
    (&[&["Ctrl", "Enter"]], "key-send"),
    (&[&["Ctrl", "s"]], "key-save"),
    (&[&["Ctrl", "b"]], "format-bold"),
    (&[&["Ctrl", "i"]], "format-italic"),
    (&[&["Ctrl", "u"]], "format-underline"),
    (&[&["Ctrl", "Shift", "8"]], "format-bullets"),
    (&[&["Ctrl", "Shift", "7"]], "format-numbers"),
    (&[&["Ctrl", "]"]], "format-quote"),
    (&[&["Ctrl", "k"]], "format-link"),
    (&[&["Ctrl", "\\"]], "format-clear"),
];

const ACTING: &[Row] = &[
    (&[&["e"]], "key-archive"),
    (&[&["#"], &["Del"]], "key-trash"),
    (&[&["!"]], "key-junk"),
    (&[&["s"]], "key-star"),
    (&[&["v"]], "key-move"),
    (&[&["l"]], "key-label"),
    (&[&["Shift", "i"]], "key-seen"),
    (&[&["Shift", "u"]], "key-unseen"),
    (&[&["."]], "key-more"),
    (&[&["z"]], "key-undo"),
];

const CHOOSING: &[Row] = &[
    (&[&["x"]], "key-select"),
    (&[&["*", "a"]], "key-select-all"),
    (&[&["*", "n"]], "key-select-none"),
    (&[&["*", "r"]], "key-select-read"),
    (&[&["*", "u"]], "key-select-unread"),
    (&[&["*", "s"]], "key-select-starred"),
    (&[&["*", "t"]], "key-select-unstarred"),
];

const HELPING: &[Row] = &[
    (&[&["Ctrl", "k"]], "key-palette"),
    (&[&["?"]], "key-help"),
    (&[&["Esc"]], "key-close"),
];

impl KeysPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-keys")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Keys
    }

    /// The choices with their words.
    pub fn choices(&self) -> [(Keys, String); 2] {
        [
            (Keys::On, self.ui.t("keys-on")),
            (Keys::Off, self.ui.t("keys-off")),
        ]
    }

    /// The whole table.
    pub fn groups(&self) -> Vec<Group> {
        [
            ("keys-moving", MOVING),
            ("keys-acting", ACTING),
            ("keys-writing", WRITING),
            ("keys-choosing", CHOOSING),
            ("keys-helping", HELPING),
        ]
        .into_iter()
        .map(|(name, rows)| Group {
            name: self.ui.t(name),
            keys: rows.iter().map(|row| self.key(row)).collect(),
        })
        .collect()
    }

    fn key(&self, (ways, meaning): &Row) -> Key {
        Key {
            ways: ways.iter().map(|way| self.caps(way)).collect(),
            meaning: self.ui.t(meaning),
        }
    }

    /// What is printed on the keys, which differs from country to country.
    fn caps(&self, way: &[&str]) -> Vec<String> {
        way.iter()
            .map(|cap| match *cap {
                "Del" => self.ui.t("cap-delete"),
                "Enter" => self.ui.t("cap-enter"),
                "Esc" => self.ui.t("cap-escape"),
                "Shift" => self.ui.t("cap-shift"),
                "Ctrl" => self.ui.t("cap-control"),
                letter => letter.to_owned(),
            })
            .collect()
    }
}

/// `GET /settings/keys`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let page = KeysPage { ui: signed_in.ui };
    respond::page(&web, &page.ui, &page)
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    keys: String,
}

/// `POST /settings/keys`. An unknown word is the default.
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let mut chosen = signed_in.preferences;
    Keys::from_word(&fields.keys)
        .as_str()
        .clone_into(&mut chosen.keys);
    chosen.save(&web.engine, signed_in.session.user).await?;
    let said = Said::done("done-saved", 1);
    Ok(flash::redirect(&web, "/settings/keys", Some(&said)))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use super::{ACTING, CHOOSING, HELPING, MOVING, WRITING};

    /// Keys that the browser gives a meaning by itself, and those of pages still to come.
    const NOT_SHOWN: [&str; 3] = ["go-folder", "row-below", "row-above"];

    /// What scripts call a key, as the help writes it: `I` is Shift and i.
    fn written(way: &str) -> Vec<String> {
        let cap = |cap: &str| match cap {
            "ctrl+k" => vec!["Ctrl".to_owned(), "k".to_owned()],
            "Escape" => vec!["Esc".to_owned()],
            "Delete" => vec!["Del".to_owned()],
            upper if upper.chars().all(|c| c.is_ascii_uppercase()) => {
                vec!["Shift".to_owned(), upper.to_ascii_lowercase()]
            }
            other => vec![other.to_owned()],
        };
        way.split(' ').flat_map(cap).collect()
    }

    #[test]
    fn help_shows_the_keys_that_scripts_know() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/static/js/lib/bindings.ts");
        let script = fs::read_to_string(path).unwrap();
        let known: BTreeMap<String, String> = script
            .lines()
            .filter_map(|line| line.trim().trim_end_matches(',').split_once(": "))
            .filter(|(_, keys)| keys.starts_with('"'))
            .map(|(name, keys)| {
                (
                    name.trim_matches('"').to_owned(),
                    keys.trim_matches('"').to_owned(),
                )
            })
            .collect();
        assert!(known.len() > 20, "the table of keys was not understood");
        let shown: Vec<Vec<String>> = [MOVING, ACTING, WRITING, CHOOSING, HELPING]
            .into_iter()
            .flatten()
            .flat_map(|(ways, _)| ways.iter())
            .map(|way| way.iter().map(|&cap| cap.to_owned()).collect())
            .collect();
        for (name, keys) in known
            .iter()
            .filter(|(name, _)| !NOT_SHOWN.contains(&name.as_str()))
        {
            for way in keys.split(", ").map(written) {
                assert!(
                    shown.contains(&way),
                    "the help does not show {way:?} for {name}"
                );
            }
        }
    }
}
