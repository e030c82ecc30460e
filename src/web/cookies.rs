//! The session's cookie: a random key, and nothing else. (Two more hold no secret of the person:
//! [`super::flash`]'s, and the colour of the system's theme.)

use axum_extra::extract::cookie::{Cookie, SameSite};
use cookie::time::Duration;

use crate::{config::Config, engine::secrets::Key};

/// The cookie's name. The prefixes make browsers refuse a cookie that was set without TLS, or by
/// a neighbour under the same domain (RFC 6265bis §4.1.3).
pub(crate) fn name(config: &Config) -> &'static str {
    match (config.is_https(), config.base_path()) {
        (false, _) => "restante",
        (true, "") => "__Host-restante",
        (true, _) => "__Secure-restante",
    }
}

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
