//! All header fields of a message, one by one.

use askama::Template;

use crate::web::page::Ui;

/// The page with the header.
#[derive(Template)]
#[template(path = "message/headers.html")]
pub struct HeadersPage {
    /// The reader.
    pub ui: Ui,
    /// The subject; empty when absent.
    pub subject: String,
    /// The message's path.
    pub path: String,
    /// Name and decoded value, in the order of the header.
    pub fields: Vec<(String, String)>,
    /// True when the header was too long to be shown whole.
    pub cut: bool,
}

impl HeadersPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("headers-title")
    }
}
