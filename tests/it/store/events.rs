//! Events: numbered without gaps, kept for a while, told from any number that is still known.

use restante::{
    mail::id::MailboxId,
    store::{
        Store,
        accounts::{self, AccountKind, NewAccount},
        error::Error,
        events::{self, Action, EventRow, KEPT_FOR, KEPT_ROWS, NewEvent, Since},
        id::{AccountId, UserId},
        users,
    },
};
use tokio::task::JoinSet;

use super::database::{Database, both};

both!(
    changes_are_told_in_order,
    changes_are_told_per_account_and_user,
    too_old_and_too_new_is_said,
    old_events_are_pruned,
    rows_are_bounded,
    readers_miss_nothing_while_others_write,
    accounts_and_users_go,
);

async fn user(store: &Store, address: &str) -> UserId {
    users::find_or_create(store, address, 1).await.unwrap().id
}

async fn account(store: &Store, user: UserId, primary: bool) -> AccountId {
    let new = NewAccount {
        kind: AccountKind::Imap,
        primary,
        address: if primary {
            "a@example.org"
        } else {
            "b@example.org"
        },
        login: "",
        name: "",
        servers: "",
    };
    accounts::create(store, user, &new, 1).await.unwrap().id
}

fn event(account: Option<AccountId>, object: &str) -> NewEvent<'_> {
    NewEvent {
        account,
        kind: "Email",
        action: Action::Created,
        object,
        mailbox: None,
    }
}

/// The events after `seq`, which must be known.
async fn after(store: &Store, user: UserId, account: Option<AccountId>, seq: i64) -> Vec<EventRow> {
    match events::since(store, user, account, seq, 1000)
        .await
        .unwrap()
    {
        Since::Events {
            events,
            more: false,
        } => events,
        other => panic!("{other:?}"),
    }
}

fn objects(events: &[EventRow]) -> Vec<(i64, &str)> {
    events
        .iter()
        .map(|event| (event.seq, event.object.as_str()))
        .collect()
}

async fn changes_are_told_in_order(Database { store, .. }: Database) {
    let user = user(&store, "a@example.org").await;
    let account = account(&store, user, true).await;
    assert_eq!(events::latest(&store, user).await.unwrap(), 0);
    assert_eq!(after(&store, user, None, 0).await, []);
    let mailbox = MailboxId([255; 6]);
    let full = NewEvent {
        account: Some(account),
        kind: "Mailbox",
        action: Action::Destroyed,
        object: "x",
        mailbox: Some(mailbox),
    };
    assert_eq!(events::append(&store, user, &[full], 10).await.unwrap(), 1);
    let more = [event(None, "y"), event(None, "z")];
    assert_eq!(events::append(&store, user, &more, 5).await.unwrap(), 3);
    assert_eq!(events::append(&store, user, &[], 5).await.unwrap(), 3);
    let told = after(&store, user, None, 0).await;
    assert_eq!(objects(&told), [(1, "x"), (2, "y"), (3, "z")]);
    let expected = EventRow {
        seq: 1,
        account_id: Some(account),
        kind: "Mailbox".to_owned(),
        action: Action::Destroyed,
        object: "x".to_owned(),
        mailbox_id: Some(mailbox),
        created_at: 10,
    };
    assert_eq!(told[0], expected);
    assert_eq!(told[1].created_at, 10, "time does not go back");
    assert_eq!(events::latest(&store, user).await.unwrap(), 3);

    let page = events::since(&store, user, None, 1, 1).await.unwrap();
    assert!(matches!(&page, Since::Events { events, more: true } if events[0].seq == 2));
    let page = events::since(&store, user, None, 2, 1).await.unwrap();
    assert!(matches!(&page, Since::Events { events, more: false } if events[0].seq == 3));
}

async fn changes_are_told_per_account_and_user(Database { store, .. }: Database) {
    let a = user(&store, "a@example.org").await;
    let b = user(&store, "b@example.org").await;
    let first = account(&store, a, true).await;
    let second = account(&store, a, false).await;
    let mixed = [
        event(Some(first), "1"),
        event(Some(second), "2"),
        event(None, "3"),
    ];
    events::append(&store, a, &mixed, 1).await.unwrap();
    assert_eq!(
        objects(&after(&store, a, Some(second), 0).await),
        [(2, "2")]
    );
    assert_eq!(after(&store, a, None, 0).await.len(), 3);
    assert_eq!(after(&store, b, None, 0).await, []);
    assert_eq!(events::latest(&store, b).await.unwrap(), 0);
    let filed = events::append(&store, b, &[event(Some(first), "x")], 1).await;
    assert!(
        matches!(filed, Err(Error::Gone)),
        "not for another's account: {filed:?}"
    );
    assert_eq!(events::latest(&store, b).await.unwrap(), 0);
}

async fn too_old_and_too_new_is_said(Database { store, .. }: Database) {
    let user = user(&store, "a@example.org").await;
    let day = KEPT_FOR;
    events::append(&store, user, &[event(None, "1"), event(None, "2")], day)
        .await
        .unwrap();
    events::append(&store, user, &[event(None, "3")], day + 10)
        .await
        .unwrap();
    let since = async |seq| events::since(&store, user, None, seq, 10).await.unwrap();
    let expired = Since::Expired { latest: 3 };
    assert_eq!(since(4).await, expired, "from before a restore");
    assert_eq!(events::prune(&store, 2 * day + 1).await.unwrap(), 2);
    for (seq, known) in [(0, false), (1, false), (2, true), (3, true)] {
        assert_eq!(since(seq).await != expired, known, "{seq}");
    }
    assert_eq!(objects(&after(&store, user, None, 2).await), [(3, "3")]);
    // With everything gone only who knew the last one can go on.
    assert_eq!(events::prune(&store, 9 * day).await.unwrap(), 1);
    assert_eq!(since(2).await, expired);
    assert_eq!(after(&store, user, None, 3).await, []);
    assert_eq!(
        events::append(&store, user, &[event(None, "4")], 9 * day)
            .await
            .unwrap(),
        4
    );
    assert_eq!(objects(&after(&store, user, None, 3).await), [(4, "4")]);
}

async fn old_events_are_pruned(Database { store, .. }: Database) {
    let a = user(&store, "a@example.org").await;
    let b = user(&store, "b@example.org").await;
    for user in [a, b] {
        events::append(&store, user, &[event(None, "old")], 0)
            .await
            .unwrap();
        events::append(&store, user, &[event(None, "new")], 100)
            .await
            .unwrap();
    }
    assert_eq!(events::prune(&store, KEPT_FOR).await.unwrap(), 0);
    assert_eq!(events::prune(&store, KEPT_FOR + 50).await.unwrap(), 2);
    for user in [a, b] {
        assert_eq!(objects(&after(&store, user, None, 1).await), [(2, "new")]);
    }
}

async fn rows_are_bounded(db: Database) {
    let store = &db.store;
    let user = user(store, "a@example.org").await;
    let many = vec![event(None, "x"); usize::try_from(KEPT_ROWS).unwrap() - 1];
    events::append(store, user, &many, 1).await.unwrap();
    let three = [event(None, "x"); 3];
    assert_eq!(
        events::append(store, user, &three, 1).await.unwrap(),
        KEPT_ROWS + 2
    );
    let range = db
        .raw()
        .await
        .numbers("SELECT min(seq) FROM events UNION ALL SELECT count(*) FROM events")
        .await;
    assert_eq!(range, [3, KEPT_ROWS]);
}

async fn readers_miss_nothing_while_others_write(Database { store, .. }: Database) {
    const WRITERS: i64 = 4;
    const EACH: i64 = 25;
    let user = user(&store, "a@example.org").await;
    let mut tasks = JoinSet::new();
    for _ in 0..WRITERS {
        let store = store.clone();
        tasks.spawn(async move {
            for _ in 0..EACH {
                events::append(&store, user, &[event(None, "x")], 1)
                    .await
                    .unwrap();
            }
        });
    }
    let mut seen = 0;
    while seen < WRITERS * EACH {
        for event in after(&store, user, None, seen).await {
            assert_eq!(
                event.seq,
                seen + 1,
                "a number appeared before the one below it"
            );
            seen = event.seq;
        }
        tokio::task::yield_now().await;
    }
    tasks.join_all().await;
}

async fn accounts_and_users_go(Database { store, .. }: Database) {
    let user = user(&store, "a@example.org").await;
    let gone = account(&store, user, false).await;
    let mixed = [event(None, "1"), event(Some(gone), "2"), event(None, "3")];
    events::append(&store, user, &mixed, 1).await.unwrap();
    accounts::delete(&store, gone, 9).await.unwrap();
    assert_eq!(
        objects(&after(&store, user, None, 0).await),
        [(1, "1"), (3, "3")]
    );
    let refused = events::append(&store, user, &[event(Some(gone), "4")], 1).await;
    assert!(matches!(refused, Err(Error::Gone)));
    assert_eq!(
        events::latest(&store, user).await.unwrap(),
        3,
        "a failure takes no number"
    );
    users::delete(&store, user).await.unwrap();
    assert!(matches!(
        events::latest(&store, user).await,
        Err(Error::Gone)
    ));
    let refused = events::append(&store, user, &[event(None, "5")], 1).await;
    assert!(matches!(refused, Err(Error::Gone)));
}
