//! What every handler can reach.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use axum::{
    body::Bytes,
    extract::{FromRequestParts, State},
};

use crate::{config::Config, engine::Engine};

use super::{budget::Budgets, document};

/// The door's state. Cheap to clone.
#[derive(Clone, FromRequestParts)]
#[from_request(via(State))]
pub(crate) struct Api(Arc<Inner>);

/// What [`Api`] gives access to.
pub(crate) struct Inner {
    /// The engine.
    pub(crate) engine: Engine,
    /// The settings.
    pub(crate) config: Arc<Config>,
    /// The document as it is served, once somebody has asked for it: making it takes megabytes.
    document: OnceLock<Bytes>,
    /// The same for people, once somebody has asked for it.
    pub(super) docs: OnceLock<Bytes>,
    /// How many requests each program has sent.
    pub(super) budgets: Budgets,
}

impl Deref for Api {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Api {
    pub(super) fn new(config: Arc<Config>, engine: Engine) -> Self {
        Self(Arc::new(Inner {
            engine,
            config,
            document: OnceLock::new(),
            docs: OnceLock::new(),
            budgets: Budgets::default(),
        }))
    }

    /// What the API says of itself, in JSON.
    pub(crate) fn document(&self) -> Bytes {
        let made = || document::json_at(&self.base()).into();
        self.document.get_or_init(made).clone()
    }

    /// Where the API is found: `{base path}/api/v1`.
    pub(crate) fn base(&self) -> String {
        format!("{}/api/v1", self.config.base_path())
    }
}
