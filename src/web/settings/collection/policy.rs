//! What is deleted on the server: shown before it is chosen.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine::collection::{Collection, DeletionPlan, NUMBER_MOST, Policy, PolicyKind},
    web::{
        error::Error,
        fields::{Form, Query},
        page::Ui,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

use super::{back, collected, collection};

/// What a policy would do.
#[derive(Template)]
#[template(path = "settings/collection_plan.html")]
pub struct PlanPage {
    /// The reader.
    pub ui: Ui,
    /// How collecting is going.
    pub collection: Collection,
    /// The policy.
    pub policy: Policy,
    /// What it would delete.
    pub plan: DeletionPlan,
}

/// A policy, as a form has it.
#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    policy: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    megabytes: String,
}

impl PlanPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("policy-title")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Collection
    }

    /// What was chosen.
    pub fn chosen(&self) -> String {
        policy_words(&self.ui, self.policy)
    }

    /// What the next run would do.
    pub fn sentence(&self) -> String {
        let ui = &self.ui;
        if self.policy == Policy::Keep {
            return ui.t("plan-keep");
        }
        if self.collection.without_uidl {
            return ui.t("plan-without-uidl");
        }
        match self.plan.count {
            0 => ui.t("plan-none"),
            count => ui.tn1("plan-count", count, "size", &ui.size(self.plan.octets)),
        }
    }

    /// What would follow by itself.
    pub fn later(&self) -> Option<String> {
        match self.plan.later {
            0 => None,
            later => Some(self.ui.tn("plan-later", later)),
        }
    }

    /// How many are not named one by one.
    pub fn unnamed(&self) -> Option<String> {
        let named = u64::try_from(self.plan.messages.len()).unwrap_or(0);
        match self.plan.count.saturating_sub(named) {
            0 => None,
            more => Some(self.ui.tn("plan-more", more)),
        }
    }

    /// What the button says.
    pub fn verb(&self) -> String {
        self.ui.t(match self.plan.count {
            0 => "plan-use",
            _ => "plan-use-deleting",
        })
    }

    /// Something would be deleted.
    pub fn deletes(&self) -> bool {
        self.plan.count > 0
    }

    /// The form's fields.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let kind = self.policy.kind().as_str().to_owned();
        let number = match self.policy {
            Policy::AfterDays(days) => Some(("days", days.to_string())),
            Policy::AboveSize(megabytes) => Some(("megabytes", megabytes.to_string())),
            _ => None,
        };
        [Some(("policy", kind)), number]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// A policy in a sentence.
pub fn policy_words(ui: &Ui, policy: Policy) -> String {
    match policy {
        Policy::Keep => ui.t("policy-keep"),
        Policy::AfterDays(0) => ui.t("policy-at-once"),
        Policy::AfterDays(days) => ui.tn("policy-after", days),
        Policy::WhenDeletedHere => ui.t("policy-when-deleted-here"),
        Policy::WhenLeavesInbox => ui.t("policy-when-leaves-inbox"),
        Policy::AboveSize(megabytes) => {
            let size = ui.size(u64::from(megabytes) << 20);
            ui.t1("policy-above", "size", size)
        }
    }
}

/// `GET /settings/collection/policy`
pub(crate) async fn preview(
    web: Web,
    signed_in: SignedIn,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Error> {
    let policy = chosen.read()?;
    let signed_in = collected(signed_in).await?;
    let page = PlanPage {
        collection: collection(&signed_in).await?,
        policy,
        plan: signed_in.account.deletion_plan(policy).await?,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/collection/policy`
pub(crate) async fn choose(
    web: Web,
    signed_in: SignedIn,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Error> {
    let signed_in = collected(signed_in).await?;
    signed_in.account.set_policy(chosen.read()?).await?;
    Ok(back(&web, &signed_in.ui, "done-saved"))
}

impl Chosen {
    fn read(&self) -> Result<Policy, Error> {
        let number = |text: &str| {
            let number = text.trim().parse().ok();
            number
                .filter(|n| *n <= NUMBER_MOST)
                .ok_or(Error::BadRequest)
        };
        let is = |kind: PolicyKind| self.policy == kind.as_str();
        Ok(if is(PolicyKind::Keep) {
            Policy::Keep
        } else if is(PolicyKind::AfterDays) {
            Policy::AfterDays(number(&self.days)?)
        } else if is(PolicyKind::WhenDeletedHere) {
            Policy::WhenDeletedHere
        } else if is(PolicyKind::WhenLeavesInbox) {
            Policy::WhenLeavesInbox
        } else if is(PolicyKind::AboveSize) {
            Policy::AboveSize(number(&self.megabytes)?)
        } else {
            return Err(Error::BadRequest);
        })
    }
}
