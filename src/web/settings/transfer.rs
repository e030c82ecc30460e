//! Import and export: mail from files, mail into a file, and how that goes. `copy.rs`: from one of
//! one's accounts into another.

mod copy;

use askama::Template;
use axum::{
    extract::{Multipart, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use futures_util::TryStreamExt as _;
use serde::Deserialize;

use crate::{
    door::{disposition::named, octets::body, policy::FILE_POLICY},
    engine::{
        Error as EngineError,
        jobs::{Job, State},
        transfer::{Export, Format},
    },
    mail::id::MailboxId,
    web::{
        client::Client,
        compose::save::broken,
        error::Error,
        fields::Form,
        flash::{self, Said},
        login::session,
        mailbox::tree::{Folder, Tree},
        page::Ui,
        path::Path,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

pub(crate) use self::copy::copy;

/// Octets of a field that is no file.
const FIELD_MOST: usize = 1000;

/// The page.
#[derive(Template)]
#[template(path = "settings/transfer.html")]
pub struct TransferPage {
    /// The reader.
    pub ui: Ui,
    /// Folders: id, name with the ones above.
    pub folders: Vec<(MailboxId, String)>,
    /// What was begun lately, the newest first.
    pub jobs: Vec<Job>,
    /// Octets that a file may have.
    pub most: u64,
    /// Why the import was refused.
    pub problem: Option<String>,
    /// Why the export was refused.
    pub refused: Option<String>,
    /// Why the copy was refused.
    pub uncopied: Option<String>,
}

/// The page of one job.
#[derive(Template)]
#[template(path = "settings/transfer_job.html")]
pub struct JobPage {
    /// The reader.
    pub ui: Ui,
    /// The job.
    pub job: Job,
}

/// What is to be exported.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    folder: String,
    #[serde(default)]
    format: String,
    #[serde(default)]
    password: String,
}

impl TransferPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-transfer")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Transfer
    }

    /// The formats: word, sentence.
    pub fn formats(&self) -> [(&'static str, String); 3] {
        Format::ALL.map(|format| {
            let key = match format {
                Format::Mbox => "transfer-format-mbox",
                Format::Maildir => "transfer-format-maildir",
                Format::Zip => "transfer-format-zip",
            };
            (format.as_str(), self.ui.t(key))
        })
    }

    /// One's other accounts, into which this one can be copied: id, name.
    pub fn others(&self) -> Vec<(i64, &str)> {
        let others = self
            .ui
            .accounts
            .iter()
            .filter(|one| one.id != self.ui.account);
        others.map(|one| (one.id, one.label())).collect()
    }

    /// How large a file may be.
    pub fn most(&self) -> String {
        self.ui
            .t1("transfer-file-most", "size", self.ui.size(self.most))
    }

    /// What a job is, in words.
    pub fn name(&self, job: &Job) -> String {
        name(&self.ui, job)
    }

    /// When a job was begun, and how it stands.
    pub fn facts(&self, job: &Job) -> String {
        let date = self.ui.list_date(job.created_at);
        format!("{date} · {}", state(&self.ui, job))
    }
}

impl JobPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        name(&self.ui, &self.job)
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Transfer
    }

    /// It is under way.
    pub fn runs(&self) -> bool {
        self.job.state == State::Running
    }

    /// What to do when its process has ended in the middle.
    pub fn interrupted(&self) -> Option<String> {
        let key = match self.job.can_resume() {
            true => "transfer-interrupted-hint",
            false => "transfer-interrupted-again",
        };
        (self.job.state == State::Interrupted).then(|| self.ui.t(key))
    }

    /// How it stands.
    pub fn headline(&self) -> String {
        state(&self.ui, &self.job)
    }

    /// How far it is, in words.
    pub fn percent(&self) -> String {
        let percent = self.job.percent().unwrap_or(0);
        self.ui
            .t1("transfer-percent", "percent", self.ui.number(percent))
    }

    /// What it has done so far.
    pub fn counts(&self) -> Vec<String> {
        let (ui, job) = (&self.ui, &self.job);
        let mut counts = vec![ui.tn("transfer-done", job.done)];
        if job.known > 0 {
            counts.push(ui.tn("transfer-known", job.known));
        }
        if job.failed > 0 {
            counts.push(ui.tn("transfer-failed-count", job.failed));
        }
        counts
    }

    /// Why it ended early.
    pub fn trouble(&self) -> Option<String> {
        let reason = self.job.reason.as_str();
        (!reason.is_empty()).then(|| self.ui.t(reason))
    }

    /// There are more failures than those shown.
    pub fn has_more(&self) -> bool {
        u64::try_from(self.job.failures.len()).unwrap_or(u64::MAX) < self.job.failed
    }
}

fn name(ui: &Ui, job: &Job) -> String {
    let key = match job.kind {
        "export" => "transfer-job-export",
        "copy" => "transfer-job-copy",
        "bulk" if job.name.is_empty() => return ui.t("transfer-job-bulk-everywhere"),
        "bulk" => "transfer-job-bulk",
        _ => "transfer-job-import",
    };
    ui.t1(key, "name", &job.name)
}

fn state(ui: &Ui, job: &Job) -> String {
    ui.t(match job.state {
        State::Ready => "transfer-state-ready",
        State::Running => "transfer-state-running",
        State::Done => "transfer-state-done",
        State::Failed => "transfer-state-failed",
        State::Cancelled => "transfer-state-cancelled",
        State::Interrupted => "transfer-state-interrupted",
    })
}

/// `GET /settings/transfer`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let page = page(&web, signed_in).await?;
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/transfer/imports`: fields first, then the file, which is not held in memory.
pub(crate) async fn import(
    web: Web,
    signed_in: SignedIn,
    request: Request,
) -> Result<Response, Error> {
    use axum::extract::FromRequest as _;

    let parts = Multipart::from_request(request, &web).await;
    let parts = parts.map_err(|_| Error::BadRequest)?;
    // Before the file comes, which may take an hour.
    let taken = match signed_in.account.may_import().await {
        Ok(()) => take(&signed_in, parts).await,
        Err(error) => Err(error.into()),
    };
    match taken {
        Ok(job) => {
            let path = format!("/settings/transfer/jobs/{}", job.id);
            Ok(flash::redirect(&web, &path, None))
        }
        Err(Error::Invalid(key)) => {
            let mut page = page(&web, signed_in).await?;
            page.problem = Some(page.ui.t(key));
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &web, &page.ui, &page)
        }
        Err(error) => Err(error),
    }
}

async fn take(signed_in: &SignedIn, mut parts: Multipart) -> Result<Job, Error> {
    let account = &signed_in.account;
    let mut into = None;
    while let Some(mut field) = parts.next_field().await.map_err(|_| Error::BadRequest)? {
        let Some(name) = field.file_name().map(str::to_owned) else {
            let mut text = Vec::new();
            while let Some(piece) = field.chunk().await.map_err(|_| Error::BadRequest)? {
                text.extend_from_slice(&piece);
                if text.len() > FIELD_MOST {
                    return Err(Error::BadRequest);
                }
            }
            let text = String::from_utf8(text).map_err(|_| Error::BadRequest)?;
            into = folder(&text)?.or(into);
            continue;
        };
        if name.is_empty() {
            return Err(Error::Invalid("transfer-empty"));
        }
        if let Some(into) = into {
            account.mailbox(into).await?;
        }
        let (upload, _) = account.store_import(field.map_err(broken)).await?;
        let begun = account.begin_import(upload, &name, into).await;
        if begun.is_err() {
            account.drop_import(upload).await?;
        }
        return Ok(begun?);
    }
    Err(Error::Invalid("transfer-empty"))
}

/// `POST /settings/transfer/exports`: the file, for whoever says the password once more.
pub(crate) async fn export(
    web: Web,
    signed_in: SignedIn,
    client: Client,
    Form(mut wanted): Form<Wanted>,
) -> Result<Response, Error> {
    let password = std::mem::take(&mut wanted.password);
    let attempt = client.attempt(&signed_in.session.address, password);
    let only = folder(&wanted.folder)?;
    let format = Format::from_name(&wanted.format).ok_or(Error::BadRequest)?;
    let Err(error) = web.engine.confirm(&attempt.address, &attempt).await else {
        let account = &signed_in.account;
        let job = account.begin_export(only, format).await?;
        return Ok(file(account.export_of(job.id).await?));
    };
    let mut page = page(&web, signed_in).await?;
    let refused = session::refusal(&page.ui, &error, &attempt.address);
    let (status, sentence) = refused.ok_or(error)?;
    page.refused = Some(sentence);
    respond::page_with(status, &web, &page.ui, &page)
}

/// `GET /settings/transfer/jobs/{job}`
pub(crate) async fn job(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let page = JobPage {
        job: web.engine.job(signed_in.session.user, id).await?,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/transfer/jobs/{job}/cancellation`
pub(crate) async fn cancel(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let stopped = web.engine.stop_job(signed_in.session.user, id).await;
    let said = match stopped {
        Ok(()) => Some(Said::done("done-transfer-stopping", 1)),
        // It has ended by itself: the page says how.
        Err(EngineError::TooLate) => None,
        Err(error) => return Err(error.into()),
    };
    let path = format!("/settings/transfer/jobs/{id}");
    Ok(flash::redirect(&web, &path, said.as_ref()))
}

/// `POST /settings/transfer/jobs/{job}/resumption`
pub(crate) async fn resume(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    // It may be about another of one's accounts.
    let job = web.engine.job(signed_in.session.user, id).await?;
    let account = signed_in.beside(job.account).await?;
    let to = match job.to {
        Some(to) => signed_in.beside(to).await.map(Some),
        None => Ok(None),
    };
    let resumed = match &to {
        Ok(to) => account.resume_job(id, to.as_ref()).await,
        Err(EngineError::NotFound) => Err(EngineError::Invalid("transfer-account-gone")),
        Err(EngineError::Upstream { problem, .. }) => Err(EngineError::Invalid(problem.key())),
        Err(_) => return Err(to.err().map_or(Error::NotFound, Error::from)),
    };
    let said = match resumed {
        Ok(_) => None,
        Err(EngineError::TooLate) => Some(Said::problem("transfer-file-gone")),
        Err(EngineError::Invalid(key)) => Some(Said::problem(key)),
        Err(error) => return Err(error.into()),
    };
    let path = format!("/settings/transfer/jobs/{id}");
    Ok(flash::redirect(&web, &path, said.as_ref()))
}

/// A folder's id; none for all of them.
fn folder(text: &str) -> Result<Option<MailboxId>, Error> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Error::BadRequest),
    }
}

fn file(export: Export) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(export.media_type),
        ),
        (
            header::CONTENT_DISPOSITION,
            named("attachment", &export.name),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(FILE_POLICY),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body(export.octets)).into_response()
}

async fn page(web: &Web, signed_in: SignedIn) -> Result<TransferPage, Error> {
    let list = signed_in.account.mailboxes().await?;
    let ui = signed_in.ui;
    let tree = Tree::new(&ui, &list, None, true);
    let folders = tree.all().filter(|folder| folder.selectable);
    let named = |folder: &Folder| match folder.above.as_str() {
        "" => folder.name.clone(),
        above => format!("{above} / {}", folder.name),
    };
    Ok(TransferPage {
        folders: folders.map(|folder| (folder.id, named(folder))).collect(),
        jobs: web.engine.jobs(signed_in.session.user).await?,
        most: u64::from(web.config.limits.import_mib) << 20,
        ui,
        problem: None,
        refused: None,
        uncopied: None,
    })
}
