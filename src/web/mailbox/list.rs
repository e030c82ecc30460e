//! The pane in the middle: a window of messages, or what a search found.

use std::num::NonZeroU32;

use crate::{
    mail::{id::EmailId, sort::Sort},
    web::{
        mailbox::{order, place::Place, row::Row},
        page::Ui,
    },
};

/// The list's pane.
#[derive(Clone, Debug)]
pub struct List {
    /// The folder.
    pub place: Place,
    /// Messages in the folder, or found as far as is known.
    pub total: u32,
    /// Unread messages in the folder.
    pub unread: u32,
    /// How many messages are newer than the first row.
    pub offset: u32,
    /// The rows, newest first.
    pub rows: Vec<Row>,
    /// Where the window begins.
    pub position: Position,
    /// The words searched for; empty when the folder itself is shown.
    pub query: String,
    /// False while a search has not seen the whole folder.
    pub complete: bool,
    /// Is there anything newer, and older, than these rows?
    pub has_newer: bool,
    /// See `has_newer`.
    pub has_older: bool,
    /// In which order.
    pub sort: Sort,
    /// Whether there are others.
    pub sorts: bool,
    /// The message that the reader shows.
    pub open: Option<EmailId>,
    /// Why there are no rows, when the server is to blame. A whole sentence.
    pub problem: Option<String>,
}

/// An order in the menu.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Its name.
    pub name: &'static str,
    /// The key of its words.
    pub key: &'static str,
    /// The list is in this order.
    pub is_chosen: bool,
}

/// The edge of the window, as in the page's address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// From the newest on.
    #[default]
    Newest,
    /// From the message before this UID on.
    Before(NonZeroU32),
    /// The window that ends just above this UID.
    After(NonZeroU32),
}

impl List {
    /// The path of the folder.
    pub fn path(&self) -> String {
        self.place.path()
    }

    /// Whether the rows are what a search found.
    pub fn is_search(&self) -> bool {
        !self.query.is_empty()
    }

    /// What the address says beside the folder: words searched for, edge of the window. Rows and
    /// answers carry it on, so that Back and the list's pages stay where they were.
    pub fn context(&self) -> String {
        self.address_tail(self.position)
    }

    /// The page with newer messages.
    pub fn newer(&self) -> Option<String> {
        let first = self.rows.first().filter(|_| self.has_newer)?;
        let uid = NonZeroU32::new(first.email.placement.uid)?;
        Some(format!(
            "{}{}",
            self.path(),
            self.address_tail(Position::After(uid))
        ))
    }

    /// The page with older messages.
    pub fn older(&self) -> Option<String> {
        let last = self.rows.last().filter(|_| self.has_older)?;
        let uid = NonZeroU32::new(last.email.placement.uid)?;
        Some(format!(
            "{}{}",
            self.path(),
            self.address_tail(Position::Before(uid))
        ))
    }

    /// The same page again.
    pub fn here(&self) -> String {
        format!("{}{}", self.path(), self.context())
    }

    /// The path of a row's message.
    pub fn row_path(&self, row: &Row) -> String {
        format!("{}/{}", self.path(), row.email.id)
    }

    /// Where a row leads: to its message, and what is not sent yet to where it is written.
    pub fn row_link(&self, row: &Row) -> String {
        match self.place.is_drafts() {
            true => format!("{}/edit", self.row_path(row)),
            false => format!("{}{}", self.row_path(row), self.context()),
        }
    }

    /// The frame that shows what a row leads to.
    pub fn row_frame(&self) -> &'static str {
        match self.place.is_drafts() {
            true => "_top",
            false => "reader",
        }
    }

    /// Is this row's message the open one?
    pub fn is_open(&self, row: &Row) -> bool {
        self.open == Some(row.email.id)
    }

    /// "1–50 of 1,204", or "1–50" while the end of a search is not known.
    pub fn span(&self, ui: &Ui) -> String {
        let first = self.offset.saturating_add(1);
        let shown = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let last = self.offset.saturating_add(shown);
        let span = format!("{}–{}", ui.number(first), ui.number(last));
        match self.complete {
            true => ui.t2(
                "list-span-of",
                "span",
                &span,
                "total",
                ui.number(self.total.max(last)),
            ),
            false => span,
        }
    }

    /// The line under the folder's name.
    pub fn summary(&self, ui: &Ui) -> String {
        match (self.is_search(), self.complete) {
            (true, true) => ui.tn("list-found", self.total),
            (true, false) => ui.t("list-found-so-far"),
            (false, _) if self.unread > 0 => {
                let total = ui.tn("list-total", self.total);
                let unread = ui.tn("list-unread", self.unread);
                ui.t2("list-total-and-unread", "total", &total, "unread", &unread)
            }
            (false, _) => ui.tn("list-total", self.total),
        }
    }

    /// The orders that one may choose, each with its words and whether it is this one; none where
    /// there is no choice.
    pub fn orders(&self) -> Vec<Order> {
        if !self.sorts || self.is_search() {
            return Vec::new();
        }
        let orders = Sort::all().map(|sort| Order {
            name: sort.name(),
            key: order::key(sort),
            is_chosen: sort == self.sort,
        });
        orders.collect()
    }

    /// Whether there is anything to page through.
    pub fn has_pages(&self) -> bool {
        self.has_newer || self.has_older
    }

    /// Whether live updates may put new rows on top.
    pub fn is_at_top(&self) -> bool {
        self.sort == Sort::default() && self.position == Position::Newest && !self.has_newer
    }

    fn address_tail(&self, position: Position) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::from("?"));
        if self.is_search() {
            pairs.append_pair("q", &self.query);
        }
        match position {
            Position::Newest => {}
            Position::Before(uid) => {
                pairs.append_pair("before", &uid.to_string());
            }
            Position::After(uid) => {
                pairs.append_pair("after", &uid.to_string());
            }
        }
        match pairs.finish() {
            tail if tail == "?" => String::new(),
            tail => tail,
        }
    }
}
