//! `GET /`, `GET /m/{mailbox}`, `GET /m/{mailbox}/{email}`: folders, list and reader.
//!
//! Cost: the folder tree from memory; the list as in [`crate::engine::list`]; a message as in
//! [`crate::engine::read`]. Turbo's request for the reader's frame alone costs the message alone,
//! plus the list where it is kept in memory.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use tokio::time::timeout;

use crate::{
    engine::{self, read::Opened},
    mail::{
        email::EmailSummary,
        id::{EmailId, MailboxId},
        keyword,
        mailbox::Role,
        report::Report,
        warning::Warning,
    },
    web::{
        error::Error,
        fields::Query,
        flash,
        mailbox::{
            address::ListAddress,
            branches,
            emails::Emails,
            list::List,
            pane,
            place::Place,
            show::{MailPage, Reader, ReaderProblem},
            talks,
            tree::Tree,
        },
        message::{
            card, look::Look, receipt::ReceiptLine, report::ReportCard, show::MessageView, talk,
            view,
        },
        page::Ui,
        path::Path,
        respond,
        settings::collection::Mark,
        settings::reading::MarkRead,
        signed_in::SignedIn,
        state::Web,
    },
};

/// How long a report waits for the message that it is about to be found: it is shown without too.
const PATIENCE: Duration = Duration::from_secs(2);

/// After so many milliseconds what is read is marked, where its reader wants that.
pub(crate) const SOON: u32 = 3000;

/// Tells caches that the answer depends on which frame was asked for.
pub(crate) const VARY: HeaderValue = HeaderValue::from_static("Turbo-Frame, Accept");

/// To the inbox.
pub(crate) async fn home(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let mailboxes = match signed_in.account.mailboxes().await {
        // The mail of other accounts is there.
        Err(engine::Error::Upstream { .. }) if signed_in.has_several() => {
            return Ok(flash::redirect(&web, "/all", None));
        }
        mailboxes => mailboxes?,
    };
    let inbox = mailboxes
        .iter()
        .find(|mailbox| mailbox.role == Some(Role::Inbox));
    let inbox = inbox.or(mailboxes.first()).ok_or(Error::NotFound)?;
    let path = format!("{}/m/{}", web.config.base_path(), inbox.id);
    Ok(Redirect::to(&path).into_response())
}

/// A folder, or what a search in it found.
pub(crate) async fn list(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
    Query(address): Query<ListAddress>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let shown = signed_in.account.mailbox(mailbox).await;
    if shown.is_ok_and(|mailbox| mailbox.role == Some(Role::Drafts)) {
        signed_in.account.file_drafts().await;
    }
    let page = MailPage {
        tree: tree(&signed_in, Some(mailbox)).await?,
        list: pane::list_pane(&signed_in, mailbox, &address, None).await?,
        reader: Reader::Nothing,
        ui: signed_in.ui,
    };
    answer(&web, &page, &headers)
}

/// A message beside its list.
pub(crate) async fn message(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, emails)): Path<(MailboxId, Emails)>,
    Query(address): Query<ListAddress>,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let frame = frame(&headers);
    let email = emails.last().ok_or(Error::NotFound)?;
    if frame.is_some_and(|frame| frame.starts_with("card-")) {
        let place = pane::place(&signed_in, mailbox).await?;
        let mut response = card::answer(&web, signed_in, &emails, place, &address, look).await?;
        response.headers_mut().insert(header::VARY, VARY);
        return Ok(response);
    }
    let (list, opened) = tokio::join!(
        async {
            match frame {
                // The reader's frame needs the list only for what stands above and below.
                Some("reader") => {
                    Ok(pane::remembered_pane(&signed_in, mailbox, &address, email).await)
                }
                _ => pane::list_pane(&signed_in, mailbox, &address, Some(email))
                    .await
                    .map(Some),
            }
        },
        signed_in.account.open(email)
    );
    let place = pane::place(&signed_in, mailbox).await?;
    let mut list = match list? {
        Some(list) => list,
        None => pane::blank(place.clone(), &address, Some(email)),
    };
    let mut status = StatusCode::OK;
    let reader = match opened {
        Ok(opened) => {
            let tail = list.context();
            let mut shown = shown(&web, &signed_in, &opened, place, look).await?;
            // A draft is one, and so is what an old address leads to elsewhere.
            let whole = talks::applies(&signed_in, mailbox, &address)
                && !shown.place.is_drafts()
                && opened.summary.placement.mailbox == mailbox;
            let around = talk::around(&signed_in, &shown.email, &shown.place, &tail, whole);
            let around = around.await;
            let is_unread = |one: &EmailSummary| !one.keywords.has(keyword::SEEN);
            let unread = around.copies.iter().filter(|one| is_unread(one));
            let unread: Vec<EmailId> = unread.map(|one| one.id).collect();
            shown.talk = around.talk;
            shown.copies = around.copies.iter().map(|one| one.id).collect();
            let mark_read = signed_in.preferences.mark_read();
            if mark_read == MarkRead::AtOnce {
                let seen = unread.len() + usize::from(is_unread(&opened.summary));
                pane::see(&mut list, email, u32::try_from(seen).unwrap_or(u32::MAX));
                see_copies(&signed_in, unread);
            } else {
                shown.copy_unread = !unread.is_empty();
                if shown.copy_unread && mark_read == MarkRead::Soon {
                    shown.mark_read_after = Some(SOON);
                }
            }
            shown.context = tail;
            shown.neighbours = pane::neighbours(&list, email);
            Reader::Message(Box::new(shown))
        }
        Err(error) => {
            let error = Error::from(error);
            if error == Error::SignedOut {
                return Err(error);
            }
            status = error.status();
            problem(&signed_in.ui, &error, &list, email)
        }
    };
    let page = MailPage {
        tree: tree(&signed_in, Some(mailbox)).await?,
        list,
        reader,
        ui: signed_in.ui,
    };
    // Turbo draws a frame whatever the status; without a script the status tells.
    let mut response = answer(&web, &page, &headers)?;
    *response.status_mut() = status;
    Ok(response)
}

/// An opened message as it is shown, read from now on if that is what its reader wants.
pub(crate) async fn shown(
    web: &Web,
    signed_in: &SignedIn,
    opened: &Arc<Opened>,
    place: Place,
    look: Look,
) -> Result<MessageView, Error> {
    let unread = !opened.summary.keywords.has(keyword::SEEN);
    let marks = signed_in.preferences.mark_read() == MarkRead::AtOnce;
    if unread && collects(signed_in, &place) {
        remember_sender(signed_in, opened);
    }
    if marks && unread {
        mark_seen(signed_in, vec![opened.summary.id]);
    }
    let told = opened.report();
    let told = told.as_ref();
    let mut shown = view::message(web, signed_in, opened, place, look, told).await?;
    if marks {
        shown.email.keywords.0.insert(keyword::SEEN.to_owned());
    }
    report(signed_in, opened, told, &mut shown).await;
    shown.receipt = receipt(signed_in, opened, &shown).await;
    shown.mark_read_after = match signed_in.preferences.mark_read() {
        MarkRead::Soon if unread => Some(SOON),
        _ => None,
    };
    Ok(shown)
}

/// What a report leads to and is remembered for, and what is known of a message that was sent.
/// The message is shown without it too.
async fn report(
    signed_in: &SignedIn,
    opened: &Opened,
    report: Option<&Report>,
    shown: &mut MessageView,
) {
    let account = &signed_in.account;
    let known = match (&mut shown.report, shown.place.role) {
        (Some(card), role) => {
            let sent = match report.and_then(Report::message_id) {
                Some(id) => {
                    let found = timeout(account.waits(PATIENCE), account.sent_email(id)).await;
                    found.unwrap_or(Ok(None))
                }
                None => Ok(None),
            };
            let path = |sent: EmailId| format!("/m/{}/{sent}", sent.mailbox);
            card.sent = sent.as_ref().ok().copied().flatten().map(path);
            match report {
                Some(Report::Delivery(delivery)) if role != Some(Role::Junk) => {
                    sent.and(account.note_delivery(delivery).await)
                }
                _ => sent.map(drop),
            }
        }
        (None, Some(Role::Sent)) => match &opened.summary.message_id {
            Some(id) => account.fates(id).await.map(|fates| {
                shown.report = ReportCard::of_sent(&signed_in.ui, &fates);
            }),
            None => Ok(()),
        },
        (None, _) => Ok(()),
    };
    if let Err(error) = known {
        tracing::info!(%error, "What became of a message could not be looked up");
    }
}

/// Whether its sender asks to be told that it was read.
async fn receipt(
    signed_in: &SignedIn,
    opened: &Opened,
    shown: &MessageView,
) -> Option<ReceiptLine> {
    let is_answered = shown.place.is_outgoing() || shown.place.deletes_for_good();
    if is_answered || !signed_in.preferences.asks_for_receipts() {
        return None;
    }
    match signed_in.account.receipt_wish(opened).await {
        Ok(wish) => wish.map(|wish| ReceiptLine::new(&signed_in.ui, &wish)),
        Err(error) => {
            tracing::info!(%error, "Whether a receipt was sent could not be looked up");
            None
        }
    }
}

/// The folders.
pub(crate) async fn tree(signed_in: &SignedIn, current: Option<MailboxId>) -> Result<Tree, Error> {
    if signed_in.has_several() {
        return branches::tree(signed_in, current).await;
    }
    let mailboxes = signed_in.account.mailboxes().await?;
    let outbox = signed_in.account.outbox_counts().await?;
    let collection = signed_in.account.collection().await?;
    let collecting = collection.and_then(|collection| Mark::new(&signed_in.ui, &collection, None));
    let tree = Tree::new(&signed_in.ui, &mailboxes, current, false);
    Ok(tree.with_outbox(outbox).with_collecting(collecting))
}

/// Trouble in a sentence.
pub(crate) fn sentence(ui: &Ui, error: &Error) -> String {
    match error {
        Error::Upstream(problem, _) => ui.t(problem.key()),
        Error::Invalid(key) => ui.t(key),
        Error::NotFound => ui.t("error-message"),
        _ => ui.t("error-away"),
    }
}

/// The whole page, or the frame that Turbo asks for.
pub(crate) fn answer(web: &Web, page: &MailPage, headers: &HeaderMap) -> Result<Response, Error> {
    let mut response = match frame(headers) {
        Some("list") => respond::page(web, &page.ui, &page.as_list_frame())?,
        Some("reader") => respond::page(web, &page.ui, &page.as_reader_frame())?,
        _ => respond::page(web, &page.ui, page)?,
    };
    response.headers_mut().insert(header::VARY, VARY);
    Ok(response)
}

/// Whether those who write here are people to be offered when one writes.
fn collects(signed_in: &SignedIn, place: &Place) -> bool {
    let is_mail = !place.is_outgoing() && !place.deletes_for_good();
    is_mail && signed_in.preferences.collects()
}

/// Behind the page. Not who is in doubt: they would be offered under the name of another.
fn remember_sender(signed_in: &SignedIn, opened: &Arc<Opened>) {
    let warnings = view::warnings(signed_in, opened);
    if warnings.iter().any(Warning::doubts_sender) {
        return;
    }
    let (account, opened) = (signed_in.account.clone(), Arc::clone(opened));
    tokio::spawn(async move {
        if let Err(error) = account.remember_sender(&opened).await {
            tracing::info!(%error, "Who wrote a message could not be remembered");
        }
    });
}

/// The frame that Turbo asks for.
pub(crate) fn frame(headers: &HeaderMap) -> Option<&str> {
    const TURBO_FRAME: HeaderName = HeaderName::from_static("turbo-frame");
    headers.get(TURBO_FRAME)?.to_str().ok()
}

/// The copies of what is opened are read with it.
pub(crate) fn see_copies(signed_in: &SignedIn, copies: Vec<EmailId>) {
    if !copies.is_empty() && signed_in.preferences.mark_read() == MarkRead::AtOnce {
        mark_seen(signed_in, copies);
    }
}

/// The one change that a GET makes: what is opened is read. The page does not wait for it.
fn mark_seen(signed_in: &SignedIn, emails: Vec<EmailId>) {
    let account = signed_in.account.clone();
    tokio::spawn(async move {
        if let Err(error) = account.set_keywords(&emails, &[keyword::SEEN], &[]).await {
            tracing::info!(%error, "An opened message could not be marked as read");
        }
    });
}

fn problem(ui: &Ui, error: &Error, list: &List, email: EmailId) -> Reader {
    let again = error.status() != StatusCode::NOT_FOUND;
    let path = format!("{}/{email}{}", list.path(), list.context());
    Reader::Problem(ReaderProblem {
        sentence: sentence(ui, error),
        retry: again.then_some(path),
    })
}
