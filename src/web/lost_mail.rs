//! The words of the message that stands for one that a POP3 server does not hand over. Nobody asks
//! for a page when it is written, so the language is the one that its owner has chosen.

use crate::engine::collector::{Lost, LostWords, Why};

use super::{page::Ui, preferences::Preferences};

/// The words, by what is stored of the person's preferences.
pub(super) fn words(stored: &str, lost: &Lost) -> LostWords {
    let language = Preferences::from_json(stored).language();
    let ui = Ui::stranger(language.unwrap_or_default(), "", 0);
    let why = ui.t(match lost.why {
        Why::Refused => "lost-refused",
        Why::CutOff => "lost-cut-off",
        Why::Nonsense => "lost-nonsense",
        Why::TooLarge => "lost-too-large",
    });
    let what = ui.t2("lost-what", "size", ui.size(lost.size), "name", &lost.uidl);
    let rest = ui.t("lost-text");
    LostWords {
        subject: ui.t("lost-subject"),
        text: format!("{why}\n\n{what}\n\n{rest}\n"),
    }
}
