//! From a filter back to the words for it.

use std::fmt;

use super::{Filter, day, term::is_field};
use crate::mail::keyword;

/// Prints what [`super::parse()`] reads as the same filter, in its English words. Conditions that
/// no words can express (a day beyond year 9998) are left out.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(all) => joined(f, all, " ", |part| {
                matches!(part, Self::And(_) | Self::Or(_))
            }),
            Self::Or(any) => joined(f, any, " OR ", |part| {
                matches!(part, Self::And(_) | Self::Or(_))
            }),
            Self::Not(none) => match none.as_slice() {
                [only] if !matches!(only, Self::And(_) | Self::Or(_)) => write!(f, "-{only}"),
                [only] => write!(f, "-({only})"),
                none => {
                    f.write_str("-(")?;
                    joined(f, none, " OR ", |part| {
                        matches!(part, Self::And(_) | Self::Or(_))
                    })?;
                    f.write_str(")")
                }
            },
            Self::Text(text) => f.write_str(&quoted(text, true)),
            Self::From(text) => write!(f, "from:{}", quoted(text, false)),
            Self::To(text) => write!(f, "to:{}", quoted(text, false)),
            Self::Cc(text) => write!(f, "cc:{}", quoted(text, false)),
            Self::Subject(text) => write!(f, "subject:{}", quoted(text, false)),
            Self::Body(text) => write!(f, "body:{}", quoted(text, false)),
            Self::Recipient(text) => write!(f, "recipient:{}", quoted(text, false)),
            Self::Header(name, text) if text.is_empty() => write!(f, "header:{name}"),
            Self::Header(name, text) => {
                write!(f, "header:{}", quoted(&format!("{name}:{text}"), false))
            }
            Self::After(day) => on_day(f, "after", *day),
            Self::Before(day) => on_day(f, "before", *day),
            Self::MinSize(size) => write!(f, "larger:{}", rounded(*size)),
            Self::MaxSize(size) => write!(f, "smaller:{}", rounded(*size)),
            Self::HasKeyword(name) => match state(name) {
                Some((has, _)) => write!(f, "is:{has}"),
                None => write!(f, "keyword:{name}"),
            },
            Self::NotKeyword(name) => match state(name) {
                Some((has, "")) => write!(f, "-is:{has}"),
                Some((_, lacks)) => write!(f, "is:{lacks}"),
                None => write!(f, "-keyword:{name}"),
            },
            Self::HasAttachment(true) => f.write_str("has:attachment"),
            Self::HasAttachment(false) => f.write_str("-has:attachment"),
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Filter],
    between: &str,
    in_brackets: impl Fn(&Filter) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        if in_brackets(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

/// The words for having and lacking a keyword; empty when only the former has one.
fn state(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        keyword::SEEN => ("read", "unread"),
        keyword::FLAGGED => ("starred", "unstarred"),
        keyword::ANSWERED => ("answered", "unanswered"),
        keyword::FORWARDED => ("forwarded", ""),
        keyword::DRAFT => ("draft", ""),
        keyword::JUNK => ("junk", ""),
        _ => return None,
    })
}

fn on_day(f: &mut fmt::Formatter<'_>, field: &str, day: i64) -> fmt::Result {
    match day::print(day) {
        Some(date) => write!(f, "{field}:{date}"),
        None => Ok(()),
    }
}

fn rounded(size: u64) -> String {
    let units = [(30, "g"), (20, "m"), (10, "k")];
    let fits = |(shift, _): &&(u32, &str)| size > 0 && size.trailing_zeros() >= *shift;
    match units.iter().find(fits) {
        Some((shift, unit)) => format!("{}{unit}", size >> shift),
        None => size.to_string(),
    }
}

/// In quotes where the text would be read as something else. A word that stands alone must also
/// not look like a field, an operator or a negation.
fn quoted(text: &str, alone: bool) -> String {
    let special = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '(' | ')');
    let operators = [
        "OR", "OU", "AND", "ET", "NOT", "NON", "SAUF", "|", "||", "&", "&&",
    ];
    let reads_otherwise = || {
        let before = text
            .split_once(':')
            .map(|(before, _)| before.to_lowercase());
        text.starts_with('-')
            || operators.contains(&text)
            || before.is_some_and(|word| is_field(&word))
    };
    if text.is_empty() || text.contains(special) || alone && reads_otherwise() {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("\"{escaped}\"");
    }
    text.to_owned()
}
