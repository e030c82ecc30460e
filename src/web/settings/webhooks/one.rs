//! One webhook: how it stands, what it was told lately, and what can be done with it.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine::{
        accounts::AccountInfo,
        webhooks::{Delivery, DeliveryKind, DeliveryState, Wanted, Webhook},
    },
    web::{
        error::Error,
        fields::Form,
        flash::{self, Said},
        page::Ui,
        path::Path,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The page.
#[derive(Template)]
#[template(path = "settings/webhook.html")]
pub struct WebhookPage {
    /// The reader.
    pub ui: Ui,
    /// The webhook.
    pub webhook: Webhook,
    /// What it was told lately, the newest first.
    pub deliveries: Vec<Delivery>,
    /// The person's accounts.
    pub accounts: Vec<AccountInfo>,
    /// Its secret, if that was just made.
    pub secret: Option<String>,
}

/// Whether it is to be told anything.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    active: bool,
}

impl WebhookPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-webhooks")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Webhooks
    }

    /// How it stands.
    pub fn state(&self) -> String {
        super::state(&self.ui, &self.webhook)
    }

    /// It is paused, and its owner has not done that.
    pub fn is_stopped(&self) -> bool {
        !self.webhook.is_active && !self.webhook.reason.is_empty()
    }

    /// What it is told.
    pub fn told(&self) -> String {
        super::told(&self.ui, &self.webhook, &self.accounts)
    }

    /// When it is tried next.
    pub fn next(&self) -> Option<String> {
        let date = self.ui.full_date(self.webhook.next_at?);
        Some(self.ui.t1("webhook-next", "date", date))
    }

    /// How a delivery stands.
    pub fn outcome(&self, delivery: &Delivery) -> String {
        let key = match (delivery.state, delivery.error.as_str()) {
            (DeliveryState::Delivered, _) => "webhook-delivered",
            (_, "status") => {
                let status = delivery.status.unwrap_or_default();
                return self
                    .ui
                    .t1("webhook-error-status", "status", status.to_string());
            }
            (_, "timeout") => "webhook-error-timeout",
            (_, "tls") => "webhook-error-tls",
            (_, "denied") => "webhook-error-denied",
            (_, "secret") => "webhook-state-secret",
            (DeliveryState::Pending, "") => "webhook-waiting",
            _ => "webhook-error-unreachable",
        };
        self.ui.t(key)
    }

    /// What a delivery was, when, and how many tries it took.
    pub fn facts(&self, delivery: &Delivery) -> String {
        let ui = &self.ui;
        let at = delivery.tried_at.unwrap_or(delivery.created_at);
        let what = match delivery.kind {
            DeliveryKind::Test => ui.t("webhook-test-delivery"),
            DeliveryKind::Changes if delivery.changes == 0 => ui.t("webhook-reset-delivery"),
            DeliveryKind::Changes => ui.tn("webhook-changes", delivery.changes),
        };
        let mut facts = vec![what, ui.list_date(at)];
        if delivery.attempts > 0 {
            facts.push(ui.tn("webhook-attempts", delivery.attempts));
            let took = usize::try_from(delivery.took).unwrap_or_default();
            facts.push(ui.t1("webhook-took", "milliseconds", ui.number(took)));
        }
        facts.join(" · ")
    }
}

/// `GET /settings/webhooks/{webhook}`
pub(crate) async fn show(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let page = page(&web, signed_in, id).await?;
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/webhooks/{webhook}/state`: pauses it, or begins again.
pub(crate) async fn set_state(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    Form(wish): Form<Wish>,
) -> Result<Response, Error> {
    let wanted = Wanted {
        active: Some(wish.active),
        ..Wanted::default()
    };
    let user = signed_in.session.user;
    web.engine.change_webhook(user, id, &wanted).await?;
    let key = match wish.active {
        true => "done-webhook-resumed",
        false => "done-webhook-paused",
    };
    Ok(back(&web, id, &Said::done(key, 1)))
}

/// `POST /settings/webhooks/{webhook}/test`
pub(crate) async fn test(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let tried = web.engine.test_webhook(signed_in.session.user, id).await?;
    let said = match tried.state {
        DeliveryState::Delivered => Said::done("done-webhook-tested", 1),
        _ => Said::problem("webhook-test-failed"),
    };
    Ok(back(&web, id, &said))
}

/// `POST /settings/webhooks/{webhook}/secret`: another one, shown once.
pub(crate) async fn renew(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let wanted = Wanted {
        new_secret: true,
        ..Wanted::default()
    };
    let user = signed_in.session.user;
    let (_, secret) = web.engine.change_webhook(user, id, &wanted).await?;
    let mut page = page(&web, signed_in, id).await?;
    page.secret = secret;
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/webhooks/{webhook}/deletion`
pub(crate) async fn delete(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let user = signed_in.session.user;
    web.engine.remove_webhook(user, id).await?;
    let said = Said::done("done-webhook-removed", 1);
    Ok(flash::redirect(&web, "/settings/webhooks", Some(&said)))
}

fn back(web: &Web, id: i64, said: &Said) -> Response {
    let path = format!("/settings/webhooks/{id}");
    flash::redirect(web, &path, Some(said))
}

async fn page(web: &Web, signed_in: SignedIn, id: i64) -> Result<WebhookPage, Error> {
    let user = signed_in.session.user;
    Ok(WebhookPage {
        webhook: web.engine.webhook(user, id).await?,
        deliveries: web.engine.webhook_deliveries(user, id).await?,
        accounts: web.engine.accounts(user).await?,
        ui: signed_in.ui,
        secret: None,
    })
}
