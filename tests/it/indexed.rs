//! Conversations of mail on a server: what is read of it, what that costs, and that it follows what
//! other clients do. Beside what `contract/threads.rs` holds of all mailboxes alike.

mod costs;
mod hostile;
mod other_clients;
mod other_servers;
mod reading;

use restante::{
    engine::{Account, conversations::ConversationPage},
    mail::{id::MailboxId, mailbox::Role},
};

use crate::contract::Place;

async fn inbox(place: &Place) -> MailboxId {
    place.role(Role::Inbox).await.id
}

/// A folder's first page: the subject of each conversation's newest message, and how many it has
/// there.
async fn listed(account: &Account, mailbox: MailboxId) -> Vec<(String, usize)> {
    let page = account.conversations(mailbox, None, 50).await.unwrap();
    told(&page)
}

fn told(page: &ConversationPage) -> Vec<(String, usize)> {
    let rows = page.rows.iter();
    rows.map(|row| (row.newest.subject.clone(), row.emails.len()))
        .collect()
}

fn counts<const N: usize>(of: [(&str, usize); N]) -> Vec<(String, usize)> {
    of.map(|(subject, count)| (subject.to_owned(), count))
        .to_vec()
}
