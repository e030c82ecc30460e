//! Actions on messages: `POST /m/{mailbox}/{email}/{verb}` for one, `POST /m/{mailbox}/selection`
//! for those chosen, `POST /undo` for the way back. Turbo gets what changes on the open page;
//! everybody else is led to the page that comes next.

use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    engine::chosen::Chosen,
    mail::id::{EmailId, MailboxId},
    web::{
        error::Error,
        faults::{stream, wants_stream},
        fields::{Form, Query},
        flash::{self, Said},
        mailbox::{
            action::{Done, Verb},
            address::ListAddress,
            emails::Emails,
            labels,
            list::List,
            pane, read,
        },
        message::deletion,
        path::Path,
        respond,
        settings::reading::Advance,
        signed_in::SignedIn,
        state::Web,
        stream::{LabelDrawn, StreamAnswer},
    },
};

/// What the forms of a message send.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct OneFields {
    #[serde(default)]
    value: String,
    #[serde(default)]
    to: Option<MailboxId>,
}

/// What the form of the list sends.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ManyFields {
    #[serde(default)]
    pub(super) id: Vec<Emails>,
    #[serde(default)]
    pub(crate) action: String,
    #[serde(default)]
    to: Option<MailboxId>,
    #[serde(default)]
    confirmed: String,
    /// The label to put on them.
    #[serde(default)]
    pub(super) add: Option<String>,
    /// The label to take off.
    #[serde(default)]
    pub(super) remove: Option<String>,
    /// The name of a label to put on them.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// The open message, which is gone back to.
    #[serde(default)]
    pub(super) open: Option<EmailId>,
}

impl ManyFields {
    /// All messages that the chosen rows stand for.
    pub(crate) fn emails(&self) -> Vec<EmailId> {
        self.id.iter().flat_map(Emails::ids).copied().collect()
    }
}

/// Rows of a folder's list.
pub(super) fn chosen(mailbox: MailboxId, rows: &[Emails]) -> Chosen {
    let mut chosen = Chosen::default();
    for row in rows {
        chosen.add_row(mailbox, row.ids());
    }
    chosen
}

/// The way back.
#[derive(Debug, Deserialize)]
pub(crate) struct UndoFields {
    token: String,
}

/// Does something to the open message, or to a row: to all messages of a conversation.
pub(crate) async fn one(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, emails, verb)): Path<(MailboxId, Emails, String)>,
    Query(address): Query<ListAddress>,
    headers: HeaderMap,
    Form(fields): Form<OneFields>,
) -> Result<Response, Error> {
    let verb = verb.parse::<Verb>()?.with_value(fields.value != "false");
    // What comes next is asked for before the message leaves the list.
    let next = match wants_stream(&headers) {
        true => None,
        false => Some(next_path(&signed_in, mailbox, &emails, verb, &address).await?),
    };
    let (account, ui) = (&signed_in.account, &signed_in.ui);
    let mut chosen = Chosen::default();
    chosen.add_row(mailbox, emails.ids());
    let done = verb.apply(account, ui, chosen, fields.to).await?;
    answer(&web, signed_in, emails.ids(), done, next.as_deref()).await
}

/// Does something to the messages chosen in the list.
pub(crate) async fn many(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
    Query(address): Query<ListAddress>,
    headers: HeaderMap,
    Form(fields): Form<ManyFields>,
) -> Result<Response, Error> {
    let place = pane::place(&signed_in, mailbox).await?;
    let back = format!("{}{}", place.path(), pane::context(&place, &address));
    let chosen = chosen(mailbox, &fields.id);
    if chosen.is_empty() {
        return Ok(flash::redirect(
            &web,
            &back,
            Some(&Said::problem("nothing-selected")),
        ));
    }
    if matches!(fields.action.as_str(), "label" | "labels") {
        return labels::many(&web, signed_in, (&place, &address), &headers, &fields).await;
    }
    let verb: Verb = fields.action.parse().map_err(|_| Error::BadRequest)?;
    if verb == Verb::Delete && fields.confirmed.is_empty() && !wants_stream(&headers) {
        let page = deletion::of_many(signed_in.ui, &place, &fields.id, back);
        return respond::page(&web, &page.ui, &page);
    }
    let (account, ui, ids) = (&signed_in.account, &signed_in.ui, chosen.ids());
    let done = verb.apply(account, ui, chosen, fields.to).await?;
    let next = (!wants_stream(&headers)).then_some(back.as_str());
    answer(&web, signed_in, &ids, done, next).await
}

/// Takes a move back.
pub(crate) async fn undo(
    web: Web,
    signed_in: SignedIn,
    headers: HeaderMap,
    Form(fields): Form<UndoFields>,
) -> Result<Response, Error> {
    let filed = web.engine.undo(&signed_in.own, &fields.token).await?;
    let key = match filed.labelled {
        Some(_) => "done-label-undone",
        None => "done-undone",
    };
    let said = Some(Said::done(key, filed.count));
    let target = filed
        .target
        .map_or_else(|| "/".to_owned(), |id| format!("/m/{id}"));
    if wants_stream(&headers) {
        let done = Done {
            said,
            counts: true,
            ..Done::default()
        };
        return answer(&web, signed_in, &[], done, None).await;
    }
    Ok(flash::redirect(&web, &target, said.as_ref()))
}

/// The question before one message goes for good, or a conversation.
pub(crate) async fn deletion(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, emails)): Path<(MailboxId, Emails)>,
    Query(address): Query<ListAddress>,
) -> Result<Response, Error> {
    let place = pane::place(&signed_in, mailbox).await?;
    let email = emails.last().ok_or(Error::NotFound)?;
    if emails.ids().len() > 1 {
        let back = format!("{}{}", place.path(), pane::context(&place, &address));
        let rows = std::slice::from_ref(&emails);
        let page = deletion::of_many(signed_in.ui, &place, rows, back);
        return respond::page(&web, &page.ui, &page);
    }
    let opened = signed_in.account.open_known(email).await?;
    let subject = &opened.summary.subject;
    let back = format!(
        "{}/{email}{}",
        place.path(),
        pane::context(&place, &address)
    );
    let page = deletion::of_one(signed_in.ui, &place, email, subject, back);
    respond::page(&web, &page.ui, &page)
}

/// Deletes one message for good: `POST /m/{mailbox}/{email}/deletion`.
pub(crate) async fn delete(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, emails)): Path<(MailboxId, Emails)>,
    address: Query<ListAddress>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let at = Path((mailbox, emails, "deletion".to_owned()));
    one(
        web,
        signed_in,
        at,
        address,
        headers,
        Form(OneFields::default()),
    )
    .await
}

/// Changes on the open page, the counts of folders among them where they may have changed, or
/// the page that comes next.
pub(crate) async fn answer(
    web: &Web,
    mut signed_in: SignedIn,
    ids: &[EmailId],
    done: Done,
    next: Option<&str>,
) -> Result<Response, Error> {
    if let Some(next) = next {
        return Ok(flash::redirect(web, next, done.said.as_ref()));
    }
    let folders = match done.counts {
        true => read::tree(&signed_in, None).await?.everywhere(),
        false => Vec::new(),
    };
    signed_in.ui.flash = done.said.map(|said| said.flash(&signed_in.ui));
    let removed = if done.left { ids.to_vec() } else { Vec::new() };
    Ok(stream(&StreamAnswer {
        removed,
        changed: None,
        label: done.label.map(|(word, on)| LabelDrawn {
            name: labels::name(&signed_in.ui, &word).into_owned(),
            ids: Emails::written(ids).to_string(),
            word,
            on,
        }),
        folders,
        ui: signed_in.ui,
    })
    .into_response())
}

/// Where one goes after an action on the open message: on in its conversation, as long as others of it
/// stay in the folder.
async fn next_path(
    signed_in: &SignedIn,
    mailbox: MailboxId,
    emails: &Emails,
    verb: Verb,
    address: &ListAddress,
) -> Result<String, Error> {
    let email = emails.last().ok_or(Error::NotFound)?;
    let list: List = pane::list_pane(signed_in, mailbox, address, Some(email)).await?;
    let back = list.here();
    let advance = match verb {
        Verb::Star | Verb::Unstar | Verb::Seen | Verb::Copy => {
            return Ok(format!("{}/{email}{}", list.path(), list.context()));
        }
        // Opened again it would be read again.
        Verb::Unseen => return Ok(back),
        _ => signed_in.preferences.advance(),
    };
    let mut rows = list.rows.iter();
    let row = rows.find(|row| row.holds(email));
    if let Some(staying) = row.and_then(|row| row.stays(emails.ids())) {
        return Ok(format!("{}/{staying}{}", list.path(), list.context()));
    }
    let neighbours = pane::neighbours(&list, email);
    let next = match advance {
        Advance::Older => neighbours.older.or(neighbours.newer),
        Advance::Newer => neighbours.newer.or(neighbours.older),
        Advance::List => None,
    };
    Ok(next.unwrap_or(back))
}
