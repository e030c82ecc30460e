//! All folders, to arrange them.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    mail::id::MailboxId,
    web::{
        error::Error,
        fields::Form,
        flash::Said,
        mailbox::tree::{Folder, Tree},
        page::Ui,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The page with all folders.
#[derive(Template)]
#[template(path = "folders/index.html")]
pub struct FoldersPage {
    /// The reader.
    pub ui: Ui,
    /// Every folder, hidden ones too: `Tree::new(.., everything = true)`.
    pub tree: Tree,
    /// The name typed for a new folder, when it was refused.
    pub name: String,
    /// Why it was refused, in a sentence.
    pub problem: Option<String>,
}

impl FoldersPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("folders-title")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Folders
    }

    /// The line beside the name: "1,204 messages, 12 unread".
    pub fn summary(&self, folder: &Folder) -> String {
        if !folder.selectable {
            return self.ui.t("folders-only-holds-others");
        }
        let total = self.ui.tn("list-total", folder.total);
        if folder.unread == 0 {
            return total;
        }
        let unread = self.ui.tn("list-unread", folder.unread);
        self.ui
            .t2("list-total-and-unread", "total", &total, "unread", &unread)
    }

    /// What the page says of a folder that is hidden or has a purpose.
    pub fn is_own(&self, folder: &Folder) -> bool {
        folder.role.is_none()
    }
}

/// The form for a new folder.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    parent: String,
}

/// `GET /folders`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let page = FoldersPage {
        tree: everything(&signed_in).await?,
        name: String::new(),
        problem: None,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /folders`
pub(crate) async fn create(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let parent = parent(&fields.parent)?;
    let done = signed_in.account.create_mailbox(&fields.name, parent).await;
    let ui = signed_in.ui.clone();
    let said = Said::done("done-folder-created", 1).in_folder(fields.name.clone());
    let again = async |problem| {
        Ok(FoldersPage {
            tree: everything(&signed_in).await?,
            name: fields.name,
            problem: Some(problem),
            ui: signed_in.ui,
        })
    };
    let home = home(&ui);
    respond::saved(&web, &ui, done.map(drop), (&home, &said), again).await
}

/// This page, of the account that it is about.
pub(crate) fn home(ui: &Ui) -> String {
    format!("/folders{}", ui.account_tail())
}

/// Every folder, hidden ones too.
pub(crate) async fn everything(signed_in: &SignedIn) -> Result<Tree, Error> {
    let mailboxes = signed_in.account.mailboxes().await?;
    Ok(Tree::new(&signed_in.ui, &mailboxes, None, true))
}

/// The folder chosen as the one above; none for the top.
pub(crate) fn parent(chosen: &str) -> Result<Option<MailboxId>, Error> {
    match chosen {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| Error::BadRequest),
    }
}
