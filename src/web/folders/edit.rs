//! One folder: its name, its place, whether it is shown.

use askama::Template;

use crate::web::{
    mailbox::tree::{Folder, Tree},
    page::Ui,
    settings::nav::Section,
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

    /// Folders with a purpose keep their name and place.
    pub fn is_own(&self) -> bool {
        self.folder.role.is_none()
    }
}
