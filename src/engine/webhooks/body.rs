//! What a webhook is told, and how it is signed. Pure.

use ring::hmac;
use serde::Serialize;

use crate::{
    engine::events::EventKind,
    store::{
        events::EventRow,
        files::hex,
        id::AccountId,
        webhooks::{WebhookRow, deliveries::DeliveryKind},
    },
};

/// What is sent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body<'a> {
    /// The same for each try.
    pub(super) delivery_id: &'a str,
    pub(super) webhook_id: String,
    /// `changes` or `test`.
    pub(super) kind: &'static str,
    pub(super) created_at: String,
    /// More has happened than can be told: look at everything again.
    pub(super) reset: bool,
    pub(super) events: Vec<Event>,
}

/// A change: the same as the stream of events tells, without what it is about.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    id: String,
    account_id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    mailbox_id: Option<String>,
    new_state: String,
}

impl Body<'_> {
    /// As it is sent and signed.
    pub(super) fn to_text(&self) -> String {
        // Serialisation fails only for maps whose keys are no texts.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A body without events yet.
pub(super) fn begun<'a>(
    delivery_id: &'a str,
    row: &WebhookRow,
    kind: DeliveryKind,
    now: i64,
) -> Body<'a> {
    let at = jiff::Timestamp::from_millisecond(now).unwrap_or_default();
    Body {
        delivery_id,
        webhook_id: row.id.to_string(),
        kind: kind.as_str(),
        created_at: at.to_string(),
        reset: false,
        events: Vec::new(),
    }
}

/// Those of these changes that the webhook is told.
pub(super) fn told(row: &WebhookRow, accounts: &[AccountId], events: &[EventRow]) -> Vec<Event> {
    let told = events.iter().filter_map(|event| {
        let account = event.account_id?;
        let kind = EventKind::from_name(&event.kind).as_str();
        let account_fits = row.all_accounts || accounts.contains(&account);
        let kind_fits = row.types_json.is_empty() || row.types_json.iter().any(|one| one == kind);
        (account_fits && kind_fits).then(|| Event {
            id: event.seq.to_string(),
            account_id: account.to_string(),
            kind,
            mailbox_id: event.mailbox_id.map(|id| id.to_string()),
            new_state: event.seq.to_string(),
        })
    });
    told.collect()
}

/// The value of `Restante-Signature`: HMAC-SHA256 over the time, a dot and the body. `at` in
/// seconds since 1970 UTC.
pub(super) fn signature(secret: &[u8], key_id: &str, at: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("{at}.{body}").as_bytes());
    format!("t={at},kid={key_id},v1={}", hex(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against what `openssl dgst -sha256 -hmac` says of the same.
    #[test]
    fn a_signature_is_the_one_that_others_compute() {
        let value = signature(b"rwh_secret", "k1", 1_700_000_000, "{\"a\":1}");
        assert_eq!(
            value,
            "t=1700000000,kid=k1,v1=f48e67e4dbd5b703673fdda2729bb4f248e5b6c7a82db84d52d0d2287145516b"
        );
    }
}
