//! `/webhooks`: programs elsewhere that are told what changes, without having to ask.

use axum::{
    Json,
    http::{StatusCode, request::Parts},
    response::IntoResponse,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::engine::{
    events::EventKind,
    webhooks::{Delivery as Told, Wanted, Webhook as Stored},
};

use super::{
    caller::{May, Read, Settings},
    extract,
    id::Number,
    mailboxes::given,
    problem::Problem,
    proof,
    state::Api,
    time::Time,
};

/// Where changes are told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Webhook {
    /// Its id.
    pub(crate) id: Number,
    /// Where it is told, by POST.
    #[schema(example = "https://hooks.example.org/mail")]
    pub(crate) url: String,
    /// The types of changes that are told; null for all.
    pub(crate) types: Option<Vec<Kind>>,
    /// The accounts whose changes are told; null for all, later ones as well.
    pub(crate) account_ids: Option<Vec<Number>>,
    /// Whether it is told anything.
    pub(crate) status: Status,
    /// Why it is paused: `failing` (too many tries failed), `gone` (it answered 410), `secret` (the
    /// server's key is another one: make a new secret); null when its owner has paused it.
    pub(crate) reason: Option<String>,
    /// Tries that failed since the last that did not.
    pub(crate) failures: u32,
    /// When it is tried next, while tries fail.
    pub(crate) next_attempt_at: Option<Time>,
    /// Names the secret, as `kid` of the signature does.
    pub(crate) key_id: String,
    /// What deliveries are signed with. Said once, by the answer to POST, or to the PATCH that asks
    /// for a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<String>,
    /// When it was made.
    pub(crate) created_at: Time,
    /// When it was changed or paused.
    pub(crate) updated_at: Time,
}

/// What changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChangeType)]
pub(crate) enum Kind {
    /// Messages came, went or were marked.
    Email,
    /// Folders or their counts.
    Mailbox,
    /// More of an account's older mail on a server is known by conversations.
    Thread,
    /// A message on its way out.
    EmailSubmission,
    /// Collecting from a POP3 server.
    Collection,
}

/// Whether a webhook is told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = WebhookStatus)]
pub(crate) enum Status {
    /// It is told what changes.
    Active,
    /// It is not. What changes meanwhile is told later, as far as it is kept.
    Paused,
}

/// All webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhooks {
    /// The oldest first.
    pub(crate) items: Vec<Webhook>,
}

/// A webhook to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// Where it is to be told: https, a public address, port 443.
    #[schema(min_length = 1, max_length = 2000)]
    pub(crate) url: String,
    /// The types of changes; null for all.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 10)]
    pub(crate) types: Option<Vec<Kind>>,
    /// The accounts; null for all.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub(crate) account_ids: Option<Vec<Number>>,
    /// The password once more, where a browser's session asks.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1000)]
    password: Option<SecretString>,
}

/// What of a webhook is to be different.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WebhookPatch {
    /// Where it is to be told.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 2000)]
    pub(crate) url: Option<String>,
    /// The types of changes; null for all.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<Kind>>, min_items = 1, max_items = 10)]
    pub(crate) types: Option<Option<Vec<Kind>>>,
    /// The accounts; null for all.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<Number>>, max_items = 100)]
    pub(crate) account_ids: Option<Option<Vec<Number>>>,
    /// `active` begins again, at once, with what was not told; `paused` stops.
    #[serde(default)]
    pub(crate) status: Option<Status>,
    /// Makes another secret, which the answer says; the one before signs nothing any more.
    #[serde(default)]
    pub(crate) new_secret: bool,
    /// The password once more, where a browser's session asks for another address or secret.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1000)]
    password: Option<SecretString>,
}

/// What a webhook was told, or is to be told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookDelivery)]
pub(crate) struct Delivery {
    /// Its id, as the receiver knows it: the same for each try.
    pub(crate) id: String,
    /// `changes`, or `test`.
    #[schema(example = "changes")]
    pub(crate) kind: &'static str,
    /// `pending` (it is tried again), `delivered`, or `failed` (a test).
    #[schema(example = "delivered")]
    pub(crate) status: &'static str,
    /// Changes that it tells of.
    pub(crate) changes: u32,
    /// Tries so far.
    pub(crate) attempts: u32,
    /// The status of the last answer.
    #[schema(example = 204)]
    pub(crate) http_status: Option<u16>,
    /// Why the last try failed: `status`, `timeout`, `tls`, `unreachable`, `denied` (the address is
    /// not allowed), `secret`.
    pub(crate) error: Option<String>,
    /// Milliseconds that the last try took; null before the first.
    pub(crate) duration_ms: Option<u64>,
    /// When it was made.
    pub(crate) created_at: Time,
    /// When it was last tried.
    pub(crate) attempted_at: Option<Time>,
}

/// What a webhook was told lately.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDeliveries)]
pub(crate) struct Deliveries {
    /// The newest first, about a hundred at most.
    pub(crate) items: Vec<Delivery>,
}

/// A webhook in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct WebhookPath {
    /// The webhook.
    webhook: Number,
}

/// The webhooks there are.
#[utoipa::path(
    get,
    path = "/webhooks",
    tag = "webhooks",
    responses((status = 200, description = "The webhooks", body = Webhooks))
)]
pub(crate) async fn index(api: Api, caller: May<Read>) -> Result<Json<Webhooks>, Problem> {
    let all = api.engine.webhooks(caller.user).await?;
    Ok(Json(Webhooks {
        items: all.into_iter().map(Webhook::from).collect(),
    }))
}

/// Makes a webhook, which is told what changes from now on. Its secret is in the answer, and
/// nowhere else.
#[utoipa::path(
    post,
    path = "/webhooks",
    tag = "webhooks",
    request_body = NewWebhook,
    responses((status = 201, description = "The webhook with its secret", body = Webhook))
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Settings>,
    parts: Parts,
    extract::Json(new): extract::Json<NewWebhook>,
) -> Result<impl IntoResponse, Problem> {
    proof::of_browser(&api, &caller, &parts, new.password.as_ref()).await?;
    let wanted = Wanted {
        url: Some(new.url),
        types: Some(new.types.map(names)),
        accounts: Some(new.account_ids.map(numbers)),
        ..Wanted::default()
    };
    let (made, secret) = api.engine.create_webhook(caller.user, &wanted).await?;
    let mut webhook = Webhook::from(made);
    webhook.secret = Some(secret);
    Ok((StatusCode::CREATED, Json(webhook)))
}

/// One of them.
#[utoipa::path(
    get,
    path = "/webhooks/{webhook}",
    tag = "webhooks",
    params(WebhookPath),
    responses((status = 200, description = "The webhook", body = Webhook))
)]
pub(crate) async fn show(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<WebhookPath>,
) -> Result<Json<Webhook>, Problem> {
    let webhook = api.engine.webhook(caller.user, path.webhook.0).await?;
    Ok(Json(webhook.into()))
}

/// Changes one, pauses it, or begins again.
#[utoipa::path(
    patch,
    path = "/webhooks/{webhook}",
    tag = "webhooks",
    params(WebhookPath),
    request_body = WebhookPatch,
    responses((status = 200, description = "The webhook as it is now", body = Webhook))
)]
pub(crate) async fn update(
    api: Api,
    caller: May<Settings>,
    extract::Path(path): extract::Path<WebhookPath>,
    parts: Parts,
    extract::Json(patch): extract::Json<WebhookPatch>,
) -> Result<Json<Webhook>, Problem> {
    api.engine.webhook(caller.user, path.webhook.0).await?;
    // Who learns of the mail, and what they know it by.
    if patch.url.is_some() || patch.new_secret {
        proof::of_browser(&api, &caller, &parts, patch.password.as_ref()).await?;
    }
    let wanted = Wanted {
        url: patch.url,
        types: patch.types.map(|types| types.map(names)),
        accounts: patch.account_ids.map(|ids| ids.map(numbers)),
        active: patch.status.map(|status| status == Status::Active),
        new_secret: patch.new_secret,
    };
    let changed = api
        .engine
        .change_webhook(caller.user, path.webhook.0, &wanted);
    let (changed, secret) = changed.await?;
    let mut webhook = Webhook::from(changed);
    webhook.secret = secret;
    Ok(Json(webhook))
}

/// Forgets one, and what it was told.
#[utoipa::path(
    delete,
    path = "/webhooks/{webhook}",
    tag = "webhooks",
    params(WebhookPath),
    responses((status = 204, description = "It is told nothing any more"))
)]
pub(crate) async fn delete(
    api: Api,
    caller: May<Settings>,
    extract::Path(path): extract::Path<WebhookPath>,
) -> Result<StatusCode, Problem> {
    let removed = api.engine.remove_webhook(caller.user, path.webhook.0);
    removed.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends one a test, once, and waits for the answer; one that is paused as well.
#[utoipa::path(
    post,
    path = "/webhooks/{webhook}/test",
    tag = "webhooks",
    params(WebhookPath),
    responses((status = 200, description = "How it went", body = Delivery))
)]
pub(crate) async fn test(
    api: Api,
    caller: May<Settings>,
    extract::Path(path): extract::Path<WebhookPath>,
) -> Result<Json<Delivery>, Problem> {
    let tried = api.engine.test_webhook(caller.user, path.webhook.0).await?;
    Ok(Json(tried.into()))
}

/// What one was told lately, and how that went.
#[utoipa::path(
    get,
    path = "/webhooks/{webhook}/deliveries",
    tag = "webhooks",
    params(WebhookPath),
    responses((status = 200, description = "The deliveries", body = Deliveries))
)]
pub(crate) async fn deliveries(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<WebhookPath>,
) -> Result<Json<Deliveries>, Problem> {
    let told = api
        .engine
        .webhook_deliveries(caller.user, path.webhook.0)
        .await?;
    Ok(Json(Deliveries {
        items: told.into_iter().map(Delivery::from).collect(),
    }))
}

fn names(types: Vec<Kind>) -> Vec<String> {
    let kinds = types.into_iter().map(EventKind::from);
    kinds.map(|kind| kind.as_str().to_owned()).collect()
}

fn numbers(ids: Vec<Number>) -> Vec<i64> {
    ids.into_iter().map(|id| id.0).collect()
}

impl From<Kind> for EventKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Email => Self::Email,
            Kind::Mailbox => Self::Mailbox,
            Kind::Thread => Self::Thread,
            Kind::EmailSubmission => Self::Submission,
            Kind::Collection => Self::Collection,
        }
    }
}

impl From<EventKind> for Kind {
    fn from(kind: EventKind) -> Self {
        match kind {
            EventKind::Email => Self::Email,
            EventKind::Mailbox => Self::Mailbox,
            EventKind::Thread => Self::Thread,
            EventKind::Submission => Self::EmailSubmission,
            EventKind::Collection => Self::Collection,
        }
    }
}

impl From<Stored> for Webhook {
    fn from(webhook: Stored) -> Self {
        let types = webhook.types;
        Self {
            id: Number(webhook.id),
            url: webhook.url,
            types: types.map(|all| all.into_iter().map(Kind::from).collect()),
            account_ids: webhook
                .accounts
                .map(|ids| ids.into_iter().map(Number).collect()),
            status: match webhook.is_active {
                true => Status::Active,
                false => Status::Paused,
            },
            reason: (!webhook.reason.is_empty()).then_some(webhook.reason),
            failures: webhook.failures,
            next_attempt_at: webhook.next_at.map(Time),
            key_id: webhook.key_id,
            secret: None,
            created_at: Time(webhook.created_at),
            updated_at: Time(webhook.updated_at),
        }
    }
}

impl From<Told> for Delivery {
    fn from(told: Told) -> Self {
        Self {
            id: told.id,
            kind: told.kind.as_str(),
            status: told.state.as_str(),
            changes: told.changes,
            attempts: told.attempts,
            http_status: told.status,
            error: (!told.error.is_empty()).then_some(told.error),
            duration_ms: told.tried_at.and_then(|_| u64::try_from(told.took).ok()),
            created_at: Time(told.created_at),
            attempted_at: told.tried_at.map(Time),
        }
    }
}
