//! What a writer should be asked before a message goes out. Findings are values; nothing here
//! holds a message back.

mod words;

use super::{address::Address, warning::Warning, warning::domain};

/// An answer to so many is worth a second look.
pub const MANY: usize = 20;

/// What is about to be sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// The subject.
    pub subject: &'a str,
    /// The body as plain text, quote and signature included; [`own_text`] tells them apart.
    pub text: &'a str,
    /// Whether anything is attached.
    pub has_attachment: bool,
    /// To, Cc and Bcc.
    pub recipients: &'a [Address],
    /// It answers all of another message.
    pub is_reply_all: bool,
    /// Domains that the writer has written to, in small letters.
    pub known_domains: &'a [String],
    /// What was found about the message that this one answers.
    pub answered: &'a [Warning],
}

/// Something to ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The text speaks of something attached (with this word), and nothing is.
    NothingAttached(String),
    /// There is no subject.
    NoSubject,
    /// It answers this many.
    ToMany(usize),
    /// The address looks mistyped.
    Mistyped {
        /// As written.
        email: String,
        /// The domain that was probably meant.
        meant: String,
    },
    /// The domain of a recipient is made to look like another (T-FROM-1).
    Lookalike {
        /// As written.
        email: String,
        /// The domain as DNS knows it.
        ascii: String,
    },
    /// Whoever wrote the message answered may be somebody else than they seem.
    SenderInDoubt(Warning),
}

/// Everything worth asking, the gravest first.
pub fn doubts(about: &About<'_>) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = Vec::new();
    let answered = about.answered.iter().filter(|warning| is_grave(warning));
    doubts.extend(answered.cloned().map(Doubt::SenderInDoubt));
    for address in about.recipients {
        doubts.extend(recipient(address, about.known_domains));
    }
    if about.is_reply_all && about.recipients.len() >= MANY {
        doubts.push(Doubt::ToMany(about.recipients.len()));
    }
    if !about.has_attachment {
        let said = format!("{}\n{}", about.subject, own_text(about.text));
        doubts.extend(words::attached(&said).map(Doubt::NothingAttached));
    }
    if about.subject.trim().is_empty() {
        doubts.push(Doubt::NoSubject);
    }
    doubts
}

/// What the writer wrote: without quotes, the line that introduces one, a message passed on, and
/// the signature.
pub fn own_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let ends = |line: &&&str| {
        let line = line.trim_end();
        let is_rule = line.starts_with("-----") || line.starts_with("_____");
        line == "--" || is_rule
    };
    let end = lines
        .iter()
        .position(|line| ends(&line))
        .unwrap_or(lines.len());
    let mut own: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().take(end).enumerate() {
        let is_quote = |line: Option<&&str>| line.is_some_and(|line| line.starts_with('>'));
        let introduces = line.trim_end().ends_with(':') && is_quote(lines.get(at + 1));
        if !line.starts_with('>') && !introduces {
            own.push(line);
        }
    }
    own.join("\n")
}

fn recipient(address: &Address, known: &[String]) -> Option<Doubt> {
    let (_, own) = address.email.rsplit_once('@')?;
    let email = address.email.clone();
    if let Some((_, ascii)) = domain::lookalike(own) {
        return Some(Doubt::Lookalike { email, ascii });
    }
    let meant = domain::meant(own, known)?.to_owned();
    Some(Doubt::Mistyped { email, meant })
}

/// Findings that make it matter where an answer goes. Not that it goes elsewhere: lists and shops
/// want that, and who answers sees the address. Nor that another domain vouches: lists do.
fn is_grave(warning: &Warning) -> bool {
    let is_usual = matches!(
        warning,
        Warning::NoFrom | Warning::SeveralFrom(_) | Warning::SentBy(_)
    );
    warning.doubts_sender() && !is_usual
}

#[cfg(test)]
mod tests {
    use super::{About, Doubt, MANY, doubts, own_text};
    use crate::mail::{address::Address, warning::Warning};

    fn to(email: &str) -> Address {
        Address {
            name: None,
            email: email.to_owned(),
        }
    }

    #[test]
    fn the_writers_own_words_count() {
        let text =
            "See below.\n\nOn Monday, Anna wrote:\n> It is attached.\nYes.\n-- \nAttached to you";
        assert_eq!(own_text(text), "See below.\n\nYes.");
        assert_eq!(own_text("a\n---------- Forwarded message\nattached"), "a");
        assert_eq!(own_text("a\nb"), "a\nb");
    }

    #[test]
    fn doubts_are_raised() {
        let fine = About {
            subject: "x",
            text: "Hello",
            ..About::default()
        };
        assert_eq!(doubts(&fine), []);
        let about = About {
            subject: " ",
            ..fine
        };
        assert_eq!(doubts(&about), [Doubt::NoSubject]);
        let about = About {
            text: "I have attached it.",
            ..fine
        };
        assert_eq!(
            doubts(&about),
            [Doubt::NothingAttached("attached".to_owned())]
        );
        let about = About {
            has_attachment: true,
            ..about
        };
        assert_eq!(doubts(&about), []);
        let about = About {
            text: "Yes\n> see attached",
            ..fine
        };
        assert_eq!(doubts(&about), []);
        let recipients = vec![to("a@example.org"); MANY];
        let about = About {
            recipients: &recipients,
            ..fine
        };
        assert_eq!(doubts(&about), []);
        let about = About {
            is_reply_all: true,
            ..about
        };
        assert_eq!(doubts(&about), [Doubt::ToMany(MANY)]);
        let recipients = [to("a@gmial.com"), to("b@раураl.com"), to("broken")];
        let about = About {
            recipients: &recipients,
            ..fine
        };
        let found = doubts(&about);
        assert!(matches!(&found[0], Doubt::Mistyped { meant, .. } if meant == "gmail.com"));
        assert!(matches!(&found[1], Doubt::Lookalike { .. }));
        assert_eq!(found.len(), 2);
        let elsewhere = Warning::ReplyToElsewhere {
            reply_to: "list@example.net".to_owned(),
            from: "a@example.org".to_owned(),
        };
        let by = Warning::SentBy("list.example".to_owned());
        let answered = [elsewhere, by, Warning::HiddenCharacters, Warning::NoFrom];
        let about = About {
            answered: &answered,
            ..fine
        };
        assert_eq!(
            doubts(&about),
            [Doubt::SenderInDoubt(Warning::HiddenCharacters)]
        );
    }
}
