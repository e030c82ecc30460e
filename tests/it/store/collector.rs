//! What the collector keeps: lease, account, ledger, log of deletions.

mod blobs;
mod deletions;
mod ledger;
mod schedule;

use restante::{
    mail::{id::MailboxId, keyword::Keywords, mailbox::Role},
    store::{
        Store,
        collector::{
            lease_name,
            ledger::{self as rows, LedgerRow, NewRow, Settled},
        },
        error::Error,
        files::Stored,
        id::AccountId,
        leases::{self, Lease},
        local::{
            Owner,
            arrival::Arrival,
            index::Index,
            place::{Placed, Placing},
        },
        mailboxes::{self, SeenMailbox},
    },
};

use super::writing::{Person, hash, person};

/// Somebody whose account is collected by this test.
struct Collecting {
    store: Store,
    owner: Owner,
    lease: Lease,
    inbox: MailboxId,
    trash: MailboxId,
}

async fn take(store: &Store, account: AccountId, who: &str, now: i64) -> Option<Lease> {
    let name = lease_name(account);
    leases::take(store, &name, who, now, now + 1000)
        .await
        .unwrap()
}

fn folder(name: &'static str, role: Role) -> SeenMailbox<'static> {
    SeenMailbox {
        name,
        delimiter: Some('/'),
        remote_id: None,
        uid_validity: 7,
        role: Some(role),
        selectable: true,
        subscribed: true,
    }
}

async fn collecting(store: &Store, address: &str) -> Collecting {
    let Person { user, account } = person(store, address).await;
    let folders = [folder("INBOX", Role::Inbox), folder("Trash", Role::Trash)];
    let made = mailboxes::sync(store, account, &folders, 1).await.unwrap();
    Collecting {
        store: store.clone(),
        owner: Owner { user, account },
        lease: take(store, account, "me", 1).await.unwrap(),
        inbox: made[0].id,
        trash: made[1].id,
    }
}

/// A message with these bytes, as it comes from the server.
fn arrival(number: u8) -> Arrival {
    Arrival {
        stored: Stored {
            sha256: hash(number),
            size: 10,
            stored_size: 10,
        },
        index: Index::placeholder(&hash(number), &[0; 32]),
    }
}

/// The same, and it can be read.
fn readable(number: u8) -> Arrival {
    let mut arrival = arrival(number);
    arrival.index.quarantined = false;
    arrival
}

fn new(uidl: &str, occurrence: i64) -> NewRow {
    NewRow {
        uidl: uidl.to_owned(),
        occurrence,
        size: 10,
    }
}

impl Collecting {
    async fn note(&self, uidl: &str) -> LedgerRow {
        let new = [new(uidl, 1)];
        let noted = rows::note(&self.store, &self.lease, self.owner.account, &new, 5).await;
        noted.unwrap().remove(0)
    }

    async fn settle(&self, messages: &[Settled]) -> Result<Vec<Placed>, Error> {
        self.settle_in(self.inbox, messages).await
    }

    async fn settle_in(
        &self,
        mailbox: MailboxId,
        messages: &[Settled],
    ) -> Result<Vec<Placed>, Error> {
        let keywords = Keywords::default();
        let placing = Placing {
            mailbox,
            keywords: &keywords,
            received_at: None,
            quota: Some(1000),
        };
        rows::settle(&self.store, &self.lease, self.owner, messages, placing, 10).await
    }

    /// A message that was noted and filed.
    async fn filed(&self, uidl: &str, bytes: u8) -> LedgerRow {
        let row = self.note(uidl).await;
        let filed = [Settled::Filed(row.id, readable(bytes))];
        self.settle(&filed).await.unwrap();
        self.row(&row).await
    }

    async fn rows(&self) -> Vec<LedgerRow> {
        rows::list(&self.store, self.owner.account).await.unwrap()
    }

    async fn row(&self, row: &LedgerRow) -> LedgerRow {
        let rows = self.rows().await;
        rows.into_iter().find(|one| one.id == row.id).unwrap()
    }

    /// Another process takes over.
    async fn lose_lease(&self) {
        assert!(
            take(&self.store, self.owner.account, "other", 5000)
                .await
                .is_some()
        );
    }
}
