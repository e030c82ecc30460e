//! How mail is collected from a POP3 server: how it is going, when, and what is deleted there.

mod history;
mod policy;
mod status;

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine::collection::{Collection, INTERVALS, Policy, PolicyKind},
    web::{
        error::Error,
        fields::Form,
        flash::{self, Said},
        page::Ui,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

pub use self::{
    history::{DeletionsPage, LedgerPage},
    policy::{PlanPage, policy_words},
    status::{Mark, reason_key},
};
pub(crate) use self::{
    history::{deletions, ledger},
    policy::{choose, preview},
};

/// The page.
pub(super) const HOME: &str = "/settings/collection";

/// The page.
#[derive(Template)]
#[template(path = "settings/collection.html")]
pub struct CollectionPage {
    /// The reader.
    pub ui: Ui,
    /// How it is going.
    pub collection: Collection,
}

/// A policy to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is deleted.
    pub kind: PolicyKind,
    /// The field of its number; `""` for none.
    pub field: &'static str,
    /// The number that is there.
    pub number: u32,
}

impl CollectionPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-collection")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Collection
    }

    /// The intervals with their words.
    pub fn intervals(&self) -> [(u32, String); 6] {
        INTERVALS.map(|minutes| (minutes, self.ui.tn("collection-every", minutes)))
    }

    /// The policies, with the numbers that are set or proposed.
    pub fn policies(&self) -> [Choice; 5] {
        let (days, megabytes) = match self.collection.policy {
            Policy::AfterDays(days) => (days, 1000),
            Policy::AboveSize(megabytes) => (30, megabytes),
            _ => (30, 1000),
        };
        let choice = |kind, field, number| Choice {
            kind,
            field,
            number,
        };
        [
            choice(PolicyKind::Keep, "", 0),
            choice(PolicyKind::AfterDays, "days", days),
            choice(PolicyKind::WhenDeletedHere, "", 0),
            choice(PolicyKind::WhenLeavesInbox, "", 0),
            choice(PolicyKind::AboveSize, "megabytes", megabytes),
        ]
    }

    /// Whether this policy is the one that is set.
    pub fn is_set(&self, choice: &Choice) -> bool {
        self.collection.policy.kind() == choice.kind
    }
}

impl Choice {
    /// Its words.
    pub fn name(&self, ui: &Ui) -> String {
        ui.t(match self.kind {
            PolicyKind::Keep => "policy-keep",
            PolicyKind::AfterDays => "policy-after-days",
            PolicyKind::WhenDeletedHere => "policy-when-deleted-here",
            PolicyKind::WhenLeavesInbox => "policy-when-leaves-inbox",
            PolicyKind::AboveSize => "policy-above-size",
        })
    }

    /// The words beside its number.
    pub fn unit(&self, ui: &Ui) -> String {
        ui.t(match self.kind {
            PolicyKind::AboveSize => "policy-unit-megabytes",
            _ => "policy-unit-days",
        })
    }

    /// It has a number.
    pub fn has_number(&self) -> bool {
        !self.field.is_empty()
    }
}

/// When.
#[derive(Debug, Deserialize)]
pub(crate) struct Schedule {
    #[serde(default)]
    interval: String,
    #[serde(default)]
    background: String,
}

/// A switch.
#[derive(Debug, Deserialize)]
pub(crate) struct Switch {
    #[serde(default)]
    value: String,
}

/// `GET /settings/collection`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let signed_in = collected(signed_in).await?;
    let page = CollectionPage {
        collection: collection(&signed_in).await?,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/collection`
pub(crate) async fn schedule(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Schedule>,
) -> Result<Response, Error> {
    let minutes: u32 = fields.interval.parse().map_err(|_| Error::BadRequest)?;
    if !INTERVALS.contains(&minutes) {
        return Err(Error::BadRequest);
    }
    let background = fields.background == "1";
    let signed_in = collected(signed_in).await?;
    let account = &signed_in.account;
    account.schedule_collecting(minutes, background).await?;
    Ok(back(&web, &signed_in.ui, "done-saved"))
}

/// `POST /settings/collection/runs`
pub(crate) async fn run(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let signed_in = collected(signed_in).await?;
    signed_in.account.collect_now().await?;
    Ok(flash::redirect(&web, &home(&signed_in.ui), None))
}

/// `POST /settings/collection/pause`
pub(crate) async fn pause(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Switch>,
) -> Result<Response, Error> {
    let paused = fields.value != "false";
    let signed_in = collected(signed_in).await?;
    signed_in.account.pause_collecting(paused).await?;
    Ok(flash::redirect(&web, &home(&signed_in.ui), None))
}

/// Of an account that is collected; others have no such pages.
async fn collection(signed_in: &SignedIn) -> Result<Collection, Error> {
    let found = signed_in.account.collection().await?;
    found.ok_or(Error::NotFound)
}

/// Turns to the first account that is collected, unless the request is about another that is.
async fn collected(mut signed_in: SignedIn) -> Result<SignedIn, Error> {
    if !signed_in.account.is_collected() {
        let mut standings = signed_in.standings.iter();
        let first = standings.find(|one| one.is_collected).map(|one| one.id);
        let account = signed_in.beside(first.ok_or(Error::NotFound)?).await?;
        signed_in.turn_to(account);
    }
    Ok(signed_in)
}

/// The page, of the account that it is about.
fn home(ui: &Ui) -> String {
    format!("{HOME}{}", ui.account_tail())
}

fn back(web: &Web, ui: &Ui, done: &'static str) -> Response {
    flash::redirect(web, &home(ui), Some(&Said::done(done, 1)))
}
