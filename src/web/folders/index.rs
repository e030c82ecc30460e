//! All folders, to arrange them.

use askama::Template;

use crate::web::{
    mailbox::tree::{Folder, Tree},
    page::Ui,
    settings::nav::Section,
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
