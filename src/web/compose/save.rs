//! `POST /drafts`, `POST /drafts/{id}`: saves, and does what the button says. Scripts get JSON,
//! everybody else a page.

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::TryStreamExt as _;
use serde_json::{Value, json};

use crate::{
    engine::{
        self,
        outbox::{Submission, When},
        secrets,
        writing::{Creation, Described, Draft, Reference, Saved, Unsendable},
    },
    web::{
        compose::{
            check,
            form::{ComposeForm, Sent},
            page::{Problem, Warning},
            phrases::InWordsOf,
            sender, view,
        },
        error::Error,
        faults::wants_json,
        flash::{self, Said},
        page::Ui,
        path::Path,
        respond,
        signed_in::SignedIn,
        state::Web,
    },
};

/// A first save.
pub(crate) async fn first(
    web: Web,
    mut signed_in: SignedIn,
    headers: HeaderMap,
    form: ComposeForm,
) -> Result<Response, Error> {
    take(&web, &mut signed_in, &headers, None, form).await
}

/// A further save.
pub(crate) async fn update(
    web: Web,
    mut signed_in: SignedIn,
    Path(id): Path<i64>,
    headers: HeaderMap,
    form: ComposeForm,
) -> Result<Response, Error> {
    take(&web, &mut signed_in, &headers, Some(id), form).await
}

/// What has been saved so far.
struct Kept {
    draft: Draft,
    /// The save met another one, and became a draft of its own.
    conflict: bool,
}

/// What became of a form.
enum Came {
    /// It is saved.
    Saved(Kept),
    /// The same was sent before, as this.
    Late(Submission),
}

async fn take(
    web: &Web,
    signed_in: &mut SignedIn,
    headers: &HeaderMap,
    id: Option<i64>,
    form: ComposeForm,
) -> Result<Response, Error> {
    let (sent, came) = match form {
        ComposeForm::Fields(sent) => {
            let came = keep(signed_in, headers, id, &sent, None).await?;
            (sent, came)
        }
        ComposeForm::Parts(mut parts) => {
            let mut sent = Sent::default();
            let mut kept = None;
            while let Some(field) = parts.next_field().await.map_err(|_| Error::BadRequest)? {
                match field.file_name().map(str::to_owned).as_deref() {
                    None => sent.take(field).await?,
                    // An input without a file sends an empty one.
                    Some("") => {}
                    Some(name) => {
                        let came = keep(signed_in, headers, id, &sent, kept).await?;
                        // What is sent before the button is known can't have been sent before.
                        let Came::Saved(saved) = came else {
                            return Err(Error::BadRequest);
                        };
                        let media_type = field.content_type().unwrap_or_default().to_owned();
                        let described = Described {
                            name,
                            media_type: &media_type,
                            cid: None,
                        };
                        let draft = saved.draft.id;
                        let pieces = field.map_err(broken);
                        let account = &signed_in.account;
                        account.attach_stream(draft, described, pieces).await?;
                        let draft = signed_in.account.draft(draft).await?;
                        kept = Some(Kept { draft, ..saved });
                    }
                }
            }
            let came = keep(signed_in, headers, id, &sent, kept).await?;
            (sent, came)
        }
    };
    match came {
        Came::Saved(kept) => act(web, signed_in, headers, &sent, kept).await,
        Came::Late(submission) => {
            sending(web, signed_in, headers, sent.reference(), &submission, None).await
        }
    }
}

/// Saves what the form has sent so far.
async fn keep(
    signed_in: &mut SignedIn,
    headers: &HeaderMap,
    id: Option<i64>,
    sent: &Sent,
    kept: Option<Kept>,
) -> Result<Came, Error> {
    let fields = sent.fields();
    if kept.is_none() && id.is_none() {
        sender::begin(signed_in, sent).await?;
    }
    let (id, base, conflict) = match (&kept, id) {
        (Some(kept), _) => (kept.draft.id, kept.draft.revision, kept.conflict),
        (None, Some(id)) => (id, sent.revision(), false),
        (None, None) => match create(signed_in, sent, &sent.key()?).await {
            // Made just now, or by a first try whose answer was lost: what comes is newer. Else
            // it was saved since then by another form.
            Ok(draft) if draft.revision == 1 => (draft.id, 1, false),
            Ok(draft) => (draft.id, 0, false),
            Err(engine::Error::TooLate) => return afresh(signed_in, sent).await,
            Err(error) => return Err(error.into()),
        },
    };
    sender::follow(signed_in, id, sent).await?;
    match signed_in.account.save_draft(id, base, &fields).await {
        Ok(Saved::Done(draft)) => Ok(Came::Saved(Kept { draft, conflict })),
        Ok(Saved::Conflict(draft)) => Ok(Came::Saved(Kept {
            draft,
            conflict: true,
        })),
        // A script keeps its text, and asks. Without one this is all there is of it.
        Err(engine::Error::NotFound) if kept.is_none() && is_to_be_kept(headers, sent) => {
            afresh(signed_in, sent).await
        }
        Err(error) => Err(error.into()),
    }
}

fn is_to_be_kept(headers: &HeaderMap, sent: &Sent) -> bool {
    match sent.text("action").as_str() {
        "discard" => false,
        "send" | "later" => true,
        _ => !wants_json(headers),
    }
}

async fn create(signed_in: &SignedIn, sent: &Sent, key: &str) -> Result<Draft, engine::Error> {
    let creation = Creation {
        key,
        fields: &sent.fields(),
        reference: sent.reference(),
        keep: &sent.all("keep"),
        phrases: &InWordsOf(&signed_in.ui),
    };
    signed_in.account.create_draft(creation).await
}

/// The draft is gone. A second click finds what the first one has sent; anything else is kept as
/// a draft of its own.
async fn afresh(signed_in: &SignedIn, sent: &Sent) -> Result<Came, Error> {
    let account = &signed_in.account;
    let before = account.sent_before(&sent.key()?, &sent.fields()).await?;
    let action = sent.text("action");
    if let Some(before) = before.filter(|before| before.is_same)
        && matches!(action.as_str(), "send" | "later")
    {
        return Ok(Came::Late(before.submission));
    }
    let draft = create(signed_in, sent, &secrets::token()).await?;
    Ok(Came::Saved(Kept {
        draft,
        conflict: true,
    }))
}

async fn act(
    web: &Web,
    signed_in: &SignedIn,
    headers: &HeaderMap,
    sent: &Sent,
    kept: Kept,
) -> Result<Response, Error> {
    let (account, ui) = (&signed_in.account, &signed_in.ui);
    let path = format!("/drafts/{}", kept.draft.id);
    if kept.conflict && wants_json(headers) {
        let sentence = ui.t("compose-conflict");
        let answer = json!({
            "conflict": ui.url(&path),
            "draft": kept.draft.id,
            "revision": kept.draft.revision,
            "sentence": sentence,
        });
        return Ok((StatusCode::CONFLICT, Json(answer)).into_response());
    }
    let action = sent.text("action");
    if kept.conflict && matches!(action.as_str(), "send" | "later") {
        // Another text is there, and may be on its way: the person decides.
        return asked(web, signed_in, kept.draft).await;
    }
    if let Some(file) = action.strip_prefix("remove:") {
        let file = file.parse().map_err(|_| Error::BadRequest)?;
        account.detach(kept.draft.id, file).await?;
        return Ok(flash::redirect(web, &path, None));
    }
    match action.as_str() {
        "discard" => {
            account.discard_draft(kept.draft.id).await?;
            let said = Said::done("done-draft-discarded", 1);
            match wants_json(headers) {
                true => Ok(Json(json!({ "next": ui.url("/") })).into_response()),
                false => Ok(flash::redirect(web, "/", Some(&said))),
            }
        }
        "send" => send(web, signed_in, headers, sent, kept.draft, None).await,
        "later" => {
            let at = check::time(ui, &sent.text("send_at"));
            match at {
                Some(at) => send(web, signed_in, headers, sent, kept.draft, Some(at)).await,
                None => {
                    let problem = problem(ui, "send_at", "compose-no-time");
                    refuse(web, signed_in, headers, kept.draft, vec![problem], vec![]).await
                }
            }
        }
        page @ ("merge" | "template") => Ok(flash::redirect(web, &format!("{path}/{page}"), None)),
        "plain" => {
            let draft = account.turn_plain(kept.draft.id).await?;
            saved(web, ui, headers, &draft)
        }
        _ => {
            if action == "save" {
                copy_later(signed_in, kept.draft.id);
            }
            saved(web, ui, headers, &kept.draft)
        }
    }
}

/// The copy in the Drafts folder is written behind the page.
fn copy_later(signed_in: &SignedIn, draft: i64) {
    let account = signed_in.account.clone();
    tokio::spawn(async move {
        if let Err(error) = account.copy_draft(draft).await {
            tracing::debug!(%error, "A draft could not be copied into its folder");
        }
    });
}

fn saved(web: &Web, ui: &Ui, headers: &HeaderMap, draft: &Draft) -> Result<Response, Error> {
    let path = format!("/drafts/{}", draft.id);
    if !wants_json(headers) {
        return Ok(flash::redirect(
            web,
            &path,
            Some(&Said::done("done-draft-saved", 1)),
        ));
    }
    let files: Vec<Value> = draft
        .attachments
        .iter()
        .map(|file| file_json(ui, draft.id, file))
        .collect();
    Ok(Json(json!({
        "draft": draft.id,
        "revision": draft.revision,
        "path": ui.url(&path),
        "saved": ui.t1("compose-saved", "time", ui.list_date(draft.updated_at)),
        "attachments": files,
    }))
    .into_response())
}

/// A file as scripts see it.
pub(crate) fn file_json(ui: &Ui, draft: i64, file: &engine::writing::Attachment) -> Value {
    let shown = view::attached(draft, file);
    json!({
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "sizeText": ui.size(file.size),
        "type": file.media_type,
        "inline": file.inline,
        "cid": file.cid,
        "url": ui.url(&shown.path),
        "removal": ui.url(shown.removal()),
    })
}

async fn send(
    web: &Web,
    signed_in: &SignedIn,
    headers: &HeaderMap,
    sent: &Sent,
    draft: Draft,
    at: Option<i64>,
) -> Result<Response, Error> {
    let (account, ui) = (&signed_in.account, &signed_in.ui);
    let problems = check::problems(ui, &draft.fields);
    let warnings = check::warnings(signed_in, &draft).await?;
    let unseen: Vec<Warning> = warnings
        .into_iter()
        .filter(|warning| !sent.has_confirmed(&warning.key))
        .collect();
    if !(problems.is_empty() && unseen.is_empty()) {
        return refuse(web, signed_in, headers, draft, problems, unseen).await;
    }
    let when = match at {
        Some(at) => When::At(at),
        None => When::In(signed_in.preferences.undo_seconds()),
    };
    let offset = check::offset(ui);
    let outcome = account
        .send_draft(draft.id, draft.revision, when, offset)
        .await;
    let submission = match outcome {
        Ok(submission) => submission,
        Err(engine::Error::Unsendable(why)) => {
            let problem = unsendable(ui, &why);
            return refuse(web, signed_in, headers, draft, vec![problem], vec![]).await;
        }
        Err(error) => return Err(error.into()),
    };
    sending(web, signed_in, headers, draft.reference, &submission, at).await
}

async fn sending(
    web: &Web,
    signed_in: &SignedIn,
    headers: &HeaderMap,
    reference: Option<Reference>,
    submission: &Submission,
    at: Option<i64>,
) -> Result<Response, Error> {
    let ui = &signed_in.ui;
    let next = match reference {
        Some(from) => format!("/m/{}/{}", from.email.mailbox, from.email),
        None => "/".to_owned(),
    };
    let seconds = (submission.send_at - ui.now).max(0) / 1000;
    let count = usize::try_from(seconds).unwrap_or(0);
    let cancellation = format!("/outbox/{}/cancellation", submission.id);
    if !wants_json(headers) {
        let said = match at {
            Some(_) if signed_in.account.is_unattended().await? => Said::done("done-scheduled", 1),
            Some(_) => Said::done("done-scheduled-attended", 1),
            None => Said::done("done-sending", count),
        };
        return Ok(flash::redirect(web, "/outbox", Some(&said)));
    }
    let sentence = match at {
        Some(at) => {
            let key = match signed_in.account.is_unattended().await? {
                true => "outbox-scheduled",
                false => "outbox-scheduled-attended",
            };
            ui.t1(key, "date", ui.full_date(at))
        }
        None => ui.tn("done-sending", count),
    };
    Ok(Json(json!({
        "submission": submission.id,
        "sentence": sentence,
        "seconds": seconds,
        "cancellation": ui.url(&cancellation),
        "next": ui.url(&next),
    }))
    .into_response())
}

/// Shows what was kept instead of being sent.
async fn asked(web: &Web, signed_in: &SignedIn, draft: Draft) -> Result<Response, Error> {
    let ui = signed_in.ui.clone();
    let notice = ui.t("compose-conflict");
    let others = sender::others(signed_in).await?;
    let back = "/".to_owned();
    let mut page = view::drawn(ui, &signed_in.account, &draft, &others, back).await?;
    page.notice = Some(notice);
    respond::page_with(StatusCode::CONFLICT, web, &page.ui, &page)
}

/// Says what must be mended, or what should be known before.
async fn refuse(
    web: &Web,
    signed_in: &SignedIn,
    headers: &HeaderMap,
    draft: Draft,
    problems: Vec<Problem>,
    warnings: Vec<Warning>,
) -> Result<Response, Error> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if wants_json(headers) {
        let errors: Vec<Value> = problems
            .iter()
            .map(|one| json!({ "field": one.field, "sentence": one.sentence }))
            .collect();
        let asked: Vec<Value> = warnings
            .iter()
            .map(|one| json!({ "key": one.key, "sentence": one.sentence }))
            .collect();
        let answer = json!({
            "errors": errors,
            "warnings": asked,
            "draft": draft.id,
            "revision": draft.revision,
            "path": signed_in.ui.url(format!("/drafts/{}", draft.id)),
        });
        return Ok((status, Json(answer)).into_response());
    }
    let ui = signed_in.ui.clone();
    let others = sender::others(signed_in).await?;
    let back = "/".to_owned();
    let mut page = view::drawn(ui, &signed_in.account, &draft, &others, back).await?;
    page.problems = problems;
    page.warnings = warnings;
    respond::page_with(status, web, &page.ui, &page)
}

pub(crate) fn unsendable(ui: &Ui, why: &Unsendable) -> Problem {
    match why {
        Unsendable::NoRecipients => problem(ui, "to", "compose-no-recipients"),
        Unsendable::Address(text) => Problem {
            field: "to".to_owned(),
            sentence: ui.t1("compose-no-address", "text", text),
        },
        Unsendable::TooLarge { size, limit } => Problem {
            field: "files".to_owned(),
            sentence: ui.t2(
                "compose-too-large",
                "size",
                ui.size(size),
                "limit",
                ui.size(limit),
            ),
        },
        Unsendable::Impossible => problem(ui, "", "compose-impossible"),
    }
}

fn problem(ui: &Ui, field: &str, key: &str) -> Problem {
    Problem {
        field: field.to_owned(),
        sentence: ui.t(key),
    }
}

/// The browser has stopped in the middle of a file.
pub(crate) fn broken<E>(_error: E) -> engine::Error {
    engine::Error::Invalid("upload-broken")
}
