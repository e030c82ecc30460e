//! Finds addresses in text: `https://…`, `www.…`, `mailto:…` and `name@host`. One pass, no
//! pattern that could run back over what it has read.

use super::Span;
use crate::mail::html;

/// Longer addresses stay text, in bytes.
const MAX_ADDRESS: usize = 2_000;
/// Local parts are at most this long (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Hosts are at most this long (RFC 5321 §4.5.3.1.2).
const MAX_HOST: usize = 255;

/// The spans of one line: put together, their texts are `line`.
pub(super) fn spans(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    // Up to `plain` everything is in `spans`; up to `at` everything has been looked at.
    let (mut plain, mut at) = (0, 0);
    while let Some(found) = next(line, plain, at) {
        at = found.end;
        let Some(href) = found.href else {
            continue;
        };
        push_text(line.get(plain..found.start), &mut spans);
        spans.push(Span::Link {
            href,
            text: line.get(found.start..found.end).unwrap_or("").to_owned(),
        });
        plain = found.end;
    }
    push_text(line.get(plain..), &mut spans);
    spans
}

fn push_text(text: Option<&str>, spans: &mut Vec<Span>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        spans.push(Span::Text(text.to_owned()));
    }
}

/// A stretch that may be an address; `href` is missing when it turned out not to be.
struct Found {
    start: usize,
    end: usize,
    href: Option<String>,
}

/// The first candidate at or after `at`. An address of mail may reach back to `plain`.
fn next(line: &str, plain: usize, at: usize) -> Option<Found> {
    let mut before = line.get(..at)?.chars().next_back();
    for (offset, character) in line.get(at..)?.char_indices() {
        let start = at + offset;
        let rest = line.get(start..)?;
        let begins_word = !before.is_some_and(char::is_alphanumeric);
        if begins_word && matches!(character, 'h' | 'H' | 'w' | 'W' | 'm' | 'M') && is_address(rest)
        {
            return Some(address(rest, start));
        }
        if character == '@'
            && let Some(found) = mailbox(line, plain, start)
        {
            return Some(found);
        }
        before = Some(character);
    }
    None
}

fn is_address(rest: &str) -> bool {
    ["http://", "https://", "www.", "mailto:"]
        .iter()
        .any(|prefix| {
            rest.split_at_checked(prefix.len())
                .is_some_and(|(head, tail)| head.eq_ignore_ascii_case(prefix) && !tail.is_empty())
        })
}

/// The address that `rest` begins with, without the punctuation of the sentence around it.
fn address(rest: &str, start: usize) -> Found {
    let end = rest
        .find(|character: char| {
            character.is_whitespace()
                || character.is_control()
                || matches!(
                    character,
                    '<' | '>' | '"' | '`' | '|' | '«' | '»' | '“' | '”' | '„'
                )
        })
        .unwrap_or(rest.len());
    let whole = rest.get(..end).unwrap_or("");
    let text = without_punctuation(whole);
    let href = (text.len() <= MAX_ADDRESS)
        .then(|| html::link(text))
        .flatten()
        .filter(|href| {
            ["http://", "https://", "mailto:"]
                .iter()
                .any(|scheme| href.starts_with(scheme))
        });
    // What is no address as a whole is not looked through again.
    let length = if href.is_some() {
        text.len()
    } else {
        whole.len()
    };
    Found {
        start,
        end: start + length,
        href,
    }
}

/// Leaves out what ends a sentence, and brackets that open before the address.
fn without_punctuation(text: &str) -> &str {
    let count = |bracket: char| text.matches(bracket).count();
    let mut surplus = [
        (')', count(')').saturating_sub(count('('))),
        (']', count(']').saturating_sub(count('['))),
        ('}', count('}').saturating_sub(count('{'))),
    ];
    let mut rest = text;
    while let Some(last) = rest.chars().next_back() {
        let closes = surplus
            .iter_mut()
            .find(|(bracket, left)| *bracket == last && *left > 0);
        if let Some((_, left)) = closes {
            *left -= 1;
        } else if !matches!(
            last,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '’' | '…'
        ) {
            break;
        }
        rest = rest.get(..rest.len() - last.len_utf8()).unwrap_or("");
    }
    rest
}

/// The mailbox around the `@` at `sign`.
fn mailbox(line: &str, plain: usize, sign: usize) -> Option<Found> {
    let head = line.get(plain..sign)?;
    let local = head
        .bytes()
        .rev()
        .take(MAX_LOCAL)
        .take_while(|&byte| byte.is_ascii_alphanumeric() || b"._+-=~".contains(&byte))
        .count();
    let local = head
        .get(head.len() - local..)?
        .trim_start_matches(['.', '-', '=', '~']);
    let tail = line.get(sign + 1..)?;
    let host = tail
        .char_indices()
        .take(MAX_HOST)
        .find(|(_, character)| !(character.is_alphanumeric() || matches!(character, '.' | '-')))
        .map_or_else(
            || tail.chars().take(MAX_HOST).map(char::len_utf8).sum(),
            |(at, _)| at,
        );
    let host = tail.get(..host)?.trim_end_matches(['.', '-']);
    let top = host.rsplit('.').next()?;
    let is_host = host.contains('.')
        && !host.contains("..")
        && top.chars().count() >= 2
        && top
            .chars()
            .all(|character| character.is_alphabetic() || top.starts_with("xn--"));
    if local.is_empty() || local.ends_with('.') || !is_host {
        return None;
    }
    let (start, end) = (sign - local.len(), sign + 1 + host.len());
    let href = html::link(&format!("mailto:{}", line.get(start..end)?));
    Some(Found { start, end, href })
}
