//! What a message says: HTML in its cage, text as text, pictures.

/// One part of the body, in the order of the message.
#[derive(Clone, Debug)]
pub enum Shown {
    /// HTML, as a document of its own.
    Html {
        /// The IMAP section.
        section: String,
        /// False when the colours can't be adapted to a dark page: shown on a light card.
        adapts: bool,
    },
    /// Plain text, or HTML too tangled to be shown as such.
    Text(Vec<Piece>),
    /// A picture that stands in the message itself.
    Image {
        /// The IMAP section.
        section: String,
        /// The file's name; empty when it has none.
        name: String,
    },
    /// A message within the message: its header, before the parts that follow.
    Heading {
        /// The inner subject.
        subject: String,
        /// The inner sender.
        from: String,
        /// The inner date, milliseconds since 1970 UTC.
        date: Option<i64>,
    },
    /// A sentence in place of a part that can't be shown.
    Notice(String),
}

/// A run of plain text. Quotes nest; the template can't, so that they open and close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Lines as they stand.
    Lines(Vec<Vec<Span>>),
    /// A quotation begins.
    QuoteOpen {
        /// How many lines it has.
        lines: u32,
        /// Whether it is folded away at first.
        folded: bool,
    },
    /// A folded quotation ends.
    QuoteClose {
        /// As in the opening.
        folded: bool,
    },
    /// The signature's lines.
    Signature(Vec<Vec<Span>>),
}

/// A stretch of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Words.
    Text(String),
    /// An address that can be followed; `href` is http, https or mailto.
    Link {
        /// Where it leads.
        href: String,
        /// The words as written.
        text: String,
    },
}

impl Shown {
    /// For `data-kind` and the style sheet.
    pub fn is_html(&self) -> bool {
        matches!(self, Self::Html { .. })
    }
}
