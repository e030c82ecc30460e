//! All header fields of a message, one by one.

use askama::Template;
use axum::response::Response;

use crate::{
    mail::{
        header,
        id::{EmailId, MailboxId},
    },
    web::{error::Error, page::Ui, path::Path, respond, signed_in::SignedIn, state::Web},
};

/// Octets of the header that are read ([`crate::engine::read`]).
const MOST: usize = 256 * 1024;

/// The page with the header.
#[derive(Template)]
#[template(path = "message/headers.html")]
pub struct HeadersPage {
    /// The reader.
    pub ui: Ui,
    /// The subject; empty when absent.
    pub subject: String,
    /// The message's path.
    pub path: String,
    /// Name and decoded value, in the order of the header.
    pub fields: Vec<(String, String)>,
    /// True when the header was too long to be shown whole.
    pub cut: bool,
}

impl HeadersPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("headers-title")
    }
}

/// `GET /m/{mailbox}/{email}/headers`
pub(crate) async fn show(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, email)): Path<(MailboxId, EmailId)>,
) -> Result<Response, Error> {
    let opened = signed_in.account.open_known(email).await?;
    let fields = opened.fields();
    let page = HeadersPage {
        subject: opened.summary.subject.clone(),
        path: format!("/m/{mailbox}/{email}"),
        fields: fields
            .iter()
            .map(|field| (field.name.to_owned(), header::decode_text(field.raw)))
            .collect(),
        cut: opened.header.len() >= MOST,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}
