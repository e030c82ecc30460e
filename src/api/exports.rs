//! `/accounts/{account}/exports`: an account's mail, or a folder's, as a file.

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{engine::transfer::Format, mail::id::MailboxId};

use super::{
    accounts::AccountPath,
    caller::{May, Read},
    extract,
    files::File,
    id::Number,
    jobs::Job,
    problem::{Fault, Problem},
    proof,
    state::Api,
};

/// What is to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewExport {
    /// `mbox` (one for each folder, several in a zip archive), `maildir` (in a tar archive), or
    /// `zip` (each message a file, with a list of keywords and dates).
    #[schema(example = "mbox")]
    format: String,
    /// This folder alone.
    #[serde(default)]
    mailbox_id: Option<MailboxId>,
    /// The password once more, where a browser's session asks.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1000)]
    password: Option<SecretString>,
}

/// An export that can be fetched.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Export {
    /// How far it is.
    job: Job,
    /// Where its file is.
    file: String,
}

/// An export in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ExportPath {
    /// The account.
    account: Number,
    /// The export: its job.
    export: Number,
}

/// Makes an export. Its file is written when it is fetched, and its job says meanwhile how far it
/// is; fetched again, it is written again, as the mail is then.
#[utoipa::path(
    post,
    path = "/accounts/{account}/exports",
    tag = "jobs",
    params(AccountPath),
    request_body = NewExport,
    responses((
        status = 201, description = "It can be fetched", body = Export,
        headers(("Location" = String, description = "The job"))
    ))
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
    parts: Parts,
    extract::Json(wanted): extract::Json<NewExport>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let format = Format::from_name(&wanted.format).ok_or_else(|| {
        let fault = Fault::new("/format", "It is mbox, maildir or zip.");
        Problem::invalid("invalid", "There is no such format.").with(fault)
    })?;
    proof::of_browser(&api, &caller, &parts, wanted.password.as_ref()).await?;
    let job = account.begin_export(wanted.mailbox_id, format).await?;
    let file = format!(
        "{}/accounts/{}/exports/{}/file",
        api.base(),
        account.id(),
        job.id
    );
    let place = format!("{}/jobs/{}", api.base(), job.id);
    let export = Export {
        job: job.into(),
        file,
    };
    let place = [(header::LOCATION, place)];
    Ok((StatusCode::CREATED, place, Json(export)).into_response())
}

/// The file, written as it is read. A connection that ends early has brought a part of it alone.
#[utoipa::path(
    get,
    path = "/accounts/{account}/exports/{export}/file",
    tag = "jobs",
    params(ExportPath),
    responses((
        status = 200, description = "The file", content(
            (inline(super::files::Octets) = "application/mbox"),
            (inline(super::files::Octets) = "application/x-tar"),
            (inline(super::files::Octets) = "application/zip"),
        )
    ))
)]
pub(crate) async fn file(
    caller: May<Read>,
    extract::Path(path): extract::Path<ExportPath>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let export = account.export_of(path.export.0).await?;
    let file = File {
        kind: export.media_type,
        name: &export.name,
        inline: false,
        tag: None,
        size: None,
    };
    file.answer(&headers, export.octets)
}
