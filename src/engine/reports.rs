//! Reports of what became of messages: read when they are opened, remembered beside the message
//! that was sent, shown with both.
//!
//! Cost: nothing upstream for what a report says, since its texts come with the message's own;
//! one round trip (SELECT goes in front of it) to find the message that it is about. What became
//! of a message that was sent is one look into the database.

use crate::{
    mail::{
        address,
        id::EmailId,
        mailbox::Role,
        report::delivery::{self, Action, Delivery, Reason},
    },
    store::{
        self,
        submissions::{RecipientState, State, recipients::RecipientRow},
    },
};

use super::{account::Account, error::Error};

/// What is known of a message on its way to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// The address.
    pub email: String,
    /// What happened.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// What a server said; may be empty. Text of strangers.
    pub words: String,
}

impl Account {
    /// The message of this Message-ID in the Sent folder.
    ///
    /// # Errors
    /// Upstream trouble.
    pub async fn sent_email(&self, message_id: &str) -> Result<Option<EmailId>, Error> {
        let folders = self.mailboxes().await?;
        let sent = folders.iter().find(|one| one.role == Some(Role::Sent));
        let Some(sent) = sent else { return Ok(None) };
        let found = self.0.mailstore.find(sent, message_id).await?;
        Ok(found.map(|(uid_validity, uid)| EmailId {
            mailbox: sent.id,
            uid_validity,
            uid,
        }))
    }

    /// Remembers what a report says of a message that went out from here. A later report never
    /// takes back what is final, and one that names others than the message went to changes
    /// nothing: anybody can write a report.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn note_delivery(&self, report: &Delivery) -> Result<(), Error> {
        let Some(id) = &report.message_id else {
            return Ok(());
        };
        let store = &self.0.shared.store;
        let row = store::submissions::by_message_id(store, self.0.id, id).await?;
        let Some(row) = row.filter(|row| row.state == State::Sent) else {
            return Ok(());
        };
        let known = store::submissions::recipients::list(store, row.id).await?;
        let mut news = Vec::new();
        for told in &report.recipients {
            let email = address::key(&told.email);
            let mut known = known.iter();
            let one = known.find(|one| address::key(&one.email) == email);
            let state = match told.action {
                Action::Failed => RecipientState::Failed,
                Action::Delayed => RecipientState::Deferred,
                Action::Delivered | Action::Relayed | Action::Expanded => RecipientState::Delivered,
            };
            if let Some(one) = one.filter(|one| may_follow(one.state, state)) {
                let words = format!("{} {}", told.status, told.diagnostic);
                news.push((one.ordinal, state, words.trim().to_owned()));
            }
        }
        let news: Vec<(i64, RecipientState, &str)> = news
            .iter()
            .map(|(ordinal, state, words)| (*ordinal, *state, words.as_str()))
            .collect();
        if !news.is_empty() {
            store::submissions::recipients::set(store, row.id, &news, self.now()).await?;
        }
        Ok(())
    }

    /// What is known of a message that went out from here: those recipients of whom there is
    /// more to say than that the server took it for them.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn fates(&self, message_id: &str) -> Result<Vec<Fate>, Error> {
        let store = &self.0.shared.store;
        let row = store::submissions::by_message_id(store, self.0.id, message_id).await?;
        let Some(row) = row.filter(|row| row.state == State::Sent) else {
            return Ok(Vec::new());
        };
        let known = store::submissions::recipients::list(store, row.id).await?;
        Ok(known.into_iter().filter_map(fate).collect())
    }
}

/// Nothing follows the end of a story, and no delay what is known already.
fn may_follow(known: RecipientState, told: RecipientState) -> bool {
    match known {
        RecipientState::Pending | RecipientState::Accepted => true,
        RecipientState::Deferred => told != RecipientState::Deferred,
        RecipientState::Refused | RecipientState::Delivered | RecipientState::Failed => false,
    }
}

fn fate(row: RecipientRow) -> Option<Fate> {
    let action = match row.state {
        RecipientState::Pending | RecipientState::Accepted => return None,
        RecipientState::Deferred => Action::Delayed,
        RecipientState::Refused | RecipientState::Failed => Action::Failed,
        RecipientState::Delivered => Action::Delivered,
    };
    Some(Fate {
        reason: reason(&row.reply),
        email: row.email,
        action,
        words: row.reply,
    })
}

/// From a server's words: `550 5.1.1 no such user`, or a report's `5.1.1 550 no such user`.
fn reason(words: &str) -> Reason {
    let mut codes = words.split(|c: char| c.is_whitespace() || c == '-');
    let is_status = |word: &&str| {
        let numbers: Vec<&str> = word.split('.').collect();
        let is_number = |part: &&str| part.parse::<u16>().is_ok();
        numbers.len() == 3 && numbers.iter().all(is_number)
    };
    let status = codes.by_ref().take(3).find(is_status);
    delivery::reason(status.unwrap_or_default(), words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_read_from_what_was_kept() {
        let cases = [
            ("550 5.1.1 No", Reason::UnknownMailbox),
            ("550-5.2.2 over", Reason::FullMailbox),
            ("5.3.4 552 Too big", Reason::TooBig),
            ("550 user unknown", Reason::UnknownMailbox),
            ("550 127.0.0.1 says no", Reason::Other),
            ("", Reason::Other),
        ];
        for (words, expected) in cases {
            assert_eq!(reason(words), expected, "{words}");
        }
    }

    #[test]
    fn what_is_final_stays() {
        use RecipientState::{Accepted, Deferred, Delivered, Failed, Refused};
        for known in [Refused, Delivered, Failed] {
            assert!(!may_follow(known, Deferred) && !may_follow(known, Delivered));
        }
        assert!(may_follow(Accepted, Deferred) && may_follow(Deferred, Failed));
        assert!(!may_follow(Deferred, Deferred));
    }
}
