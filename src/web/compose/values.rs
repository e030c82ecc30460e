//! What the fields of the form hold when it is drawn.

/// Every field, as text, under the name that it has in the form.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// 22 random characters, made when the form is first drawn; creation is idempotent by it.
    pub key: String,
    /// The draft's revision that the form began from; 0 before there is a draft.
    pub revision: u64,
    /// The message that is answered or forwarded.
    pub reference: Option<Reference>,
    /// Who writes: `<number>` or `<number>:<address>`, one of the page's senders.
    pub identity: String,
    /// Recipients as typed, separated by commas.
    pub to: String,
    /// Those who get a copy.
    pub cc: String,
    /// Those who get a copy that the others don't see.
    pub bcc: String,
    /// Where answers should go, if not to the sender.
    pub reply_to: String,
    /// The subject.
    pub subject: String,
    /// How the message is written.
    pub format: Format,
    /// The plain body, with the signature. Before there is a draft it is always given, with the
    /// quoted original in it, because without a script the message is written as plain text.
    pub text: String,
    /// The formatted body as sanitised HTML, pictures by the address of their attachment, the
    /// signature in `<div class="signature">`, the original not in it.
    pub rich: String,
    /// The original goes along below the text (formatted messages only).
    pub quotes: bool,
    /// Asks the recipients' programs to say that the message was read (RFC 8098).
    pub receipt: bool,
    /// Asks the servers to say that it was delivered (RFC 3461).
    pub delivery_report: bool,
    /// How pressing it is.
    pub importance: Importance,
    /// `2026-11-30T08:00` in the person's zone: when "later" is. May be empty.
    pub send_at: String,
}

/// The message that is answered or forwarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its id.
    pub email: String,
    /// What is done with it.
    pub action: Action,
}

/// How a message refers to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An answer to the sender.
    Reply,
    /// An answer to everybody.
    ReplyAll,
    /// An answer to the mailing list.
    ReplyList,
    /// The text and the attachments go on to somebody else.
    Forward,
    /// The whole message goes on as an attachment.
    ForwardAttached,
    /// It is written once more.
    Edit,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 6] = [
        Self::Reply,
        Self::ReplyAll,
        Self::ReplyList,
        Self::Forward,
        Self::ForwardAttached,
        Self::Edit,
    ];

    /// The word in paths and in the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::ReplyAll => "reply-all",
            Self::ReplyList => "reply-list",
            Self::Forward => "forward",
            Self::ForwardAttached => "forward-attached",
            Self::Edit => "edit",
        }
    }

    /// The action with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }
}

/// How a message is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// As plain text.
    #[default]
    Text,
    /// With formatting.
    Html,
}

impl Format {
    /// The word in the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
        }
    }
}

/// How pressing a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Importance {
    /// It can wait.
    Low,
    /// Like any other.
    #[default]
    Normal,
    /// It can't.
    High,
}

impl Importance {
    /// Every choice, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Normal, Self::High, Self::Low];

    /// The word in the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    /// The choice with this word; anything unknown is the usual one.
    pub fn from_word(word: &str) -> Self {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == word);
        found.unwrap_or_default()
    }
}
