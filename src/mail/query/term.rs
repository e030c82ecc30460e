//! What each field of a search means.

use super::{Filter, day};
use crate::mail::{keyword, label};

/// The fields, in English and French, to the name used here.
const FIELDS: [(&str, &str); 52] = [
    ("from", "from"),
    ("de", "from"),
    ("to", "to"),
    ("à", "to"),
    ("a", "to"),
    ("cc", "cc"),
    ("copie", "cc"),
    ("recipient", "recipient"),
    ("destinataire", "recipient"),
    ("subject", "subject"),
    ("objet", "subject"),
    ("sujet", "subject"),
    ("body", "body"),
    ("corps", "body"),
    ("text", "text"),
    ("texte", "text"),
    ("header", "header"),
    ("list", "list"),
    ("liste", "list"),
    ("rfc822msgid", "id"),
    ("keyword", "keyword"),
    ("label", "keyword"),
    ("tag", "keyword"),
    ("étiquette", "keyword"),
    ("etiquette", "keyword"),
    ("libellé", "keyword"),
    ("libelle", "keyword"),
    ("is", "is"),
    ("est", "is"),
    ("has", "has"),
    ("avec", "has"),
    ("contient", "has"),
    ("after", "after"),
    ("since", "after"),
    ("après", "after"),
    ("apres", "after"),
    ("depuis", "after"),
    ("before", "before"),
    ("avant", "before"),
    ("on", "on"),
    ("le", "on"),
    ("date", "on"),
    ("newer_than", "newer"),
    ("newer", "newer"),
    ("moins_de", "newer"),
    ("older_than", "older"),
    ("older", "older"),
    ("plus_de", "older"),
    ("larger", "larger"),
    ("smaller", "smaller"),
    ("plus_grand", "larger"),
    ("plus_petit", "smaller"),
];

/// Does this word (lower case) before a colon name a field?
pub(super) fn is_field(word: &str) -> bool {
    canonical(word).is_some()
}

fn canonical(word: &str) -> Option<&'static str> {
    // Hyphens and underscores are the same to people.
    let word = word.replace('-', "_");
    FIELDS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, canonical)| *canonical)
}

/// The condition that a field and its value make; `None` when the value makes no sense there.
pub(super) fn condition(field: &str, value: &str, today: Option<i64>) -> Option<Filter> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    let text = || value.to_owned();
    Some(match canonical(field)? {
        "from" => Filter::From(text()),
        "to" => Filter::To(text()),
        "cc" => Filter::Cc(text()),
        "recipient" => Filter::Recipient(text()),
        "subject" => Filter::Subject(text()),
        "body" => Filter::Body(text()),
        "text" => Filter::Text(text()),
        "list" => Filter::Header("list-id".to_owned(), text()),
        "id" => Filter::Header("message-id".to_owned(), text()),
        "header" => header(value)?,
        "keyword" => Filter::HasKeyword(keyword_name(value)?),
        "is" => state(value)?,
        "has" => has(value)?,
        "after" => Filter::After(day::range(value, today)?.0),
        "before" => Filter::Before(day::range(value, today)?.0),
        "on" => {
            let (first, end) = day::range(value, today)?;
            Filter::And(vec![Filter::After(first), Filter::Before(end)])
        }
        "newer" => Filter::After(day::ago(value, today)?),
        "older" => Filter::Before(day::ago(value, today)?),
        "larger" => Filter::MinSize(size(value)?),
        "smaller" => Filter::MaxSize(size(value)?),
        _ => return None,
    })
}

/// `name:text`, or a name alone for its presence.
fn header(value: &str) -> Option<Filter> {
    let (name, text) = value.split_once(':').unwrap_or((value, ""));
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let ok = !name.is_empty() && name.len() <= 64 && name.chars().all(is_name);
    ok.then(|| Filter::Header(name.to_ascii_lowercase(), text.trim().to_owned()))
}

/// An IMAP atom, so that it can be asked for (RFC 9051 §9): the word itself, or what a label of that
/// name is kept as.
fn keyword_name(value: &str) -> Option<String> {
    let special = |c: char| !c.is_ascii_graphic() || "(){%*\"\\]".contains(c);
    let ok = value.len() <= 128 && !value.contains(special);
    match ok {
        true => Some(value.to_ascii_lowercase()),
        false => label::keyword(value).ok(),
    }
}

fn state(value: &str) -> Option<Filter> {
    let has = |name: &str| Filter::HasKeyword(name.to_owned());
    let lacks = |name: &str| Filter::NotKeyword(name.to_owned());
    Some(
        match value.to_lowercase().replace(['_', ' '], "-").as_str() {
            "read" | "seen" | "lu" => has(keyword::SEEN),
            "unread" | "unseen" | "new" | "non-lu" | "nonlu" => lacks(keyword::SEEN),
            "starred" | "flagged" | "suivi" | "étoilé" | "etoile" => has(keyword::FLAGGED),
            "unstarred" | "unflagged" | "non-suivi" | "non-étoilé" => lacks(keyword::FLAGGED),
            "answered" | "replied" | "répondu" | "repondu" => has(keyword::ANSWERED),
            "unanswered" | "non-répondu" | "non-repondu" => lacks(keyword::ANSWERED),
            "forwarded" | "transféré" | "transfere" => has(keyword::FORWARDED),
            "draft" | "brouillon" => has(keyword::DRAFT),
            "junk" | "spam" | "indésirable" | "indesirable" => has(keyword::JUNK),
            _ => return None,
        },
    )
}

fn has(value: &str) -> Option<Filter> {
    match value.to_lowercase().replace(['_', ' ', '-'], "").as_str() {
        "attachment" | "attachments" | "piècejointe" | "piecejointe" | "pj" => {
            Some(Filter::HasAttachment(true))
        }
        "star" | "étoile" | "etoile" => Some(Filter::HasKeyword(keyword::FLAGGED.to_owned())),
        _ => None,
    }
}

/// `5m`, `500k`, `1g`, `1234`: units of 1024, their last letter (byte, octet) optional.
fn size(value: &str) -> Option<u64> {
    let digits = value.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number: u64 = digits.parse().ok()?;
    let unit = value.strip_prefix(digits)?.trim().to_lowercase();
    let factor = match unit.trim_end_matches(['b', 'o']) {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(factor)
}
