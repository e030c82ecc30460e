//! The question before mail is deleted for good.

use crate::{
    engine::deleted::KEPT_DAYS,
    mail::id::EmailId,
    web::{
        confirmation::ConfirmationPage,
        mailbox::{emails::Emails, place::Place},
        page::Ui,
    },
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
        sentence: sentence(&ui, subject),
        verb: ui.t("delete-for-good"),
        action: format!("{}/{email}/deletion", place.path()),
        fields: Vec::new(),
        back,
        ui,
    }
}

/// Asks before a selection goes. What is one row stays one: what was filed elsewhere meanwhile is left
/// there.
pub(crate) fn of_many(ui: Ui, place: &Place, rows: &[Emails], back: String) -> ConfirmationPage {
    let count: usize = rows.iter().map(|row| row.ids().len()).sum();
    let mut fields: Vec<(String, String)> = vec![
        ("action".to_owned(), "delete".to_owned()),
        ("confirmed".to_owned(), "true".to_owned()),
    ];
    let written = |row: &Emails| ("id".to_owned(), Emails::written(row.ids()).to_string());
    fields.extend(rows.iter().map(written));
    ConfirmationPage {
        question: ui.tn("deletion-many-question", count),
        sentence: selected(&ui),
        verb: ui.t("delete-for-good"),
        action: format!("{}/selection", place.path()),
        fields,
        back,
        ui,
    }
}

/// What becomes of a message.
pub fn sentence(ui: &Ui, subject: &str) -> String {
    match ui.keeping() {
        None => ui.t1("deletion-sentence", "subject", subject),
        Some(_) => ui.t2(
            "deletion-sentence-here",
            "subject",
            subject,
            "days",
            days(ui),
        ),
    }
}

/// What becomes of the messages chosen in a list.
pub fn selected(ui: &Ui) -> String {
    match ui.keeping() {
        None => ui.t("deletion-many-sentence"),
        Some(_) => ui.t1("deletion-many-sentence-here", "days", days(ui)),
    }
}

fn days(ui: &Ui) -> String {
    ui.number(KEPT_DAYS)
}
