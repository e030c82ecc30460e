//! A message as it was sent, octet for octet.

use askama::Template;

use crate::web::page::Ui;

/// The page with the source.
#[derive(Template)]
#[template(path = "message/source.html")]
pub struct SourcePage {
    /// The reader.
    pub ui: Ui,
    /// The subject; empty when absent.
    pub subject: String,
    /// The message's path.
    pub path: String,
    /// The source as text.
    pub source: String,
    /// Its full size in octets.
    pub size: u64,
    /// True when only the beginning is shown.
    pub cut: bool,
}

impl SourcePage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("source-title")
    }
}
