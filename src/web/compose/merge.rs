//! `GET, POST /drafts/{draft}/merge`: a draft and a small table become one message for each row.
//! The table stands in the page: nothing of it is kept before it is sent.

use askama::Template;
use axum::{extract::Multipart, http::StatusCode, response::Response};

use crate::{
    engine::{
        self,
        outbox::{LeftOut, Mailing, State},
        writing::Draft,
    },
    mail::merge::{
        MAX_BYTES, MAX_ROWS, Table, TableError,
        rows::{Merged, Problem},
    },
    web::{
        compose::{check, form::Sent, save},
        error::Error,
        flash::{self, Said},
        page::Ui,
        path::Path,
        respond,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The page.
#[derive(Template)]
#[template(path = "compose/merge.html")]
pub struct MergePage {
    /// The reader.
    pub ui: Ui,
    /// The draft's number.
    pub draft: i64,
    /// Its revision.
    pub revision: i64,
    /// Its subject; may be empty.
    pub subject: String,
    /// The draft has recipients of its own, who get nothing.
    pub has_recipients: bool,
    /// Its identity always sends a copy to somebody, who gets none of a mailing.
    pub has_always_bcc: bool,
    /// People whom an earlier mailing of it has reached, or may have.
    pub reached: usize,
    /// Rows that are left out for that, whole sentences.
    pub left_out: Vec<String>,
    /// The table as text.
    pub csv: String,
    /// What is wrong, whole sentences.
    pub problems: Vec<String>,
    /// One of the messages, to look at.
    pub preview: Option<Preview>,
}

/// One of the messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Its row, from 1.
    pub row: usize,
    /// Rows in all.
    pub count: usize,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text, formatting left out.
    pub text: String,
}

impl MergePage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("merge-title")
    }

    /// The page's own path.
    pub fn path(&self) -> String {
        format!("/drafts/{}/merge", self.draft)
    }

    /// The draft.
    pub fn back(&self) -> String {
        format!("/drafts/{}", self.draft)
    }

    /// How many messages would go out now; `None` while anything is wrong.
    pub fn sendable(&self) -> Option<usize> {
        let preview = self.preview.as_ref()?;
        self.problems.is_empty().then_some(preview.count)
    }

    /// The most rows that a table may have.
    pub fn most(&self) -> String {
        self.ui.number(MAX_ROWS)
    }
}

/// Shows the page.
pub(crate) async fn show(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let draft = signed_in.account.draft(id).await?;
    let mailing = signed_in.account.mailing(&draft).await?;
    let page = page(signed_in.ui, &draft, &mailing, String::new());
    respond::page(&web, &page.ui, &page)
}

/// Looks at a row of the table, or sends.
pub(crate) async fn act(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    parts: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, Error> {
    let sent = read(parts.map_err(|_| Error::BadRequest)?).await?;
    let csv = sent.text("csv");
    let action = sent.text("action");
    let table = Table::parse(&csv);
    if action == "send"
        && let Ok(table) = &table
    {
        match send(&signed_in, id, sent.revision(), table).await {
            Ok(count) => {
                let said = Said::done("done-merge", count);
                return Ok(flash::redirect(&web, "/outbox", Some(&said)));
            }
            // Said on the page, with what is wrong.
            Err(Refused::Again(problem)) => {
                let draft = signed_in.account.draft(id).await?;
                let mut page = previewed(signed_in, &draft, csv, Ok(table), 1).await?;
                page.problems.extend(problem);
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return respond::page_with(status, &web, &page.ui, &page);
            }
            Err(Refused::Error(error)) => return Err(error),
        }
    }
    let draft = signed_in.account.draft(id).await?;
    let row = sent.text("row").parse().unwrap_or(1_usize);
    let row = match action.as_str() {
        "next" => row.saturating_add(1),
        "previous" => row.saturating_sub(1),
        _ => 1,
    };
    let page = previewed(signed_in, &draft, csv, table.as_ref(), row).await?;
    let status = match page.problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    respond::page_with(status, &web, &page.ui, &page)
}

/// Why nothing was sent.
enum Refused {
    /// To be mended on the page; a sentence where the page does not say it by itself.
    Again(Option<String>),
    /// Anything else.
    Error(Error),
}

async fn send(
    signed_in: &SignedIn,
    id: i64,
    revision: i64,
    table: &Table,
) -> Result<usize, Refused> {
    let ui = &signed_in.ui;
    let seconds = signed_in.preferences.undo_seconds();
    let offset = check::offset(ui);
    let sent = signed_in
        .account
        .send_merge(id, revision, table, seconds, offset)
        .await;
    match sent {
        Ok((_first, count)) => Ok(count),
        Err(engine::Error::Invalid("merge-problems")) => Err(Refused::Again(None)),
        Err(engine::Error::Invalid(key)) => Err(Refused::Again(Some(ui.t(key)))),
        Err(engine::Error::Stale) => Err(Refused::Again(Some(ui.t("merge-stale")))),
        Err(engine::Error::Unsendable(why)) => {
            let problem = save::unsendable(ui, &why);
            Err(Refused::Again(Some(problem.sentence)))
        }
        Err(error) => Err(Refused::Error(error.into())),
    }
}

/// The form: a file takes the place of what stands in the field.
async fn read(mut parts: Multipart) -> Result<Sent, Error> {
    let mut sent = Sent::default();
    while let Some(mut field) = parts.next_field().await.map_err(|_| Error::BadRequest)? {
        let file = field.file_name().map(str::to_owned);
        match file.as_deref() {
            None => sent.take(field).await?,
            Some("") => {}
            Some(_) => {
                let mut octets = Vec::new();
                while let Some(piece) = field.chunk().await.map_err(|_| Error::BadRequest)? {
                    octets.extend_from_slice(&piece);
                    if octets.len() > MAX_BYTES {
                        return Err(Error::TooLarge);
                    }
                }
                // Spreadsheets write what their system does.
                let text = match String::from_utf8(octets) {
                    Ok(text) => text,
                    Err(error) => {
                        crate::mail::charset::decode(error.as_bytes(), Some("windows-1252"))
                    }
                };
                sent.put("csv", text);
            }
        }
    }
    Ok(sent)
}

fn page(ui: Ui, draft: &Draft, mailing: &Mailing, csv: String) -> MergePage {
    let fields = &draft.fields;
    let own = [&fields.to, &fields.cc, &fields.bcc];
    MergePage {
        draft: draft.id,
        revision: draft.revision,
        subject: fields.subject.clone(),
        has_recipients: own.iter().any(|line| !line.trim().is_empty()),
        has_always_bcc: !mailing.always_bcc.trim().is_empty(),
        reached: mailing.reached(),
        left_out: Vec::new(),
        csv,
        problems: Vec::new(),
        preview: None,
        ui,
    }
}

async fn previewed(
    signed_in: SignedIn,
    draft: &Draft,
    csv: String,
    table: Result<&Table, &TableError>,
    row: usize,
) -> Result<MergePage, Error> {
    let SignedIn { ui, account, .. } = signed_in;
    let mailing = account.mailing(draft).await?;
    let mut page = page(ui, draft, &mailing, csv);
    let table = match table {
        Ok(table) => table,
        Err(error) => {
            page.problems.push(page.ui.t(match error {
                TableError::TooBig => "merge-too-big",
                TableError::OpenQuote => "merge-open-quote",
                TableError::Empty => "merge-empty",
                TableError::TwiceTheSame => "merge-twice",
            }));
            return Ok(page);
        }
    };
    let merge = account.merge(&mailing, table).await?;
    let count = merge.messages.len();
    let row = row.clamp(1, count.max(1));
    let message = merge.messages.get(row.saturating_sub(1));
    if let Some(message) = message {
        let text = account.words_of(message).await?;
        page.preview = Some(preview(message, text, row, count));
    }
    let problems = merge.problems.iter().map(|one| sentence(&page.ui, one));
    page.problems = problems.collect();
    if merge.messages.is_empty() && page.problems.is_empty() {
        page.problems.push(page.ui.t("merge-nobody"));
    }
    let left_out = merge.left_out.iter().map(|one| left_out(&page.ui, one));
    page.left_out = left_out.collect();
    Ok(page)
}

fn preview(message: &Merged, text: String, row: usize, count: usize) -> Preview {
    Preview {
        row,
        count,
        to: match &message.to.name {
            Some(name) => format!("{name} <{}>", message.to.email),
            None => message.to.email.clone(),
        },
        subject: message.subject.clone(),
        text,
    }
}

fn left_out(ui: &Ui, one: &LeftOut) -> String {
    let key = match one.state {
        State::Sent => "merge-has-it",
        State::Unconfirmed => "merge-may-have-it",
        _ => "merge-will-have-it",
    };
    ui.t2(key, "row", ui.number(one.row), "email", &one.email)
}

fn sentence(ui: &Ui, problem: &Problem) -> String {
    match problem {
        Problem::TooLarge => ui.t("merge-too-large"),
        Problem::NoAddresses => ui.t("merge-no-addresses"),
        Problem::UnknownField(name) => ui.t1("merge-unknown-field", "name", name),
        Problem::EmptyField { row, name } => {
            ui.t2("merge-empty-field", "row", ui.number(*row), "name", name)
        }
        Problem::BadAddress { row, text } => {
            ui.t2("merge-bad-address", "row", ui.number(*row), "text", text)
        }
        Problem::Double { row, first } => ui.t2(
            "merge-double",
            "row",
            ui.number(*row),
            "first",
            ui.number(*first),
        ),
    }
}
