//! How long messages lie in Trash and Junk before they are deleted, where mail lives here.

use axum::response::Response;
use serde::Deserialize;

use crate::{
    mail::{id::MailboxId, mailbox::Role},
    web::{
        error::Error, fields::Form, flash::Said, page::Ui, path::Path, respond,
        signed_in::SignedIn, state::Web,
    },
};

use super::edit;

/// The days that are offered.
const OFFERED: [u32; 7] = [7, 14, 30, 60, 90, 180, 365];

/// A choice: value, words, whether it is the one.
pub type Choice = (String, String, bool);

/// For how many days messages lie in a folder of this role; `None` where there is no such thing, and
/// `Some(None)` for ever.
pub fn days(ui: &Ui, role: Option<Role>) -> Option<Option<u32>> {
    let keeping = ui.keeping()?;
    match role? {
        Role::Trash => Some(keeping.trash),
        Role::Junk => Some(keeping.junk),
        _ => None,
    }
}

/// What the list says of it.
pub fn note(ui: &Ui, role: Option<Role>) -> Option<String> {
    Some(match days(ui, role)? {
        Some(days) => ui.tn("keeping-days-note", days),
        None => ui.t("keeping-ever-note"),
    })
}

/// What can be chosen for a folder.
pub fn choices(ui: &Ui, role: Option<Role>) -> Vec<Choice> {
    let Some(now) = days(ui, role) else {
        return Vec::new();
    };
    let mut offered = OFFERED.to_vec();
    // A program may have chosen another.
    offered.extend(now.filter(|days| !OFFERED.contains(days)));
    offered.sort_unstable();
    let mut choices: Vec<Choice> = offered
        .into_iter()
        .map(|days| {
            let words = ui.tn("keeping-days", days);
            (days.to_string(), words, now == Some(days))
        })
        .collect();
    choices.push(("0".to_owned(), ui.t("keeping-ever"), now.is_none()));
    choices
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    /// 0 for ever.
    days: u32,
}

/// `POST /m/{mailbox}/keeping`
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let days = Some(fields.days).filter(|days| *days > 0);
    let (own, account) = (&signed_in.own, &signed_in.account);
    let done = web.engine.keep_in(own, account, mailbox, days).await;
    let ui = signed_in.ui.clone();
    let again = async |problem| edit::page(signed_in, mailbox, Some(problem)).await;
    let (back, said) = (format!("/m/{mailbox}"), Said::done("done-saved", 1));
    respond::saved(&web, &ui, done, (&back, &said), again).await
}
