//! A message on paper: everything unfolded, nothing to press.

use askama::Template;

use crate::web::{
    message::{
        body::{Piece, Shown, Span},
        show::MessageView,
    },
    page::Ui,
};

/// The page made for the printer.
#[derive(Template)]
#[template(path = "message/print.html")]
pub struct PrintPage {
    /// The reader.
    pub ui: Ui,
    /// The message.
    pub message: MessageView,
}

impl PrintPage {
    /// The title of the document, which printers propose as the file's name.
    pub fn title(&self) -> String {
        self.message.subject(&self.ui)
    }
}
