//! The session's cookie: a random key, and nothing else. (Two more hold no secret of the person:
//! [`super::flash`]'s, and the colour of the system's theme.)

use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::cookie::{Cookie, SameSite};
use cookie::time::Duration;

use crate::{config::Config, engine::secrets::Key};

pub(crate) use crate::door::cookie::name;

/// The cookie that signs in. It outlives the browser only when the person asked for that.
pub(crate) fn session(config: &Config, key: &Key, stay_signed_in: bool) -> Cookie<'static> {
    let mut cookie = blank(config, key.to_text());
    if stay_signed_in {
        cookie.set_max_age(Duration::days(i64::from(config.limits.session_days)));
    }
    cookie
}

/// The cookie that signs out.
pub(crate) fn removal(config: &Config) -> Cookie<'static> {
    let mut cookie = blank(config, String::new());
    cookie.make_removal();
    cookie
}

/// Left in a request, so that whoever finds its session can say that the cookie is due.
#[derive(Clone, Default)]
pub(crate) struct Renewal(Arc<OnceLock<Key>>);

impl Renewal {
    /// The cookie with this key is due.
    pub(crate) fn ask(&self, key: &Key) {
        let _asked_already = self.0.set(key.clone());
    }

    /// Adds the cookie to the answer if it is due. Not where the answer gives or takes a session
    /// itself, and not where it may be kept: a cookie must not be in anybody's cache. Then one of
    /// the next requests brings it.
    pub(crate) fn answer(&self, config: &Config, headers: &mut HeaderMap) {
        let Some(key) = self.0.get() else {
            return;
        };
        let name = name(config).as_bytes();
        let mut given = headers.get_all(header::SET_COOKIE).iter();
        let has_own = given.any(|cookie| {
            let rest = cookie.as_bytes().strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(b"="))
        });
        let control = headers.get(header::CACHE_CONTROL);
        let control = control.and_then(|value| value.to_str().ok());
        let is_kept = !control.is_some_and(|control| matches!(control, "no-store" | "no-cache"));
        if has_own || is_kept {
            return;
        }
        if let Ok(cookie) = HeaderValue::from_str(&session(config, key, true).to_string()) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
}

fn blank(config: &Config, value: String) -> Cookie<'static> {
    let path = match config.base_path() {
        "" => "/".to_owned(),
        base => base.to_owned(),
    };
    Cookie::build((name(config), value))
        .path(path)
        .http_only(true)
        .secure(config.is_https())
        .same_site(SameSite::Lax)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie_for(public_url: &str) -> String {
        let config = Config {
            public_url: public_url.parse().unwrap(),
            ..Config::default()
        };
        let key = Key::random();
        session(&config, &key, true)
            .to_string()
            .replace(&key.to_text(), "KEY")
    }

    #[test]
    fn the_cookie_fits_its_place() {
        assert_eq!(
            cookie_for("https://mail.example.org"),
            "__Host-restante=KEY; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000"
        );
        assert_eq!(
            cookie_for("https://example.org/mail/"),
            "__Secure-restante=KEY; HttpOnly; SameSite=Lax; Secure; Path=/mail; Max-Age=2592000"
        );
        assert_eq!(
            cookie_for("http://localhost:8080"),
            "restante=KEY; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000"
        );
    }
}
