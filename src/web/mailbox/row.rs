//! One message in the list, or one conversation.

use std::{
    borrow::Cow,
    fmt::{self, Display as _},
};

use crate::{
    mail::{
        address::Address,
        email::EmailSummary,
        id::{EmailId, MailboxId},
        keyword::{ANSWERED, DRAFT, FLAGGED, FORWARDED, SEEN},
    },
    web::{
        mailbox::{labels::Label, talks::Talk},
        page::Ui,
    },
};

/// Characters of a preview that are drawn; servers give 200, and half a list's octets are previews.
const PREVIEW: usize = 140;
/// Labels of a row.
const LABELS: usize = 2;

/// One row: a message as the list shows it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The message; of a conversation the newest.
    pub email: EmailSummary,
    /// In folders of own mail the row says to whom.
    pub outgoing: bool,
    /// Where it lies, in a list over several accounts.
    pub home: Option<Home>,
    /// The conversation that the row stands for.
    pub talk: Option<Talk>,
}

/// Where a row of a merged list lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// The folder in whose list it stands.
    pub mailbox: MailboxId,
    /// What is in it is not sent yet.
    pub is_drafts: bool,
    /// What the account is called.
    pub account: String,
    /// The account's colour; empty for none.
    pub color: String,
}

impl Row {
    /// By what the page knows the row: a conversation keeps its own when messages come and go.
    pub fn key(&self) -> impl fmt::Display {
        fmt::from_fn(|f| match &self.talk {
            Some(talk) => f.write_str(&talk.of.thread_id),
            None => self.email.id.fmt(f),
        })
    }

    /// The messages that it stands for, as forms send them.
    pub fn value(&self) -> impl fmt::Display {
        fmt::from_fn(|f| match &self.talk {
            Some(talk) => talk.value().fmt(f),
            None => self.email.id.fmt(f),
        })
    }

    /// The message that it leads to.
    pub fn begin(&self) -> EmailId {
        self.talk
            .as_ref()
            .map_or(self.email.id, |talk| talk.of.begin)
    }

    /// Does it stand for this message?
    pub fn holds(&self, email: EmailId) -> bool {
        match &self.talk {
            Some(talk) => talk.of.emails.contains(&email),
            None => self.email.id == email,
        }
    }

    /// The message to go on with when these leave the folder: the next one that stays, else the one
    /// before; `None` where nothing of it does.
    pub(crate) fn stays(&self, leaving: &[EmailId]) -> Option<EmailId> {
        let all = &self.talk.as_ref()?.of.emails;
        let last = all.iter().rposition(|email| leaving.contains(email))?;
        let (before, after) = all.split_at_checked(last)?;
        let stays = |email: &&EmailId| !leaving.contains(email);
        let next = after.iter().find(stays);
        next.or_else(|| before.iter().rev().find(stays)).copied()
    }

    /// One of its messages is read now.
    pub(crate) fn see(&mut self) {
        match &mut self.talk {
            Some(talk) => talk.of.unread = talk.of.unread.saturating_sub(1),
            None => {
                self.email.keywords.0.insert(SEEN.to_owned());
            }
        }
    }

    /// The conversation, where there is more than one message in it.
    pub fn several(&self) -> Option<&Talk> {
        self.talk.as_ref().filter(|talk| talk.of.count > 1)
    }

    /// Not read yet.
    pub fn is_unread(&self) -> bool {
        match &self.talk {
            Some(talk) => talk.of.unread > 0,
            None => !self.email.keywords.has(SEEN),
        }
    }

    /// Starred.
    pub fn is_starred(&self) -> bool {
        match &self.talk {
            Some(talk) => talk.of.is_flagged,
            None => self.email.keywords.has(FLAGGED),
        }
    }

    /// Something is attached.
    pub fn has_attachment(&self) -> bool {
        match &self.talk {
            Some(talk) => talk.of.has_attachment,
            None => self.email.has_attachment,
        }
    }

    /// Answered by the person.
    pub fn is_answered(&self) -> bool {
        self.email.keywords.has(ANSWERED)
    }

    /// Passed on by the person.
    pub fn is_forwarded(&self) -> bool {
        self.email.keywords.has(FORWARDED)
    }

    /// Not sent yet.
    pub fn is_draft(&self) -> bool {
        self.email.keywords.has(DRAFT)
    }

    /// The correspondents' names, by which a person knows the message.
    pub fn who(&self, ui: &Ui) -> Cow<'_, str> {
        if self.outgoing {
            let to = [&self.email.to, &self.email.cc, &self.email.bcc];
            let names = labels(to.into_iter().flatten());
            return match names.is_empty() {
                true => ui.word("row-no-recipient"),
                false => Cow::Owned(ui.t1("row-to", "names", names)),
            };
        }
        if let Some(talk) = self.several() {
            return Cow::Borrowed(&talk.who);
        }
        let names = labels(&self.email.from);
        match names.is_empty() {
            true => ui.word("row-no-sender"),
            false => names,
        }
    }

    /// Their addresses, for the title.
    pub fn addresses(&self) -> Cow<'_, str> {
        let people = match self.outgoing {
            true => &self.email.to,
            false => &self.email.from,
        };
        match people.as_slice() {
            [person] => Cow::Borrowed(&person.email),
            people => {
                let addresses = people.iter().take(10).map(|person| person.email.as_str());
                Cow::Owned(addresses.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The subject, or a word for its absence.
    pub fn subject(&self, ui: &Ui) -> Cow<'_, str> {
        match self.email.subject.trim() {
            "" => ui.word("no-subject"),
            subject => Cow::Borrowed(subject),
        }
    }

    /// Whether the server or we know the first words.
    pub fn has_preview(&self) -> bool {
        !self.email.preview.is_empty()
    }

    /// The first words, as many as the widest list has room for.
    pub fn preview(&self) -> &str {
        let preview = self.email.preview.as_str();
        let end = preview.char_indices().nth(PREVIEW).map(|(end, _)| end);
        end.and_then(|end| preview.get(..end)).unwrap_or(preview)
    }

    /// The labels, as many as there is room for.
    pub fn labels<'a>(&'a self, ui: &Ui) -> impl Iterator<Item = Label<'a>> {
        Label::all(ui, &self.email.keywords).take(LABELS)
    }

    /// How many labels there was no room for.
    pub fn more_labels(&self, ui: &Ui) -> usize {
        Label::all(ui, &self.email.keywords).skip(LABELS).count()
    }

    /// Whether [`state`](Self::state) has anything to say.
    pub fn has_state(&self) -> bool {
        self.is_unread() || self.is_starred() || self.several().is_some()
    }

    /// What marks show by their looks, in words: "Unread, Starred", "Conversation, 3 messages, 1
    /// unread".
    pub fn state(&self, ui: &Ui) -> String {
        let mut words = Vec::new();
        match self.several() {
            Some(talk) => {
                words.push(Cow::Owned(ui.tn("row-talk", talk.of.count)));
                if talk.of.unread > 0 {
                    words.push(Cow::Owned(ui.tn("list-unread", talk.of.unread)));
                }
            }
            None if self.is_unread() => words.push(ui.word("row-unread")),
            None => {}
        }
        if self.is_starred() {
            words.push(ui.word("row-starred"));
        }
        words.join(", ")
    }
}

fn labels<'a>(people: impl IntoIterator<Item = &'a Address>) -> Cow<'a, str> {
    let mut names = Vec::new();
    for name in people.into_iter().take(20).map(Address::label) {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [] => Cow::Borrowed(""),
        [one] => Cow::Borrowed(one),
        names => Cow::Owned(names.join(", ")),
    }
}
