//! How messages are begun and sent, and whether links to addresses open here.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::web::{
    error::Error,
    fields::Form,
    flash::{self, Said},
    page::Ui,
    preferences, respond,
    settings::nav::Section,
    signed_in::SignedIn,
    state::Web,
};

/// The times that are offered for taking a sent message back, in seconds; 0: it goes at once.
pub const UNDO_SECONDS: [u32; 6] = [0, 5, 10, 20, 30, 60];

/// The page.
#[derive(Template)]
#[template(path = "settings/writing.html")]
pub struct WritingPage {
    /// The reader.
    pub ui: Ui,
    /// How new messages begin.
    pub writes: Writes,
    /// Seconds in which a sent message can be taken back.
    pub undo_seconds: u32,
}

/// How new messages begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writes {
    /// With formatting.
    #[default]
    Rich,
    /// As plain text.
    Text,
}

impl Writes {
    /// The choices in order.
    pub const ALL: [Self; 2] = [Self::Rich, Self::Text];

    /// The word in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rich => "rich",
            Self::Text => "text",
        }
    }

    /// The choice with this word; anything unknown is the default.
    pub fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|one| one.as_str() == word)
            .unwrap_or_default()
    }
}

impl WritingPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-writing")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Writing
    }

    /// The choices for the beginning, with their words.
    pub fn beginnings(&self) -> [(Writes, String); 2] {
        Writes::ALL.map(|one| {
            let key = match one {
                Writes::Rich => "writes-rich",
                Writes::Text => "writes-text",
            };
            (one, self.ui.t(key))
        })
    }

    /// The times to choose from, with their words.
    pub fn times(&self) -> [(u32, String); 6] {
        UNDO_SECONDS.map(|seconds| (seconds, self.ui.tn("undo-for", seconds)))
    }
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    writes: String,
    #[serde(default)]
    undo_seconds: String,
}

/// `GET /settings/writing`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let chosen = &signed_in.preferences;
    let page = WritingPage {
        writes: chosen.writes(),
        undo_seconds: chosen.undo_seconds(),
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/writing`
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let mut chosen = signed_in.preferences;
    let seconds = fields.undo_seconds.parse().map_err(|_| Error::BadRequest)?;
    chosen.undo_seconds = Some(seconds);
    Writes::from_word(&fields.writes)
        .as_str()
        .clone_into(&mut chosen.writes);
    web.engine
        .set_setting(signed_in.session.user, preferences::NAME, &chosen.to_json())
        .await?;
    let said = Said::done("done-saved", 1);
    Ok(flash::redirect(&web, "/settings/writing", Some(&said)))
}
