//! Accounts whose mail server takes no password: their owner is sent to the service that vouches
//! for them, says yes there, and comes back with what opens the mailbox.

use askama::Template;
use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use secrecy::SecretString;
use serde::Deserialize;

use crate::{
    engine::{
        accounts::{AccountInfo, Refusal},
        oauth::{Answer, Unfinished, Way, Wish},
    },
    web::{
        client::Client,
        error::Error,
        fields::{Form, Query},
        flash::{self, Said},
        page::Ui,
        path::Path,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

use super::add::{self, Fields};

/// The page between here and there.
#[derive(Template)]
#[template(path = "settings/account_leaving.html")]
pub struct LeavingPage {
    /// The reader.
    pub ui: Ui,
    /// Where they go.
    pub way: Way,
}

impl LeavingPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui
            .t1("account-sign-in-with", "provider", &self.way.provider)
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Accounts
    }

    /// The site that they go to.
    pub fn host(&self) -> &str {
        self.way.address.host_str().unwrap_or_default()
    }
}

/// What stands behind `?` when somebody comes back (RFC 6749 §4.1.2). Anything else there is theirs.
#[derive(Deserialize)]
pub(crate) struct Brought {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    error: String,
}

/// `POST /settings/accounts/sign-in`
pub(crate) async fn leave(
    web: Web,
    signed_in: SignedIn,
    Form(form): Form<Fields>,
) -> Result<Response, Error> {
    go(web, signed_in, None, form).await
}

/// `POST /settings/accounts/{account}/sign-in`
pub(crate) async fn leave_again(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    Form(form): Form<Fields>,
) -> Result<Response, Error> {
    go(web, signed_in, Some(id), form).await
}

async fn go(
    web: Web,
    signed_in: SignedIn,
    id: Option<i64>,
    mut form: Fields,
) -> Result<Response, Error> {
    super::allowed(&web)?;
    let account = theirs(&web, &signed_in, id).await?;
    if let Some(account) = &account {
        form.kind = account.kind.to_owned();
    }
    let begun = match form.servers() {
        Ok(servers) => {
            let wish = Wish {
                account: id,
                address: form.address.clone(),
                servers,
                user: form.user.clone(),
            };
            let session = Some(signed_in.session.id);
            let engine = &web.engine;
            engine.begin_grant(&signed_in.own, session, wish).await
        }
        Err(error) => Err(error),
    };
    let way = match begun {
        Ok(way) => way,
        Err(error) => {
            let page = add::page(&web, signed_in.ui, account, form);
            return add::refused(&web, page, Refusal::from(error));
        }
    };
    let refresh = HeaderValue::from_str(&format!("0; url={}", way.address));
    let page = LeavingPage {
        ui: signed_in.ui,
        way,
    };
    let mut response = respond::page(&web, &page.ui, &page)?;
    // Followed by itself, where browsers know it; the page's link does for the others. A redirect
    // would not: forms lead to our own site alone (`form-action 'self'`).
    if let Ok(refresh) = refresh {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    Ok(response)
}

/// `GET /oauth/callback`
pub(crate) async fn back(
    web: Web,
    signed_in: SignedIn,
    client: Client,
    Query(brought): Query<Brought>,
) -> Result<Response, Error> {
    super::allowed(&web)?;
    let answer = match brought.error.as_str() {
        "" => Answer::Code(SecretString::from(brought.code)),
        word => Answer::Error(word.to_owned()),
    };
    let (own, session) = (&signed_in.own, Some(signed_in.session.id));
    let finishing = web
        .engine
        .finish_grant(own, session, &brought.state, answer, client.address);
    let Unfinished { wish, refusal } = match finishing.await {
        Ok(finished) => {
            let path = format!("{}/{}", super::HOME, finished.account);
            let (path, said) = match finished.is_new {
                true => (path.as_str(), "done-account-added"),
                false => (super::HOME, "done-account-signed-in"),
            };
            return Ok(flash::redirect(&web, path, Some(&Said::done(said, 1))));
        }
        Err(unfinished) => unfinished,
    };
    let (account, form) = match wish {
        Some(wish) => wished(&web, &signed_in, wish).await?,
        None => Default::default(),
    };
    let page = add::page(&web, signed_in.ui, account, form);
    add::refused(&web, page, refusal)
}

/// The account that is to get another permission, where it is not for a new one.
async fn theirs(
    web: &Web,
    signed_in: &SignedIn,
    id: Option<i64>,
) -> Result<Option<AccountInfo>, Error> {
    Ok(match id {
        Some(id) => Some(add::account(web, signed_in, id).await?),
        None => None,
    })
}

/// The form as it was when they went.
async fn wished(
    web: &Web,
    signed_in: &SignedIn,
    wish: Wish,
) -> Result<(Option<AccountInfo>, Fields), Error> {
    let account = theirs(web, signed_in, wish.account).await?;
    let mut form = Fields::default();
    form.address.clone_from(&wish.address);
    if let Some(own) = &wish.servers {
        form = add::named(form, own, &wish.user);
    }
    Ok((account, form))
}
