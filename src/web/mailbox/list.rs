//! The pane in the middle: a window of messages, or what a search found.

use std::{
    fmt::{self, Display as _},
    num::NonZeroU32,
};

use crate::{
    mail::{id::EmailId, query, sort::Sort},
    web::{
        folders::{emptying, keeping},
        mailbox::{order, place::Place, row::Row},
        message::deletion,
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
    /// Where a page begins that no message's UID says: what the page before has given; empty at the
    /// top.
    pub from: String,
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
    /// What is different where the rows are of several accounts.
    pub merged: Option<Merged>,
    /// What is different where the rows are conversations.
    pub talks: Option<Talks>,
    /// The choice between messages and conversations.
    pub shows: Shows,
}

/// A list of conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Talks {
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Whether a list may have a row for each conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shows {
    /// There is a choice here.
    pub is_offered: bool,
    /// Conversations are what the person wants.
    pub talks: bool,
}

/// A list over several accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Where the next page begins.
    pub next: Option<String>,
    /// A sentence for each account whose mail is missing.
    pub notes: Vec<String>,
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
        self.base().to_string()
    }

    fn base(&self) -> impl fmt::Display {
        fmt::from_fn(|f| match (&self.merged, self.is_search()) {
            (None, _) => write!(f, "/m/{}", self.place.id),
            (Some(_), false) => f.write_str("/all"),
            (Some(_), true) => f.write_str("/search"),
        })
    }

    /// Where the words of the search field go.
    pub fn search_path(&self) -> String {
        match self.merged {
            None => self.place.path(),
            Some(_) => "/search".to_owned(),
        }
    }

    /// Where the form of the chosen rows goes.
    pub fn selection_path(&self) -> String {
        match self.merged {
            None => format!("{}/selection", self.place.path()),
            Some(_) => "/all/selection".to_owned(),
        }
    }

    /// Where one goes when a search is cleared.
    pub fn cleared_path(&self) -> String {
        match self.merged {
            None => self.place.path(),
            Some(_) => "/all".to_owned(),
        }
    }

    /// The same search in all folders.
    pub fn wider_path(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &self.query);
        format!("/search?{}", query.finish())
    }

    /// What of the search was no condition, and was looked for as text.
    pub fn misread(&self, ui: &Ui) -> Option<String> {
        query::misread(&self.query, ui.today())
    }

    /// Whether the rows are what a search found.
    pub fn is_search(&self) -> bool {
        !self.query.is_empty()
    }

    /// What the address says beside the folder: words searched for, edge of the window. Rows and
    /// answers carry it on, so that Back and the list's pages stay where they were.
    pub fn context(&self) -> String {
        match &self.merged {
            None => self.address_tail(self.position),
            Some(_) => self.merged_tail(&self.from, true),
        }
    }

    /// The page with newer messages.
    pub fn newer(&self) -> Option<String> {
        if self.merged.is_some() {
            // Back to the top: each account goes on from its own place.
            let top = || format!("{}{}", self.path(), self.merged_tail("", false));
            return self.has_newer.then(top);
        }
        if self.talks.is_some() {
            // A conversation that has gone on stands at the top, wherever it was: so does "newer".
            return self.has_newer.then(|| self.path());
        }
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
        if let Some(merged) = &self.merged {
            let next = merged.next.as_ref()?;
            return Some(format!("{}{}", self.path(), self.merged_tail(next, false)));
        }
        if let Some(talks) = &self.talks {
            let next = talks.next.as_ref()?;
            return Some(format!(
                "{}{}",
                self.path(),
                self.tail(Position::Newest, next)
            ));
        }
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
        match &self.merged {
            None => format!("{}{}", self.path(), self.context()),
            Some(_) => {
                let tail = self.merged_tail(&self.from, false);
                format!("{}{tail}", self.path())
            }
        }
    }

    /// The path of a row's message.
    pub fn row_path(&self, row: &Row) -> impl fmt::Display {
        fmt::from_fn(|f| match &row.home {
            None => write!(f, "{}/{}", self.base(), row.begin()),
            Some(home) => write!(f, "/m/{}/{}", home.mailbox, row.email.id),
        })
    }

    /// The path below which something is done to all that a row stands for.
    pub fn row_action(&self, row: &Row) -> impl fmt::Display {
        fmt::from_fn(|f| match &row.home {
            None => write!(f, "{}/{}", self.base(), row.value()),
            Some(_) => self.row_path(row).fmt(f),
        })
    }

    /// Where a row leads: to its message, and what is not sent yet to where it is written. `context`
    /// is the list's, made once for all rows.
    pub fn row_link(&self, row: &Row, context: &str) -> impl fmt::Display {
        fmt::from_fn(move |f| match self.is_draft(row) {
            true => write!(f, "{}/edit", self.row_path(row)),
            false => write!(f, "{}{context}", self.row_path(row)),
        })
    }

    /// The frame that shows what a row leads to.
    pub fn row_frame(&self, row: &Row) -> &'static str {
        match self.is_draft(row) {
            true => "_top",
            false => "reader",
        }
    }

    fn is_draft(&self, row: &Row) -> bool {
        match &row.home {
            None => self.place.is_drafts(),
            Some(home) => home.is_drafts,
        }
    }

    /// Is this row's message the open one?
    pub fn is_open(&self, row: &Row) -> bool {
        self.open.is_some_and(|open| row.holds(open))
    }

    /// "1–50 of 1,204", or "1–50" while the end of a search is not known.
    pub fn span(&self, ui: &Ui) -> String {
        if (self.merged.is_some() || self.talks.is_some()) && self.has_newer {
            // Nobody has counted what went before.
            return String::new();
        }
        let first = self.offset.saturating_add(1);
        let shown = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let last = self.offset.saturating_add(shown);
        let span = format!("{}–{}", ui.number(first), ui.number(last));
        match self.complete && self.talks.is_none() {
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

    /// For how long messages lie here, where that is ours to say.
    pub fn kept(&self, ui: &Ui) -> Option<String> {
        match self.is_search() || self.merged.is_some() {
            true => None,
            false => keeping::note(ui, self.place.role),
        }
    }

    /// What becomes of the messages when the folder is emptied.
    pub fn emptying(&self, ui: &Ui) -> String {
        emptying::sentence(ui, self.total)
    }

    /// What it means that those chosen are deleted, said when that is asked.
    pub fn deletion(&self, ui: &Ui) -> String {
        deletion::selected(ui)
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

    /// Whether all of the folder can be marked as read.
    pub fn marks_all(&self) -> bool {
        self.unread > 0 && self.merged.is_none() && !self.is_search()
    }

    /// Whether there is a menu of how the list is shown.
    pub fn has_menu(&self) -> bool {
        self.shows.is_offered || self.marks_all() || !self.orders().is_empty()
    }

    /// Conversations are wanted, and this order has none.
    pub fn order_excludes_talks(&self) -> bool {
        self.shows.is_offered && self.shows.talks && self.sort != Sort::default()
    }

    /// Whether there is anything to page through.
    pub fn has_pages(&self) -> bool {
        self.has_newer || self.has_older
    }

    /// Whether live updates may put new rows on top.
    pub fn is_at_top(&self) -> bool {
        self.sort == Sort::default() && self.position == Position::Newest && !self.has_newer
    }

    fn merged_tail(&self, from: &str, within: bool) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::from("?"));
        if within {
            pairs.append_pair("all", "1");
        }
        if self.is_search() {
            pairs.append_pair("q", &self.query);
        }
        if !from.is_empty() {
            pairs.append_pair("from", from);
        }
        match pairs.finish() {
            tail if tail == "?" => String::new(),
            tail => tail,
        }
    }

    fn address_tail(&self, position: Position) -> String {
        self.tail(position, &self.from)
    }

    fn tail(&self, position: Position, from: &str) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::from("?"));
        if self.is_search() {
            pairs.append_pair("q", &self.query);
        }
        match position {
            Position::Newest if from.is_empty() || self.is_search() => {}
            Position::Newest => {
                pairs.append_pair("from", from);
            }
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
