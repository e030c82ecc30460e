//! The messages that a form or a path names: one, or all of a conversation, with commas between.

use std::fmt;

use serde::Deserialize;

use crate::{
    engine::conversations::EMAILS_MOST,
    mail::id::{EmailId, InvalidId},
};

/// As many as a row stands for; more was never written by a page of ours.
const MOST: usize = EMAILS_MOST as usize;

/// At least one message, each named once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Emails(Vec<EmailId>);

impl Emails {
    /// The messages.
    pub(crate) fn ids(&self) -> &[EmailId] {
        &self.0
    }

    /// The last named: of a conversation the newest.
    pub(crate) fn last(&self) -> Option<EmailId> {
        self.0.last().copied()
    }

    /// As forms and paths say it.
    pub(crate) fn written(ids: &[EmailId]) -> impl fmt::Display {
        fmt::from_fn(move |f| {
            for (index, id) in ids.iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                write!(f, "{comma}{id}")?;
            }
            Ok(())
        })
    }
}

impl TryFrom<String> for Emails {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let mut ids = Vec::new();
        for (count, part) in text.split(',').enumerate() {
            if count >= MOST {
                return Err(InvalidId);
            }
            let id: EmailId = part.parse()?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(Self(ids))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::id::MailboxId;

    fn id(uid: u32) -> EmailId {
        EmailId {
            mailbox: MailboxId([1, 2, 3, 4, 5, 6]),
            uid_validity: 7,
            uid,
        }
    }

    #[test]
    fn ids_survive_their_text() {
        for uids in [vec![1], vec![3, 1, 2], (1..=100).collect()] {
            let ids: Vec<EmailId> = uids.into_iter().map(id).collect();
            let read = Emails::try_from(Emails::written(&ids).to_string());
            assert_eq!(read, Ok(Emails(ids)));
        }
        let twice = Emails::written(&[id(1), id(2), id(1)]).to_string();
        assert_eq!(Emails::try_from(twice), Ok(Emails(vec![id(1), id(2)])));
    }

    #[test]
    fn what_no_page_writes_is_refused() {
        let one = id(1).to_string();
        let many: Vec<EmailId> = (1..=101).map(id).collect();
        for text in [
            String::new(),
            ",".to_owned(),
            format!("{one},"),
            format!(",{one}"),
            format!("{one},,{one}"),
            format!("{one} {one}"),
            format!("{one};{one}"),
            "x".repeat(100_000),
            format!("{one},").repeat(5_000),
            Emails::written(&many).to_string(),
        ] {
            assert!(Emails::try_from(text.clone()).is_err(), "{text:.60}");
        }
    }
}
