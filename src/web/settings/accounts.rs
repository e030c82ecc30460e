//! The accounts that somebody has: what they are called, in which order they stand, and that one
//! goes. `add.rs` adds one, and gives one another password or other servers; `permission.rs` does so
//! where a service vouches for its owner.

mod add;
mod permission;
mod removal;

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    config::ExtraAccounts,
    engine::accounts::{AccountInfo, Place},
    web::{
        error::Error,
        fields::Form,
        flash::{self, Said},
        page::Ui,
        path::Path,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

pub use self::{add::AddPage, permission::LeavingPage, removal::RemovalPage};
pub(crate) use self::{
    add::{access, begin, change, create},
    permission::{back, leave, leave_again},
    removal::{ask, remove},
};

/// The page's path.
pub(super) const HOME: &str = "/settings/accounts";

/// The colours that mark an account, and what they are called.
const COLOR_NAMES: [(&str, &str); 9] = [
    ("", "color-none"),
    ("red", "color-red"),
    ("orange", "color-orange"),
    ("yellow", "color-yellow"),
    ("green", "color-green"),
    ("teal", "color-teal"),
    ("blue", "color-blue"),
    ("purple", "color-purple"),
    ("pink", "color-pink"),
];

/// All accounts.
#[derive(Template)]
#[template(path = "settings/accounts.html")]
pub struct AccountsPage {
    /// The reader.
    pub ui: Ui,
    /// All accounts, in their order.
    pub accounts: Vec<AccountInfo>,
    /// The one in the form, if one is.
    pub form: Option<AccountInfo>,
    /// Why the form was refused.
    pub problem: Option<String>,
}

impl AccountsPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-accounts")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Accounts
    }

    /// Where its mail lies, in words.
    pub fn kind(&self, account: &AccountInfo) -> String {
        let host = account.incoming.as_ref().map(|place| &place.host);
        match (account.kind, host) {
            ("local", _) => self.ui.t("account-kind-local"),
            ("pop3", Some(host)) => self.ui.t1("account-kind-pop3-at", "host", host),
            ("pop3", None) => self.ui.t("account-kind-pop3"),
            (_, Some(host)) => self.ui.t1("account-kind-imap-at", "host", host),
            (_, None) => self.ui.t("account-kind-imap"),
        }
    }

    /// Whether it can go up.
    pub fn can_rise(&self, account: &AccountInfo) -> bool {
        self.accounts
            .first()
            .is_some_and(|one| one.id != account.id)
    }

    /// Whether it can go down.
    pub fn can_sink(&self, account: &AccountInfo) -> bool {
        self.accounts.last().is_some_and(|one| one.id != account.id)
    }

    /// The colours, with their names.
    pub fn colors(&self) -> Vec<(&'static str, String)> {
        COLOR_NAMES
            .map(|(color, key)| (color, self.ui.t(key)))
            .to_vec()
    }
}

/// A server in words: `imap.example.org, port 993, TLS`.
pub(super) fn server_words(ui: &Ui, place: &Place) -> String {
    let security = ui.t(match place.security {
        "tls" => "account-security-tls",
        "startTls" => "account-security-starttls",
        _ => "account-security-none",
    });
    let port = place.port.to_string();
    let words = ui.t2("account-server-words", "host", &place.host, "port", &port);
    format!("{words}, {security}")
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    color: String,
}

/// Which way.
#[derive(Debug, Deserialize)]
pub(crate) struct Move {
    #[serde(default)]
    value: String,
}

/// Nobody who may have no accounts has pages for them.
pub(super) fn allowed(web: &Web) -> Result<(), Error> {
    match web.config.extra_accounts {
        ExtraAccounts::Off => Err(Error::NotFound),
        ExtraAccounts::Listed | ExtraAccounts::Any => Ok(()),
    }
}

/// `GET /settings/accounts`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let page = page(&web, signed_in, None).await?;
    respond::page(&web, &page.ui, &page)
}

/// `GET /settings/accounts/{account}`
pub(crate) async fn edit(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let page = page(&web, signed_in, Some(id)).await?;
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/accounts/{account}`: name and colour.
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    allowed(&web)?;
    let (name, color) = (Some(fields.name.as_str()), Some(fields.color.as_str()));
    let done = web.engine.dress_account(&signed_in.own, id, name, color);
    let done = done.await;
    let (ui, said) = (signed_in.ui.clone(), Said::done("done-saved", 1));
    let again = async |problem| {
        let mut page = page(&web, signed_in, Some(id)).await?;
        page.problem = Some(problem);
        if let Some(form) = &mut page.form {
            form.name.clone_from(&fields.name);
        }
        Ok(page)
    };
    respond::saved(&web, &ui, done, (HOME, &said), again).await
}

/// `POST /settings/accounts/{account}/place`: up or down.
pub(crate) async fn place(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    Form(fields): Form<Move>,
) -> Result<Response, Error> {
    allowed(&web)?;
    let up = match fields.value.as_str() {
        "up" => true,
        "down" => false,
        _ => return Err(Error::BadRequest),
    };
    web.engine.move_account(&signed_in.own, id, up).await?;
    Ok(flash::redirect(&web, HOME, None))
}

async fn page(web: &Web, signed_in: SignedIn, form: Option<i64>) -> Result<AccountsPage, Error> {
    allowed(web)?;
    let accounts = web.engine.accounts(signed_in.session.user).await?;
    let form = match form {
        None => None,
        Some(id) => {
            let found = accounts.iter().find(|account| account.id == id);
            Some(found.cloned().ok_or(Error::NotFound)?)
        }
    };
    Ok(AccountsPage {
        accounts,
        form,
        problem: None,
        ui: signed_in.ui,
    })
}
