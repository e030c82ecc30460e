//! Labels: those keywords that people give, and the names that they read.
//!
//! A keyword is ASCII without spaces and, to us, in lower case. A name with other letters is kept as
//! the Punycode of it (RFC 3492) behind `xn--`, as in names of hosts: it says the same in any case of
//! letters, and fits the 50 octets that Dovecot takes. A space is `_`, as Thunderbird has it.

use std::borrow::Cow;

use idna::punycode;

use super::{header::clean, keyword};

/// Octets of a label: what Dovecot takes unless told otherwise.
const OCTETS_MOST: usize = 50;

const ENCODED: &str = "xn--";

/// Keywords that programs give each other, beside those that begin with `$`.
const OF_PROGRAMS: [&str; 8] = [
    "forwarded",
    "junk",
    "junkrecorded",
    "mdnsent",
    "nonjunk",
    "notjunk",
    "receipt-handled",
    "redirected",
];

/// Why a name can't be that of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is nothing of it.
    Empty,
    /// No server would keep it.
    Long,
    /// It has a sign that no keyword can have.
    Sign,
    /// Programs mean something else by it.
    Taken,
}

/// Has a person given this keyword (lower case), as far as one can tell?
pub fn is_label(word: &str) -> bool {
    let own = !word.starts_with('$') && !OF_PROGRAMS.contains(&word);
    keyword::is_valid(word) && (own || usual(word).is_some())
}

/// Thunderbird's own five, which it names in the language of its user: 1 to 5.
pub fn usual(word: &str) -> Option<u8> {
    let number = (1..=5).zip(["$label1", "$label2", "$label3", "$label4", "$label5"]);
    let mut found = number.filter(|(_, usual)| *usual == word);
    found.next().map(|(number, _)| number)
}

/// What a label is called, for people.
pub fn name(word: &str) -> Cow<'_, str> {
    let plain = written(word);
    let mut letters = plain.chars();
    match letters.next() {
        Some(first) if first.is_lowercase() => {
            Cow::Owned(first.to_uppercase().chain(letters).collect())
        }
        _ => plain,
    }
}

/// The keyword of a label with this name.
///
/// # Errors
/// What is wrong with the name.
pub fn keyword(name: &str) -> Result<String, Wrong> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let name = words.join("_").to_lowercase();
    if name.is_empty() {
        return Err(Wrong::Empty);
    }
    if name.contains(is_odd) {
        return Err(Wrong::Sign);
    }
    let word = match name.is_ascii() {
        true => name,
        false if name.chars().nth(OCTETS_MOST).is_some() => return Err(Wrong::Long),
        false => match punycode::encode_str(&name) {
            Some(encoded) => format!("{ENCODED}{encoded}"),
            None => return Err(Wrong::Long),
        },
    };
    if word.len() > OCTETS_MOST {
        return Err(Wrong::Long);
    }
    if word.starts_with(['$', '\\']) || OF_PROGRAMS.contains(&word.as_str()) {
        return Err(Wrong::Taken);
    }
    match is_label(&word) {
        true => Ok(word),
        false => Err(Wrong::Sign),
    }
}

/// What a search for it is: `label:work`, `label:"fête d’été"`.
pub fn query(word: &str) -> String {
    let plain = written(word);
    // In other letters it is written as it is read; all else is the shorter for being a keyword.
    match word.starts_with(ENCODED) && keyword(&plain).as_deref() == Ok(word) {
        true if plain.chars().all(char::is_alphanumeric) => format!("label:{plain}"),
        true => format!("label:\"{plain}\""),
        false => format!("label:{word}"),
    }
}

/// The name in lower case.
fn written(word: &str) -> Cow<'_, str> {
    let decoded = word.strip_prefix(ENCODED).and_then(|encoded| {
        let name = punycode::decode_to_string(encoded)?;
        // Only what we would write so: nothing hidden, nothing that turns a line round.
        (!name.is_ascii() && !name.contains(is_odd)).then_some(name)
    });
    let plain = match decoded {
        Some(name) => Cow::Owned(name),
        None => Cow::Borrowed(word),
    };
    match plain.contains('_') && !plain.trim_matches('_').is_empty() {
        true => Cow::Owned(plain.replace('_', " ").trim().to_owned()),
        false => plain,
    }
}

/// Signs that no name has: those that no keyword can have, and letters that are not seen.
fn is_odd(sign: char) -> bool {
    let stands_for_none = ('\u{fffc}'..='\u{ffff}').contains(&sign);
    let hidden = clean::is_invisible(sign) || stands_for_none;
    sign.is_whitespace() || hidden || "(){]%*\"\\".contains(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_its_keyword() {
        for (typed, word, read) in [
            ("Work", "work", "Work"),
            (" to  do ", "to_do", "To do"),
            ("2026/Q1", "2026/q1", "2026/q1"),
            ("Réunion", "xn--runion-bva", "Réunion"),
            ("Fête d’été", "", "Fête d’été"),
            ("Работа", "", "Работа"),
            ("仕事", "", "仕事"),
        ] {
            let made = keyword(typed).unwrap();
            assert!(word.is_empty() || made == word, "{typed}: {made}");
            assert!(keyword::is_valid(&made) && is_label(&made), "{made}");
            assert_eq!(name(&made), read);
            assert_eq!(keyword(&name(&made)).as_deref(), Ok(&*made));
        }
    }

    #[test]
    fn what_is_no_name_is_said_to_be_none() {
        for (typed, wrong) in [
            ("", Wrong::Empty),
            (" \u{a0} ", Wrong::Empty),
            ("a(b)", Wrong::Sign),
            ("50%", Wrong::Sign),
            ("say \"x\"", Wrong::Sign),
            ("a\u{202e}b", Wrong::Sign),
            ("a\u{0}", Wrong::Sign),
            ("a\u{200d}b", Wrong::Sign),
            ("a\u{ad}b", Wrong::Sign),
            ("a\u{e0041}b", Wrong::Sign),
            ("a\u{fffd}b", Wrong::Sign),
            ("$work", Wrong::Taken),
            ("$label1", Wrong::Taken),
            ("NonJunk", Wrong::Taken),
            ("Forwarded", Wrong::Taken),
            (&"x".repeat(51), Wrong::Long),
            (&"é".repeat(200), Wrong::Long),
        ] {
            assert_eq!(keyword(typed), Err(wrong), "{typed}");
        }
        assert!(keyword(&"x".repeat(50)).is_ok());
    }

    #[test]
    fn what_programs_tell_each_other_is_no_label() {
        for word in [
            "$seen",
            "$flagged",
            "$forwarded",
            "$mdnsent",
            "$junk",
            "$label6",
            "$label",
            "$label01",
            "nonjunk",
            "junkrecorded",
            "",
            "a b",
            "a(b",
            "$mailflagbit0",
        ] {
            assert!(!is_label(word), "{word}");
        }
        for word in [
            "work",
            "$label1",
            "$label5",
            "to_do",
            "xn--runion-bva",
            "[x",
        ] {
            assert!(is_label(word), "{word}");
        }
    }

    #[test]
    fn what_others_have_made_is_shown_as_it_is() {
        for (word, read) in [
            ("xn--", "Xn--"),
            ("xn--abc-", "Xn--abc-"),
            ("xn--!!", "Xn--!!"),
            ("_", "_"),
            ("a__b", "A  b"),
            ("[x", "[x"),
        ] {
            assert_eq!(name(word), read);
        }
        let turned = format!("xn--{}", punycode::encode_str("a\u{202e}b").unwrap());
        assert!(name(&turned).is_ascii(), "{}", name(&turned));
    }

    #[test]
    fn a_search_finds_what_it_is_made_for() {
        use crate::mail::query::{Filter, parse};
        for word in [
            "work",
            "to_do",
            "a__b",
            "$label1",
            "x-y.z",
            "2026/q1",
            "xn--runion-bva",
            &keyword("Fête d’été").unwrap(),
            &keyword("Работа").unwrap(),
            "xn--abc-",
        ] {
            let asked = query(word);
            assert_eq!(
                parse(&asked),
                Filter::HasKeyword(word.to_owned()),
                "{asked}"
            );
        }
        assert_eq!(query("work"), "label:work");
        assert_eq!(query("xn--runion-bva"), "label:réunion");
        assert_eq!(parse("label:\"To do\""), Filter::HasKeyword("to_do".into()));
    }
}
