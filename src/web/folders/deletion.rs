//! The question before a folder is deleted.

use crate::web::{confirmation::ConfirmationPage, mailbox::place::Place, page::Ui};

/// Asks before a folder and its mail go. The mail is not moved to Trash: servers delete both.
pub fn question(ui: Ui, place: &Place, total: u32) -> ConfirmationPage {
    ConfirmationPage {
        question: ui.t1("folder-deletion-question", "folder", &place.name),
        sentence: ui.tn("folder-deletion-sentence", total),
        verb: ui.t("folder-delete"),
        action: format!("{}/deletion", place.path()),
        fields: Vec::new(),
        back: "/folders".to_owned(),
        ui,
    }
}
