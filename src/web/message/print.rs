//! A message on paper: everything unfolded, nothing to press.

use askama::Template;
use axum::response::Response;

use crate::{
    mail::id::{EmailId, MailboxId},
    web::{
        error::Error,
        fields::Query,
        mailbox::pane,
        message::{
            body::{Piece, Shown, Span},
            look::Look,
            show::MessageView,
            view,
        },
        page::Ui,
        path::Path,
        respond,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The page made for the printer.
#[derive(Template)]
#[template(path = "message/print.html")]
pub struct PrintPage {
    /// The reader.
    pub ui: Ui,
    /// The message.
    pub message: MessageView,
}

impl PrintPage {
    /// The title of the document, which printers propose as the file's name.
    pub fn title(&self) -> String {
        self.message.subject(&self.ui)
    }
}

/// `GET /m/{mailbox}/{email}/print`
pub(crate) async fn show(
    web: Web,
    mut signed_in: SignedIn,
    Path((mailbox, email)): Path<(MailboxId, EmailId)>,
    Query(look): Query<Look>,
) -> Result<Response, Error> {
    // Paper is light.
    signed_in.dark = false;
    let opened = signed_in.account.open(email).await?;
    let place = pane::place(&signed_in, mailbox).await?;
    let report = opened.report();
    let report = report.as_ref();
    let message = view::message(&web, &signed_in, &opened, place, look, report).await?;
    let page = PrintPage {
        message,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}
