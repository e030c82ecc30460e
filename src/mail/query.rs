//! What a search asks for (RFC 8621 §4.4.1), and the words people type for it.

/// A condition on messages, or several.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    /// All of these. Empty: everything.
    And(Vec<Filter>),
    /// Any of these.
    Or(Vec<Filter>),
    /// None of these.
    Not(Vec<Filter>),
    /// Anywhere in headers or body.
    Text(String),
    /// In the From header.
    From(String),
    /// In the To header.
    To(String),
    /// In the Cc header.
    Cc(String),
    /// In the Subject.
    Subject(String),
    /// In the body text.
    Body(String),
    /// In To, Cc or Bcc.
    Recipient(String),
    /// A header field contains this text (empty: is present).
    Header(String, String),
    /// Received on or after this UTC day (days since 1970).
    After(i64),
    /// Received before this UTC day (days since 1970).
    Before(i64),
    /// Size in octets at least this.
    MinSize(u64),
    /// Size in octets below this.
    MaxSize(u64),
    /// Has this keyword (lower case, `$seen`, ...).
    HasKeyword(String),
    /// Has not this keyword.
    NotKeyword(String),
    /// Has (true) or has not an attachment. IMAP can't ask this; approximated by Content-Type.
    HasAttachment(bool),
}
