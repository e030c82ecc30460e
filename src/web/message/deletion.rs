//! The question before mail is deleted for good.

use crate::{
    mail::id::EmailId,
    web::{confirmation::ConfirmationPage, mailbox::place::Place, page::Ui},
};

/// Asks before one message goes.
pub fn of_one(
    ui: Ui,
    place: &Place,
    email: EmailId,
    subject: &str,
    back: String,
) -> ConfirmationPage {
    ConfirmationPage {
        question: ui.t("deletion-question"),
        sentence: ui.t1("deletion-sentence", "subject", subject),
        verb: ui.t("delete-for-good"),
        action: format!("{}/{email}/deletion", place.path()),
        fields: Vec::new(),
        back,
        ui,
    }
}

/// Asks before a selection goes.
pub fn of_many(ui: Ui, place: &Place, emails: &[EmailId], back: String) -> ConfirmationPage {
    let mut fields: Vec<(String, String)> = vec![
        ("action".to_owned(), "delete".to_owned()),
        ("confirmed".to_owned(), "true".to_owned()),
    ];
    fields.extend(emails.iter().map(|id| ("id".to_owned(), id.to_string())));
    ConfirmationPage {
        question: ui.tn("deletion-many-question", emails.len()),
        sentence: ui.t("deletion-many-sentence"),
        verb: ui.t("delete-for-good"),
        action: format!("{}/selection", place.path()),
        fields,
        back,
        ui,
    }
}
