//! IMAP's words into those of the domain and back.

use std::{borrow::Cow, sync::Arc};

use super::wire::{
    fetch::Fetched,
    mutf7::{MailboxName, Names},
};
use crate::mail::{
    email::{Content, EmailSummary},
    id::EmailId,
    keyword::{self, Keywords},
    plan, preview,
};

/// The name of a folder that is encoded as in modified UTF-7, where servers keep folders as files.
pub(crate) fn folder_name(encoded: &str) -> String {
    MailboxName::from_wire(encoded.as_bytes()).path(Names::Utf7)
}

/// The name of a folder in modified UTF-7.
pub(crate) fn encoded_name(name: &str) -> String {
    let wire = MailboxName::from_path(name, Names::Utf7);
    String::from_utf8_lossy(wire.wire()).into_owned()
}

/// System flags and the spellings of keywords in use (RFC 9051 §2.3.2, RFC 5788, Thunderbird,
/// Apple Mail, KMail), and the domain's word for each. Of several, the first is written.
const FLAGS: [(&str, &str); 12] = [
    ("\\Seen", keyword::SEEN),
    ("\\Flagged", keyword::FLAGGED),
    ("\\Answered", keyword::ANSWERED),
    ("\\Draft", keyword::DRAFT),
    ("\\Deleted", keyword::DELETED),
    ("$Forwarded", keyword::FORWARDED),
    ("$Junk", keyword::JUNK),
    ("$NotJunk", keyword::NOT_JUNK),
    ("Forwarded", keyword::FORWARDED),
    ("Junk", keyword::JUNK),
    ("NonJunk", keyword::NOT_JUNK),
    ("NotJunk", keyword::NOT_JUNK),
];

/// The keywords that these flags stand for, in lower case. `\Recent` and other system flags,
/// which say nothing of the message, are left out.
pub(crate) fn keywords(flags: &[String]) -> Keywords {
    let known = |flag: &&str| {
        FLAGS
            .iter()
            .find(|(wire, _)| wire.eq_ignore_ascii_case(flag))
    };
    flags
        .iter()
        .map(String::as_str)
        .filter_map(|flag| match known(&flag) {
            Some((_, word)) => Some((*word).to_owned()),
            None if flag.starts_with('\\') => None,
            None => Some(flag.to_lowercase()),
        })
        .collect()
}

/// The flag that a keyword is stored as. Whether it can be one at all is seen when the command
/// is written.
pub(crate) fn flag(keyword: &str) -> Cow<'_, str> {
    match FLAGS.iter().find(|(_, word)| *word == keyword) {
        Some((wire, _)) => Cow::Borrowed(wire),
        None => Cow::Borrowed(keyword),
    }
}

/// A row of a list. `None` when the server sent neither ENVELOPE, size nor date: then it was news
/// of flags and not an answer. What could not be read is empty.
pub(crate) fn summary(mut fetched: Fetched, placement: EmailId) -> Option<EmailSummary> {
    if fetched.envelope.is_none() && fetched.size.is_none() && fetched.internal_date.is_none() {
        return None;
    }
    let preview = match fetched.preview.take() {
        Some(text) => text,
        None => first_words(&fetched),
    };
    let envelope = fetched.envelope.unwrap_or_default();
    let sent_at = envelope.date.map(|(millis, _)| millis);
    let content = Content {
        size: fetched.size.unwrap_or(0),
        received_at: fetched.internal_date.or(sent_at).unwrap_or(0),
        sent_at,
        sent_offset: envelope.date.map(|(_, offset)| offset),
        sender: envelope.sender,
        from: envelope.from,
        reply_to: envelope.reply_to,
        to: envelope.to,
        cc: envelope.cc,
        bcc: envelope.bcc,
        subject: envelope.subject,
        message_id: envelope.message_id,
        in_reply_to: envelope.in_reply_to,
        preview,
        has_attachment: fetched.structure.as_ref().is_some_and(plan::has_attachment),
        structure: fetched.structure.map(Arc::new),
    };
    let keywords = keywords(fetched.flags.as_deref().unwrap_or_default());
    Some(EmailSummary::at(placement, keywords, Arc::new(content)))
}

/// A preview made of the first octets of the text, where the server makes none (RFC 8970).
fn first_words(fetched: &Fetched) -> String {
    let text = fetched.section("1").and_then(|own| own.data.as_deref());
    text.map(|octets| preview::preview(octets, fetched.structure.as_ref()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{imap::wire::response::Response, mail::id::MailboxId};

    fn fetch(items: &str) -> Fetched {
        let frame = format!("* 7 FETCH ({items})\r\n");
        match Response::parse(frame.into()) {
            Response::Fetch(fetched) => *fetched,
            other => panic!("{other:?}"),
        }
    }

    fn placement() -> EmailId {
        EmailId {
            mailbox: MailboxId([1; 6]),
            uid_validity: 2,
            uid: 3,
        }
    }

    #[test]
    fn flags_and_keywords() {
        let flags = [
            "\\SEEN",
            "\\Recent",
            "$forwarded",
            "NonJunk",
            "Work",
            "\\*",
            "\\X",
        ];
        let own = keywords(&flags.map(str::to_owned));
        let words: Vec<&str> = own.0.iter().map(String::as_str).collect();
        assert_eq!(words, ["$forwarded", "$notjunk", "$seen", "work"]);
        for (word, wire) in [
            ("$seen", "\\Seen"),
            ("$deleted", "\\Deleted"),
            ("$forwarded", "$Forwarded"),
            ("$junk", "$Junk"),
            ("work", "work"),
        ] {
            assert_eq!(flag(word), wire);
            assert!(keywords(&[flag(word).into_owned()]).has(word));
        }
    }

    #[test]
    fn a_row_from_an_answer() {
        let fetched = fetch(concat!(
            "UID 3 FLAGS (\\Seen) INTERNALDATE \"01-Jan-1970 00:00:01 +0000\" RFC822.SIZE 99 ",
            "PREVIEW \"hi\" ENVELOPE (NIL \"s\" ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) ",
            "((NIL NIL \"r\" \"b\")) ((NIL NIL \"t\" \"b\")) NIL NIL NIL NIL) ",
            "BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1)"
        ));
        let row = summary(fetched, placement()).unwrap();
        assert_eq!((row.size, row.received_at, row.sent_at), (99, 1000, None));
        assert_eq!((row.subject.as_str(), row.preview.as_str()), ("s", "hi"));
        assert_eq!(row.from[0].email, "a@b");
        assert!(row.sender.is_empty() && row.keywords.has("$seen") && !row.has_attachment);
        assert_eq!(row.reply_to[0].email, "r@b");
        assert_eq!(row.structure.as_ref().unwrap().section, "1");
    }

    #[test]
    fn what_cannot_be_read_is_empty_but_the_row_stays() {
        let fetched = fetch("UID 3 RFC822.SIZE 9 ENVELOPE (((");
        let row = summary(fetched, placement()).unwrap();
        assert_eq!(
            (row.size, row.subject.as_str(), row.structure.clone()),
            (9, "", None)
        );
        assert_eq!(summary(fetch("UID 3 FLAGS (\\Seen)"), placement()), None);
    }

    #[test]
    fn without_previews_the_first_words_are_taken() {
        let fetched = fetch(concat!(
            "RFC822.SIZE 9 BODYSTRUCTURE (\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL ",
            "\"quoted-printable\" 40 2) BODY[1]<0> {18}\r\nOn time, =E2=82=AC"
        ));
        let row = summary(fetched, placement()).unwrap();
        assert_eq!(row.preview, "On time, €");
    }

    #[test]
    fn an_attachment_is_seen() {
        let fetched = fetch(concat!(
            "RFC822.SIZE 9 BODYSTRUCTURE ((\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1)",
            "(\"application\" \"pdf\" (\"name\" \"a.pdf\") NIL NIL \"base64\" 9) \"mixed\")"
        ));
        assert!(summary(fetched, placement()).unwrap().has_attachment);
    }
}
