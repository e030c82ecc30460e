//! `POST /m/{mailbox}/order`: in which order a folder is listed, remembered for each.

use axum::response::Response;
use serde::Deserialize;

use crate::{
    mail::{
        id::MailboxId,
        sort::{Sort, SortKey},
    },
    web::{error::Error, fields::Form, flash, path::Path, signed_in::SignedIn, state::Web},
};

/// What the menu sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    sort: String,
}

/// `POST /m/{mailbox}/order`; what is no order is the usual one.
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let mailbox = signed_in.account.mailbox(mailbox).await?.id;
    let sort = Sort::parse(&fields.sort).unwrap_or_default();
    let mut preferences = signed_in.preferences;
    preferences.set_order(mailbox, sort);
    preferences
        .save(&web.engine, signed_in.session.user)
        .await?;
    Ok(flash::redirect(&web, &format!("/m/{mailbox}"), None))
}

/// The key of an order's words.
pub(super) fn key(sort: Sort) -> &'static str {
    match (sort.key, sort.descending) {
        (SortKey::Received, true) => "sort-newest",
        (SortKey::Received, false) => "sort-oldest",
        (SortKey::From, false) => "sort-from",
        (SortKey::From, true) => "sort-from-down",
        (SortKey::Subject, false) => "sort-subject",
        (SortKey::Subject, true) => "sort-subject-down",
        (SortKey::Size, true) => "sort-largest",
        (SortKey::Size, false) => "sort-smallest",
    }
}
