//! Where one is signed in, and how to end it.

use askama::Template;
use axum::response::Response;

use crate::web::{
    error::Error,
    flash::{self, Said},
    page::Ui,
    path::Path,
    respond,
    settings::nav::Section,
    signed_in::SignedIn,
    state::Web,
};

/// The page.
#[derive(Template)]
#[template(path = "settings/sessions.html")]
pub struct SessionsPage {
    /// The reader.
    pub ui: Ui,
    /// All sessions, this one first.
    pub sessions: Vec<Session>,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The id in URLs; not the secret.
    pub id: String,
    /// The browser's User-Agent.
    pub user_agent: String,
    /// The client's address when it was last seen.
    pub address: String,
    /// When it began, milliseconds since 1970 UTC.
    pub created_at: i64,
    /// When it was last used.
    pub seen_at: i64,
    /// The one that asks.
    pub current: bool,
    /// "Stay signed in".
    pub stays: bool,
}

/// Tokens of User-Agent headers and what people call them; the first that fits wins.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Lynx/", "Lynx"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

impl SessionsPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-sessions")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Sessions
    }

    /// Whether there is any to end beside this one.
    pub fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| !session.current)
    }
}

impl Session {
    /// "Firefox on Windows", as far as the browser says.
    pub fn device(&self, ui: &Ui) -> String {
        let known = |table: &[(&str, &'static str)]| {
            let found = table
                .iter()
                .find(|(token, _)| self.user_agent.contains(token));
            found.map(|(_, name)| *name)
        };
        match (known(&BROWSERS), known(&SYSTEMS)) {
            (Some(browser), Some(system)) => {
                ui.t2("session-device", "browser", browser, "system", system)
            }
            (Some(name), None) | (None, Some(name)) => name.to_owned(),
            (None, None) => ui.t("session-unknown"),
        }
    }

    /// The icon beside it.
    pub fn icon(&self) -> &'static str {
        if ["iPhone", "Android", "Mobile"]
            .iter()
            .any(|word| self.user_agent.contains(word))
        {
            "smartphone"
        } else {
            "monitor"
        }
    }
}

/// `GET /settings/sessions`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let own = signed_in.session.id.get();
    let mut sessions: Vec<Session> = web
        .engine
        .sessions(signed_in.session.user)
        .await?
        .into_iter()
        .map(|info| Session {
            id: info.id.to_string(),
            current: info.id == own,
            user_agent: info.label,
            address: info.network,
            created_at: info.created_at,
            seen_at: info.last_seen_at,
            stays: info.stay_signed_in,
        })
        .collect();
    sessions.sort_by_key(|session| !session.current);
    let page = SessionsPage {
        sessions,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/sessions/{session}/revocation`; `others` for all but this one.
pub(crate) async fn revoke(
    web: Web,
    signed_in: SignedIn,
    Path(session): Path<String>,
) -> Result<Response, Error> {
    let ended = match session.as_str() {
        "others" => {
            let session = &signed_in.session;
            let ended = web
                .engine
                .revoke_other_sessions(session.user, Some(session.id));
            ended.await?
        }
        id => {
            let id = id.parse().map_err(|_| Error::NotFound)?;
            web.engine
                .revoke_session(signed_in.session.user, id)
                .await?;
            1
        }
    };
    let said = Said::done("done-sessions-ended", usize::try_from(ended).unwrap_or(1));
    Ok(flash::redirect(&web, "/settings/sessions", Some(&said)))
}
