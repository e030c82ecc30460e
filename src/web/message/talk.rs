//! The conversation around an opened message: the others as quiet rows, in order.
//!
//! Cost: [`Account::conversation`](crate::engine::Account::conversation), and nothing more for a
//! message that is alone.

use std::collections::HashMap;

use crate::{
    engine::{self, conversations::Told},
    mail::{
        address::Address,
        email::EmailSummary,
        id::{EmailId, MailboxId},
        keyword::{DRAFT, FLAGGED, SEEN},
        mailbox::{Mailbox, Role},
    },
    web::{
        mailbox::{
            emails::Emails,
            place::{self, Place},
            talks,
        },
        page::Ui,
        settings::reading::MarkRead,
        signed_in::SignedIn,
    },
};

/// So many read messages in a row are shown; of more the first and the last, and between them how
/// many there are.
const RUN: usize = 4;

/// Messages that open by themselves; of more that were not read the oldest.
const EXPANDED_MOST: usize = 20;

/// Characters of a message's first words.
const PREVIEW: usize = 140;

/// The others of a conversation.
#[derive(Clone, Debug)]
pub struct Talk {
    /// Those before the open message.
    pub before: Vec<Piece>,
    /// Those after it.
    pub after: Vec<Piece>,
    /// How many messages there are, the open one among them and drafts not.
    pub count: usize,
    /// It was opened from a list of conversations: what is done to it is done to all that lie here.
    pub is_whole: bool,
    /// The newest message that is not a draft.
    pub last: Last,
    /// The messages that lie in the folder with their copies, the oldest first.
    here: Vec<Told>,
    /// One of those is not read, and will not be by opening the page.
    is_unread: bool,
}

/// What is around an opened message.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// The others of its conversation; `None` where it is alone.
    pub talk: Option<Talk>,
    /// The same message once more in the folder: what is done to it is done to them. None in a list
    /// of messages, where they have rows of their own.
    pub copies: Vec<EmailSummary>,
}

/// Where a conversation ends: what an answer to it answers.
#[derive(Clone, Debug, Default)]
pub struct Last {
    /// The message's path.
    pub path: String,
    /// The list's part of the address.
    pub tail: String,
    /// Somebody besides the sender and the reader is named in it.
    pub has_others: bool,
    /// It is to be seen on the page as it is opened.
    pub is_shown: bool,
}

/// A line between messages.
#[derive(Clone, Debug)]
pub enum Piece {
    /// A message.
    Item(Box<Item>),
    /// Messages that were read, folded away.
    Fold(Vec<Item>),
}

/// A message as a row.
#[derive(Clone, Debug)]
pub struct Item {
    /// The message.
    pub email: EmailSummary,
    /// Who wrote it.
    pub who: String,
    /// Where it leads.
    pub path: String,
    /// The folder that it lies in, where that is another one.
    pub folder: Option<String>,
    /// It is opened with the page.
    pub is_expanded: bool,
    /// It is not read, or a copy of it is not.
    is_unread: bool,
}

impl Item {
    /// Not read yet.
    pub fn is_unread(&self) -> bool {
        self.is_unread
    }

    /// Starred.
    pub fn is_starred(&self) -> bool {
        self.email.keywords.has(FLAGGED)
    }

    /// Not sent yet: it is gone on with, not read.
    pub fn is_draft(&self) -> bool {
        self.email.keywords.has(DRAFT)
    }

    /// The letter on its sender's mark.
    pub fn initial(&self) -> String {
        let label = self.email.from.first().map_or("", Address::label);
        let first = label.chars().find(|c| c.is_alphanumeric());
        first.map_or_else(|| "?".to_owned(), |c| c.to_uppercase().to_string())
    }

    /// Its first words, else its subject.
    pub fn words(&self, ui: &Ui) -> String {
        let words = match (self.email.preview.as_str(), self.email.subject.trim()) {
            ("", "") => ui.t("no-subject"),
            ("", subject) => subject.to_owned(),
            (preview, _) => preview.to_owned(),
        };
        words.chars().take(PREVIEW).collect()
    }

    /// Whether [`state`](Self::state) has anything to say.
    pub fn has_state(&self) -> bool {
        self.is_unread() || self.is_starred()
    }

    /// What marks show by their looks, in words.
    pub fn state(&self, ui: &Ui) -> String {
        let marks = [
            (self.is_unread(), "row-unread"),
            (self.is_starred(), "row-starred"),
        ];
        let words = marks.iter().filter(|(is, _)| *is).map(|(_, key)| ui.t(key));
        words.collect::<Vec<_>>().join(", ")
    }
}

impl Talk {
    /// The messages that lie in the folder, as paths and forms name them.
    pub fn value(&self) -> String {
        let most = engine::conversations::EMAILS_MOST as usize;
        let all = self.here.iter().flat_map(Told::all);
        let ids: Vec<EmailId> = all.map(|email| email.id).collect();
        let newest = ids.len().saturating_sub(most);
        Emails::written(ids.get(newest..).unwrap_or_default()).to_string()
    }

    /// One that lies in the folder is not read, and will not be by opening the page.
    pub fn is_unread(&self) -> bool {
        self.is_unread
    }

    /// One that lies in the folder is starred.
    pub fn is_starred(&self) -> bool {
        self.here.iter().any(|one| one.email.keywords.has(FLAGGED))
    }

    /// Several messages lie in the folder.
    pub fn is_several(&self) -> bool {
        self.here.len() > 1
    }
}

/// What is needed to draw one.
struct Context<'a> {
    ui: &'a Ui,
    own: Vec<String>,
    mailboxes: HashMap<MailboxId, Mailbox>,
    place: &'a Place,
    tail: &'a str,
    /// What is opened is read.
    marks: bool,
}

/// The conversation of an opened message, with the keywords that it has now. It is shown without it
/// too. `tail` says which list it was opened from.
pub(crate) async fn around(
    signed_in: &SignedIn,
    open: &EmailSummary,
    place: &Place,
    tail: &str,
    is_whole: bool,
) -> Around {
    match read(signed_in, open, place, tail, is_whole).await {
        Ok(around) => around,
        Err(error) => {
            tracing::info!(%error, "The conversation of a message could not be looked up");
            Around::default()
        }
    }
}

async fn read(
    signed_in: &SignedIn,
    open: &EmailSummary,
    place: &Place,
    tail: &str,
    is_whole: bool,
) -> Result<Around, engine::Error> {
    let account = &signed_in.account;
    let mut all = account.conversation(open).await?;
    if !is_whole {
        all.iter_mut().for_each(|one| one.copies.clear());
    }
    let mut at = all.iter();
    let at = at.position(|one| one.email.placement == open.placement);
    let at = at.unwrap_or_default();
    let mut around = Around::default();
    if let Some(one) = all.get_mut(at) {
        one.email.keywords.clone_from(&open.keywords);
        around.copies.clone_from(&one.copies);
    }
    if all.len() < 2 {
        return Ok(around);
    }
    let mailboxes = account.mailboxes().await?;
    let context = Context {
        ui: &signed_in.ui,
        own: account.own_addresses().await?,
        mailboxes: mailboxes.iter().map(|one| (one.id, one.clone())).collect(),
        place,
        tail,
        marks: signed_in.preferences.mark_read() == MarkRead::AtOnce,
    };
    around.talk = Some(talk(&context, &all, at, is_whole));
    Ok(around)
}

fn talk(context: &Context<'_>, all: &[Told], at: usize, is_whole: bool) -> Talk {
    let sent = |one: &&Told| !context.is_draft(&one.email);
    let newest = all.iter().rposition(|one| sent(&one));
    let newest_at = newest.unwrap_or(at);
    let last = all.get(newest_at).map(|one| &one.email);
    let last = last.map(|one| Last {
        path: format!("/m/{}/{}", one.placement.mailbox, one.id),
        tail: match one.placement.mailbox == context.place.id {
            true => context.tail.to_owned(),
            false => String::new(),
        },
        has_others: one.to.len() + one.cc.len() > 1,
        is_shown: is_whole || newest_at == at,
    });
    let mut left = EXPANDED_MOST;
    let mut items = Vec::new();
    for (index, one) in all.iter().enumerate() {
        let mut item = context.item(one);
        // Its copies are read with what is opened.
        if index == at && context.marks {
            item.is_unread = !one.email.keywords.has(SEEN);
        }
        let is_new = Some(index) == newest || (item.is_unread() && left > 0);
        item.is_expanded = is_whole && index != at && is_new && !item.is_draft();
        if item.is_expanded {
            left = left.saturating_sub(1);
        }
        items.push(item);
    }
    let is_unread = items.iter().any(|item| {
        let is_here = item.email.placement.mailbox == context.place.id;
        is_here && item.is_unread() && !(context.marks && item.is_expanded)
    });
    let mut items = items.into_iter();
    let before: Vec<Item> = items.by_ref().take(at).collect();
    let after: Vec<Item> = items.skip(1).collect();
    let here = all
        .iter()
        .filter(|one| one.email.placement.mailbox == context.place.id);
    Talk {
        before: folded(before),
        after: folded(after),
        count: all.iter().filter(sent).count(),
        is_whole,
        last: last.unwrap_or_default(),
        here: here.cloned().collect(),
        is_unread,
    }
}

/// Messages as paths and forms name them; the last is the one that is opened.
fn value<'a>(all: impl Iterator<Item = &'a EmailSummary>) -> String {
    Emails::written(&all.map(|email| email.id).collect::<Vec<_>>()).to_string()
}

impl Context<'_> {
    fn is_draft(&self, email: &EmailSummary) -> bool {
        let mailbox = self.mailboxes.get(&email.placement.mailbox);
        let lies_there = mailbox.is_some_and(|one| one.role == Some(Role::Drafts));
        lies_there || email.keywords.has(DRAFT)
    }

    fn item(&self, one: &Told) -> Item {
        let mut email = one.email.clone();
        let is_draft = self.is_draft(&email);
        if is_draft {
            email.keywords.0.insert(DRAFT.to_owned());
        }
        let mailbox = email.placement.mailbox;
        let is_here = mailbox == self.place.id;
        let path = match is_draft {
            true => format!("/m/{mailbox}/{}", email.id),
            false => format!("/m/{mailbox}/{}", value(one.all())),
        };
        Item {
            who: self.who(&email),
            path: match (is_draft, is_here) {
                (true, _) => format!("{path}/edit"),
                (false, true) => format!("{path}{}", self.tail),
                (false, false) => path,
            },
            folder: match self.mailboxes.get(&mailbox) {
                Some(other) if !is_here => Some(place::name(self.ui, other.role, &other.name)),
                _ => None,
            },
            is_expanded: false,
            is_unread: !one.is_read(),
            email,
        }
    }

    fn who(&self, email: &EmailSummary) -> String {
        match email.from.first() {
            Some(from) if talks::is_own(from, &self.own) => self.ui.t("me"),
            from => match from.map(Address::label) {
                None | Some("") => self.ui.t("row-no-sender"),
                Some(label) => label.to_owned(),
            },
        }
    }
}

/// Long runs of messages that were read are folded but for their ends.
fn folded(items: Vec<Item>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut run: Vec<Item> = Vec::new();
    for item in items {
        if item.is_unread() || item.is_expanded || item.is_draft() {
            end_run(&mut run, &mut pieces);
            pieces.push(Piece::Item(Box::new(item)));
        } else {
            run.push(item);
        }
    }
    end_run(&mut run, &mut pieces);
    pieces
}

fn end_run(run: &mut Vec<Item>, pieces: &mut Vec<Piece>) {
    let items = std::mem::take(run);
    let count = items.len();
    let mut inner = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let is_end = index == 0 || index.saturating_add(1) == count;
        if count > RUN && !is_end {
            inner.push(item);
            continue;
        }
        if !inner.is_empty() {
            pieces.push(Piece::Fold(std::mem::take(&mut inner)));
        }
        pieces.push(Piece::Item(Box::new(item)));
    }
}

#[cfg(test)]
mod tests;
