//! `POST /m/{mailbox}/order`: in which order a folder is listed, remembered for each; and whether
//! lists are of messages or of conversations, for all.

use axum::response::Response;
use serde::Deserialize;

use crate::{
    mail::{
        id::MailboxId,
        sort::{Sort, SortKey},
    },
    web::{
        error::Error, fields::Form, flash, path::Path, settings::reading::Lists,
        signed_in::SignedIn, state::Web,
    },
};

/// What the menu sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    sort: String,
    #[serde(default)]
    show: String,
}

/// `POST /m/{mailbox}/order`; what is no order is the usual one. Conversations have no other, so
/// whoever asks for them here gets that one too.
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let mailbox = signed_in.account.mailbox(mailbox).await?.id;
    let mut preferences = signed_in.preferences;
    if !fields.show.is_empty() {
        let lists = Lists::from_word(&fields.show);
        lists.as_str().clone_into(&mut preferences.lists);
    }
    if fields.show.is_empty() || preferences.shows_talks() {
        let sort = Sort::parse(&fields.sort).unwrap_or_default();
        preferences.set_order(mailbox, sort);
    }
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
