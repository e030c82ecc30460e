//! What one entry means.

use super::Typed;
use crate::mail::{
    address::{self, Address, Fault},
    header::{self, AddressToken as Token, AddressTokens},
};

/// Reads an entry; several when white space parts bare addresses. `colon` is where the name of a
/// group ends.
pub(super) fn read(text: &str, colon: Option<usize>) -> Result<Vec<Typed>, Fault> {
    let Some(colon) = colon else {
        return Ok(mailboxes(text)?.into_iter().map(Typed::Mailbox).collect());
    };
    let (name, rest) = text.split_at_checked(colon).unwrap_or_default();
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let inside = rest.strip_suffix(';').ok_or(Fault::Unclosed)?;
    let name = Words::read(name)?.name();
    let mut members = Vec::new();
    for member in super::split::split(inside) {
        let text = inside.get(member.place).unwrap_or_default();
        members.extend(mailboxes(text)?);
    }
    Ok(vec![Typed::Group { name, members }])
}

/// `Name <a@b>`, `a@b (Name)`, `a@b`, `Name a@b`, `a@b c@d`, `<a@b> <c@d>`.
fn mailboxes(text: &str) -> Result<Vec<Address>, Fault> {
    let text = label(text).unwrap_or(text);
    let words = Words::read(text)?;
    match words.angles.as_slice() {
        [] => {}
        [email] => {
            let name = words.name();
            return Ok(vec![mailbox(email, &name)?]);
        }
        emails if words.words.is_empty() => {
            return emails.iter().map(|email| mailbox(email, "")).collect();
        }
        // Whose names are which can't be told.
        _ => return Err(Fault::Domain),
    }
    let is_address = |word: &&Word| !word.quoted && word.text.contains('@');
    let addresses: Vec<_> = words.words.iter().filter(is_address).collect();
    match addresses.as_slice() {
        [] => Err(Fault::NoAt),
        // What follows a bare address may be the other half of it: `anna@exa mple.org`.
        [_] if !words.words.last().is_some_and(|word| is_address(&word)) => Err(Fault::Domain),
        [email] => {
            let others = words.words.iter().filter(|word| !is_address(word));
            let name = joined(others, words.comment.as_deref());
            Ok(vec![mailbox(&email.text, &name)?])
        }
        emails if emails.len() == words.words.len() => emails
            .iter()
            .map(|email| mailbox(&email.text, ""))
            .collect(),
        _ => Err(Fault::Local),
    }
}

fn mailbox(email: &str, name: &str) -> Result<Address, Fault> {
    // What comes along with text from web pages, and nobody sees.
    let email: String = email
        .chars()
        .filter(|c| !header::clean::is_invisible(*c) || c.is_control() || is_joiner(*c))
        .collect();
    let email = email.trim();
    let email = match email.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => {
            let address = email.get(7..).unwrap_or_default();
            address
                .split_once('?')
                .map_or(address, |(address, _)| address)
        }
        _ => email,
    };
    let email = address::check(email)?.shown;
    let name = Some(name.to_owned()).filter(|name| !name.is_empty() && *name != email);
    Ok(Address { name, email })
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// The rest of a header line that was pasted whole.
pub(super) fn label(text: &str) -> Option<&str> {
    let (label, rest) = text.split_once(':')?;
    let known = ["to", "cc", "bcc", "from", "reply-to"];
    let label = label.trim();
    if label.eq_ignore_ascii_case("mailto") {
        return Some(text);
    }
    known
        .iter()
        .any(|known| label.eq_ignore_ascii_case(known))
        .then(|| rest.trim_start())
}

/// A word of an entry.
struct Word {
    text: String,
    quoted: bool,
    spaced: bool,
}

/// The tokens of an entry, sorted.
#[derive(Default)]
struct Words {
    words: Vec<Word>,
    angles: Vec<String>,
    comment: Option<String>,
}

impl Words {
    fn read(text: &str) -> Result<Self, Fault> {
        if text.chars().any(|c| c.is_control() && c != '\t') {
            return Err(Fault::Control);
        }
        let mut out = Self::default();
        let mut tokens = AddressTokens::new(text.as_bytes());
        while let Some((token, spaced)) = tokens.next() {
            match token {
                Token::Quoted { text, raw } => out.add(&text, raw, spaced, true),
                Token::Word(raw) => out.add(raw, raw, spaced, false),
                Token::Comma => out.add(b",", b",", spaced, false),
                Token::Semicolon => out.add(b";", b";", spaced, false),
                Token::Colon if out.is_scheme() => out.add(b":", b":", spaced, false),
                // The name of a group, without the semicolon at its end.
                Token::Colon => return Err(Fault::Unclosed),
                Token::Angle(email) => out.angles.push(lossy(email)),
                Token::Comment(text) => {
                    out.comment.get_or_insert(lossy(&text));
                }
            }
            if tokens.is_unclosed() {
                return Err(Fault::Unclosed);
            }
        }
        match tokens.is_unclosed() {
            true => Err(Fault::Unclosed),
            false => Ok(out),
        }
    }

    /// Tokens without white space between them are one word: `"a b"@example.org`.
    fn add(&mut self, text: &[u8], raw: &[u8], spaced: bool, quoted: bool) {
        match self.words.last_mut() {
            Some(last) if !spaced && self.angles.is_empty() => {
                if last.quoted {
                    last.text = print_quoted(&last.text);
                    last.quoted = false;
                }
                last.text.push_str(&lossy(raw));
            }
            _ => self.words.push(Word {
                text: match quoted {
                    true => lossy(text),
                    // A pasted header; in quotes it is what somebody is called.
                    false if raw.starts_with(b"=?") => header::decode_text(raw),
                    false => lossy(raw),
                },
                quoted,
                spaced,
            }),
        }
    }

    fn is_scheme(&self) -> bool {
        let last = self.words.last();
        last.is_some_and(|word| word.text.eq_ignore_ascii_case("mailto"))
    }

    fn name(&self) -> String {
        joined(self.words.iter(), self.comment.as_deref())
    }
}

fn print_quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The words as a name, or the comment where there are none.
fn joined<'w>(words: impl Iterator<Item = &'w Word>, comment: Option<&str>) -> String {
    let mut name = String::new();
    for word in words {
        if word.spaced && !name.is_empty() {
            name.push(' ');
        }
        name.push_str(&word.text);
    }
    let name = header::clean::clean(&name);
    match (name.is_empty(), comment) {
        (true, Some(comment)) => header::clean::clean(comment),
        _ => name,
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
