//! Which messages on a server belong together.

mod forgetting;
mod lists;

use restante::{
    mail::{id::MailboxId, mailbox::Role},
    store::{
        Store,
        accounts::{self, AccountKind, NewAccount},
        id::AccountId,
        indexed::{self, Change, Folder, Hash, Message},
        mailboxes::{self, SeenMailbox},
        users,
    },
};

use super::database::{Database, both};

both!(
    it_makes_no_difference_what_comes_first,
    a_chain_is_one_conversation_from_either_end,
    circles_agree_on_one,
    an_id_that_was_given_up_leads_on,
    who_takes_a_name_moves_nothing,
    a_hostile_merge_is_bounded,
    who_comes_second_begins_again,
    rows_are_counted,
);

async fn account(store: &Store, address: &str) -> AccountId {
    let user = users::find_or_create(store, address, 1).await.unwrap().id;
    let new = NewAccount {
        kind: AccountKind::Imap,
        primary: true,
        address,
        login: "",
        name: "",
        servers: "",
    };
    accounts::create(store, user, &new, 1).await.unwrap().id
}

async fn folders(store: &Store, account: AccountId, names: &[&str]) -> Vec<MailboxId> {
    let seen: Vec<SeenMailbox<'_>> = names
        .iter()
        .map(|name| SeenMailbox {
            name,
            delimiter: Some('/'),
            remote_id: None,
            uid_validity: 7,
            role: [Role::Trash, Role::All]
                .into_iter()
                .find(|role| role.as_str().eq_ignore_ascii_case(name)),
            selectable: true,
            subscribed: true,
        })
        .collect();
    let rows = mailboxes::sync(store, account, &seen, 1).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

struct Mine {
    store: Store,
    account: AccountId,
    inbox: MailboxId,
}

async fn mine(db: &Database) -> Mine {
    let account = account(&db.store, "a@example.org").await;
    let inbox = folders(&db.store, account, &["INBOX"]).await[0];
    Mine {
        store: db.store.clone(),
        account,
        inbox,
    }
}

fn hash(n: u32) -> Hash {
    let mut hash = [0; 16];
    hash[..4].copy_from_slice(&n.to_be_bytes());
    Hash(hash)
}

/// A message whose UID, name and time are all its number.
fn message(n: u32, root: u32) -> Message {
    Message {
        uid: n,
        name: Some(hash(n)),
        root: hash(root),
        received_at: i64::from(n),
    }
}

impl Mine {
    async fn put_into(&self, mailbox: MailboxId, come: &[Message], gone: &[u32]) -> Option<Folder> {
        let before = indexed::folder(&self.store, self.account, mailbox)
            .await
            .unwrap();
        let before = before.unwrap_or_else(|| Folder::unread(mailbox, 7));
        let change = Change {
            before: &before,
            after: Folder {
                below: 0,
                lowest: 1,
                ..before.clone()
            },
            come,
            gone,
        };
        indexed::put(&self.store, self.account, &change, 5)
            .await
            .unwrap()
    }

    async fn put(&self, come: &[Message]) {
        self.put_into(self.inbox, come, &[]).await.unwrap();
    }

    /// The conversations of messages, in their order.
    async fn threads(&self, uids: &[u32]) -> Vec<Hash> {
        let known = indexed::threads_of(&self.store, self.account, self.inbox, 7, uids);
        let known = known.await.unwrap();
        uids.iter().map(|uid| known[uid]).collect()
    }

    async fn heads(
        &self,
        only: Option<MailboxId>,
        after: Option<(i64, Hash)>,
        limit: u32,
    ) -> Vec<(i64, Hash)> {
        let heads = indexed::heads(&self.store, self.account, only, after, limit);
        let heads = heads.await.unwrap();
        heads
            .into_iter()
            .map(|head| (head.newest, head.thread_id))
            .collect()
    }
}

/// 1 ← 2 (which says so by In-Reply-To alone) ← 3, 4 (which know of 2 alone).
async fn it_makes_no_difference_what_comes_first(db: Database) {
    let mine = mine(&db).await;
    let all = [message(1, 1), message(2, 1), message(3, 2), message(4, 2)];
    let orders: [&[&[usize]]; 6] = [
        &[&[0, 1, 2, 3]],
        &[&[3, 2, 1, 0]],
        &[&[0], &[1], &[2], &[3]],
        &[&[3], &[2], &[1], &[0]],
        &[&[2], &[0], &[1, 3]],
        &[&[1], &[3, 0], &[2]],
    ];
    for order in orders {
        indexed::forget(&mine.store, mine.account, mine.inbox)
            .await
            .unwrap();
        for part in order {
            let part: Vec<Message> = part.iter().map(|at| all[*at]).collect();
            mine.put(&part).await;
        }
        let threads = mine.threads(&[1, 2, 3, 4]).await;
        assert_eq!(threads, [hash(1); 4], "{order:?}");
    }
}

async fn a_chain_is_one_conversation_from_either_end(db: Database) {
    let mine = mine(&db).await;
    let chain: Vec<Message> = (1..=300).map(|n| message(n, n.max(2) - 1)).collect();
    for piece in chain.chunks(50) {
        mine.put(piece).await;
    }
    let uids: Vec<u32> = (1..=300).collect();
    let together = |threads: Vec<Hash>| threads.iter().all(|thread| *thread == hash(1));
    assert!(together(mine.threads(&uids).await));
    indexed::forget(&mine.store, mine.account, mine.inbox)
        .await
        .unwrap();
    for piece in chain.rchunks(50) {
        mine.put(piece).await;
    }
    assert!(together(mine.threads(&uids).await));
}

async fn circles_agree_on_one(db: Database) {
    let mine = mine(&db).await;
    let all = [message(5, 6), message(6, 7), message(7, 5), message(8, 6)];
    mine.put(&all).await;
    assert_eq!(mine.threads(&[5, 6, 7, 8]).await, [hash(5); 4]);
    indexed::forget(&mine.store, mine.account, mine.inbox)
        .await
        .unwrap();
    for one in all {
        mine.put(&[one]).await;
    }
    let threads = mine.threads(&[5, 6, 7, 8]).await;
    assert!(
        threads.iter().all(|thread| *thread == threads[0]),
        "{threads:?}"
    );
}

async fn an_id_that_was_given_up_leads_on(db: Database) {
    let mine = mine(&db).await;
    mine.put(&[message(3, 2)]).await;
    assert_eq!(mine.threads(&[3]).await, [hash(2)]);
    mine.put(&[message(2, 1)]).await;
    let resolve = async |n| {
        indexed::resolve(&mine.store, mine.account, hash(n))
            .await
            .unwrap()
    };
    assert_eq!(resolve(2).await, hash(1));
    // The message that says so may go.
    mine.put_into(mine.inbox, &[], &[2]).await.unwrap();
    mine.put(&[message(4, 2)]).await;
    assert_eq!(mine.threads(&[3, 4]).await, [hash(1); 2]);
    // And its conversation may turn out to be part of another.
    mine.put(&[message(1, 9)]).await;
    assert_eq!(mine.threads(&[1, 3, 4]).await, [hash(9); 3]);
    assert_eq!(
        (resolve(2).await, resolve(1).await, resolve(9).await),
        (hash(9), hash(9), hash(9))
    );
    let stranger = account(&db.store, "b@example.org").await;
    assert_eq!(
        indexed::resolve(&mine.store, stranger, hash(2))
            .await
            .unwrap(),
        hash(2)
    );
    // It goes with all of the account's rows.
    let dropped = indexed::forget_all(&mine.store, mine.account).await;
    assert_eq!(dropped.unwrap(), 1);
    assert_eq!(resolve(2).await, hash(2));
}

/// A message of a known root's name that says it answers another takes nothing along.
async fn who_takes_a_name_moves_nothing(db: Database) {
    let mine = mine(&db).await;
    let taken = |n: u32, name: u32| Message {
        name: Some(hash(name)),
        ..message(n, 0)
    };
    mine.put(&[message(1, 1), message(2, 1)]).await;
    mine.put(&[taken(9, 1)]).await;
    mine.put(&[message(3, 1)]).await;
    let threads = mine.threads(&[1, 2, 3, 9]).await;
    assert_eq!(threads, [hash(1), hash(1), hash(1), hash(0)]);
    let id = indexed::resolve(&mine.store, mine.account, hash(1));
    assert_eq!(id.await.unwrap(), hash(1));
    // Nor where both come at once.
    let all = [message(20, 20), taken(21, 20), message(22, 20)];
    mine.put(&all).await;
    let threads = mine.threads(&[20, 21, 22]).await;
    assert_eq!(threads, [hash(20), hash(0), hash(20)]);
}

/// More than may be filed anew at once stays apart, and nothing is lost.
async fn a_hostile_merge_is_bounded(db: Database) {
    let mine = mine(&db).await;
    let many: Vec<Message> = (10..5100).map(|n| message(n, 2)).collect();
    for piece in many.chunks(500) {
        mine.put(piece).await;
    }
    mine.put(&[message(2, 1), message(1, 1)]).await;
    assert_eq!(mine.threads(&[1, 2, 10]).await, [hash(1), hash(1), hash(2)]);
    let few: Vec<Message> = (6000..6100).map(|n| message(n, 4)).collect();
    mine.put(&few).await;
    mine.put(&[message(4, 1)]).await;
    assert_eq!(mine.threads(&[4, 6000, 6099]).await, [hash(1); 3]);
}

async fn who_comes_second_begins_again(db: Database) {
    let mine = mine(&db).await;
    let unread = Folder::unread(mine.inbox, 7);
    let change = |before: &'static Folder| Change {
        before,
        after: before.clone(),
        come: &[],
        gone: &[],
    };
    let unread: &'static Folder = Box::leak(Box::new(unread));
    let put = async |change| {
        indexed::put(&mine.store, mine.account, &change, 5)
            .await
            .unwrap()
    };
    let first = put(change(unread)).await.unwrap();
    assert_eq!(put(change(unread)).await, None);
    let first: &'static Folder = Box::leak(Box::new(first));
    let second = put(change(first)).await.unwrap();
    assert_eq!(put(change(first)).await, None);
    assert_eq!(second.revision, 2);
    indexed::forget(&mine.store, mine.account, mine.inbox)
        .await
        .unwrap();
    let second: &'static Folder = Box::leak(Box::new(second));
    assert_eq!(put(change(second)).await, None);
}

async fn rows_are_counted(db: Database) {
    let mine = mine(&db).await;
    let all: Vec<Message> = (1..=130).map(|n| message(n, n)).collect();
    let folder = mine.put_into(mine.inbox, &all, &[]).await.unwrap();
    assert_eq!((folder.held, folder.total()), (130, 130));
    // Some are there already, and some that go were not.
    let folder = mine
        .put_into(mine.inbox, &all[100..], &[1, 2, 2, 999])
        .await
        .unwrap();
    assert_eq!(folder.held, 128);
    let uids = indexed::uids(&mine.store, mine.account, mine.inbox)
        .await
        .unwrap();
    assert_eq!(uids.len(), 128);
    assert_eq!(indexed::count(&mine.store).await.unwrap(), 128);
    assert_eq!(
        indexed::folders(&mine.store, mine.account).await.unwrap(),
        [folder]
    );
    indexed::forget(&mine.store, mine.account, mine.inbox)
        .await
        .unwrap();
    assert_eq!(
        indexed::folder(&mine.store, mine.account, mine.inbox)
            .await
            .unwrap(),
        None
    );
    assert!(
        indexed::uids(&mine.store, mine.account, mine.inbox)
            .await
            .unwrap()
            .is_empty()
    );
}
