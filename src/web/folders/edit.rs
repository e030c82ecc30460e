//! One folder: its name, its place, whether it is shown.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine,
    mail::id::MailboxId,
    web::{
        error::Error,
        fields::Form,
        flash::Said,
        folders::{
            index::{self, everything, parent},
            keeping::{self, Choice},
        },
        mailbox::tree::{Folder, Tree},
        page::Ui,
        path::Path,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The page of one folder's properties, `GET /m/{mailbox}/name`.
#[derive(Template)]
#[template(path = "folders/edit.html")]
pub struct FolderPage {
    /// The reader.
    pub ui: Ui,
    /// Every folder, hidden ones too.
    pub tree: Tree,
    /// The folder.
    pub folder: Folder,
    /// Why the last change was refused, in a sentence.
    pub problem: Option<String>,
}

impl FolderPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t1("folder-edit-title", "folder", &self.folder.name)
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Folders
    }

    /// Where it can be put: everywhere but into itself and what lies in it.
    pub fn parents(&self) -> Vec<&Folder> {
        let mut skip_deeper_than = None;
        let mut parents = Vec::new();
        for folder in self.tree.all() {
            if skip_deeper_than.is_some_and(|depth| folder.depth > depth) {
                continue;
            }
            skip_deeper_than = (folder.id == self.folder.id).then_some(folder.depth);
            if folder.id != self.folder.id {
                parents.push(folder);
            }
        }
        parents
    }

    /// Is this the folder that it lies in?
    pub fn is_parent(&self, folder: &Folder) -> bool {
        self.folder.parent == Some(folder.id)
    }

    /// For how long messages may lie in it: value, words, whether it is chosen.
    pub fn keeping(&self) -> Vec<Choice> {
        keeping::choices(&self.ui, self.folder.role)
    }

    /// Folders with a purpose keep their name and place.
    pub fn is_own(&self) -> bool {
        self.folder.role.is_none()
    }
}

/// What the forms of a folder send.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    value: String,
}

/// `GET /m/{mailbox}/name`
pub(crate) async fn show(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
) -> Result<Response, Error> {
    let page = page(signed_in, mailbox, None).await?;
    respond::page(&web, &page.ui, &page)
}

/// `POST /m/{mailbox}/name`
pub(crate) async fn rename(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let above = signed_in.account.mailbox(mailbox).await?.parent;
    let renamed = signed_in
        .account
        .rename_mailbox(mailbox, &fields.name, above)
        .await;
    let said = Said::done("done-folder-renamed", 1).in_folder(fields.name);
    answer(&web, signed_in, mailbox, renamed, &said).await
}

/// `POST /m/{mailbox}/parent`
pub(crate) async fn move_into(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let above = parent(&fields.parent)?;
    let name = signed_in.account.mailbox(mailbox).await?.name;
    let moved = signed_in
        .account
        .rename_mailbox(mailbox, &name, above)
        .await;
    let said = Said::done("done-folder-moved", 1).in_folder(name);
    answer(&web, signed_in, mailbox, moved, &said).await
}

/// `POST /m/{mailbox}/subscription`
pub(crate) async fn subscribe(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let wanted = fields.value != "false";
    let name = signed_in.account.mailbox(mailbox).await?.name;
    let done = signed_in.account.subscribe_mailbox(mailbox, wanted).await;
    let key = if wanted {
        "done-folder-shown"
    } else {
        "done-folder-hidden"
    };
    answer(
        &web,
        signed_in,
        mailbox,
        done,
        &Said::done(key, 1).in_folder(name),
    )
    .await
}

async fn answer(
    web: &Web,
    signed_in: SignedIn,
    mailbox: MailboxId,
    done: Result<(), engine::Error>,
    said: &Said,
) -> Result<Response, Error> {
    let ui = signed_in.ui.clone();
    let again = async |problem| page(signed_in, mailbox, Some(problem)).await;
    let home = index::home(&ui);
    respond::saved(web, &ui, done, (&home, said), again).await
}

pub(super) async fn page(
    signed_in: SignedIn,
    mailbox: MailboxId,
    problem: Option<String>,
) -> Result<FolderPage, Error> {
    let tree = everything(&signed_in).await?;
    let folder = tree.all().find(|folder| folder.id == mailbox).cloned();
    Ok(FolderPage {
        folder: folder.ok_or(Error::NotFound)?,
        tree,
        problem,
        ui: signed_in.ui,
    })
}
