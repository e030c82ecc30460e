//! How messages are begun and sent, and whether links to addresses open here.

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
    /// Messages go out at their time with nobody signed in.
    pub unattended: bool,
}

choice! {
    /// How new messages begin.
    Writes {
        /// With formatting.
        #[default]
        Rich = "rich",
        /// As plain text.
        Text = "text",
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
    pub fn beginnings(&self) -> Vec<(Writes, String)> {
        let name = |one: &Writes| match one {
            Writes::Rich => self.ui.t("writes-rich"),
            Writes::Text => self.ui.t("writes-text"),
        };
        Writes::ALL.iter().map(|one| (*one, name(one))).collect()
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
    /// `1` when the server may keep a key.
    #[serde(default)]
    unattended: String,
}

/// `GET /settings/writing`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let chosen = &signed_in.preferences;
    let page = WritingPage {
        writes: chosen.writes(),
        undo_seconds: chosen.undo_seconds(),
        unattended: signed_in.account.is_unattended().await?,
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
    let seconds = fields.undo_seconds.parse().ok();
    let offered = seconds.filter(|seconds| UNDO_SECONDS.contains(seconds));
    chosen.undo_seconds = Some(offered.ok_or(Error::BadRequest)?);
    Writes::from_word(&fields.writes)
        .as_str()
        .clone_into(&mut chosen.writes);
    let unattended = fields.unattended == "1";
    if unattended != signed_in.account.is_unattended().await? {
        signed_in.account.set_unattended(unattended).await?;
    }
    chosen.save(&web.engine, signed_in.session.user).await?;
    let said = Said::done("done-saved", 1);
    let home = format!("/settings/writing{}", signed_in.ui.account_tail());
    Ok(flash::redirect(&web, &home, Some(&said)))
}
