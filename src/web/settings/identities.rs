//! The names and addresses that a person writes as.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine::identities as stored,
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

/// The page: all identities, and a form for one.
#[derive(Template)]
#[template(path = "settings/identities.html")]
pub struct IdentitiesPage {
    /// The reader.
    pub ui: Ui,
    /// All identities, the default one first.
    pub identities: Vec<Identity>,
    /// The one in the form: `id` empty for a new one.
    pub form: Identity,
    /// Why the form was refused.
    pub problem: Option<String>,
}

/// One identity (RFC 8621 §6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The id in URLs; empty when it is not stored yet.
    pub id: String,
    /// The name that recipients see.
    pub name: String,
    /// The address.
    pub email: String,
    /// Where answers go; empty: to the address.
    pub reply_to: String,
    /// The signature as plain text.
    pub signature: String,
    /// The signature of formatted messages, HTML as typed; empty: the plain one.
    pub rich_signature: String,
    /// Who always gets a copy that nobody sees.
    pub bcc: String,
    /// The one that new mail is written as.
    pub is_default: bool,
}

impl IdentitiesPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-identities")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Identities
    }

    /// Whether the form makes a new identity.
    pub fn is_new(&self) -> bool {
        self.form.id.is_empty()
    }

    /// Where the form goes.
    pub fn action(&self) -> String {
        match self.is_new() {
            true => self.ui.url(home(&self.ui)),
            false => self.ui.url(self.form.path()),
        }
    }
}

impl Identity {
    /// The path of this identity's form.
    pub fn path(&self) -> String {
        format!("/settings/identities/{}", self.id)
    }

    /// The name, else the address.
    pub fn label(&self) -> &str {
        if self.name.is_empty() {
            &self.email
        } else {
            &self.name
        }
    }
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    reply_to: String,
    #[serde(default)]
    signature: String,
    #[serde(default)]
    rich_signature: String,
    #[serde(default)]
    bcc: String,
    #[serde(default)]
    is_default: String,
}

/// `GET /settings/identities`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let page = page(signed_in, Identity::default(), None).await?;
    respond::page(&web, &page.ui, &page)
}

/// `GET /settings/identities/{identity}`
pub(crate) async fn edit(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let mut page = page(signed_in, Identity::default(), None).await?;
    let form = page.identities.iter().find(|one| one.id == id).cloned();
    page.form = form.ok_or(Error::NotFound)?;
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/identities`
pub(crate) async fn create(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    save(&web, signed_in, String::new(), fields).await
}

/// `POST /settings/identities/{identity}`
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    save(&web, signed_in, id, fields).await
}

/// `POST /settings/identities/{identity}/deletion`
pub(crate) async fn delete(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    signed_in.account.delete_identity(id).await?;
    let said = Said::done("done-identity-removed", 1);
    Ok(flash::redirect(&web, &home(&signed_in.ui), Some(&said)))
}

/// This page, of the account that it is about.
fn home(ui: &Ui) -> String {
    format!("/settings/identities{}", ui.account_tail())
}

async fn save(
    web: &Web,
    signed_in: SignedIn,
    id: String,
    fields: Fields,
) -> Result<Response, Error> {
    let form = Identity {
        id,
        name: fields.name.trim().to_owned(),
        email: fields.email.trim().to_owned(),
        reply_to: fields.reply_to.trim().to_owned(),
        signature: fields.signature,
        rich_signature: fields.rich_signature.trim().to_owned(),
        bcc: fields.bcc.trim().to_owned(),
        is_default: !fields.is_default.is_empty(),
    };
    let number = match form.id.as_str() {
        "" => 0,
        id => id.parse().map_err(|_| Error::NotFound)?,
    };
    let identity = stored::Identity {
        id: number,
        name: form.name.clone(),
        email: form.email.clone(),
        reply_to: form.reply_to.clone(),
        text_signature: form.signature.replace("\r\n", "\n"),
        html_signature: form.rich_signature.clone(),
        bcc: form.bcc.clone(),
        is_default: form.is_default,
    };
    let done = signed_in.account.save_identity(&identity).await;
    let (ui, said) = (signed_in.ui.clone(), Said::done("done-saved", 1));
    let again = async |problem| page(signed_in, form, Some(problem)).await;
    respond::saved(web, &ui, done.map(drop), (&home(&ui), &said), again).await
}

async fn page(
    signed_in: SignedIn,
    form: Identity,
    problem: Option<String>,
) -> Result<IdentitiesPage, Error> {
    let identities = signed_in.account.identities().await?;
    Ok(IdentitiesPage {
        identities: identities.into_iter().map(Identity::from).collect(),
        form,
        problem,
        ui: signed_in.ui,
    })
}

impl From<stored::Identity> for Identity {
    fn from(identity: stored::Identity) -> Self {
        Self {
            id: identity.id.to_string(),
            name: identity.name,
            email: identity.email,
            reply_to: identity.reply_to,
            signature: identity.text_signature,
            rich_signature: identity.html_signature,
            bcc: identity.bcc,
            is_default: identity.is_default,
        }
    }
}
