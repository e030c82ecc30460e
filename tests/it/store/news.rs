//! What processes tell each other over PostgreSQL.

use std::time::Duration;

use restante::store::{
    events::{self, Action, NewEvent},
    news::{Listener, Word},
    sessions::{self, NewSession},
    users,
};

use super::database::{self, Database};

const PATIENCE: Duration = Duration::from_secs(10);

async fn next(listener: &mut Listener) -> Word {
    let word = tokio::time::timeout(PATIENCE, listener.next()).await;
    word.expect("a word, in time")
}

fn event() -> NewEvent<'static> {
    NewEvent {
        account: None,
        kind: "Email",
        action: Action::Updated,
        object: "",
        mailbox: None,
    }
}

#[tokio::test]
async fn words_come_with_what_they_are_about() {
    database::with_postgres(true, heard).await;
}

async fn heard(db: Database) {
    let mut listener = db.store.listener().expect("PostgreSQL");
    assert_eq!(next(&mut listener).await, Word::Begun);
    let user = users::find_or_create(&db.store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    let two = [event(), event()];
    assert_eq!(events::append(&db.store, user, &two, 1).await.unwrap(), 2);
    assert_eq!(next(&mut listener).await, Word::Event(user, 2));
    // Read at once, it is there.
    assert_eq!(events::latest(&db.store, user).await.unwrap(), 2);
    let mut ids = Vec::new();
    for number in 0..3 {
        let new = NewSession {
            hash: &[number; 32],
            expires_at: 1000,
            stay_signed_in: false,
            label: "",
            network: "",
        };
        ids.push(sessions::create(&db.store, user, &new, 1).await.unwrap());
    }
    assert!(
        sessions::revoke(&db.store, user, ids[1].get())
            .await
            .unwrap()
    );
    assert_eq!(next(&mut listener).await, Word::Ended(ids[1]));
    assert!(
        !sessions::revoke(&db.store, user, ids[1].get())
            .await
            .unwrap()
    );
    assert_eq!(
        sessions::revoke_others(&db.store, user, Some(ids[2]))
            .await
            .unwrap(),
        1
    );
    assert_eq!(next(&mut listener).await, Word::Ended(ids[0]));

    // Cut off, it says so, and when it hears again; what came in between is in the table.
    let sql = "SELECT pg_terminate_backend(pid)::int::bigint FROM pg_stat_activity
        WHERE query LIKE 'LISTEN \"restante_' || md5(current_schema()) || '\"'";
    let raw = db.raw().await;
    assert_eq!(raw.numbers(sql).await, [1]);
    assert_eq!(next(&mut listener).await, Word::Deaf);
    events::append(&db.store, user, &[event()], 1)
        .await
        .unwrap();
    assert_eq!(next(&mut listener).await, Word::Begun);
    events::append(&db.store, user, &[event()], 1)
        .await
        .unwrap();
    assert_eq!(next(&mut listener).await, Word::Event(user, 4));
}

#[tokio::test]
async fn another_schema_is_another_installation() {
    database::with_postgres(true, async |one: Database| {
        database::with_postgres(true, async move |other: Database| {
            let mut listener = one.store.listener().unwrap();
            assert_eq!(next(&mut listener).await, Word::Begun);
            for db in [&other, &one] {
                let user = users::find_or_create(&db.store, "a@example.org", 1).await;
                let user = user.unwrap().id;
                let times = if db.url == one.url { 2 } else { 1 };
                for _ in 0..times {
                    events::append(&db.store, user, &[event()], 1)
                        .await
                        .unwrap();
                }
            }
            assert!(matches!(next(&mut listener).await, Word::Event(_, 1)));
            assert!(matches!(next(&mut listener).await, Word::Event(_, 2)));
        })
        .await;
    })
    .await;
}
