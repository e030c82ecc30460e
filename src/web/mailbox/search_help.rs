//! What one can type into the search field.

use askama::Template;
use axum::response::Response;

use crate::web::{error::Error, page::Ui, respond, signed_in::SignedIn, state::Web};

/// The page that explains searching.
#[derive(Template)]
#[template(path = "mailbox/search_help.html")]
pub struct SearchHelpPage {
    /// The reader.
    pub ui: Ui,
}

/// The words that the search understands, each with the key of its meaning. The same for every
/// language, so that a search can be shared and kept.
const OPERATORS: &[(&str, &str)] = &[
    ("from:anna", "search-from"),
    ("to:paul", "search-to"),
    ("cc:team", "search-cc"),
    ("subject:\"annual report\"", "search-subject"),
    ("body:invoice", "search-body"),
    ("is:unread", "search-unread"),
    ("is:starred", "search-starred"),
    ("is:answered", "search-answered"),
    ("label:work", "search-label"),
    ("has:attachment", "search-attachment"),
    ("after:2026-01-31", "search-after"),
    ("before:2026-03-01", "search-before"),
    ("larger:5m", "search-larger"),
    ("smaller:100k", "search-smaller"),
    ("-newsletter", "search-not"),
    ("anna OR paul", "search-or"),
    ("\"see you there\"", "search-phrase"),
];

impl SearchHelpPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("search-help-title")
    }

    /// Every operator with its meaning.
    pub fn operators(&self) -> impl Iterator<Item = (&'static str, String)> {
        OPERATORS.iter().map(|(word, key)| (*word, self.ui.t(key)))
    }
}

/// `GET /search-help`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let page = SearchHelpPage { ui: signed_in.ui };
    respond::page(&web, &page.ui, &page)
}
