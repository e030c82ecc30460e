//! `/accounts/{account}/changes`: what has changed since a state.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{engine::changes::Change as Told, mail::id::MailboxId};

use super::{
    accounts::AccountPath,
    caller::{May, Read},
    extract,
    problem::Problem,
};

/// Which changes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The state after which; without it the answer says the present one and no change.
    #[param(max_length = 20, pattern = "^[0-9]{0,18}$")]
    since: Option<String>,
    /// Changes of one answer. One that was made to several messages at once counts as one.
    #[param(minimum = 1, maximum = 1000, default = 500)]
    limit: Option<u32>,
}

/// What has changed. Kept for a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Changes {
    /// What is new.
    pub(crate) created: Vec<Change>,
    /// What is different.
    pub(crate) updated: Vec<Change>,
    /// What is gone.
    pub(crate) destroyed: Vec<Change>,
    /// The state after these changes.
    pub(crate) new_state: String,
    /// There are more after that.
    pub(crate) has_more: bool,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    /// RFC 8621's name of what has changed: Email, Mailbox, Thread, EmailSubmission.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Its id. Null for "something of this type": all that mail servers tell of what others do there,
    /// and what is said of many messages at once.
    pub(crate) id: Option<String>,
    /// The folder concerned.
    pub(crate) mailbox_id: Option<MailboxId>,
}

/// What has changed since a state.
#[utoipa::path(
    get,
    path = "/accounts/{account}/changes",
    tag = "changes",
    params(AccountPath, Wanted),
    responses((status = 200, description = "The changes", body = Changes))
)]
pub(crate) async fn index(
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Query(wanted): extract::Query<Wanted>,
) -> Result<Json<Changes>, Problem> {
    let account = caller.account(path.account)?;
    let limit = wanted.limit.unwrap_or(500);
    if !(1..=1000).contains(&limit) {
        return Err(Problem::malformed("query_invalid", "limit is 1 to 1000."));
    }
    let mut said = Changes {
        created: Vec::new(),
        updated: Vec::new(),
        destroyed: Vec::new(),
        new_state: String::new(),
        has_more: false,
    };
    let Some(since) = &wanted.since else {
        said.new_state = account.state_now().await?.to_string();
        return Ok(Json(said));
    };
    let plain = since.len() <= 18 && since.bytes().all(|byte| byte.is_ascii_digit());
    let since = since.parse().ok().filter(|_: &i64| plain);
    let since = since.ok_or_else(|| Problem::malformed("query_invalid", "since is no state."))?;
    let changes = account.changes(since, limit).await?;
    let changes = changes.ok_or_else(|| {
        let detail = "That state is too old: read everything anew.";
        Problem::gone("state_expired", detail)
    })?;
    said.new_state = changes.state.to_string();
    said.has_more = changes.more;
    for change in changes.items {
        let list = match change.action {
            "created" => &mut said.created,
            "destroyed" => &mut said.destroyed,
            _ => &mut said.updated,
        };
        list.extend(each(change));
    }
    Ok(Json(said))
}

/// One for each that it names.
fn each(change: Told) -> impl Iterator<Item = Change> {
    let ids: Vec<Option<String>> = match change.objects.is_empty() {
        true => vec![None],
        false => change.objects.into_iter().map(Some).collect(),
    };
    ids.into_iter().map(move |id| Change {
        kind: change.kind.clone(),
        id,
        mailbox_id: change.mailbox,
    })
}
