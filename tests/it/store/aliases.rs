//! Messages keep their ids when they move.

use std::collections::HashMap;

use restante::{
    mail::id::{EmailId, MailboxId},
    store::{
        Store,
        accounts::{self, AccountKind, NewAccount},
        aliases::{self, GONE_FOR, KEPT_FOR},
        id::AccountId,
        mailboxes::{self, SeenMailbox},
        users,
    },
};
use tokio::task::JoinSet;

use super::database::{Database, both};

both!(
    a_moved_message_is_found_by_every_id,
    moves_recognised_late_fall_into_place,
    circles_end_at_the_last_word,
    many_moves_are_followed,
    moves_at_once_leave_no_chains,
    many_are_looked_up_at_once,
    accounts_are_apart,
    aliases_are_pruned,
    the_newest_aliases_of_each_account_are_kept,
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

/// A placement in folder `mailbox`.
fn at(mailbox: u8, uid: u32) -> EmailId {
    EmailId {
        mailbox: MailboxId([mailbox; 6]),
        uid_validity: 1_700_000_000,
        uid,
    }
}

async fn note(store: &Store, account: AccountId, moves: &[(EmailId, EmailId)]) {
    aliases::insert(store, account, moves, 100).await.unwrap();
}

async fn resolve(store: &Store, account: AccountId, id: EmailId) -> EmailId {
    aliases::resolve(store, account, id).await.unwrap()
}

async fn ids(
    store: &Store,
    account: AccountId,
    mailbox: u8,
    uids: &[u32],
) -> HashMap<u32, EmailId> {
    let EmailId {
        mailbox,
        uid_validity,
        ..
    } = at(mailbox, 1);
    aliases::ids_for(store, account, mailbox, uid_validity, uids)
        .await
        .unwrap()
}

async fn a_moved_message_is_found_by_every_id(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    assert_eq!(resolve(&store, a, at(1, 1)).await, at(1, 1));
    note(&store, a, &[]).await;
    note(&store, a, &[(at(1, 1), at(2, 5)), (at(1, 2), at(2, 6))]).await;
    note(&store, a, &[(at(2, 5), at(3, 9))]).await;
    note(&store, a, &[(at(3, 9), at(1, 30))]).await;
    for id in [at(1, 1), at(2, 5), at(3, 9), at(1, 30)] {
        assert_eq!(resolve(&store, a, id).await, at(1, 30));
    }
    // It goes by the first of them.
    let uids: Vec<u32> = (1..200).collect();
    assert_eq!(
        ids(&store, a, 1, &uids).await,
        HashMap::from([(30, at(1, 1))])
    );
    assert_eq!(
        ids(&store, a, 2, &uids).await,
        HashMap::from([(6, at(1, 2))])
    );
    assert_eq!(ids(&store, a, 3, &uids).await, HashMap::new());
    assert_eq!(ids(&store, a, 1, &[]).await, HashMap::new());
    assert_eq!(ids(&store, a, 1, &[29]).await, HashMap::new());
    // Far apart they are not asked for as a range.
    for uids in [[30, 31], [30, 3_000_000], [7, 30]] {
        let known = ids(&store, a, 1, &uids).await;
        assert_eq!(known, HashMap::from([(30, at(1, 1))]), "{uids:?}");
    }
    let other = aliases::ids_for(&store, a, at(1, 1).mailbox, 1, &uids)
        .await
        .unwrap();
    assert_eq!(
        other,
        HashMap::new(),
        "another UIDVALIDITY is another folder"
    );
}

async fn moves_recognised_late_fall_into_place(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    note(&store, a, &[(at(2, 2), at(3, 3))]).await;
    note(&store, a, &[(at(1, 1), at(2, 2))]).await;
    assert_eq!(resolve(&store, a, at(1, 1)).await, at(3, 3));
    let known = ids(&store, a, 3, &[3]).await;
    assert_eq!(
        known,
        HashMap::from([(3, at(2, 2))]),
        "the id already shown stays"
    );
    // The same again, and then a correction.
    note(&store, a, &[(at(1, 1), at(2, 2)), (at(1, 1), at(3, 3))]).await;
    assert_eq!(resolve(&store, a, at(1, 1)).await, at(3, 3));
    note(&store, a, &[(at(1, 1), at(4, 4))]).await;
    assert_eq!(resolve(&store, a, at(1, 1)).await, at(4, 4));
    assert_eq!(resolve(&store, a, at(2, 2)).await, at(3, 3));
}

async fn circles_end_at_the_last_word(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    note(&store, a, &[(at(1, 1), at(1, 1))]).await;
    assert_eq!(resolve(&store, a, at(1, 1)).await, at(1, 1));
    note(
        &store,
        a,
        &[
            (at(1, 1), at(2, 2)),
            (at(2, 2), at(3, 3)),
            (at(3, 3), at(1, 1)),
        ],
    )
    .await;
    for id in [at(1, 1), at(2, 2), at(3, 3)] {
        assert_eq!(resolve(&store, a, id).await, at(1, 1));
    }
    note(
        &store,
        a,
        &[
            (at(1, 1), at(2, 2)),
            (at(2, 2), at(1, 1)),
            (at(1, 1), at(2, 2)),
        ],
    )
    .await;
    for id in [at(1, 1), at(2, 2), at(3, 3)] {
        assert_eq!(resolve(&store, a, id).await, at(2, 2));
    }
}

/// Moves in no particular order, compared with following them one by one.
async fn many_moves_are_followed(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    let mut lies: HashMap<EmailId, EmailId> = HashMap::new();
    let mut places: Vec<EmailId> = (0..20).map(|uid| at(0, uid + 1)).collect();
    let mut state = 12345_u64;
    let mut moves = Vec::new();
    for step in 0..300_u32 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let message = usize::try_from(state >> 33).unwrap() % places.len();
        let to = at((step % 5) as u8, 100 + step);
        moves.push((places[message], to));
        lies.insert(places[message], to);
        places[message] = to;
    }
    for chunk in moves.chunks(7) {
        note(&store, a, chunk).await;
    }
    for (message, place) in (1..).zip(&places) {
        assert_eq!(resolve(&store, a, at(0, message)).await, *place);
    }
    for from in lies.keys() {
        let mut end = *from;
        while let Some(next) = lies.get(&end) {
            end = *next;
        }
        assert_eq!(resolve(&store, a, *from).await, end);
    }
    let uids: Vec<u32> = (1..500).collect();
    let mut known = HashMap::new();
    for mailbox in 0..5 {
        for (uid, id) in ids(&store, a, mailbox, &uids).await {
            known.insert(at(mailbox, uid), id);
        }
    }
    let expected = (1..).zip(places).map(|(uid, place)| (place, at(0, uid)));
    let expected: HashMap<_, _> = expected.filter(|(place, id)| place != id).collect();
    assert_eq!(known, expected);
}

async fn moves_at_once_leave_no_chains(db: Database) {
    let store = &db.store;
    let a = account(store, "a@example.org").await;
    let mut tasks = JoinSet::new();
    for mailbox in 0..12 {
        let store = store.clone();
        tasks.spawn(async move {
            note(&store, a, &[(at(mailbox, 1), at(mailbox + 1, 1))]).await;
        });
    }
    tasks.join_all().await;
    for mailbox in 0..=12 {
        assert_eq!(resolve(store, a, at(mailbox, 1)).await, at(12, 1));
    }
    let chains = "SELECT count(*) FROM aliases x JOIN aliases y ON x.to_mailbox = y.from_mailbox
        AND x.to_uid_validity = y.from_uid_validity AND x.to_uid = y.from_uid";
    assert_eq!(db.raw().await.numbers(chains).await, [0]);
}

async fn many_are_looked_up_at_once(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    let b = account(&store, "b@example.org").await;
    // Every third has moved, every sixth twice, over several folders.
    let moves: Vec<(EmailId, EmailId)> = (0..300)
        .map(|n| (at(1 + (n % 2) as u8, n * 3), at(3, n * 3)))
        .collect();
    note(&store, a, &moves).await;
    let onward: Vec<(EmailId, EmailId)> = (0..150).map(|n| (at(3, n * 6), at(4, n * 6))).collect();
    note(&store, a, &onward).await;
    for count in [0, 1, 16, 17, 200] {
        let places = (0..count).flat_map(|n| [at(1, n), at(2, n), at(3, n), at(4, n)]);
        let places: Vec<EmailId> = places.collect();
        let resolved = aliases::resolve_all(&store, a, &places).await.unwrap();
        let known = aliases::first_known(&store, a, &places).await.unwrap();
        assert_eq!((resolved.len(), known.len()), (places.len(), places.len()));
        for ((place, resolved), known) in places.iter().zip(resolved).zip(known) {
            assert_eq!(resolved, resolve(&store, a, *place).await);
            let first = ids(&store, a, place.mailbox.0[0], &[place.uid]).await;
            assert_eq!(known, *first.get(&place.uid).unwrap_or(place));
        }
        let theirs = aliases::resolve_all(&store, b, &places).await.unwrap();
        assert_eq!(theirs, places);
    }
}

async fn accounts_are_apart(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    let b = account(&store, "b@example.org").await;
    note(&store, a, &[(at(1, 1), at(2, 2))]).await;
    assert_eq!(resolve(&store, b, at(1, 1)).await, at(1, 1));
    assert_eq!(ids(&store, b, 2, &[2]).await, HashMap::new());
    note(&store, b, &[(at(1, 1), at(3, 3)), (at(2, 2), at(4, 4))]).await;
    assert_eq!(resolve(&store, a, at(1, 1)).await, at(2, 2));
    assert_eq!(resolve(&store, b, at(2, 2)).await, at(4, 4));
}

async fn aliases_are_pruned(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    let listing = |uid_validity| {
        [SeenMailbox {
            name: "A",
            delimiter: None,
            remote_id: Some("x"),
            uid_validity,
            role: None,
            selectable: true,
            subscribed: true,
        }]
    };
    let mailbox = mailboxes::sync(&store, a, &listing(7), 1).await.unwrap()[0].id;
    let inside = EmailId {
        mailbox,
        uid_validity: 7,
        uid: 1,
    };
    let note = async |moves: &[(EmailId, EmailId)], now| {
        aliases::insert(&store, a, moves, now).await.unwrap();
    };
    let prune = async |now| aliases::prune(&store, now).await.unwrap();
    note(&[(at(1, 1), at(2, 2)), (at(1, 4), at(2, 4))], 100).await;
    note(&[(at(1, 2), inside), (at(1, 3), at(2, 3))], 200).await;
    // A further move keeps it young.
    note(&[(at(2, 4), at(3, 4))], 200).await;
    assert_eq!(prune(100 + KEPT_FOR).await, 0);
    assert_eq!(prune(101 + KEPT_FOR).await, 1);
    assert_eq!(resolve(&store, a, at(1, 1)).await, at(1, 1));
    assert_eq!(resolve(&store, a, at(1, 2)).await, inside);
    assert_eq!(resolve(&store, a, at(1, 4)).await, at(3, 4));
    // A folder that is not listed may be back.
    mailboxes::sync(&store, a, &[], 1000).await.unwrap();
    assert_eq!(prune(1000 + GONE_FOR).await, 0);
    mailboxes::sync(&store, a, &listing(7), 1001).await.unwrap();
    assert_eq!(prune(1001 + GONE_FOR).await, 0);
    assert_eq!(resolve(&store, a, at(1, 2)).await, inside);
    mailboxes::sync(&store, a, &[], 1002).await.unwrap();
    assert_eq!(prune(1003 + GONE_FOR).await, 1);
    // A new UIDVALIDITY makes them useless.
    note(&[(at(1, 2), inside)], 300).await;
    mailboxes::sync(&store, a, &listing(8), 1003).await.unwrap();
    assert_eq!(prune(1003).await, 1);
    assert_eq!(resolve(&store, a, at(1, 2)).await, at(1, 2));
    assert_eq!(resolve(&store, a, at(1, 3)).await, at(2, 3));
}

async fn the_newest_aliases_of_each_account_are_kept(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    let b = account(&store, "b@example.org").await;
    for uid in 1..=5 {
        let moved = [(at(1, uid), at(2, uid))];
        aliases::insert(&store, a, &moved, 100 + i64::from(uid))
            .await
            .unwrap();
    }
    // The first has moved again, and is the newest now.
    aliases::insert(&store, a, &[(at(2, 1), at(3, 1))], 200)
        .await
        .unwrap();
    note(&store, b, &[(at(1, 1), at(2, 1)), (at(1, 2), at(2, 2))]).await;
    assert_eq!(aliases::prune_to(&store, 300, 6).await.unwrap(), 0);
    assert_eq!(aliases::prune_to(&store, 300, 4).await.unwrap(), 2);
    let kept = [
        (1, at(3, 1)),
        (2, at(1, 2)),
        (3, at(1, 3)),
        (4, at(2, 4)),
        (5, at(2, 5)),
    ];
    for (uid, lies) in kept {
        assert_eq!(resolve(&store, a, at(1, uid)).await, lies, "{uid}");
    }
    assert_eq!(resolve(&store, b, at(1, 1)).await, at(2, 1));
    assert_eq!(resolve(&store, b, at(1, 2)).await, at(2, 2));
}
