//! `GET /all`, `GET /search`, `POST /all/selection`: the inboxes of all accounts as one list, and a
//! search in all their folders. Rows lead to their own folders, with this list beside the message.
//!
//! Cost: as in [`crate::engine::merged`].

use axum::{http::HeaderMap, response::Response};
use futures_util::future::join_all;

use crate::{
    engine::{
        accounts::Subject,
        merged::{self, Part, Resume, Wanted},
    },
    mail::{
        id::{EmailId, MailboxId},
        mailbox::Role,
        query,
    },
    web::{
        error::Error,
        faults::wants_stream,
        fields::{Form, Query},
        flash::{self, Said},
        mailbox::{
            act::{self, ManyFields},
            action::{Done, Verb},
            address::ListAddress,
            list::{List, Merged},
            pane,
            place::Place,
            read,
            row::{Home, Row},
            show::{MailPage, Reader},
        },
        page::Ui,
        signed_in::SignedIn,
        state::Web,
    },
};

/// `GET /all`
pub(crate) async fn inboxes(
    web: Web,
    signed_in: SignedIn,
    Query(address): Query<ListAddress>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    show(&web, signed_in, address.merged(), &headers).await
}

/// `GET /search`: what fits `?q=`; without words the inboxes.
pub(crate) async fn search(
    web: Web,
    signed_in: SignedIn,
    Query(address): Query<ListAddress>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let address = address.merged();
    if address.query().is_empty() {
        return Ok(flash::redirect(&web, "/all", None));
    }
    show(&web, signed_in, address, &headers).await
}

async fn show(
    web: &Web,
    signed_in: SignedIn,
    address: ListAddress,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let list = pane(&signed_in, &address, None).await?;
    let mut tree = read::tree(&signed_in, None).await?;
    tree.in_all = !list.is_search();
    let page = MailPage {
        tree,
        list,
        reader: Reader::Nothing,
        ui: signed_in.ui,
    };
    read::answer(web, &page, headers)
}

/// The list's pane.
pub(crate) async fn pane(
    signed_in: &SignedIn,
    address: &ListAddress,
    open: Option<EmailId>,
) -> Result<List, Error> {
    let query = address.query();
    let filter = (!query.is_empty()).then(|| query::parse_at(&query, signed_in.ui.today()));
    let resume = match address.from() {
        "" => None,
        from => Some(from.parse::<Resume>().map_err(|_| Error::NotFound)?),
    };
    let parts = signed_in.standings.iter().map(|one| async {
        Part {
            account: one.id,
            opened: signed_in.beside(one.id).await,
        }
    });
    let wanted = Wanted {
        inboxes: filter.is_none(),
        filter: filter.as_ref(),
        from: resume.as_ref(),
        limit: u32::from(signed_in.preferences.page_size()),
    };
    let found = merged::merged(join_all(parts).await, wanted).await;
    let ui = &signed_in.ui;
    let rows: Vec<Row> = found
        .rows
        .into_iter()
        .map(|row| Row {
            outgoing: matches!(row.role, Some(Role::Sent | Role::Drafts)),
            talk: None,
            home: Some(home(signed_in, row.account, &row.email, row.role)),
            email: row.email,
        })
        .collect();
    let notes = found.missing.iter().map(|(account, problem)| {
        let name = signed_in.label(*account);
        ui.t2("all-missing", "account", name, "why", ui.t(problem.key()))
    });
    let unfinished = found.partial.iter().map(|(account, count)| {
        let account = signed_in.label(*account);
        ui.tn1("search-unfinished", *count, "account", account)
    });
    let notes = notes.chain(unfinished);
    let (total, unread) = match filter {
        Some(_) => (u32::try_from(rows.len()).unwrap_or(u32::MAX), 0),
        None => found.counts,
    };
    let next = (!found.next.is_end()).then(|| found.next.to_string());
    let has_newer = resume.is_some();
    Ok(List {
        total,
        unread,
        rows,
        complete: filter.is_none() || (next.is_none() && !has_newer),
        has_newer,
        has_older: next.is_some(),
        merged: Some(Merged {
            next,
            notes: notes.collect(),
        }),
        ..pane::blank(everywhere(ui), address, open)
    })
}

/// All inboxes, as a place.
pub(crate) fn everywhere(ui: &Ui) -> Place {
    Place {
        id: MailboxId([0; 6]),
        name: ui.t("all-inboxes"),
        role: Some(Role::Inbox),
    }
}

fn home(
    signed_in: &SignedIn,
    account: i64,
    email: &crate::mail::email::EmailSummary,
    role: Option<Role>,
) -> Home {
    let standing = signed_in.standings.iter().find(|one| one.id == account);
    Home {
        mailbox: email.placement.mailbox,
        is_drafts: role == Some(Role::Drafts),
        account: standing.map_or("", |one| one.label()).to_owned(),
        color: standing.map_or("", |one| &one.color).to_owned(),
    }
}

/// `POST /all/selection`: does something to messages of several accounts, in each by itself.
pub(crate) async fn many(
    web: Web,
    signed_in: SignedIn,
    Query(address): Query<ListAddress>,
    headers: HeaderMap,
    Form(fields): Form<ManyFields>,
) -> Result<Response, Error> {
    let verb: Verb = fields.action.parse().map_err(|_| Error::BadRequest)?;
    // There is no folder that is in all accounts, and nothing is deleted for good from here.
    if matches!(verb, Verb::Move | Verb::Copy | Verb::Delete) {
        return Err(Error::BadRequest);
    }
    let back = pane::blank(everywhere(&signed_in.ui), &address.merged(), None).here();
    let chosen = fields.emails();
    if chosen.is_empty() {
        let said = Said::problem("nothing-selected");
        return Ok(flash::redirect(&web, &back, Some(&said)));
    }
    let mut groups: Vec<(i64, Vec<EmailId>)> = Vec::new();
    for id in &chosen {
        let account = signed_in.with(Subject::Mailbox(id.mailbox)).await?.id();
        match groups.iter_mut().find(|(known, _)| *known == account) {
            Some((_, ids)) => ids.push(*id),
            None => groups.push((account, vec![*id])),
        }
    }
    let acted = groups.iter().map(|(account, ids)| async {
        let account = signed_in.beside(*account).await?;
        verb.apply(&account, &signed_in.ui, ids.into(), None).await
    });
    let mut outcomes = join_all(acted).await;
    let mut done: Option<Done> = None;
    let mut gone = Vec::new();
    let mut failed = None;
    for ((_, ids), outcome) in groups.iter().zip(outcomes.drain(..)) {
        match outcome {
            Ok(one) => {
                gone.extend_from_slice(ids);
                done = Some(match done {
                    Some(before) => before.and(one),
                    None => one,
                });
            }
            Err(error) => failed = Some(error),
        }
    }
    let done = match (done, failed) {
        (Some(done), None) => done,
        (None, Some(error)) => return Err(error),
        // What could be done is done, and can be taken back; that something could not is said.
        (Some(done), Some(_)) => {
            let undo = done.said.and_then(|said| said.undo);
            Done {
                said: Some(Said::problem("all-partly").with_undo(undo)),
                ..done
            }
        }
        (None, None) => return Err(Error::BadRequest),
    };
    let next = (!wants_stream(&headers)).then_some(back.as_str());
    act::answer(&web, signed_in, &gone, done, next).await
}
