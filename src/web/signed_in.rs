//! Signed in is a type: a handler that takes [`SignedIn`] can't be reached by anybody else.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, request::Parts},
};
use axum_extra::extract::cookie::CookieJar;

use crate::engine::{Account, secrets::Key, sessions::Session};

use super::{
    cookies::{self, Renewal},
    error::Error,
    faults::Reader,
    flash,
    page::{Theme, Ui},
    preferences::Preferences,
    state::Web,
};

/// Somebody with a session, and that person's mail.
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    pub(crate) account: Account,
    pub(crate) preferences: Preferences,
    /// The reader of the page to come.
    pub(crate) ui: Ui,
    /// The page is dark, as far as the browser tells.
    pub(crate) dark: bool,
}

/// Somebody with a session, whose password may have to be given again.
pub(crate) struct HasSession {
    pub(crate) session: Session,
    pub(crate) key: Key,
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Error> {
        let HasSession { session, key } =
            <HasSession as FromRequestParts<Web>>::from_request_parts(parts, web).await?;
        let stored = web
            .engine
            .setting(session.user, super::preferences::NAME)
            .await?;
        let preferences = Preferences::from_json(&stored);
        let mut ui = web.reader(&parts.headers, &session.address, &preferences);
        if let Some(reader) = parts.extensions.get::<Reader>() {
            reader.set(&ui);
        }
        let account = web.engine.account(&session, &key).await?;
        ui.collected = account.is_collected();
        ui.flash = flash::take(web, parts, &ui);
        let dark = match ui.theme {
            Theme::Dark => true,
            Theme::Light => false,
            Theme::System => prefers_dark(&parts.headers),
        };
        Ok(Self {
            session,
            account,
            preferences,
            ui,
            dark,
        })
    }
}

impl OptionalFromRequestParts<Web> for HasSession {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Option<Self>, Error> {
        match <Self as FromRequestParts<Web>>::from_request_parts(parts, web).await {
            Ok(session) => Ok(Some(session)),
            Err(Error::SignedOut) => Ok(None),
            Err(error) => Err(error),
        }
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
        if session.renew_cookie
            && let Some(renewal) = parts.extensions.get::<Renewal>()
        {
            renewal.ask(&key);
        }
        Ok(Self { session, key })
    }
}

/// What the system's theme is: the client hint where the browser sends it, else the cookie that
/// our script keeps.
fn prefers_dark(headers: &HeaderMap) -> bool {
    match headers.get("sec-ch-prefers-color-scheme") {
        // The draft has it in quotes, Chromium sends it without.
        Some(hint) => matches!(hint.as_bytes().trim_ascii(), b"dark" | b"\"dark\""),
        None => {
            let jar = CookieJar::from_headers(headers);
            jar.get("restante-paper")
                .is_some_and(|cookie| cookie.value() == "dark")
        }
    }
}
