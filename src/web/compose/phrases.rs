//! The words that go into a message, in its writer's language.

use crate::{
    engine::writing::Phrases,
    mail::{email::EmailSummary, reply::forward::Label},
    web::page::Ui,
};

/// See [`Phrases`].
pub(crate) struct InWordsOf<'a>(pub(crate) &'a Ui);

impl Phrases for InWordsOf<'_> {
    fn wrote(&self, original: &EmailSummary) -> String {
        let who = original.from.first().or(original.sender.first());
        let who = who.map(|person| person.label().to_owned());
        let who = who.unwrap_or_else(|| self.0.t("row-no-sender"));
        let when = original.sent_at.unwrap_or(original.received_at);
        self.0
            .t2("quote-wrote", "date", self.0.full_date(when), "name", &who)
    }

    fn forwarded(&self) -> String {
        self.0.t("quote-forwarded")
    }

    fn label(&self, label: Label) -> String {
        self.0.t(match label {
            Label::From => "quote-from",
            Label::Date => "quote-date",
            Label::Subject => "quote-subject",
            Label::To => "quote-to",
            Label::Cc => "quote-cc",
        })
    }

    fn date(&self, original: &EmailSummary) -> String {
        match original.sent_at {
            Some(sent) => self.0.full_date(sent),
            None => String::new(),
        }
    }

    fn untitled(&self) -> String {
        self.0.t("quote-untitled")
    }
}
