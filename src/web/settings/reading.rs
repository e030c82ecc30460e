//! How lists and messages behave.

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

/// The numbers of messages a page may have.
pub const PAGE_SIZES: [u16; 4] = [25, 50, 100, 200];

/// The page.
#[derive(Template)]
#[template(path = "settings/reading.html")]
pub struct ReadingPage {
    /// The reader.
    pub ui: Ui,
    /// Messages a page.
    pub page_size: u16,
    /// When an opened message becomes read.
    pub mark_read: MarkRead,
    /// What follows when a message is filed or deleted.
    pub advance: Advance,
    /// Whether to ask when a sender wants to be told that a message was read.
    pub asks_for_receipts: bool,
    /// Senders whose pictures are always shown.
    pub trusted: Vec<String>,
    /// Why the form was refused.
    pub problem: Option<String>,
}

/// When an opened message becomes read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarkRead {
    /// On opening.
    #[default]
    AtOnce,
    /// After three seconds.
    Soon,
    /// Only by hand.
    Never,
}

/// Where one goes when a message leaves the folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Advance {
    /// To the next older message.
    #[default]
    Older,
    /// To the next newer message.
    Newer,
    /// Back to the list.
    List,
}

impl MarkRead {
    /// The choices in order.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Soon, Self::Never];

    /// The word in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::Soon => "soon",
            Self::Never => "never",
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

impl Advance {
    /// The choices in order.
    pub const ALL: [Self; 3] = [Self::Older, Self::Newer, Self::List];

    /// The word in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Older => "older",
            Self::Newer => "newer",
            Self::List => "list",
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

impl ReadingPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-reading")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Reading
    }

    /// The sizes to choose from.
    pub fn page_sizes(&self) -> [u16; 4] {
        PAGE_SIZES
    }

    /// The choices for reading marks, with their words.
    pub fn mark_reads(&self) -> Vec<(MarkRead, String)> {
        let name = |one| match one {
            MarkRead::AtOnce => self.ui.t("mark-read-at-once"),
            MarkRead::Soon => self.ui.t("mark-read-soon"),
            MarkRead::Never => self.ui.t("mark-read-never"),
        };
        MarkRead::ALL
            .into_iter()
            .map(|one| (one, name(one)))
            .collect()
    }

    /// The choices for going on, with their words.
    pub fn advances(&self) -> Vec<(Advance, String)> {
        let name = |one| match one {
            Advance::Older => self.ui.t("advance-older"),
            Advance::Newer => self.ui.t("advance-newer"),
            Advance::List => self.ui.t("advance-list"),
        };
        Advance::ALL
            .into_iter()
            .map(|one| (one, name(one)))
            .collect()
    }
}

/// The form; `distrust` alone for the list of senders.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    page_size: String,
    #[serde(default)]
    mark_read: String,
    #[serde(default)]
    advance: String,
    #[serde(default)]
    receipts: String,
    #[serde(default)]
    distrust: Option<String>,
}

/// `GET /settings/reading`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let chosen = &signed_in.preferences;
    let page = ReadingPage {
        page_size: chosen.page_size(),
        mark_read: chosen.mark_read(),
        advance: chosen.advance(),
        asks_for_receipts: chosen.asks_for_receipts(),
        trusted: web.engine.trusted(signed_in.session.user).await?,
        problem: None,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/reading`
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let user = signed_in.session.user;
    if let Some(sender) = fields.distrust {
        web.engine.trust(user, &sender, false).await?;
    } else {
        let mut chosen = signed_in.preferences;
        chosen.page_size = fields.page_size.parse().map_err(|_| Error::BadRequest)?;
        fields.mark_read.clone_into(&mut chosen.mark_read);
        fields.advance.clone_into(&mut chosen.advance);
        fields.receipts.clone_into(&mut chosen.receipts);
        web.engine
            .set_setting(user, preferences::NAME, &chosen.to_json())
            .await?;
    }
    let said = Said::done("done-saved", 1);
    Ok(flash::redirect(&web, "/settings/reading", Some(&said)))
}
