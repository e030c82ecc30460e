//! A question on a page of its own: what a dialog asks where there is no script.

use askama::Template;

use crate::web::page::Ui;

/// A page that asks before something that nothing can undo.
#[derive(Template)]
#[template(path = "confirmation.html")]
pub struct ConfirmationPage {
    /// The reader.
    pub ui: Ui,
    /// The question, which is also the title.
    pub question: String,
    /// What will happen, in a sentence.
    pub sentence: String,
    /// The verb on the button.
    pub verb: String,
    /// Where the answer goes, by POST.
    pub action: String,
    /// What goes with it, such as the ids of a selection.
    pub fields: Vec<(String, String)>,
    /// The way back.
    pub back: String,
}

impl ConfirmationPage {
    /// The title of the document.
    pub fn title(&self) -> &str {
        &self.question
    }
}
