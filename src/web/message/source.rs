//! A message as it was sent, octet for octet.

use askama::Template;
use axum::response::Response;
use futures_util::TryStreamExt;

use crate::{
    mail::id::{EmailId, MailboxId},
    web::{error::Error, page::Ui, path::Path, respond, signed_in::SignedIn, state::Web},
};

/// Octets of the source that are shown; the rest is left to the download.
const MOST: usize = 512 * 1024;

/// The page with the source.
#[derive(Template)]
#[template(path = "message/source.html")]
pub struct SourcePage {
    /// The reader.
    pub ui: Ui,
    /// The subject; empty when absent.
    pub subject: String,
    /// The message's path.
    pub path: String,
    /// The source as text.
    pub source: String,
    /// Its full size in octets.
    pub size: u64,
    /// True when only the beginning is shown.
    pub cut: bool,
}

impl SourcePage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("source-title")
    }
}

/// `GET /m/{mailbox}/{email}/source`
pub(crate) async fn show(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, email)): Path<(MailboxId, EmailId)>,
) -> Result<Response, Error> {
    let opened = signed_in.account.open_known(email).await?;
    let mut octets = signed_in.account.raw(email).await?;
    let mut raw = Vec::new();
    while raw.len() <= MOST
        && let Some(piece) = octets.try_next().await?
    {
        raw.extend_from_slice(&piece);
    }
    let cut = raw.len() > MOST;
    raw.truncate(MOST);
    let page = SourcePage {
        subject: opened.summary.subject.clone(),
        path: format!("/m/{mailbox}/{email}"),
        source: String::from_utf8_lossy(&raw).into_owned(),
        size: opened.summary.size,
        cut,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}
