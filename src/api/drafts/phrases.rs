//! The words around an original that a program answers or forwards.

use crate::{
    api::time::Time,
    engine::writing::Phrases,
    mail::{email::EmailSummary, reply::forward::Label},
};

/// In English, with times that every zone reads.
pub(super) struct Plain;

impl Phrases for Plain {
    fn wrote(&self, original: &EmailSummary) -> String {
        let who = original.from.first().or(original.sender.first());
        let who = who.map_or("somebody", |person| person.label());
        format!("On {}, {who} wrote:", self.date(original))
    }

    fn forwarded(&self) -> String {
        "---------- Forwarded message ----------".to_owned()
    }

    fn label(&self, label: Label) -> String {
        let word = match label {
            Label::From => "From",
            Label::Date => "Date",
            Label::Subject => "Subject",
            Label::To => "To",
            Label::Cc => "Cc",
        };
        word.to_owned()
    }

    fn date(&self, original: &EmailSummary) -> String {
        Time(original.sent_at.unwrap_or(original.received_at)).to_text()
    }

    fn untitled(&self) -> String {
        "message".to_owned()
    }
}
