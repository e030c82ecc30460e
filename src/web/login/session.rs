//! Signing in and out: `GET` and `POST /login`, `POST /logout`, `POST /session/renewal`.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use crate::{
    engine::{self, error::Problem, sign_in::Attempt},
    web::{
        client::Client,
        cookies,
        error::Error,
        fields::{Form, Query},
        login::new::{LoginPage, Message},
        page::Ui,
        preferences::{self, Preferences},
        respond,
        signed_in::HasSession,
        state::Web,
    },
};

/// What stands behind `/login?…`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Arrival {
    #[serde(default)]
    next: String,
    #[serde(default)]
    ended: String,
    #[serde(default)]
    left: String,
}

/// The form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    address: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    stay: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    next: String,
}

/// The page.
pub(crate) async fn new(
    web: Web,
    session: Option<HasSession>,
    Query(arrival): Query<Arrival>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let next = own_path(&arrival.next);
    let ended = !arrival.ended.is_empty() || !next.is_empty();
    if let (Some(_), false) = (session, ended) {
        return Ok(Redirect::to(&format!("{}/", web.config.base_path())).into_response());
    }
    let message = match (arrival.left.is_empty(), ended) {
        (false, _) => Some(Message::SignedOut),
        (true, true) => Some(Message::SessionEnded),
        (true, false) => None,
    };
    let ui = web.stranger(&headers);
    let page = LoginPage {
        ui,
        address: String::new(),
        stay: false,
        next,
        message,
    };
    respond::page(&web, &page.ui, &page)
}

/// Signs in.
pub(crate) async fn create(
    web: Web,
    client: Client,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let stay = !fields.stay.is_empty();
    let next = own_path(&fields.next);
    let refuse = |message: Message| {
        let page = LoginPage {
            ui: web.stranger(&headers),
            address: fields.address.clone(),
            stay,
            next: next.clone(),
            message: Some(message),
        };
        let status = match &page.message {
            Some(Message::Throttled(_)) => StatusCode::TOO_MANY_REQUESTS,
            Some(Message::Internal) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let mut response = respond::page_with(status, &web, &page.ui, &page)?;
        if let Some(Message::Throttled(seconds)) = page.message {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    };
    if fields.address.trim().is_empty() || fields.password.is_empty() {
        return refuse(Message::Incomplete);
    }
    let attempt = attempt(client, &fields);
    let (key, session) = match web.engine.sign_in(&attempt).await {
        Ok(signed_in) => signed_in,
        Err(error) => return refuse(message(&error, &fields.address)),
    };
    remember_zone(&web, session.user, &fields.zone).await?;
    let base = web.config.base_path();
    let target = if next.is_empty() {
        format!("{base}/")
    } else {
        format!("{base}{next}")
    };
    let jar = CookieJar::new().add(cookies::session(&web.config, &key, stay));
    Ok((jar, Redirect::to(&target)).into_response())
}

/// Signs out.
pub(crate) async fn destroy(web: Web, session: Option<HasSession>) -> Result<Response, Error> {
    if let Some(HasSession { session, .. }) = session {
        match web
            .engine
            .revoke_session(session.user, session.id.get())
            .await
        {
            Ok(()) | Err(engine::Error::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let jar = CookieJar::new().add(cookies::removal(&web.config));
    // Nothing of the person's mail stays in the browser.
    let clear = [(
        header::HeaderName::from_static("clear-site-data"),
        "\"cache\", \"storage\"",
    )];
    let target = format!("{}/login?left=1", web.config.base_path());
    Ok((jar, clear, Redirect::to(&target)).into_response())
}

/// Takes the password in place, for an open page whose session has ended or whose password has
/// changed upstream. 204, or 422 with the sentence to show.
pub(crate) async fn renew(
    web: Web,
    session: Option<HasSession>,
    client: Client,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let mut attempt = attempt(client, &fields);
    let renewed = match &session {
        Some(HasSession { session, key }) => {
            attempt.stay_signed_in = session.stay_signed_in;
            web.engine
                .renew(session, key, &attempt)
                .await
                .map(|()| None)
        }
        None => web.engine.sign_in(&attempt).await.map(|(key, _)| Some(key)),
    };
    match renewed {
        Ok(None) => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(Some(key)) => {
            let cookie = cookies::session(&web.config, &key, attempt.stay_signed_in);
            Ok((CookieJar::new().add(cookie), StatusCode::NO_CONTENT).into_response())
        }
        Err(error) => {
            let sentence = message(&error, &fields.address).sentence(&web.stranger(&headers));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, sentence).into_response())
        }
    }
}

fn attempt(client: Client, fields: &Fields) -> Attempt {
    Attempt {
        stay_signed_in: !fields.stay.is_empty(),
        ..client.attempt(&fields.address, fields.password.clone())
    }
}

/// The zone of the browser, for dates until the person chooses one.
async fn remember_zone(
    web: &Web,
    user: crate::engine::sessions::UserId,
    zone: &str,
) -> Result<(), Error> {
    if zone.is_empty() || jiff::tz::TimeZone::get(zone).is_err() {
        return Ok(());
    }
    let stored = web.engine.setting(user, preferences::NAME).await?;
    let mut preferences = Preferences::from_json(&stored);
    if preferences.browser_zone != zone {
        preferences.browser_zone = zone.to_owned();
        preferences.save(&web.engine, user).await?;
    }
    Ok(())
}

/// Why a password that was asked for once more was not taken, in words; `None` when something else
/// is the matter.
pub(crate) fn refusal(
    ui: &Ui,
    error: &engine::Error,
    address: &str,
) -> Option<(StatusCode, String)> {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    match error {
        engine::Error::Upstream { problem, .. } => Some((unprocessable, ui.t(problem.key()))),
        engine::Error::Throttled(_) => {
            let sentence = message(error, address).sentence(ui);
            Some((StatusCode::TOO_MANY_REQUESTS, sentence))
        }
        engine::Error::Invalid(key) if !key.starts_with("login-") => {
            Some((unprocessable, ui.t(key)))
        }
        engine::Error::Invalid(_) => Some((unprocessable, message(error, address).sentence(ui))),
        _ => None,
    }
}

/// Each failure in its own words.
fn message(error: &engine::Error, address: &str) -> Message {
    let domain = || {
        address
            .rsplit_once('@')
            .map_or("", |(_, domain)| domain)
            .trim()
            .to_owned()
    };
    match error {
        engine::Error::Throttled(throttled) => Message::Throttled(throttled.seconds),
        engine::Error::Invalid("login-unknown-domain") => Message::UnknownDomain(domain()),
        engine::Error::Invalid("login-server-kind") => Message::ServerKind(domain()),
        engine::Error::Invalid(_) => Message::NotAnAddress,
        engine::Error::Upstream { problem, said, .. } => match problem {
            Problem::WrongPassword => Message::Refused,
            Problem::PasswordExpired => Message::Expired,
            Problem::UnknownHost => Message::NoSuchServer,
            Problem::Unreachable | Problem::Disconnected => Message::Unreachable,
            Problem::Timeout => Message::TooSlow,
            Problem::Tls => Message::Certificate,
            Problem::NoStartTls | Problem::SignInDisabled => Message::NoEncryption,
            Problem::Unavailable => Message::Unavailable,
            Problem::Limit | Problem::Busy => Message::Limit,
            Problem::InUse => Message::InUse,
            Problem::TooSoon => Message::TooSoon,
            Problem::ContactAdmin => Message::ContactAdmin(said.clone()),
            _ => Message::Protocol,
        },
        engine::Error::Internal(cause) => {
            tracing::error!(cause = format!("{cause:#}"), "A sign-in failed");
            Message::Internal
        }
        engine::Error::NotFound
        | engine::Error::Vanished
        | engine::Error::ReauthRequired
        | engine::Error::Stale
        | engine::Error::TooLate
        | engine::Error::TooLarge
        | engine::Error::Unsendable(_) => Message::Internal,
    }
}

/// A path of ours to go on to; anything else is none, so that nobody is led elsewhere. Browsers
/// leave out tabs and line breaks and read `\` as `/`, so that `/<tab>/evil.example` is no path.
fn own_path(next: &str) -> String {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|octet| octet.is_ascii_graphic())
        && !next.contains('\\')
        && next.len() < 2000;
    if own { next.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_followed() {
        assert_eq!(own_path("/m/abc?q=x"), "/m/abc?q=x");
        for foreign in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\u{0}",
            "/é",
            "m/abc",
        ] {
            assert_eq!(own_path(foreign), "", "{foreign}");
        }
    }
}
