//! Subjects of answers and of what is passed on: one prefix, whatever language the ones before it
//! are in.

use crate::mail::header::clean::clean;

/// Characters of a subject; longer ones are cut.
const MAX_CHARS: usize = 500;
/// Prefixes and tags that are looked at.
const MAX_PREFIXES: usize = 50;

/// `Re: ` and the subject without the prefixes it has, list tags kept.
pub fn reply(subject: &str) -> String {
    with_prefix("Re:", subject)
}

/// `Fwd: ` and the subject without the prefixes it has, list tags kept.
pub fn forward(subject: &str) -> String {
    with_prefix("Fwd:", subject)
}

/// The subject without prefixes; list tags (`[dev]`) stay, each once.
pub fn bare(subject: &str) -> String {
    let subject = clean(subject);
    let mut tags: Vec<&str> = Vec::new();
    // Tags that no prefix follows are part of the base as it is.
    let mut kept = 0;
    let mut base = subject.as_str();
    let mut rest = base;
    for _ in 0..MAX_PREFIXES {
        rest = rest.trim_start();
        if let Some(after) = without_prefix(rest) {
            (rest, base, kept) = (after, after, tags.len());
        } else if let Some((tag, after)) = tag(rest) {
            rest = after;
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        } else {
            break;
        }
    }
    tags.truncate(kept);
    base = base.trim_start();
    // The list puts its tag in front again, behind the prefix.
    while let Some((_, after)) = tag(base).filter(|(one, _)| tags.contains(one)) {
        base = after.trim_start();
    }
    tags.push(base);
    tags.join(" ").chars().take(MAX_CHARS).collect()
}

fn with_prefix(prefix: &str, subject: &str) -> String {
    format!("{prefix} {}", bare(subject)).trim_end().to_owned()
}

/// `[dev]` at the beginning, and what follows it.
fn tag(text: &str) -> Option<(&str, &str)> {
    let end = text.strip_prefix('[')?.find(']')? + 2;
    let (tag, after) = text.split_at_checked(end)?;
    (tag.len() <= 60).then_some((tag, after))
}

/// What follows a prefix such as `Re:`, `AW :`, `RE[2]:`, `回复：`.
fn without_prefix(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_alphabetic() && c != '.')?;
    let (word, after) = text.split_at_checked(end)?;
    if !is_prefix(word) {
        return None;
    }
    let after = without_count(after);
    let after = after.strip_prefix([' ', '\u{a0}']).unwrap_or(after);
    after.strip_prefix([':', '：'])
}

/// `[2]`, `(2)`, `^2`, `*2` behind a prefix.
fn without_count(text: &str) -> &str {
    let Some(inner) = text.strip_prefix(['[', '(', '^', '*']) else {
        return text;
    };
    let after = inner.trim_start_matches(|c: char| c.is_ascii_digit());
    if after.len() == inner.len() {
        return text;
    }
    after.strip_prefix([']', ')']).unwrap_or(after)
}

fn is_prefix(word: &str) -> bool {
    // Single letters begin other things too, so they must be capitals.
    if matches!(word, "R" | "I") {
        return true;
    }
    REPLY
        .iter()
        .chain(FORWARD)
        .any(|known| known.chars().eq(word.chars().flat_map(char::to_lowercase)))
}

/// Of answers, in small letters.
const REPLY: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "odp",
    "rif",
    "res",
    "resp",
    "rép",
    "ynt",
    "atb",
    "ats",
    "bls",
    "hv",
    "ref",
    "vá",
    "bd",
    "yan",
    "回复",
    "回覆",
    "答复",
    "答覆",
    "回信",
    "返信",
    "답장",
    "回",
    "отв",
    "ответ",
    "απ",
    "σχετ",
    "תשובה",
    "השב",
    "رد",
];
/// Of what was passed on, in small letters.
const FORWARD: &[&str] = &[
    "fwd",
    "fw",
    "wg",
    "tr",
    "rv",
    "enc",
    "vb",
    "vl",
    "vs",
    "doorst",
    "pd",
    "továbbítás",
    "továbbítva",
    "továbbított",
    "iletildi",
    "ilt",
    "转发",
    "轉寄",
    "轉發",
    "転送",
    "전달",
    "пересл",
    "fs",
    "πρθ",
    "הועבר",
    "إعادة",
    "doorgestuurd",
    "videresendt",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_CHARS, forward, reply};

    #[test]
    fn one_prefix_whatever_the_language() {
        let cases = [
            ("x", "Re: x", "Fwd: x"),
            ("Re: x", "Re: x", "Fwd: x"),
            (
                "RE: AW: Re[2]: SV: VS: Antw: RIF: R: Odp: x",
                "Re: x",
                "Fwd: x",
            ),
            ("回复: 答复： Re^3: x", "Re: x", "Fwd: x"),
            ("RE : TR : x", "Re: x", "Fwd: x"),
            ("Fwd: FW: WG: TR: RV: I: 转发: x", "Re: x", "Fwd: x"),
            ("Re: (2) x", "Re: (2) x", "Fwd: (2) x"),
            ("Re(2): x", "Re: x", "Fwd: x"),
            ("[dev] x", "Re: [dev] x", "Fwd: [dev] x"),
            ("[dev] Re: x", "Re: [dev] x", "Fwd: [dev] x"),
            ("Re: [dev] Re: [dev] AW: x", "Re: [dev] x", "Fwd: [dev] x"),
            ("[dev] Re: [dev] x", "Re: [dev] x", "Fwd: [dev] x"),
            ("Re: [a] [b] x", "Re: [a] [b] x", "Fwd: [a] [b] x"),
            ("Report: x", "Re: Report: x", "Fwd: Report: x"),
            ("i: x", "Re: i: x", "Fwd: i: x"),
            ("a Re: x", "Re: a Re: x", "Fwd: a Re: x"),
            ("Re:", "Re:", "Fwd:"),
            ("", "Re:", "Fwd:"),
            ("Re", "Re: Re", "Fwd: Re"),
            ("x\r\nBcc: y", "Re: x Bcc: y", "Fwd: x Bcc: y"),
        ];
        for (subject, replied, forwarded) in cases {
            assert_eq!(reply(subject), replied, "{subject}");
            assert_eq!(forward(subject), forwarded, "{subject}");
        }
    }

    proptest! {
        #[test]
        fn a_second_answer_changes_nothing(subject in ".*|(Re: |Fwd: |\\[a\\] ?|AW:|x){0,12}") {
            let once = reply(&subject);
            prop_assert_eq!(reply(&once), once.clone());
            prop_assert_eq!(reply(&forward(&subject)), once.clone());
            prop_assert!(!once.contains(['\r', '\n', '\0']));
            prop_assert!(once.chars().count() <= MAX_CHARS + 4);
        }
    }
}
