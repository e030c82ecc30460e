//! `POST /m/{mailbox}/{email}/images`: shows a message's pictures from elsewhere, this once or
//! always from its sender.

use axum::response::Response;
use serde::Deserialize;

use crate::{
    mail::id::{EmailId, MailboxId},
    web::{
        error::Error,
        fields::{Form, Query},
        flash,
        mailbox::{address::ListAddress, pane},
        message::{look::Look, view},
        path::Path,
        signed_in::SignedIn,
        state::Web,
    },
};

/// `value=once` or `value=sender`.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    value: String,
}

/// Allows, and goes back to the message.
pub(crate) async fn allow(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, email)): Path<(MailboxId, EmailId)>,
    Query(address): Query<ListAddress>,
    Query(look): Query<Look>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    if fields.value == "sender" {
        let opened = signed_in.account.open_known(email).await?;
        // Where the sender is in doubt it is shown this once.
        if let Some(sender) = view::grantee(&opened, &view::warnings(&signed_in, &opened)) {
            web.engine
                .trust(signed_in.session.user, sender, true)
                .await?;
        }
    }
    let place = pane::place(&signed_in, mailbox).await?;
    let look = Look {
        images: true,
        ..look
    };
    let behind = look.behind(&pane::context(&place, &address));
    let path = format!("{}/{email}{behind}", place.path());
    Ok(flash::redirect(&web, &path, None))
}
