//! Signed in is a type: a handler that takes [`SignedIn`] can't be reached by anybody else.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use axum_extra::extract::cookie::CookieJar;

use crate::engine::{Account, secrets::Key, sessions::Session};

use super::{
    cookies, error::Error, faults::Reader, flash, page::Ui, preferences::Preferences, state::Web,
};

/// Somebody with a session, and that person's mail.
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    pub(crate) account: Account,
    pub(crate) preferences: Preferences,
    /// The reader of the page to come.
    pub(crate) ui: Ui,
}

/// Somebody with a session, whose password may have to be given again.
pub(crate) struct HasSession {
    pub(crate) session: Session,
    pub(crate) key: Key,
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Error> {
        let HasSession { session, key } = HasSession::from_request_parts(parts, web).await?;
        let stored = web.engine.setting(session.user, super::preferences::NAME).await?;
        let preferences = Preferences::from_json(&stored);
        let mut ui = web.reader(&parts.headers, &session.address, &preferences);
        if let Some(reader) = parts.extensions.get::<Reader>() {
            reader.set(&ui);
        }
        let account = web.engine.account(&session, &key).await?;
        ui.flash = flash::take(web, parts, &ui);
        Ok(Self {
            session,
            account,
            preferences,
            ui,
        })
    }
}

impl FromRequestParts<Web> for HasSession {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Error> {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(cookies::name(&web.config));
        let key = cookie.and_then(|cookie| Key::from_text(cookie.value()));
        let key = key.ok_or(Error::SignedOut)?;
        let session = web.engine.session(&key).await?.ok_or(Error::SignedOut)?;
        Ok(Self { session, key })
    }
}

/// The browser's words for itself.
pub(crate) fn user_agent(parts: &axum::http::HeaderMap) -> String {
    let agent = parts.get(header::USER_AGENT);
    let agent = agent.and_then(|value| value.to_str().ok());
    agent.unwrap_or_default().to_owned()
}
