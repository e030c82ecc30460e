//! Answers to Turbo: what changes on an open page after an action (`text/vnd.turbo-stream.html`).

use askama::Template;

use crate::{
    mail::id::EmailId,
    web::{
        mailbox::{list::List, row::Row, tree::Folder},
        page::Ui,
    },
};

/// The changes that one action makes.
#[derive(Template)]
#[template(path = "stream.html")]
pub struct StreamAnswer {
    /// The reader. The flash in it, if any, is shown.
    pub ui: Ui,
    /// Rows that have left the list.
    pub removed: Vec<EmailId>,
    /// The list with nothing but the rows that look different now. Its folder, search and
    /// position are those of the page.
    pub changed: Option<List>,
    /// The label that messages have now, or have no longer.
    pub label: Option<LabelDrawn>,
    /// Folders whose counts have changed.
    pub folders: Vec<Folder>,
}

/// A label that was put on messages, or taken off.
#[derive(Clone, Debug)]
pub struct LabelDrawn {
    /// The keyword.
    pub word: String,
    /// What it is called.
    pub name: String,
    /// They have it now.
    pub on: bool,
    /// The messages, with commas between.
    pub ids: String,
}

impl StreamAnswer {
    /// The rows to draw again, each with the list that it stands in.
    pub fn rows(&self) -> impl Iterator<Item = (&List, &Row)> {
        let lists = self.changed.iter();
        lists.flat_map(|list| list.rows.iter().map(move |row| (list, row)))
    }
}
