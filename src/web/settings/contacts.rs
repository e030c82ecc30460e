//! People whom a person has written to and heard from.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine::people::Person,
    web::{
        confirmation::ConfirmationPage,
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

/// People on a page.
const SHOWN: usize = 100;

/// The page.
#[derive(Template)]
#[template(path = "settings/contacts.html")]
pub struct ContactsPage {
    /// The reader.
    pub ui: Ui,
    /// Those of this page.
    pub people: Vec<Person>,
    /// What was searched for; empty for nothing.
    pub query: String,
    /// The address after which the next page begins.
    pub next: Option<String>,
    /// This is not the first page.
    pub is_further: bool,
    /// Who writes to this person is collected.
    pub collects: bool,
}

impl ContactsPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-contacts")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Contacts
    }

    /// The path of the next page.
    pub fn further(&self) -> Option<String> {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("after", self.next.as_ref()?);
        Some(format!("/settings/contacts?{}", query.finish()))
    }
}

/// `?q=`, or `?after=` an address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

/// The switch.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    collects: String,
}

/// `GET /settings/contacts`
pub(crate) async fn show(
    web: Web,
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let account = &signed_in.account;
    let query = asked.q.trim().to_owned();
    let (people, next) = match query.is_empty() {
        true => account.all_people(&asked.after, SHOWN).await?,
        false => (account.people(&query, SHOWN).await?, None),
    };
    let page = ContactsPage {
        people,
        query,
        next,
        is_further: !asked.after.is_empty(),
        collects: signed_in.preferences.collects(),
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/contacts`
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let mut chosen = signed_in.preferences;
    chosen.collects = Some(!fields.collects.is_empty());
    chosen.save(&web.engine, signed_in.session.user).await?;
    Ok(back(&web, "done-saved", 1))
}

/// `POST /settings/contacts/{person}/deletion`
pub(crate) async fn delete(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    signed_in.account.forget_person(id).await?;
    Ok(back(&web, "done-contacts-removed", 1))
}

/// `GET /settings/contacts/deletion`
pub(crate) async fn ask(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let ui = signed_in.ui;
    let page = ConfirmationPage {
        question: ui.t("contacts-deletion-question"),
        sentence: ui.t("contacts-deletion-sentence"),
        verb: ui.t("remove"),
        action: "/settings/contacts/deletion".to_owned(),
        fields: Vec::new(),
        back: "/settings/contacts".to_owned(),
        ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/contacts/deletion`
pub(crate) async fn delete_all(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let count = signed_in.account.forget_everybody().await?;
    Ok(back(&web, "done-contacts-removed", count))
}

fn back(web: &Web, said: &str, count: usize) -> Response {
    flash::redirect(web, "/settings/contacts", Some(&Said::done(said, count)))
}
