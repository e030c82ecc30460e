//! An account that is removed: nowhere at once, and its rows by and by.

use restante::{
    mail::id::MailboxId,
    store::{
        accounts::{self, AccountKind, AccountRow, NewAccount, Sealed, Subject},
        blobs,
        error::Error,
        local::{Owner, folders},
    },
};

use crate::store::{
    database::{Database, Raw, both},
    writing::{hash, person, upload, uses},
};

both!(it_is_nowhere_at_once, its_rows_go_in_lots);

/// Messages, which take three lots.
const COUNT: i64 = 450;

const NEW: NewAccount<'static> = NewAccount {
    kind: AccountKind::Local,
    primary: false,
    address: "old@example.net",
    login: "",
    name: "Old",
    servers: "",
};

/// Somebody with a second account, which holds messages.
struct Leaving {
    db: Database,
    raw: Raw,
    owner: Owner,
    first: AccountRow,
    inbox: MailboxId,
}

fn seals(_: &AccountRow) -> (Sealed, Sealed) {
    (Sealed(vec![1]), Sealed(vec![2]))
}

impl Leaving {
    async fn new(db: Database) -> Self {
        let a = person(&db.store, "a@example.org").await;
        let first = accounts::by_id(&db.store, a.account).await.unwrap();
        let row = accounts::add(&db.store, a.user, &NEW, "", 5, seals)
            .await
            .unwrap();
        let owner = Owner {
            user: a.user,
            account: row.id,
        };
        folders::provide(&db.store, owner, 5).await.unwrap();
        let list = folders::list(&db.store, owner).await.unwrap();
        upload(&db.store, a.user, 1, 1).await;
        let raw = db.raw().await;
        let (user, account) = (a.user.get(), row.id.get());
        let numbers = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {COUNT})"
        );
        let blob = "(SELECT sha256 FROM blobs)";
        raw.execute(&format!(
            "INSERT INTO messages (account_id, user_id, sha256, size, received_at, thread_id,
                created_at)
             {numbers} SELECT {account}, {user}, {blob}, 20, i, 'thread', i FROM n"
        ))
        .await;
        raw.execute(&format!(
            "UPDATE blobs SET uses = {COUNT}, unused_at = NULL"
        ))
        .await;
        let inbox = "(SELECT id FROM mailboxes WHERE role = 'inbox')";
        raw.execute(&format!(
            "INSERT INTO placements (mailbox_id, uid, message_id, modseq, thread_id, received_at,
                sent_at, size, placed_at)
             SELECT {inbox}, id, id, 1, 'thread', 1, 1, 20, 1 FROM messages"
        ))
        .await;
        raw.execute(&format!(
            "INSERT INTO journal (account_id, operation, mailbox_id, uid, created_at)
             SELECT {account}, 'place', {inbox}, id, 1 FROM messages"
        ))
        .await;
        Self {
            first: first.unwrap(),
            inbox: list.iter().find(|row| row.name == "INBOX").unwrap().id,
            raw,
            owner,
            db,
        }
    }

    async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        self.raw.numbers(&sql).await[0]
    }
}

async fn it_is_nowhere_at_once(db: Database) {
    let leaving = Leaving::new(db).await;
    let (store, owner) = (&leaving.db.store, leaving.owner);
    let (user, id) = (owner.user, owner.account);
    assert!(accounts::retire(store, id, 50).await.unwrap());
    assert!(!accounts::retire(store, id, 51).await.unwrap());
    assert_eq!(
        accounts::list(store, user).await.unwrap(),
        std::slice::from_ref(&leaving.first)
    );
    assert_eq!(accounts::get(store, user, id.get()).await.unwrap(), None);
    assert_eq!(accounts::by_id(store, id).await.unwrap(), None);
    let inbox = Subject::Mailbox(leaving.inbox);
    assert_eq!(accounts::holder_of(store, user, inbox).await.unwrap(), None);
    let refused = accounts::set_look(store, id, Some("x"), None, 51).await;
    assert!(matches!(refused, Err(Error::Gone)), "{refused:?}");
    // Nothing comes into it.
    let refused = folders::create(store, owner, "New", 51).await;
    assert!(matches!(refused, Err(Error::Gone)), "{refused:?}");
    // Nothing of its messages has gone, and another may have its address.
    assert_eq!(leaving.count("messages").await, COUNT);
    let again = accounts::add(store, user, &NEW, "", 52, seals)
        .await
        .unwrap();
    assert_eq!(again.address, NEW.address);
    // What seals and opens it has gone.
    let sealed = "SELECT count(*) FROM accounts
        WHERE gone_at IS NOT NULL AND (credential IS NOT NULL OR carried_key IS NOT NULL)";
    assert_eq!(leaving.raw.numbers(sealed).await, [0]);
    assert_eq!(accounts::retired(store, 10).await.unwrap(), [id]);
    while accounts::remove_some(store, id, 53).await.unwrap() {}
    assert_eq!(
        accounts::list(store, user).await.unwrap(),
        [leaving.first.clone(), again]
    );
}

async fn its_rows_go_in_lots(db: Database) {
    let leaving = Leaving::new(db).await;
    let (store, id) = (&leaving.db.store, leaving.owner.account);
    let user = leaving.owner.user;
    // Who is there loses nothing.
    assert!(!accounts::remove_some(store, id, 50).await.unwrap());
    assert_eq!(leaving.count("messages").await, COUNT);
    accounts::retire(store, id, 50).await.unwrap();
    let (mut lots, mut before) = (0, COUNT);
    loop {
        // Whoever was killed here leaves the counts as true as this.
        assert_eq!(accounts::retired(store, 10).await.unwrap(), [id]);
        let more = accounts::remove_some(store, id, 60).await.unwrap();
        let left = leaving.count("messages").await;
        assert_eq!(leaving.count("placements").await, left);
        assert_eq!(uses(store, user, 1).await, Some(left));
        assert!(before - left <= 200, "{before}, {left}");
        (lots, before) = (lots + 1, left);
        if !more {
            break;
        }
    }
    // Three of messages, one of the journal, and the rest.
    assert_eq!(lots, 5);
    for table in ["messages", "journal", "mailboxes"] {
        assert_eq!(leaving.count(table).await, 0, "{table}");
    }
    assert_eq!(leaving.count("accounts").await, 1);
    assert_eq!(accounts::retired(store, 10).await.unwrap(), []);
    assert!(!accounts::remove_some(store, id, 61).await.unwrap());
    assert_eq!(
        blobs::sweep(store, 61, 10).await.unwrap(),
        [(user, hash(1))]
    );
}
