//! Conversations as lists ask for them.

use restante::{
    mail::id::MailboxId,
    store::indexed::{self, Hash, Message},
};

use super::{account, folders, hash, message, mine};
use crate::store::database::{Database, both};

both!(
    a_list_goes_on_where_it_was,
    junk_and_trash_are_apart,
    messages_in_two_folders_are_one,
    what_all_mail_shows_again_is_told_once,
    many_conversations_are_read_at_once,
);

async fn a_list_goes_on_where_it_was(db: Database) {
    let mine = mine(&db).await;
    // Three messages of each of ten conversations, all of one at the same time.
    let all: Vec<Message> = (0..30)
        .map(|n| Message {
            uid: n + 1,
            name: Some(hash(n + 1)),
            root: hash(100 + n % 10),
            received_at: i64::from(n / 10),
        })
        .collect();
    mine.put(&all).await;
    for only in [Some(mine.inbox), None] {
        let whole = mine.heads(only, None, 100).await;
        assert_eq!(whole.len(), 10);
        assert!(whole.iter().all(|(newest, _)| *newest == 2));
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = mine.heads(only, after, 3).await;
            after = page.last().copied();
            if after.is_none() {
                break;
            }
            seen.extend(page);
        }
        assert_eq!(seen, whole);
    }
    let members = indexed::members(&mine.store, mine.account, hash(104), None, 2);
    let uids: Vec<u32> = members.await.unwrap().iter().map(|one| one.uid).collect();
    assert_eq!(uids, [15, 25], "the newest, the oldest first");
    let stranger = account(&db.store, "b@example.org").await;
    let theirs = indexed::heads(&mine.store, stranger, Some(mine.inbox), None, 9);
    assert!(theirs.await.unwrap().is_empty());
    let theirs = indexed::members(&mine.store, stranger, hash(104), None, 9);
    assert!(theirs.await.unwrap().is_empty());
}

async fn junk_and_trash_are_apart(db: Database) {
    let mine = mine(&db).await;
    let ids = folders(&mine.store, mine.account, &["INBOX", "Trash"]).await;
    let trash = *ids.iter().find(|id| **id != mine.inbox).unwrap();
    mine.put(&[message(1, 1), message(2, 2)]).await;
    mine.put_into(trash, &[message(3, 1)], &[]).await.unwrap();
    assert_eq!(
        mine.heads(None, None, 9).await,
        [(2, hash(2)), (1, hash(1))]
    );
    assert_eq!(mine.heads(Some(trash), None, 9).await, [(3, hash(1))]);
    let members = async |beside| {
        let members = indexed::members(&mine.store, mine.account, hash(1), beside, 9);
        members.await.unwrap().len()
    };
    assert_eq!((members(None).await, members(Some(trash)).await), (1, 2));
    let anywhere = indexed::members_anywhere(&mine.store, mine.account, hash(1), 9);
    assert_eq!(anywhere.await.unwrap().len(), 2);
    let threads = [hash(1)];
    let sizes = indexed::sizes(&mine.store, mine.account, mine.inbox, &threads);
    assert_eq!(sizes.await.unwrap()[&hash(1)], 1);
    // A folder that is gone has nothing to say.
    folders(&mine.store, mine.account, &["INBOX"]).await;
    assert_eq!(members(Some(trash)).await, 1);
}

async fn messages_in_two_folders_are_one(db: Database) {
    let mine = mine(&db).await;
    let ids = folders(&mine.store, mine.account, &["INBOX", "Sent"]).await;
    let sent = *ids.iter().find(|id| **id != mine.inbox).unwrap();
    mine.put(&[message(1, 1), message(2, 1)]).await;
    mine.put_into(sent, &[message(1, 1)], &[]).await.unwrap();
    let threads = [hash(1), hash(9)];
    let sizes = indexed::sizes(&mine.store, mine.account, mine.inbox, &threads);
    let sizes = sizes.await.unwrap();
    assert_eq!((sizes.get(&hash(1)), sizes.get(&hash(9))), (Some(&2), None));
}

/// As Gmail lists them: what is in the inbox lies in All Mail as well, what was archived there alone.
async fn what_all_mail_shows_again_is_told_once(db: Database) {
    let mine = mine(&db).await;
    folders(&mine.store, mine.account, &["INBOX", "Trash", "All"]).await;
    let raw = db.raw().await;
    let folder = async |role: &str| {
        let sql = format!("SELECT id FROM mailboxes WHERE role = '{role}'");
        let [_, _, id @ ..] = raw.numbers(&sql).await[0].to_be_bytes();
        MailboxId(id)
    };
    let (all, trash) = (folder("all").await, folder("trash").await);
    mine.put(&[message(1, 1), message(2, 1)]).await;
    let again = [message(1, 1), message(2, 1), message(3, 1), message(4, 1)];
    mine.put_into(all, &again, &[]).await.unwrap();
    let members = async |beside| {
        let members = indexed::members(&mine.store, mine.account, hash(1), beside, 9);
        let members = members.await.unwrap().into_iter();
        members
            .map(|one| (one.mailbox_id == all, one.uid))
            .collect::<Vec<_>>()
    };
    let told = [(false, 1), (false, 2), (true, 3), (true, 4)];
    assert_eq!(members(None).await, told);
    assert_eq!(members(Some(mine.inbox)).await, told);
    // In All Mail those that lie there are it.
    let there = [(true, 1), (true, 2), (true, 3), (true, 4)];
    assert_eq!(members(Some(all)).await, there);
    let size = async |mailbox| {
        let threads = [hash(1)];
        let sizes = indexed::sizes(&mine.store, mine.account, mailbox, &threads);
        sizes.await.unwrap()[&hash(1)]
    };
    assert_eq!((size(mine.inbox).await, size(all).await), (4, 4));
    // What was thrown away is not brought back by it.
    mine.put_into(trash, &[message(4, 1)], &[]).await.unwrap();
    assert_eq!(members(None).await, told[..3]);
    assert_eq!(size(mine.inbox).await, 3);
    // Those without a name are not known to be the same.
    let nameless = |n| Message {
        name: None,
        ..message(n, 1)
    };
    mine.put(&[nameless(8)]).await;
    mine.put_into(all, &[nameless(9)], &[]).await.unwrap();
    assert_eq!(members(None).await.len(), 5);
    assert_eq!(size(mine.inbox).await, 5);
}

async fn many_conversations_are_read_at_once(db: Database) {
    let mine = mine(&db).await;
    let all: Vec<Message> = (1..=120).map(|n| message(n, 200 + n % 40)).collect();
    mine.put(&all).await;
    let threads: Vec<Hash> = (199..=240).map(hash).collect();
    for beside in [None, Some(mine.inbox)] {
        let many = indexed::members_of(&mine.store, mine.account, &threads, beside, 2);
        let many = many.await.unwrap();
        assert_eq!(many.len(), 40, "two are none");
        for (thread, members) in many {
            let one = indexed::members(&mine.store, mine.account, thread, beside, 2);
            assert_eq!(one.await.unwrap(), members);
            assert_eq!(members.len(), 2);
            assert!(members[0].received_at < members[1].received_at);
            assert_eq!(members[0].name, Some(hash(members[0].uid)));
        }
    }
}
