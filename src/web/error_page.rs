//! What went wrong, on a page: what happened, what was kept, what to do.

use askama::Template;

use crate::web::page::Ui;

/// The page.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The reader; signed in or not.
    pub ui: Ui,
    /// What went wrong.
    pub fault: Fault,
    /// The path that tries the same again; only after a GET.
    pub retry: Option<String>,
    /// The way back; the inbox where nothing is nearer.
    pub back: String,
}

/// The kinds of fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 404: no such page.
    NoSuchPage,
    /// 404: no such folder (any more).
    NoSuchFolder,
    /// 404: no such message (any more).
    NoSuchMessage,
    /// 404: the message has no such part.
    NoSuchPart,
    /// 403: the request came from another site.
    Foreign,
    /// 400 and 422: the form made no sense.
    BadRequest,
    /// 405.
    WrongMethod,
    /// 413.
    TooLarge,
    /// 429: so many seconds to wait.
    TooMany(u32),
    /// The mail server said no, in its own words.
    Refused(String),
    /// 422: cannot be done; the sentence says why.
    Said(String),
    /// 502: no connection to the mail server.
    ServerAway,
    /// 504: no answer in time.
    ServerSlow,
    /// 503: the limit of connections is reached.
    Busy,
    /// 500: ours; the number stands in the log.
    Internal(String),
}

impl ErrorPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t(match self.fault {
            Fault::NoSuchPage => "error-page-title",
            Fault::NoSuchFolder => "error-folder-title",
            Fault::NoSuchMessage => "error-message-title",
            Fault::NoSuchPart => "error-part-title",
            Fault::Foreign => "error-foreign-title",
            Fault::BadRequest | Fault::WrongMethod => "error-request-title",
            Fault::TooLarge => "error-large-title",
            Fault::TooMany(_) => "error-many-title",
            Fault::Refused(_) | Fault::Said(_) => "error-refused-title",
            Fault::ServerAway => "error-away-title",
            Fault::ServerSlow => "error-slow-title",
            Fault::Busy => "error-busy-title",
            Fault::Internal(_) => "error-internal-title",
        })
    }

    /// What happened and what to do.
    pub fn sentence(&self) -> String {
        self.ui.t(match &self.fault {
            Fault::NoSuchPage => "error-page",
            Fault::NoSuchFolder => "error-folder",
            Fault::NoSuchMessage => "error-message",
            Fault::NoSuchPart => "error-part",
            Fault::Foreign => "error-foreign",
            Fault::BadRequest | Fault::WrongMethod => "error-request",
            Fault::TooLarge => "error-large",
            Fault::TooMany(seconds) => return self.ui.tn("error-many", *seconds),
            Fault::Refused(words) => return self.ui.t1("error-refused", "words", words),
            Fault::Said(sentence) => return sentence.clone(),
            Fault::ServerAway => "error-away",
            Fault::ServerSlow => "error-slow",
            Fault::Busy => "error-busy",
            Fault::Internal(number) => return self.ui.t1("error-internal", "number", number),
        })
    }

    /// The words on the way back.
    pub fn back_words(&self) -> String {
        self.ui
            .t(match (self.ui.address.is_some(), self.back.as_str()) {
                (false, _) => "back-to-sign-in",
                (true, "/") => "back-to-inbox",
                (true, _) => "back",
            })
    }

    /// The icon above the words.
    pub fn icon(&self) -> &'static str {
        match self.fault {
            Fault::NoSuchPage | Fault::NoSuchFolder | Fault::NoSuchMessage | Fault::NoSuchPart => {
                "mail-question-mark"
            }
            Fault::ServerAway | Fault::ServerSlow | Fault::Busy => "cloud-off",
            _ => "triangle-alert",
        }
    }
}
