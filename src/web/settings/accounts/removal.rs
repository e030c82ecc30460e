//! The question before an account goes, with what goes with it, and the password.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine::accounts::{AccountInfo, Leaving},
    web::{
        client::Client,
        error::Error,
        fields::Form,
        flash::{self, Said},
        login::session,
        page::Ui,
        path::Path,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The page.
#[derive(Template)]
#[template(path = "settings/account_removal.html")]
pub struct RemovalPage {
    /// The reader.
    pub ui: Ui,
    /// The account.
    pub account: AccountInfo,
    /// What goes with it.
    pub leaving: Leaving,
    /// Why it is there still.
    pub problem: Option<String>,
}

impl RemovalPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        let name = self.account.label();
        self.ui.t1("account-removal-title", "account", name)
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Accounts
    }

    /// Mail that lies here and nowhere else.
    pub fn loses_mail(&self) -> bool {
        self.account.kind != "imap"
    }
}

/// The form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    password: String,
}

/// `GET /settings/accounts/{account}/removal`
pub(crate) async fn ask(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let page = page(&web, signed_in, id).await?;
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/accounts/{account}/removal`
pub(crate) async fn remove(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    client: Client,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    super::allowed(&web)?;
    let attempt = client.attempt(&signed_in.session.address, fields.password);
    let removed = web.engine.remove_account(&signed_in.own, id, &attempt);
    match removed.await {
        Ok(()) => {
            let said = Said::done("done-account-removed", 1);
            Ok(flash::redirect(&web, super::HOME, Some(&said)))
        }
        Err(error) => {
            let refused = session::refusal(&signed_in.ui, &error, &attempt.address);
            let (status, sentence) = refused.ok_or(error)?;
            let mut page = page(&web, signed_in, id).await?;
            page.problem = Some(sentence);
            respond::page_with(status, &web, &page.ui, &page)
        }
    }
}

async fn page(web: &Web, signed_in: SignedIn, id: i64) -> Result<RemovalPage, Error> {
    super::allowed(web)?;
    let leaving = web.engine.leaving(&signed_in.own, id).await?;
    let accounts = web.engine.accounts(signed_in.session.user).await?;
    let account = accounts.into_iter().find(|account| account.id == id);
    Ok(RemovalPage {
        account: account.ok_or(Error::NotFound)?,
        leaving,
        problem: None,
        ui: signed_in.ui,
    })
}
