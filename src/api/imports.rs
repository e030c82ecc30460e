//! `POST /accounts/{account}/imports`: a file of mail into an account.

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use futures_util::TryStreamExt as _;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{engine::Error as EngineError, mail::id::MailboxId};

use super::{
    accounts::AccountPath,
    caller::{May, Modify},
    extract, files, id,
    jobs::{self, Job},
    once::{self, Turn},
    problem::Problem,
    state::Api,
};

/// Characters of a file's name.
const NAME_MOST: usize = 200;

/// What is to become of the file.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The folder for all of it; without it, the folders that the file names, made when missing.
    #[param(value_type = Option<MailboxId>)]
    mailbox: Option<String>,
    /// The file's name, which is an mbox's folder.
    #[param(max_length = 200)]
    name: Option<String>,
}

/// Takes a file of mail: an mbox, a message, a zip or tar archive of them or of a Maildir, packed
/// by gzip or not. What it is, is told by its octets. The answer comes when all of it is here; its
/// job says how filing goes. What lies in its folder already is passed over.
#[utoipa::path(
    post,
    path = "/accounts/{account}/imports",
    tag = "jobs",
    params(AccountPath, Wanted, ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[!-~]+$", description = "Names this request for a day")),
    request_body(content = inline(files::Octets), content_type = "application/octet-stream"),
    responses((
        status = 202, description = "It is being filed", body = Job,
        headers(("Location" = String, description = "The job"))
    ))
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Modify>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Query(wanted): extract::Query<Wanted>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?.clone();
    let name = wanted.name.unwrap_or_else(|| "mail".to_owned());
    if name.chars().count() > NAME_MOST {
        let detail = "name has at most 200 characters.";
        return Err(Problem::malformed("query_invalid", detail));
    }
    let mailbox = id::mailbox(wanted.mailbox.as_deref())?;
    if let Some(mailbox) = mailbox {
        // Before the body is read: a folder that is not there takes none.
        account.mailbox(mailbox).await?;
    }
    if !once::is_named(&headers) {
        // A request that comes again gets its first answer, for which its octets have to be known.
        account.may_import().await?;
    }
    let pieces = body.into_data_stream();
    let pieces = pieces.map_err(|_| EngineError::Invalid("upload-broken"));
    let (upload, sha256) = account.store_import(pieces).await?;
    let place = format!("/accounts/{}/imports", account.id());
    let whole = format!("{mailbox:?} {name}\n");
    let whole = [whole.as_bytes(), &sha256].concat();
    let turn = once::turn(&api, caller.user, &headers, &place, &whole).await;
    let answer = match turn {
        Ok(Turn::First(ticket)) => {
            let begun = async move {
                let job = account.begin_import(upload, &name, mailbox).await;
                if job.is_err() {
                    account.drop_import(upload).await?;
                }
                Ok((StatusCode::ACCEPTED, Job::from(job?)))
            };
            once::carried(&api, ticket, begun).await?
        }
        Ok(Turn::Answered(answer)) => {
            account.drop_import(upload).await?;
            answer
        }
        Err(problem) => {
            account.drop_import(upload).await?;
            return Err(problem);
        }
    };
    Ok(once::answer_at(answer, |id| jobs::place(&api, id)))
}
