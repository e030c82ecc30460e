//! What every handler of the pages can reach.

use std::{ops::Deref, sync::Arc};

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderValue, header},
};

use crate::{config::Config, engine::Engine};

use super::{headers, i18n::Language, page::Ui, preferences::Preferences};

/// The pages' state. Cheap to clone.
#[derive(Clone, FromRequestParts)]
#[from_request(via(State))]
pub struct Web(Arc<Inner>);

/// What [`Web`] gives access to.
pub struct Inner {
    /// The engine.
    pub(crate) engine: Engine,
    /// The settings.
    pub(crate) config: Arc<Config>,
    /// The pages' content security policy.
    pub(crate) app_policy: HeaderValue,
}

impl Deref for Web {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Web {
    pub(super) fn new(config: Arc<Config>, engine: Engine) -> anyhow::Result<Self> {
        let app_policy = headers::app_policy(&config.frame_ancestors).parse()?;
        Ok(Self(Arc::new(Inner {
            engine,
            config,
            app_policy,
        })))
    }

    /// Who reads, for a page without a session.
    pub(crate) fn stranger(&self, headers: &HeaderMap) -> Ui {
        let now = self.engine.now();
        let mut ui = Ui::stranger(language(headers), self.config.base_path(), now);
        ui.zone = Preferences::default().zone(&self.config.time_zone);
        ui
    }

    /// Who reads, with what they have set. Takes the flash that the last action left.
    pub(crate) fn reader(
        &self,
        headers: &HeaderMap,
        address: &str,
        preferences: &Preferences,
    ) -> Ui {
        Ui {
            language: preferences.language().unwrap_or_else(|| language(headers)),
            base: self.config.base_path().to_owned(),
            theme: preferences.theme(),
            contrast: preferences.contrast(),
            accent: preferences.accent(),
            density: preferences.density(),
            keys: preferences.keys(),
            zone: preferences.zone(&self.config.time_zone),
            now: self.engine.now(),
            address: Some(address.to_owned()),
            collected: false,
            adds_accounts: false,
            accounts: Arc::default(),
            account: 0,
            flash: None,
        }
    }
}

fn language(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE);
    let wanted = wanted.and_then(|value| value.to_str().ok());
    wanted.map_or_else(Language::default, Language::negotiate)
}
