//! What was deleted for good and can be brought back for some days, where mail lives here.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine::deleted::{Deleted, KEPT_DAYS},
    mail::mailbox::{Mailbox, Role},
    web::{
        confirmation::ConfirmationPage,
        error::Error,
        fields::{Form, Query},
        flash::{self, Said},
        mailbox::place,
        page::Ui,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

/// Messages of one page.
const PAGE: u32 = 100;

/// The page, `GET /deleted`.
#[derive(Template)]
#[template(path = "folders/deleted.html")]
pub struct DeletedPage {
    /// The reader.
    pub ui: Ui,
    /// What was deleted, the last first.
    pub items: Vec<Deleted>,
    /// Where the next page begins.
    pub next: Option<i64>,
    /// The folders that they go back into.
    pub folders: Vec<Mailbox>,
}

impl DeletedPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("deleted-title")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Folders
    }

    /// For how long there is a way back.
    pub fn lead(&self) -> String {
        self.ui.tn("deleted-lead", KEPT_DAYS)
    }

    /// The way to Trash.
    pub fn trash_path(&self) -> Option<String> {
        let mut folders = self.folders.iter();
        let trash = folders.find(|one| one.role == Some(Role::Trash))?;
        Some(format!("/m/{}", trash.id))
    }

    /// The subject, or a word for its absence.
    pub fn subject(&self, one: &Deleted) -> String {
        match one.subject.trim() {
            "" => self.ui.t("no-subject"),
            subject => subject.to_owned(),
        }
    }

    /// Who wrote it.
    pub fn who(&self, one: &Deleted) -> String {
        match one.from.first().map(|person| person.label().trim()) {
            None | Some("") => self.ui.t("row-no-sender"),
            Some(name) => name.to_owned(),
        }
    }

    /// When it was deleted, and until when it is here.
    pub fn when(&self, one: &Deleted) -> String {
        let ui = &self.ui;
        let (deleted, until) = (ui.list_date(one.deleted_at), ui.list_date(one.until));
        ui.t2("deleted-when", "deleted", deleted, "until", until)
    }

    /// Where it goes back to.
    pub fn home(&self, one: &Deleted) -> String {
        let found = self.folders.iter().find(|folder| folder.id == one.home);
        let name = found.map(|folder| place::name(&self.ui, folder.role, &folder.name));
        let name = name.unwrap_or_else(|| self.ui.t("folder-inbox"));
        self.ui.t1("deleted-home", "folder", name)
    }

    /// The path of the next page.
    pub fn further(&self) -> Option<String> {
        let more = self.ui.account_more();
        Some(format!("/deleted?before={}{more}", self.next?))
    }
}

/// From below this number on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    before: Option<i64>,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    id: Vec<i64>,
    /// All, instead of those.
    #[serde(default)]
    all: String,
    #[serde(default)]
    confirmed: String,
}

/// `GET /deleted`
pub(crate) async fn show(
    web: Web,
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let account = &signed_in.account;
    let (items, next) = account.deleted_lately(asked.before, PAGE).await?;
    let page = DeletedPage {
        items,
        next,
        folders: account.mailboxes().await?.to_vec(),
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /deleted/restoration`
pub(crate) async fn restore(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let said = match fields.id.is_empty() {
        true => Said::problem("nothing-selected"),
        false => {
            let restored = signed_in.account.restore(&fields.id).await?;
            Said::done("done-restored", restored.len())
        }
    };
    Ok(flash::redirect(&web, &home(&signed_in.ui), Some(&said)))
}

/// `GET /deleted/removal`: asks before all of it goes at once.
pub(crate) async fn ask(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let page = question(signed_in.ui, &Fields::default());
    respond::page(&web, &page.ui, &page)
}

/// `POST /deleted/removal`: some of it, or all, after a question.
pub(crate) async fn remove(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let all = !fields.all.is_empty();
    let said = if fields.id.is_empty() && !all {
        Said::problem("nothing-selected")
    } else if fields.confirmed.is_empty() {
        let page = question(signed_in.ui, &fields);
        return respond::page(&web, &page.ui, &page);
    } else {
        let account = &signed_in.account;
        let gone = match all {
            true => account.forget_all_deleted().await?,
            false => account.forget_deleted(&fields.id).await?,
        };
        Said::done("done-deleted", gone)
    };
    Ok(flash::redirect(&web, &home(&signed_in.ui), Some(&said)))
}

fn question(ui: Ui, fields: &Fields) -> ConfirmationPage {
    let mut hidden = vec![("confirmed".to_owned(), "true".to_owned())];
    let ids = fields.id.iter();
    hidden.extend(ids.map(|id| ("id".to_owned(), id.to_string())));
    let question = match fields.id.len() {
        0 => {
            hidden.push(("all".to_owned(), "true".to_owned()));
            ui.t("deleted-removal-all-question")
        }
        count => ui.tn("deletion-many-question", count),
    };
    ConfirmationPage {
        question,
        sentence: ui.t("deleted-removal-sentence"),
        verb: ui.t("deleted-remove"),
        action: format!("/deleted/removal{}", ui.account_tail()),
        fields: hidden,
        back: home(&ui),
        ui,
    }
}

fn home(ui: &Ui) -> String {
    format!("/deleted{}", ui.account_tail())
}
