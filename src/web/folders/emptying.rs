//! The question before a folder is emptied.

use crate::web::{confirmation::ConfirmationPage, mailbox::place::Place, page::Ui};

/// Asks before everything in a folder goes for good.
pub fn question(ui: Ui, place: &Place, total: u32, back: String) -> ConfirmationPage {
    ConfirmationPage {
        question: ui.t1("emptying-question", "folder", &place.name),
        sentence: ui.tn("emptying-sentence", total),
        verb: ui.t("folder-empty"),
        action: format!("{}/emptying", place.path()),
        fields: Vec::new(),
        back,
        ui,
    }
}
