//! A folder's list with one row for each conversation.
//!
//! Cost: as in [`crate::engine::conversations`], and one statement for the addresses that are one's
//! own.

use std::fmt;

use crate::{
    engine::{
        self,
        conversations::{Conversation, ConversationPage},
        threads::After,
    },
    mail::{
        address::{self, Address},
        id::{EmailId, MailboxId},
        mailbox::{Mailbox, Role},
        sort::Sort,
    },
    web::{
        mailbox::{
            address::ListAddress,
            emails::Emails,
            list::{List, Shows, Talks},
            pane,
            place::Place,
            row::Row,
        },
        page::Ui,
        signed_in::SignedIn,
    },
};

/// Octets of a conversation's id in an address; more was never written by us.
const ID_MOST: usize = 200;

/// A row's conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk {
    /// It.
    pub of: Conversation,
    /// Who wrote, in few words: "Ada, Bob, me".
    pub who: String,
}

impl Talk {
    /// Its messages in the folder, as forms send them: what is done to the row is done to them.
    pub fn value(&self) -> impl fmt::Display {
        Emails::written(&self.of.emails)
    }
}

/// Whether this folder's list is one of conversations. Searches find messages, drafts are messages,
/// and only the newest first is an order of conversations.
pub(crate) fn applies(signed_in: &SignedIn, mailbox: MailboxId, address: &ListAddress) -> bool {
    let preferences = &signed_in.preferences;
    preferences.shows_talks()
        && !address.is_merged()
        && address.query().is_empty()
        && preferences.order(mailbox) == Sort::default()
}

/// The choice that the list's menu offers.
pub(crate) fn shows(signed_in: &SignedIn, mailbox: &Mailbox, address: &ListAddress) -> Shows {
    Shows {
        is_offered: address.query().is_empty() && mailbox.role != Some(Role::Drafts),
        talks: signed_in.preferences.shows_talks(),
    }
}

/// The list's pane; `None` where it is one of messages after all.
pub(crate) async fn pane(
    signed_in: &SignedIn,
    mailbox: MailboxId,
    address: &ListAddress,
    open: Option<EmailId>,
) -> Result<Option<List>, engine::Error> {
    let mailbox = signed_in.account.mailbox(mailbox).await?;
    if mailbox.role == Some(Role::Drafts) {
        return Ok(None);
    }
    let (after, limit) = wanted(signed_in, address);
    let account = &signed_in.account;
    let page = account
        .conversations(mailbox.id, after.as_ref(), limit)
        .await?;
    let list = drawn(signed_in, &mailbox, page, address, open).await?;
    Ok(Some(list))
}

/// The same where it costs the mail server nothing.
pub(crate) async fn remembered(
    signed_in: &SignedIn,
    mailbox: MailboxId,
    address: &ListAddress,
    open: EmailId,
) -> Option<List> {
    let account = &signed_in.account;
    let mailbox = account.mailbox(mailbox).await.ok()?;
    if mailbox.role == Some(Role::Drafts) {
        return None;
    }
    let (after, limit) = wanted(signed_in, address);
    let page = account.known_conversations(mailbox.id, after.as_ref(), limit);
    let page = page.await.ok()??;
    let list = drawn(signed_in, &mailbox, page, address, Some(open));
    list.await.ok()
}

async fn drawn(
    signed_in: &SignedIn,
    mailbox: &Mailbox,
    page: ConversationPage,
    address: &ListAddress,
    open: Option<EmailId>,
) -> Result<List, engine::Error> {
    let ui = &signed_in.ui;
    let place = Place::new(ui, mailbox);
    let outgoing = place.is_outgoing();
    let own = signed_in.account.own_addresses().await?;
    let row = |of: Conversation| Row {
        email: of.newest.clone(),
        talk: Some(Talk {
            who: who(ui, &of.people, &own),
            of,
        }),
        outgoing,
        home: None,
    };
    Ok(List {
        total: mailbox.total,
        unread: mailbox.unread,
        rows: page.rows.into_iter().map(row).collect(),
        has_newer: after(address).is_some(),
        has_older: page.more.is_some(),
        sorts: signed_in.account.sorts() == Some(true),
        shows: shows(signed_in, mailbox, address),
        talks: Some(Talks {
            next: page.more.map(|(at, id)| format!("{at}.{id}")),
        }),
        ..pane::blank(place, address, open)
    })
}

fn wanted(signed_in: &SignedIn, address: &ListAddress) -> (Option<After>, u32) {
    let limit = u32::from(signed_in.preferences.page_size());
    (after(address), limit)
}

/// Where the page begins; what can't be read is the top.
fn after(address: &ListAddress) -> Option<After> {
    let (at, id) = address.from().split_once('.')?;
    let is_id = !id.is_empty() && id.len() <= ID_MOST && !id.contains('\0');
    Some((at.parse().ok()?, is_id.then(|| id.to_owned())?))
}

/// "Ada, Bob, me": of a name the first word, for there is little room; of many people the first and
/// the last two.
fn who(ui: &Ui, people: &[Address], own: &[String]) -> String {
    let is_alone = people.len() == 1;
    let mut names: Vec<String> = Vec::new();
    for person in people {
        let name = match is_own(person, own) {
            true => ui.t("me"),
            false if is_alone => person.label().to_owned(),
            false => short(person).to_owned(),
        };
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [] => ui.t("row-no-sender"),
        [first, _, .., before, last] => format!("{first} … {before}, {last}"),
        names => names.join(", "),
    }
}

/// Is it one of one's own addresses?
pub(crate) fn is_own(person: &Address, own: &[String]) -> bool {
    let key = address::key(&person.email);
    own.iter().any(|one| address::key(one) == key)
}

/// The first word of a name that begins with a given name, as far as one can tell; else all of it.
fn short(person: &Address) -> &str {
    let label = person.label();
    let first = label.split_whitespace().next().unwrap_or(label);
    let is_plain = person.name.is_some() && !label.contains([',', '"', '@']);
    match is_plain && first.chars().nth(1).is_some() && !first.ends_with('.') {
        true => first,
        false => label,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::i18n::Language;

    fn person(name: &str, email: &str) -> Address {
        Address {
            name: (!name.is_empty()).then(|| name.to_owned()),
            email: email.to_owned(),
        }
    }

    #[test]
    fn people_are_named_in_few_words() {
        let ui = Ui::stranger(Language::English, "", 0);
        let own = ["me@example.org".to_owned()];
        let ada = person("Ada Lovelace", "ada@example.org");
        let bob = person("Bob Martin", "bob@example.org");
        let me = person("Mary Somebody", "ME@example.org");
        let odd = person("Lovelace, Augusta", "augusta@example.org");
        let bare = person("", "carl@example.org");
        let doctor = person("Dr. Who", "who@example.org");
        let cases: [(&[&Address], &str); 7] = [
            (&[], "(no sender)"),
            (&[&ada], "Ada Lovelace"),
            (&[&ada, &bob, &me], "Ada, Bob, me"),
            (&[&ada, &odd], "Ada, Lovelace, Augusta"),
            (&[&bare, &me], "carl@example.org, me"),
            (&[&doctor, &bob], "Dr. Who, Bob"),
            (&[&ada, &bob, &odd, &doctor, &me], "Ada … Dr. Who, me"),
        ];
        for (people, expected) in cases {
            let people: Vec<Address> = people.iter().map(|&one| one.clone()).collect();
            assert_eq!(who(&ui, &people, &own), expected);
        }
    }
}
