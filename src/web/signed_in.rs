//! Signed in is a type: a handler that takes [`SignedIn`] can't be reached by anybody else.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts, RawPathParams},
    http::{HeaderMap, request::Parts},
};
use axum_extra::extract::cookie::CookieJar;

use crate::{
    config::ExtraAccounts,
    engine::{
        self, Account, Engine,
        accounts::{Standing, Standings, Subject},
        secrets::Key,
        sessions::Session,
    },
};

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
    /// The account that the request is about: whose folder, draft, message on its way or identity
    /// stands in its path, else the one that `?account=` names, else the one signed in with.
    pub(crate) account: Account,
    /// The account signed in with.
    pub(crate) own: Account,
    /// All accounts, in their owner's order.
    pub(crate) standings: Standings,
    engine: Engine,
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
        let own = web.engine.account(&session, &key).await?;
        let standings = web.engine.standings(&own).await?;
        ui.collected = standings.iter().any(|one| one.is_collected);
        ui.adds_accounts = web.config.extra_accounts != ExtraAccounts::Off;
        ui.accounts = Arc::clone(&standings);
        let account = asked_for(parts, web, &own).await?;
        ui.account = account.id();
        ui.flash = flash::take(web, parts, &ui);
        let dark = match ui.theme {
            Theme::Dark => true,
            Theme::Light => false,
            Theme::System => prefers_dark(&parts.headers),
        };
        Ok(Self {
            session,
            account,
            own,
            standings,
            engine: web.engine.clone(),
            preferences,
            ui,
            dark,
        })
    }
}

impl SignedIn {
    /// Whether there is more than the account signed in with.
    pub(crate) fn has_several(&self) -> bool {
        self.standings.len() > 1
    }

    /// Another account of the same person.
    pub(crate) async fn beside(&self, id: i64) -> Result<Account, engine::Error> {
        self.engine.account_beside(&self.own, id).await
    }

    /// The account that something belongs to.
    pub(crate) async fn with(&self, subject: Subject) -> Result<Account, engine::Error> {
        self.engine.account_with(&self.own, subject).await
    }

    /// The same request about another account.
    pub(crate) fn turn_to(&mut self, account: Account) {
        self.ui.account = account.id();
        self.account = account;
    }

    /// Turns to the account that a form's hidden field or choice belongs to.
    pub(crate) async fn turn_to_holder(&mut self, subject: Subject) -> Result<(), Error> {
        if self.has_several() {
            let account = self.with(subject).await?;
            self.turn_to(account);
        }
        Ok(())
    }

    /// What an account is called.
    pub(crate) fn label(&self, id: i64) -> &str {
        let standing = self.standings.iter().find(|one| one.id == id);
        standing.map_or("", Standing::label)
    }
}

/// The account that a request is about.
async fn asked_for(parts: &mut Parts, web: &Web, own: &Account) -> Result<Account, Error> {
    if let Some(subject) = subject(parts, web).await {
        return match web.engine.account_with(own, subject).await {
            // What is not there is the handler's to say, or to save what was written in it.
            Err(engine::Error::NotFound) => Ok(own.clone()),
            account => Ok(account?),
        };
    }
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    match pairs.find(|(name, _)| name == "account") {
        Some((_, id)) => {
            let id = id.parse().map_err(|_| Error::NotFound)?;
            Ok(web.engine.account_beside(own, id).await?)
        }
        None => Ok(own.clone()),
    }
}

/// What stands in a path and belongs to an account. What can't be read is left to the handler.
async fn subject(parts: &mut Parts, web: &Web) -> Option<Subject> {
    let Ok(params) = <RawPathParams as FromRequestParts<Web>>::from_request_parts(parts, web).await
    else {
        // No route: no parameters.
        return None;
    };
    let mut found = params.iter().filter_map(|(name, value)| match name {
        "mailbox" => value.parse().ok().map(Subject::Mailbox),
        "draft" => value.parse().ok().map(Subject::Draft),
        "submission" => value.parse().ok().map(Subject::Submission),
        "identity" => value.parse().ok().map(Subject::Identity),
        _ => None,
    });
    found.next()
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
