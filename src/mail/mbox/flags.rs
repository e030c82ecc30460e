//! Flags as header fields, which is where programs keep them in an mbox.

use crate::mail::{
    header::{self, Field},
    keyword::{self, Keywords},
    mailbox::{Role, role_names},
};

use super::Head;

/// More labels than anybody gives.
const LABELS_MOST: usize = 100;

/// The bits of X-Mozilla-Status, and what they mean.
const MOZILLA: [(u16, &str); 4] = [
    (0x0001, keyword::SEEN),
    (0x0002, keyword::ANSWERED),
    (0x0004, keyword::FLAGGED),
    (0x1000, keyword::FORWARDED),
];
const MOZILLA_EXPUNGED: u16 = 0x0008;

/// The letters of Status and X-Status.
const LETTERS: [(char, &str); 4] = [
    ('R', keyword::SEEN),
    ('A', keyword::ANSWERED),
    ('F', keyword::FLAGGED),
    ('T', keyword::DRAFT),
];

/// What a message's header says of its flags.
pub(super) fn read(fields: &[Field<'_>]) -> Head {
    let mut head = Head::default();
    let words = &mut head.keywords.0;
    for letters in header::all(fields, "Status").chain(header::all(fields, "X-Status")) {
        let letters = String::from_utf8_lossy(letters);
        let known = LETTERS
            .iter()
            .filter(|(letter, _)| letters.contains(*letter));
        words.extend(known.map(|(_, word)| (*word).to_owned()));
    }
    for name in ["X-Keywords", "X-Mozilla-Keys"] {
        for value in header::all(fields, name) {
            let value = String::from_utf8_lossy(value).to_lowercase();
            let valid = value.split([' ', ',', '\t', '\r', '\n']);
            let valid = valid.filter(|word| keyword::is_valid(word));
            words.extend(valid.take(LABELS_MOST).map(str::to_owned));
        }
    }
    if let Some(bits) = header::first(fields, "X-Mozilla-Status") {
        let bits = std::str::from_utf8(bits).ok();
        let bits = bits.and_then(|bits| u16::from_str_radix(bits, 16).ok());
        let bits = bits.unwrap_or(0);
        let set = MOZILLA.iter().filter(|(bit, _)| bits & bit != 0);
        words.extend(set.map(|(_, word)| (*word).to_owned()));
        head.deleted = bits & MOZILLA_EXPUNGED != 0;
    }
    if let Some(labels) = header::first(fields, "X-Gmail-Labels") {
        labelled(&mut head, &header::decode_text(labels));
    }
    head
}

/// Gmail's labels, in English and French: read unless it says otherwise, and in one folder.
fn labelled(head: &mut Head, labels: &str) {
    let mut unread = false;
    let mut own = Vec::new();
    let mut folder = None;
    for label in labels.split(',').map(str::trim).take(LABELS_MOST) {
        let label = label.trim_matches('"');
        let small = label.to_lowercase();
        match small.as_str() {
            "" => {}
            "unread" | "non lus" | "non lu" => unread = true,
            "starred" | "suivis" | "messages suivis" => {
                head.keywords.0.insert(keyword::FLAGGED.to_owned());
            }
            "inbox" | "boîte de réception" => folder = Some("INBOX"),
            "important" | "opened" | "ouvert" | "ouverts" | "archived" | "archivé" | "archivés"
            | "messages archivés" | "chat" | "snoozed" => {}
            _ if small.starts_with("category ") || small.starts_with("catégorie ") => {}
            _ => match role_names::role_by_name(label) {
                Some((role, _)) => folder = folder.or(name_of(role)),
                None => own.push(label),
            },
        }
    }
    if !unread {
        head.keywords.0.insert(keyword::SEEN.to_owned());
    }
    head.folder = match (folder, own.first()) {
        (Some(name), _) => vec![name.to_owned()],
        (None, Some(label)) => label.split('/').map(str::to_owned).collect(),
        (None, None) => vec!["Archive".to_owned()],
    };
}

fn name_of(role: Role) -> Option<&'static str> {
    match role {
        Role::Drafts => Some("Drafts"),
        Role::Sent => Some("Sent"),
        Role::Archive => Some("Archive"),
        Role::Junk => Some("Junk"),
        Role::Trash => Some("Trash"),
        Role::Inbox | Role::All | Role::Flagged => None,
    }
}

/// The fields that say flags, each a line with its end.
pub(super) fn write(keywords: &Keywords) -> Vec<String> {
    let letters = |range: &[(char, &str)]| -> String {
        let set = range.iter().filter(|(_, word)| keywords.has(word));
        set.map(|(letter, _)| *letter).collect()
    };
    let (read, others) = LETTERS.split_at(1);
    let mut lines = vec![format!("Status: {}O\n", letters(read))];
    let others = letters(others);
    if !others.is_empty() {
        lines.push(format!("X-Status: {others}\n"));
    }
    let lettered = |word: &&String| LETTERS.iter().any(|(_, own)| own == word);
    let words = keywords.0.iter().filter(|word| !lettered(word));
    let words: Vec<&str> = words
        .map(String::as_str)
        .filter(|word| keyword::is_valid(word))
        .collect();
    if !words.is_empty() {
        lines.push(format!("X-Keywords: {}\n", words.join(" ")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(header: &str) -> Head {
        read(&header::fields(header.as_bytes()))
    }

    fn words(header: &str) -> Vec<String> {
        head(header).keywords.0.into_iter().collect()
    }

    #[test]
    fn flags_of_many_programs() {
        for (header, expected) in [
            ("Subject: x\n", vec![]),
            (
                "Status: RO\nX-Status: AF\n",
                vec!["$answered", "$flagged", "$seen"],
            ),
            ("Status: O\n", vec![]),
            ("X-Status: T\n", vec!["$draft"]),
            (
                "X-Keywords: Work $Forwarded (bad\n",
                vec!["$forwarded", "work"],
            ),
            (
                "X-Mozilla-Status: 1005\n",
                vec!["$flagged", "$forwarded", "$seen"],
            ),
            ("X-Mozilla-Status: zz\n", vec![]),
            ("X-Mozilla-Keys: $label1   work\n", vec!["$label1", "work"]),
            ("X-Gmail-Labels: Inbox,Unread,Starred\n", vec!["$flagged"]),
            ("X-Gmail-Labels: Sent,Opened\n", vec!["$seen"]),
        ] {
            assert_eq!(words(header), expected, "{header}");
        }
        assert!(head("X-Mozilla-Status: 0009\n").deleted);
        assert!(!head("X-Mozilla-Status: 0001\n").deleted);
    }

    #[test]
    fn labels_name_a_folder() {
        for (labels, expected) in [
            ("Inbox,Important,Work", vec!["INBOX"]),
            ("Sent,Work", vec!["Sent"]),
            ("Spam,Category Updates,Unread", vec!["Junk"]),
            ("Opened,Work/2026", vec!["Work", "2026"]),
            ("Archived,Opened", vec!["Archive"]),
            (
                "=?UTF-8?Q?Bo=C3=AEte_de_r=C3=A9ception,Ouvert?=",
                vec!["INBOX"],
            ),
        ] {
            let head = head(&format!("X-Gmail-Labels: {labels}\n"));
            assert_eq!(head.folder, expected, "{labels}");
        }
        assert!(head("Subject: x\n").folder.is_empty());
    }

    #[test]
    fn flags_are_read_as_they_are_written() {
        let keywords: Keywords = ["$seen", "$flagged", "$draft", "$answered", "work", "$junk"]
            .into_iter()
            .collect();
        let lines = write(&keywords);
        assert_eq!(
            lines,
            [
                "Status: RO\n",
                "X-Status: AFT\n",
                "X-Keywords: $junk work\n"
            ]
        );
        assert_eq!(head(&lines.concat()).keywords, keywords);
        assert_eq!(write(&Keywords::default()), ["Status: O\n"]);
    }
}
