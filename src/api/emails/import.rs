//! `POST /accounts/{account}/emails`: puts a message into a folder, as it is.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use bytes::BytesMut;
use futures_util::StreamExt;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    api::{
        accounts::AccountPath,
        caller::{May, Modify},
        extract, files, id,
        once::{self, Turn},
        problem::Problem,
        state::Api,
        time::Time,
    },
    mail::{
        keyword::{self, Keywords},
        mailbox::Role,
    },
};

use super::change::Made;

/// Where the message goes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The folder; the inbox without it.
    #[param(max_length = 64, pattern = "^[A-Za-z0-9_-]*$")]
    mailbox: Option<String>,
    /// Its marks, with commas between.
    #[param(
        max_length = 1000,
        pattern = "^[!#$&'+./0-9:;<=>?@A-Z\\[^_`a-z|}~-]{0,100}(,[!#$&'+./0-9:;<=>?@A-Z\\[^_`a-z|}~-]{0,100})*$"
    )]
    keywords: Option<String>,
    /// When it arrived; now without it.
    #[param(value_type = Option<Time>)]
    received_at: Option<Time>,
}

/// The message, unless it is too large or ends early.
async fn whole(body: Body, most: usize) -> Result<Bytes, Problem> {
    let mut pieces = body.into_data_stream();
    let mut message = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        let broken = |_| Problem::malformed("upload_broken", "The body ended too early.");
        let piece = piece.map_err(broken)?;
        if message.len().saturating_add(piece.len()) > most {
            return Err(Problem::too_large());
        }
        message.extend_from_slice(&piece);
    }
    Ok(message.freeze())
}

/// Puts a message into a folder, as it is.
#[utoipa::path(
    post,
    path = "/accounts/{account}/emails",
    tag = "emails",
    params(AccountPath, Wanted, ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[!-~]+$", description = "Names this request for a day")),
    request_body(content = inline(files::Octets), content_type = "message/rfc822"),
    responses((
        status = 201, description = "Where it lies", body = Made,
        headers(("Location" = String, description = "The message"))
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
    let account = caller.account(path.account)?;
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("message/rfc822") {
        return Err(Problem::unsupported("The body must be message/rfc822."));
    }
    let words = wanted.keywords.as_deref().unwrap_or_default();
    let words = words
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let keywords: Keywords = words.map(str::to_lowercase).collect();
    if !keywords.0.iter().all(|word| keyword::is_valid(word)) {
        return Err(Problem::malformed(
            "query_invalid",
            "That can't be a keyword.",
        ));
    }
    let mailbox = match id::mailbox(wanted.mailbox.as_deref())? {
        Some(mailbox) => mailbox,
        None => account.mailbox_for(Role::Inbox).await?.id,
    };
    // Before the body is read: a folder that is not there takes none.
    account.mailbox(mailbox).await?;
    let most = u64::from(api.config.limits.message_mib) << 20;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let message = whole(body, most).await?;
    if message.is_empty() {
        return Err(Problem::invalid("empty", "There is no message."));
    }
    let received_at = wanted.received_at.map(|time| time.0);
    let place = format!("/accounts/{}/emails", account.id());
    // What stands in the URL is as much a part of the request as its body.
    let whole = format!("{mailbox} {keywords:?} {received_at:?}\n");
    let whole = [whole.as_bytes(), &message].concat();
    let answer = match once::turn(&api, caller.user, &headers, &place, &whole).await? {
        Turn::Answered(answer) => answer,
        Turn::First(ticket) => {
            let account = account.clone();
            let placed = async move {
                let placed = account.import(mailbox, &keywords, received_at, message);
                let made = Made {
                    id: placed.await?,
                    mailbox_id: mailbox,
                };
                Ok((StatusCode::CREATED, made))
            };
            once::carried(&api, ticket, placed).await?
        }
    };
    let place = |id: &str| format!("{}/accounts/{}/emails/{id}", api.base(), account.id());
    Ok(once::answer_at(answer, place))
}
