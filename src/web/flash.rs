//! What the last action did, said once on the next page: a short-lived cookie that only this
//! server can write and read, because a redirect carries nothing else.

use axum::{
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use cookie::time::Duration;
use serde::{Deserialize, Serialize};

use super::{
    page::{Flash, Ui},
    state::Web,
};

const NAME: &str = "restante-said";

/// What was done, before it is put into words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    /// The translation's key.
    pub(crate) key: String,
    /// How many.
    pub(crate) count: usize,
    /// A folder's name, where the sentence has one.
    pub(crate) folder: Option<String>,
    /// Of how many, where the sentence says so.
    pub(crate) total: Option<usize>,
    /// It failed.
    pub(crate) problem: bool,
    /// Takes it back.
    pub(crate) undo: Option<String>,
}

impl Said {
    /// `count` messages had `key` done to them.
    pub(crate) fn done(key: &str, count: usize) -> Self {
        Self {
            key: key.to_owned(),
            count,
            ..Self::default()
        }
    }

    /// It did not work; `key` says why.
    pub(crate) fn problem(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            problem: true,
            ..Self::default()
        }
    }

    /// The same done to more messages; what takes both back is one after the other.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.count += other.count;
        self.undo = match (self.undo, other.undo) {
            (Some(one), Some(other)) => Some(format!("{one}.{other}")),
            // Half a way back is none.
            _ => None,
        };
        self
    }

    pub(crate) fn with_undo(mut self, undo: Option<String>) -> Self {
        self.undo = undo;
        self
    }

    pub(crate) fn of(mut self, total: usize) -> Self {
        self.total = Some(total);
        self
    }

    pub(crate) fn in_folder(mut self, folder: String) -> Self {
        self.folder = Some(folder);
        self
    }

    /// In the reader's words.
    pub(crate) fn flash(&self, ui: &Ui) -> Flash {
        let sentence = match (&self.folder, self.total) {
            (Some(folder), _) => ui.tn1(&self.key, self.count, "folder", folder),
            (None, Some(total)) => ui.tn1(&self.key, self.count, "total", &ui.number(total)),
            (None, None) => ui.tn(&self.key, self.count),
        };
        Flash {
            sentence,
            problem: self.problem,
            undo: self.undo.clone(),
        }
    }
}

/// Goes to `path` (ours, without the base path) and says it there.
pub(crate) fn redirect(web: &Web, path: &str, said: Option<&Said>) -> Response {
    let base = web.config.base_path();
    let redirect = Redirect::to(&format!("{base}{path}"));
    match said {
        Some(said) => ([(header::SET_COOKIE, written(web, said))], redirect).into_response(),
        None => redirect.into_response(),
    }
}

/// Takes what there is to say. The cookie is removed by [`forget`].
pub(crate) fn take(web: &Web, parts: &mut Parts, ui: &Ui) -> Option<Flash> {
    // Only a page says it: not a picture, a frame's neighbour or a stream of events.
    let is_page = parts.headers.get(header::ACCEPT).is_some_and(|accept| {
        accept
            .to_str()
            .is_ok_and(|accept| accept.contains("text/html"))
    });
    let jar = CookieJar::from_headers(&parts.headers);
    let cookie = jar
        .get(NAME)
        .filter(|_| is_page && parts.method == axum::http::Method::GET)?;
    let sealed = BASE64URL.decode(cookie.value()).ok()?;
    let plain = web.engine.open_note("flash", &sealed)?;
    let said: Said = serde_json::from_slice(&plain).ok()?;
    Some(said.flash(ui))
}

/// Removes the cookie once it was said.
pub(crate) fn forget(web: &Web, headers: &mut HeaderMap) {
    let mut cookie = blank(web, String::new());
    cookie.make_removal();
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}

fn written(web: &Web, said: &Said) -> HeaderValue {
    let json = serde_json::to_vec(said).unwrap_or_default();
    let mut cookie = blank(web, BASE64URL.encode(web.engine.seal_note("flash", &json)));
    cookie.set_max_age(Duration::minutes(2));
    HeaderValue::from_str(&cookie.to_string()).unwrap_or(HeaderValue::from_static(""))
}

fn blank(web: &Web, value: String) -> Cookie<'static> {
    let path = match web.config.base_path() {
        "" => "/".to_owned(),
        base => base.to_owned(),
    };
    Cookie::build((NAME, value))
        .path(path)
        .http_only(true)
        .secure(web.config.is_https())
        .same_site(SameSite::Lax)
        .build()
}
