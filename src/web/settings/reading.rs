//! How lists and messages behave.

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
    /// What a row of a list is.
    pub lists: Lists,
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

choice! {
    /// What a row of a list is.
    Lists {
        /// A message.
        #[default]
        Messages = "messages",
        /// A conversation, where there are any.
        Conversations = "conversations",
    }
}

choice! {
    /// When an opened message becomes read.
    MarkRead {
        /// On opening.
        #[default]
        AtOnce = "at-once",
        /// After three seconds.
        Soon = "soon",
        /// Only by hand.
        Never = "never",
    }
}

choice! {
    /// Where one goes when a message leaves the folder.
    Advance {
        /// To the next older message.
        #[default]
        Older = "older",
        /// To the next newer message.
        Newer = "newer",
        /// Back to the list.
        List = "list",
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

    /// The choices for lists, with their words.
    pub fn lists(&self) -> Vec<(Lists, String)> {
        let name = |one: &Lists| match one {
            Lists::Messages => self.ui.t("show-messages"),
            Lists::Conversations => self.ui.t("show-talks"),
        };
        Lists::ALL.iter().map(|one| (*one, name(one))).collect()
    }

    /// The choices for reading marks, with their words.
    pub fn mark_reads(&self) -> Vec<(MarkRead, String)> {
        let name = |one: &MarkRead| match one {
            MarkRead::AtOnce => self.ui.t("mark-read-at-once"),
            MarkRead::Soon => self.ui.t("mark-read-soon"),
            MarkRead::Never => self.ui.t("mark-read-never"),
        };
        MarkRead::ALL.iter().map(|one| (*one, name(one))).collect()
    }

    /// The choices for going on, with their words.
    pub fn advances(&self) -> Vec<(Advance, String)> {
        let name = |one: &Advance| match one {
            Advance::Older => self.ui.t("advance-older"),
            Advance::Newer => self.ui.t("advance-newer"),
            Advance::List => self.ui.t("advance-list"),
        };
        Advance::ALL.iter().map(|one| (*one, name(one))).collect()
    }
}

/// The form; `distrust` alone for the list of senders.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    page_size: String,
    #[serde(default)]
    lists: String,
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
        lists: chosen.lists(),
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
        fields.lists.clone_into(&mut chosen.lists);
        fields.mark_read.clone_into(&mut chosen.mark_read);
        fields.advance.clone_into(&mut chosen.advance);
        fields.receipts.clone_into(&mut chosen.receipts);
        chosen.save(&web.engine, user).await?;
    }
    let said = Said::done("done-saved", 1);
    Ok(flash::redirect(&web, "/settings/reading", Some(&said)))
}
