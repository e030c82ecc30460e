//! Webhooks: programs elsewhere that are told what changes. The list, and a form for another one,
//! whose secret is shown once; `one` is the page of each.

pub mod one;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use crate::{
    engine::{
        Error as EngineError,
        accounts::AccountInfo,
        events::EventKind,
        webhooks::{Wanted, Webhook},
    },
    web::{
        error::Error, fields::Form, page::Ui, respond, settings::nav::Section, signed_in::SignedIn,
        state::Web,
    },
};

/// The page.
#[derive(Template)]
#[template(path = "settings/webhooks.html")]
pub struct WebhooksPage {
    /// The reader.
    pub ui: Ui,
    /// All webhooks, the oldest first.
    pub webhooks: Vec<Webhook>,
    /// The person's accounts.
    pub accounts: Vec<AccountInfo>,
    /// The form as it was sent.
    pub form: Fields,
    /// Why it was refused.
    pub problem: Option<String>,
    /// The secret of the one that was just made.
    pub secret: Option<String>,
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    url: String,
    #[serde(default)]
    kind: Vec<String>,
    #[serde(default)]
    account: Vec<i64>,
}

impl WebhooksPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-webhooks")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Webhooks
    }

    /// What can be told: word, sentence, chosen.
    pub fn kinds(&self) -> Vec<(&'static str, String, bool)> {
        let said = |kind: EventKind| {
            let word = kind.as_str();
            let chosen = self.form.kind.iter().any(|one| one == word);
            (word, name_of(&self.ui, kind), chosen)
        };
        EventKind::ALL.map(said).to_vec()
    }

    /// Whose changes can be told: number, name, chosen. None where there is nothing to choose.
    pub fn choices(&self) -> Vec<(i64, String, bool)> {
        if self.accounts.len() < 2 {
            return Vec::new();
        }
        let said = |account: &AccountInfo| {
            let chosen = self.form.account.contains(&account.id);
            (account.id, account.label().to_owned(), chosen)
        };
        self.accounts.iter().map(said).collect()
    }

    /// How one stands.
    pub fn state(&self, webhook: &Webhook) -> String {
        state(&self.ui, webhook)
    }

    /// What one is told.
    pub fn told(&self, webhook: &Webhook) -> String {
        told(&self.ui, webhook, &self.accounts)
    }
}

/// What a type of changes is, in words.
fn name_of(ui: &Ui, kind: EventKind) -> String {
    ui.t(match kind {
        EventKind::Email => "webhook-kind-email",
        EventKind::Mailbox => "webhook-kind-mailbox",
        EventKind::Thread => "webhook-kind-thread",
        EventKind::Submission => "webhook-kind-submission",
        EventKind::Collection => "webhook-kind-collection",
    })
}

/// How a webhook stands, in words.
fn state(ui: &Ui, webhook: &Webhook) -> String {
    let key = match (webhook.is_active, webhook.reason.as_str()) {
        (true, _) if webhook.failures > 0 => {
            return ui.tn("webhook-state-trying", webhook.failures);
        }
        (true, _) => "webhook-state-active",
        (false, "failing") => "webhook-state-failing",
        (false, "gone") => "webhook-state-gone",
        (false, "secret") => "webhook-state-secret",
        (false, _) => "webhook-state-paused",
    };
    ui.t(key)
}

/// What a webhook is told, and of which accounts, in words.
fn told(ui: &Ui, webhook: &Webhook, accounts: &[AccountInfo]) -> String {
    let kinds = match &webhook.types {
        None => ui.t("webhook-kinds-all"),
        Some(kinds) => {
            let names = kinds.iter().map(|kind| name_of(ui, *kind));
            names.collect::<Vec<_>>().join(", ")
        }
    };
    match &webhook.accounts {
        None => kinds,
        Some(ids) => {
            let own = accounts.iter().filter(|one| ids.contains(&one.id));
            let names: Vec<_> = own.map(AccountInfo::label).collect();
            match names.is_empty() {
                true => ui.t("webhook-accounts-none"),
                false => format!("{kinds} · {}", names.join(", ")),
            }
        }
    }
}

/// `GET /settings/webhooks`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let page = page(&web, signed_in, Fields::default()).await?;
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/webhooks`: the secret is in the answer, and nowhere else.
pub(crate) async fn create(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let wanted = Wanted {
        url: Some(fields.url.clone()),
        types: Some(chosen(&fields.kind)),
        accounts: Some(chosen(&fields.account)),
        ..Wanted::default()
    };
    let user = signed_in.session.user;
    match web.engine.create_webhook(user, &wanted).await {
        Ok((_, secret)) => {
            let mut page = page(&web, signed_in, Fields::default()).await?;
            page.secret = Some(secret);
            respond::page(&web, &page.ui, &page)
        }
        Err(EngineError::Invalid(key)) => {
            let mut page = page(&web, signed_in, fields).await?;
            page.problem = Some(page.ui.t(key));
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &web, &page.ui, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// What was ticked; nothing is all.
fn chosen<T: Clone>(ticked: &[T]) -> Option<Vec<T>> {
    (!ticked.is_empty()).then(|| ticked.to_vec())
}

async fn page(web: &Web, signed_in: SignedIn, form: Fields) -> Result<WebhooksPage, Error> {
    let user = signed_in.session.user;
    Ok(WebhooksPage {
        webhooks: web.engine.webhooks(user).await?,
        accounts: web.engine.accounts(user).await?,
        ui: signed_in.ui,
        form,
        problem: None,
        secret: None,
    })
}
