//! Address lists: what each token belongs to.

pub(super) mod token;

use token::{Token, Tokens};

use super::{clean::clean, decode_text, unfold};
use crate::mail::address::Address;

/// More than a list of recipients ever has; the rest is left out.
const MAX_ADDRESSES: usize = 10_000;

/// See [`super::addresses`].
pub(super) fn addresses(raw: &[u8]) -> Vec<Address> {
    let line = unfold(raw);
    let mut tokens = Tokens::new(&line);
    let mut list = List::default();
    let mut item = Item::default();
    let mut group: Option<(Vec<u8>, usize)> = None;
    while let Some((token, spaced)) = tokens.next() {
        if list.done.len() >= MAX_ADDRESSES {
            return list.done;
        }
        match token {
            Token::Comma => list.push(std::mem::take(&mut item)),
            Token::Semicolon => {
                list.push(std::mem::take(&mut item));
                list.settle();
                if let Some((name, before)) = group.take()
                    && list.done.len() == before
                {
                    list.done.push(nameless(&name));
                }
            }
            // `mailto:` is somebody's mistake.
            Token::Colon if item.phrase.eq_ignore_ascii_case(b"mailto") => item = Item::default(),
            // What stands before a colon names a group, if that is closed by a semicolon.
            Token::Colon if item.angle.is_none() && tokens.before_semicolon() => {
                list.settle();
                group = Some((std::mem::take(&mut item).phrase, list.done.len()));
            }
            Token::Colon => item.add(b":", b":", spaced, false),
            Token::Comment(text) => {
                item.comment.get_or_insert(text);
            }
            Token::Angle(email) => {
                if item.angle.is_some() {
                    list.push(std::mem::take(&mut item));
                }
                item.angle = Some(email);
            }
            Token::Quoted { text, raw } => item.add(&text, raw, spaced, true),
            Token::Word(text) => item.add(text, text, spaced, false),
        }
    }
    list.push(item);
    list.settle();
    list.done.truncate(MAX_ADDRESSES);
    list.done
}

/// What has been read of one address.
#[derive(Default)]
struct Item<'a> {
    /// The words before the bracket, quotes resolved.
    phrase: Vec<u8>,
    /// The same as written, split at white space: where an address without brackets is found.
    runs: Vec<Vec<u8>>,
    angle: Option<&'a [u8]>,
    comment: Option<Vec<u8>>,
    /// The phrase was one quoted string, which can't be an address.
    quoted: bool,
}

impl Item<'_> {
    fn add(&mut self, text: &[u8], raw: &[u8], spaced: bool, quoted: bool) {
        self.quoted = quoted && (self.quoted || self.phrase.is_empty());
        if spaced && !self.phrase.is_empty() {
            self.phrase.push(b' ');
        }
        self.phrase.extend(text);
        // Obsolete syntax has white space around @ and dots (RFC 5322 §4.4).
        let sticks = |run: &[u8]| {
            let in_domain = run.contains(&b'@');
            let dotted = run.ends_with(b".") || raw.starts_with(b".");
            raw.starts_with(b"@") || run.ends_with(b"@") || in_domain && dotted
        };
        match self.runs.last_mut() {
            Some(last) if !spaced || sticks(last) => last.extend(raw),
            _ => self.runs.push(raw.to_vec()),
        }
    }

    fn finish(self) -> Option<Address> {
        let (name, email) = match self.angle {
            Some(email) => (self.phrase, email_of(email)),
            None => self.without_brackets(),
        };
        let name = [name, self.comment.unwrap_or_default()]
            .iter()
            .map(|raw| name_of(raw))
            .find(|name| !name.is_empty())
            .filter(|name| *name != email);
        (name.is_some() || !email.is_empty()).then_some(Address { name, email })
    }

    /// `Anna anna@example.org`, `anna@example.org`, `root`, `Anna Example`.
    fn without_brackets(&self) -> (Vec<u8>, String) {
        if self.quoted {
            return (self.phrase.clone(), String::new());
        }
        match self.runs.iter().rposition(|run| run.contains(&b'@')) {
            Some(at) => {
                let others = self
                    .runs
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| *index != at);
                let name: Vec<&[u8]> = others.map(|(_, run)| run.as_slice()).collect();
                let email = self.runs.get(at).map(Vec::as_slice).unwrap_or_default();
                let name = name.join(&b' ');
                (
                    name.into_iter().filter(|byte| *byte != b'"').collect(),
                    email_of(email),
                )
            }
            None if self.runs.len() == 1 && !self.phrase.starts_with(b"=?") => {
                (Vec::new(), email_of(&self.phrase))
            }
            None => (self.phrase.clone(), String::new()),
        }
    }
}

/// The addresses read so far. The last may still turn out to be the first half of
/// `Doe, John <john@example.org>`, written without the quotes that it needs.
#[derive(Default)]
struct List<'a> {
    done: Vec<Address>,
    half: Option<Item<'a>>,
}

impl<'a> List<'a> {
    fn push(&mut self, mut item: Item<'a>) {
        if item.angle.is_some()
            && !item.phrase.is_empty()
            && let Some(half) = self.half.take_if(|half| !half.phrase.contains(&b'@'))
        {
            item.phrase = [half.phrase, item.phrase].join(b", ".as_slice());
        }
        self.settle();
        let unfinished = item.angle.is_none() && !item.phrase.is_empty() && !item.quoted;
        if unfinished {
            self.half = Some(item);
        } else {
            self.done.extend(item.finish());
        }
    }

    fn settle(&mut self) {
        self.done.extend(self.half.take().and_then(Item::finish));
    }
}

/// A name as shown; single quotes around it are a habit of some mail programs.
fn name_of(raw: &[u8]) -> String {
    let name = decode_text(raw);
    let bare = name
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    match bare {
        Some(bare) if !bare.is_empty() => bare.trim().to_owned(),
        _ => name,
    }
}

/// An addr-spec without route, white space, or anything that can't be seen.
fn email_of(raw: &[u8]) -> String {
    let text = clean(&without_comments(&String::from_utf8_lossy(raw)));
    let text = text.trim_matches(|c| matches!(c, '<' | '>' | ' '));
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    // A source route (RFC 5322 §4.4): "@one,@two:user@example.org".
    let route_end = text
        .starts_with('@')
        .then(|| text.split_once(':'))
        .flatten();
    let text = route_end.map_or(text, |(_, rest)| rest);
    if text.contains('"') {
        return text.to_owned();
    }
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Comments may stand inside an address as well (RFC 5322 §3.2.2).
fn without_comments(text: &str) -> String {
    if text.contains('"') {
        return text.to_owned();
    }
    let mut depth = 0_usize;
    let mut bare = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    bare
}

fn nameless(group: &[u8]) -> Address {
    Address {
        name: Some(name_of(group)).filter(|name| !name.is_empty()),
        email: String::new(),
    }
}
