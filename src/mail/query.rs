//! What a search asks for (RFC 8621 §4.4.1), and the words people type for it.

mod day;
mod parse;
mod print;
mod term;
mod token;

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

/// Reads what somebody typed into the search box. Never fails: what makes no sense as a condition
/// is searched for as text. At most 100 conditions count, and 20 brackets within each other.
///
/// Words and `"phrases"` are looked for anywhere; `from:` `to:` `cc:` `recipient:` `subject:`
/// `body:` `list:` and `header:name:` in one place; `is:read|unread|starred|answered|…`,
/// `has:attachment`, `keyword:` `larger:5m` `smaller:` `after:2026-01-31` `before:` `on:`. `OR`
/// stands between alternatives, `-` or `NOT` before what must not be, brackets around what
/// belongs together. French names are understood as well.
///
/// What is relative to today (`newer_than:7d`, `on:today`) needs [`parse_at`]; here it is text.
pub fn parse(text: &str) -> Filter {
    parse::parse(text, None)
}

/// As [`parse()`], `today` being the day (since 1970) to which `newer_than:7d`, `older_than:1y`,
/// `after:yesterday` and the like refer, in the reader's zone.
pub fn parse_at(text: &str, today: i64) -> Filter {
    parse::parse(text, Some(today))
}

/// The first of what was typed that looks like a condition and is none (`foo:bar`, `is:odd`), so that
/// it was looked for as text. An address of the web is meant as text.
pub fn misread(text: &str, today: i64) -> Option<String> {
    token::tokens(text, term::is_field)
        .into_iter()
        .find_map(|token| {
            let token::Token::Term(one) = token else {
                return None;
            };
            match &one.field {
                Some(field) if one.value.trim().is_empty() => Some(format!("{field}:")),
                Some(field) => term::condition(field, &one.value, Some(today))
                    .is_none()
                    .then(|| format!("{field}:{}", one.value)),
                None => one.is_like_a_field().then_some(one.value),
            }
        })
}

impl Filter {
    /// Asks for nothing in particular, so every message is found.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::And(all) if all.is_empty())
    }
}

#[cfg(test)]
mod tests;
