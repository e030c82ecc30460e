//! The mail itself: folders, list and reader on one page. Turbo asks for the list's or the
//! reader's frame alone; both come from the same template.

use askama::Template;

use crate::web::{
    mailbox::{list::List, tree::Tree},
    message::{
        body::{Piece, Shown, Span},
        look::Paper,
        show::MessageView,
        talk::Piece as TalkPiece,
    },
    page::Ui,
};

/// The page with the three panes.
#[derive(Template)]
#[template(path = "mailbox/show.html", blocks = ["list_frame", "reader_frame"])]
pub struct MailPage {
    /// The reader.
    pub ui: Ui,
    /// The folders.
    pub tree: Tree,
    /// The list.
    pub list: List,
    /// What is read.
    pub reader: Reader,
}

/// What the reader's pane holds.
#[derive(Clone, Debug)]
pub enum Reader {
    /// Nothing is open.
    Nothing,
    /// A message.
    Message(Box<MessageView>),
    /// A message that could not be had.
    Problem(ReaderProblem),
}

/// Why a message can't be shown. The list beside it stays.
#[derive(Clone, Debug)]
pub struct ReaderProblem {
    /// A whole sentence: what happened and what to do.
    pub sentence: String,
    /// The path that tries again; `None` when that is of no use (the message is gone).
    pub retry: Option<String>,
}

impl MailPage {
    /// The title of the document: the message's subject, else the folder and its unread mail.
    pub fn title(&self) -> String {
        match &self.reader {
            Reader::Message(message) => message.subject(&self.ui),
            Reader::Nothing | Reader::Problem(_) if self.list.is_search() => {
                let query = &self.list.query;
                match self.list.merged {
                    Some(_) => self.ui.t1("title-search-everywhere", "query", query),
                    None => {
                        let folder = &self.list.place.name;
                        self.ui.t2("title-search", "query", query, "folder", folder)
                    }
                }
            }
            Reader::Nothing | Reader::Problem(_) => self.list.place.name.clone(),
        }
    }

    /// The count before the title.
    pub fn title_count(&self) -> u32 {
        match self.reader {
            Reader::Message(_) => 0,
            Reader::Nothing | Reader::Problem(_) => self.list.unread,
        }
    }

    /// Which pane a narrow screen shows.
    pub fn pane(&self) -> &'static str {
        match self.reader {
            Reader::Nothing => "list",
            Reader::Message(_) | Reader::Problem(_) => "reader",
        }
    }

    /// Whether it is more than a list of one account, whose styles are all in `app.css`.
    pub fn needs_more(&self) -> bool {
        self.ui.has_accounts() || matches!(self.reader, Reader::Message(_))
    }

    /// The message, where one is open.
    pub fn message(&self) -> Option<&MessageView> {
        match &self.reader {
            Reader::Message(message) => Some(message),
            Reader::Nothing | Reader::Problem(_) => None,
        }
    }

    /// The problem, where there is one.
    pub fn problem(&self) -> Option<&ReaderProblem> {
        match &self.reader {
            Reader::Problem(problem) => Some(problem),
            Reader::Nothing | Reader::Message(_) => None,
        }
    }
}
