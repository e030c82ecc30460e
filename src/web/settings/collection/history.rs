//! Message by message: what the server has shown, and what was deleted there.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine::collection::{Deletion, Entry, Outcome, PolicyKind, State},
    web::{
        error::Error, fields::Query, page::Ui, respond, settings::nav::Section,
        signed_in::SignedIn, state::Web,
    },
};

use super::{HOME, collected};

/// Every message that the server has shown.
#[derive(Template)]
#[template(path = "settings/collection_ledger.html")]
pub struct LedgerPage {
    /// The reader.
    pub ui: Ui,
    /// A page of them, the last one first.
    pub entries: Vec<Entry>,
    /// Where the next page begins.
    pub next: Option<i64>,
}

/// Every deletion that was asked of the server.
#[derive(Template)]
#[template(path = "settings/collection_deletions.html")]
pub struct DeletionsPage {
    /// The reader.
    pub ui: Ui,
    /// A page of them, the last one first.
    pub entries: Vec<Deletion>,
    /// Where the next page begins.
    pub next: Option<i64>,
}

impl LedgerPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("ledger-title")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Collection
    }

    /// The path of the next page.
    pub fn further(&self) -> Option<String> {
        let more = self.ui.account_more();
        Some(format!("{HOME}/ledger?before={}{more}", self.next?))
    }

    /// What there is to say of a message.
    pub fn state(&self, entry: &Entry) -> String {
        let ui = &self.ui;
        let stored = || ui.list_date(entry.stored_at.unwrap_or_default());
        let key = match (entry.state, entry.listed) {
            (State::Seen, true) if entry.attempts > 0 => {
                return ui.tn("ledger-failed", entry.attempts);
            }
            (State::Seen, true) => return ui.t("ledger-waiting"),
            (State::Seen, false) => return ui.t("ledger-vanished"),
            (State::Deleted, _) => {
                let at = entry.deleted_at.unwrap_or_default();
                let (stored, deleted) = (stored(), ui.list_date(at));
                return ui.t2("ledger-deleted", "stored", stored, "deleted", deleted);
            }
            (State::Quarantined, _) => "ledger-quarantined",
            (State::Stored, true) => "ledger-stored",
            (State::Stored, false) => "ledger-only-here",
        };
        ui.t1(key, "date", stored())
    }
}

impl DeletionsPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("deletions-title")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Collection
    }

    /// The path of the next page.
    pub fn further(&self) -> Option<String> {
        let more = self.ui.account_more();
        Some(format!("{HOME}/deletions?before={}{more}", self.next?))
    }

    /// Why it was asked for.
    pub fn why(&self, entry: &Deletion) -> String {
        self.ui.t(match entry.policy {
            PolicyKind::Keep => "policy-keep",
            PolicyKind::AfterDays => "deletion-after-days",
            PolicyKind::WhenDeletedHere => "deletion-when-deleted-here",
            PolicyKind::WhenLeavesInbox => "deletion-when-leaves-inbox",
            PolicyKind::AboveSize => "deletion-above-size",
        })
    }

    /// What became of it.
    pub fn outcome(&self, entry: &Deletion) -> String {
        self.ui.t(match entry.outcome {
            Outcome::Sent => "deletion-sent",
            Outcome::Confirmed => "deletion-confirmed",
            Outcome::Refused => "deletion-refused",
            Outcome::Unknown => "deletion-unknown",
            Outcome::Kept => "deletion-kept",
            Outcome::Gone => "deletion-gone",
        })
    }
}

/// From before this number on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    before: Option<i64>,
}

/// `GET /settings/collection/ledger`
pub(crate) async fn ledger(
    web: Web,
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let signed_in = collected(signed_in).await?;
    let (entries, next) = signed_in.account.ledger(asked.before).await?;
    let page = LedgerPage {
        entries,
        next,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `GET /settings/collection/deletions`
pub(crate) async fn deletions(
    web: Web,
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let signed_in = collected(signed_in).await?;
    let (entries, next) = signed_in.account.deletions(asked.before).await?;
    let page = DeletionsPage {
        entries,
        next,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}
