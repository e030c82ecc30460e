//! `GET /outbox`, and what can be done with a message there.

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    engine::{
        self,
        outbox::{self, Reason, Submission, TakenBack},
    },
    web::{
        compose::check,
        error::Error,
        faults::wants_json,
        fields::Form,
        flash::{self, Said},
        outbox::page::{Answer, OutboxPage, OutboxRow, State},
        page::Ui,
        path::Path,
        respond,
        signed_in::SignedIn,
        state::Web,
    },
};

/// A wait that is no more than the time in which a message can be taken back (ms).
const MOMENT: i64 = 2 * 60 * 1000;

/// Another time.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Schedule {
    #[serde(default)]
    send_at: String,
}

/// `GET /outbox`
pub(crate) async fn index(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let mut all = Vec::new();
    for standing in signed_in.standings.iter() {
        match signed_in.beside(standing.id).await {
            Ok(account) => {
                let unattended = account.is_unattended().await?;
                let own = account.submissions().await?;
                all.extend(own.into_iter().map(|one| (one, unattended)));
            }
            Err(error) => {
                tracing::debug!(%error, account.id = standing.id, "An outbox can't be opened");
            }
        }
    }
    if signed_in.has_several() {
        all.sort_by_key(|(one, _)| std::cmp::Reverse(one.id));
    }
    show(&web, &signed_in, all, None)
}

/// `GET /outbox/{submission}`
pub(crate) async fn one(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let one = signed_in.account.submission(id).await?;
    let unattended = signed_in.account.is_unattended().await?;
    show(&web, &signed_in, vec![(one, unattended)], Some(id))
}

/// `POST /outbox/{submission}/cancellation`
pub(crate) async fn cancel(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let ui = &signed_in.ui;
    let back = match signed_in.account.cancel_submission(id).await {
        Ok(back) => back,
        Err(engine::Error::TooLate) if wants_json(&headers) => {
            let answer = json!({ "sentence": ui.t("outbox-too-late") });
            return Ok((StatusCode::CONFLICT, Json(answer)).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    Ok(reopened(&web, ui, &headers, back))
}

/// `POST /outbox/{submission}/schedule`
pub(crate) async fn schedule(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    Form(form): Form<Schedule>,
) -> Result<Response, Error> {
    let at = match form.send_at.as_str() {
        "now" => None,
        _ => {
            let at = check::time(&signed_in.ui, &form.send_at);
            Some(at.ok_or(Error::Invalid("compose-no-time"))?)
        }
    };
    signed_in.account.reschedule(id, at).await?;
    let said = match at.is_none() || signed_in.account.is_unattended().await? {
        true => "done-scheduled",
        false => "done-scheduled-attended",
    };
    Ok(back(&web, said))
}

/// `POST /outbox/{submission}/retry`: once more, by the person's own decision.
pub(crate) async fn retry(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let offset = check::offset(&signed_in.ui);
    signed_in.account.resend(id, offset).await?;
    Ok(back(&web, "done-sending-again"))
}

/// `POST /outbox/{submission}/confirmation`
pub(crate) async fn confirm(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    signed_in.account.confirm_submission(id).await?;
    Ok(back(&web, "done-confirmed"))
}

/// `POST /outbox/{submission}/removal`
pub(crate) async fn remove(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    signed_in.account.remove_submission(id).await?;
    Ok(back(&web, "done-removed-from-outbox"))
}

fn back(web: &Web, said: &str) -> Response {
    flash::redirect(web, "/outbox", Some(&Said::done(said, 1)))
}

/// To the draft that a message is again.
fn reopened(web: &Web, ui: &Ui, headers: &HeaderMap, back: TakenBack) -> Response {
    let path = match back.draft {
        Some(draft) => format!("/drafts/{draft}"),
        None => "/outbox".to_owned(),
    };
    match wants_json(headers) {
        true => Json(json!({ "path": ui.url(&path) })).into_response(),
        false => flash::redirect(web, &path, Some(&taken_back(back))),
    }
}

/// Of a mailing, how many of it had gone out.
fn taken_back(back: TakenBack) -> Said {
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    match (back.gone, back.draft) {
        (0, Some(_)) => Said::done("done-cancelled", 1),
        (0, None) => Said::done("done-not-sent", 1),
        (gone, _) => Said::done("done-mailing-cancelled", count(gone)).of(count(back.count)),
    }
}

fn show(
    web: &Web,
    signed_in: &SignedIn,
    all: Vec<(Submission, bool)>,
    one: Option<i64>,
) -> Result<Response, Error> {
    let ui = signed_in.ui.clone();
    let rows = all.into_iter();
    let rows = rows.filter_map(|(one, unattended)| row(&ui, one, unattended));
    let rows = rows.collect();
    let page = OutboxPage { rows, one, ui };
    respond::page(web, &page.ui, &page)
}

fn row(ui: &Ui, one: Submission, unattended: bool) -> Option<OutboxRow> {
    let at = one.sent_at.unwrap_or(one.next_at);
    let why = one.reason.as_ref();
    let waits = why.is_some_and(Reason::is_for_another_password);
    let state = match one.state {
        outbox::State::Pending if waits => State::Waiting,
        outbox::State::Pending if one.attempts > 0 && one.reason.is_some() => State::Delayed {
            due: one.next_at,
            reason: reason(ui, &one),
        },
        outbox::State::Pending if one.send_at - ui.now > MOMENT => {
            State::Scheduled { due: one.send_at }
        }
        outbox::State::Pending => State::Pending { due: one.next_at },
        outbox::State::Sending => State::Sending,
        outbox::State::Sent => State::Sent {
            at,
            due: has_waited(&one, at).then_some(one.send_at),
        },
        outbox::State::Unconfirmed => State::Unconfirmed { at },
        outbox::State::Failed => State::Failed {
            at,
            reason: reason(ui, &one),
        },
        outbox::State::Cancelled => return None,
    };
    let recipients: Vec<&str> = one.recipients.iter().map(|to| to.email.as_str()).collect();
    Some(OutboxRow {
        id: one.id,
        subject: one.subject,
        merged: one.merged,
        has_draft: one.draft.is_some(),
        unattended,
        recipients: recipients.join(", "),
        state,
        answers: one
            .recipients
            .iter()
            .filter(|to| !to.reply.is_empty())
            .map(|to| Answer {
                recipient: to.email.clone(),
                taken: matches!(
                    to.state,
                    outbox::RecipientState::Accepted | outbox::RecipientState::Delivered
                ),
                sentence: to.reply.clone(),
            })
            .collect(),
    })
}

/// It went at the first try, long after its time: its owner was not there. With their permission
/// it was something else that kept it, and in a mailing it was those before it.
pub(super) fn has_waited(one: &Submission, sent_at: i64) -> bool {
    let late = sent_at - one.send_at > MOMENT;
    late && one.attempts == 1 && !one.unattended && !one.merged
}

/// Why it was not sent, and what the server said to that.
fn reason(ui: &Ui, one: &Submission) -> String {
    let Some(reason) = &one.reason else {
        return ui.t("sending-refused");
    };
    let key = match reason.code.as_str() {
        "sign-in" => "sending-sign-in",
        "sender" => "sending-sender",
        "recipients" => "sending-recipients",
        "too-large" => "sending-too-large",
        "no-smtputf8" => "sending-no-smtputf8",
        "no-smtp" => "sending-no-smtp",
        "only-here" => "sending-only-here",
        "unreachable" => "sending-unreachable",
        "interrupted" => "sending-interrupted",
        _ => "sending-refused",
    };
    match reason.text.is_empty() {
        true => ui.t(key),
        false => ui.t2("sending-said", "sentence", ui.t(key), "reply", &reason.text),
    }
}
