//! `GET` and `POST /m/{mailbox}/{email}/unsubscription`: leaving a list or newsletter by one request,
//! once that was asked and answered.

use askama::Template;
use axum::response::Response;

use crate::{
    engine::unsubscribing::Left,
    mail::id::{EmailId, MailboxId},
    web::{
        error::Error,
        fields::Query,
        flash::{self, Said},
        mailbox::{address::ListAddress, pane},
        page::Ui,
        path::Path,
        respond,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The question.
#[derive(Template)]
#[template(path = "message/unsubscription.html")]
pub struct UnsubscriptionPage {
    /// The reader.
    pub ui: Ui,
    /// Whose server is told.
    pub host: String,
    /// The address, for who would rather go there.
    pub href: String,
    /// Where the answer goes, by POST.
    pub action: String,
    /// The way back.
    pub back: String,
}

impl UnsubscriptionPage {
    /// The title of the document, which is the question.
    pub fn title(&self) -> String {
        self.ui.t("unsubscribe-question")
    }
}

/// Asks.
pub(crate) async fn ask(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, email)): Path<(MailboxId, EmailId)>,
    Query(address): Query<ListAddress>,
) -> Result<Response, Error> {
    let account = &signed_in.account;
    let opened = account.open_known(email).await?;
    let list = account.list_of(&opened).ok_or(Error::NotFound)?;
    let url = list.one_click().ok_or(Error::NotFound)?;
    let parsed = url::Url::parse(url).map_err(|_| Error::NotFound)?;
    let place = pane::place(&signed_in, mailbox).await?;
    let context = pane::context(&place, &address);
    let path = format!("{}/{email}", place.path());
    let page = UnsubscriptionPage {
        host: parsed.host_str().unwrap_or_default().to_owned(),
        href: url.to_owned(),
        action: format!("{path}/unsubscription{context}"),
        back: format!("{path}{context}"),
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// Does it, and says what came of it: beside the message, or where it can be tried again.
pub(crate) async fn leave(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, email)): Path<(MailboxId, EmailId)>,
    Query(address): Query<ListAddress>,
) -> Result<Response, Error> {
    let left = web.engine.unsubscribe(&signed_in.account, email).await?;
    let place = pane::place(&signed_in, mailbox).await?;
    let (noun, said) = match left {
        Left::Taken => ("", Said::done("done-unsubscribed", 1)),
        Left::Refused => ("/unsubscription", Said::problem("unsubscribe-refused")),
        Left::Unreachable => ("/unsubscription", Said::problem("unsubscribe-unreachable")),
    };
    let context = pane::context(&place, &address);
    let path = format!("{}/{email}{noun}{context}", place.path());
    Ok(flash::redirect(&web, &path, Some(&said)))
}
