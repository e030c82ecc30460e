//! Accounts beside the one signed in with.

use restante::{
    mail::id::MailboxId,
    store::{
        Store,
        accounts::{self, Access, AccountKind, AccountRow, NewAccount, Sealed, Subject},
        drafts::{self, NewDraft},
        error::Error,
        id::UserId,
        identities::{self, IdentityFields},
        mailboxes::{self, SeenMailbox},
    },
};

use crate::store::{
    database::{Database, both},
    writing::{
        self, Person, about, claimed, draft, file, new_draft, person, sending, upload, uses,
    },
};

both!(
    an_account_is_added_whole,
    an_address_is_added_once,
    accounts_stand_in_their_owners_order,
    access_is_replaced_at_once,
    what_is_an_accounts_leads_to_it,
    an_account_that_goes_lets_go_of_its_bytes,
);

fn new(address: &str) -> NewAccount<'_> {
    NewAccount {
        kind: AccountKind::Imap,
        primary: false,
        address,
        login: "login",
        name: "",
        servers: "{}",
    }
}

/// What seals say whose they are.
fn seals(row: &AccountRow) -> (Sealed, Sealed) {
    let id = row.id.get().to_be_bytes();
    (Sealed(id.to_vec()), Sealed([id, id].concat()))
}

async fn add(store: &Store, user: UserId, address: &str) -> AccountRow {
    accounts::add(store, user, &new(address), "", 5, seals)
        .await
        .unwrap()
}

async fn an_account_is_added_whole(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let added = add(&store, a.user, "B@example.net").await;
    assert_eq!(
        (added.address.as_str(), added.is_primary),
        ("b@example.net", false)
    );
    assert_eq!(
        (added.login.as_str(), added.servers.as_str()),
        ("login", "{}")
    );
    let (credential, carried) = seals(&added);
    assert_eq!(added.credential, Some(credential));
    assert_eq!(added.carried_key, Some(carried));
    assert_eq!(added.credential_version, 1);
    let found = accounts::get(&store, a.user, added.id.get()).await.unwrap();
    assert_eq!(found, Some(added));
    let primary = accounts::primary(&store, a.user, "a@example.org").await;
    assert_eq!(primary.unwrap().unwrap().carried_key, None);
}

async fn an_address_is_added_once(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    add(&store, a.user, "c@example.net").await;
    for address in ["c@example.net", "C@EXAMPLE.net", "a@example.org"] {
        let again = accounts::add(&store, a.user, &new(address), "", 5, seals).await;
        assert!(matches!(again, Err(Error::Conflict)), "{address}");
    }
    add(&store, b.user, "c@example.net").await;
    assert_eq!(accounts::list(&store, a.user).await.unwrap().len(), 2);
}

async fn accounts_stand_in_their_owners_order(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let one = add(&store, a.user, "1@example.net").await;
    let two = add(&store, a.user, "2@example.net").await;
    let foreign = add(&store, b.user, "3@example.net").await;
    let order = async || -> Vec<_> {
        let rows = accounts::list(&store, a.user).await.unwrap();
        rows.iter().map(|row| row.id).collect()
    };
    assert_eq!(order().await, [a.account, one.id, two.id]);
    let wanted = [two.id, foreign.id, a.account, one.id];
    accounts::arrange(&store, a.user, &wanted, 6).await.unwrap();
    assert_eq!(order().await, [two.id, a.account, one.id]);
    let there = accounts::get(&store, b.user, foreign.id.get()).await;
    assert_eq!(there.unwrap().unwrap().sort_order, foreign.sort_order);
    let last = add(&store, a.user, "4@example.net").await;
    assert_eq!(order().await, [two.id, a.account, one.id, last.id]);
}

async fn access_is_replaced_at_once(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = add(&store, a.user, "b@example.net").await;
    let access = Access {
        login: "other",
        servers: r#"{"x":1}"#,
        credential: &Sealed(vec![1]),
        carried_key: &Sealed(vec![2]),
        provider: "",
    };
    let version = accounts::set_access(&store, row.id, &access, 7).await;
    assert_eq!(version.unwrap(), row.credential_version + 1);
    let now = accounts::by_id(&store, row.id).await.unwrap().unwrap();
    assert_eq!(
        (now.login.as_str(), now.servers.as_str()),
        ("other", r#"{"x":1}"#)
    );
    assert_eq!(now.credential, Some(Sealed(vec![1])));
    assert_eq!(now.carried_key, Some(Sealed(vec![2])));
    accounts::delete(&store, row.id, 8).await.unwrap();
    let gone = accounts::set_access(&store, row.id, &access, 9).await;
    assert!(matches!(gone, Err(Error::Gone)));
}

async fn what_is_an_accounts_leads_to_it(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let further = Person {
        user: a.user,
        account: add(&store, a.user, "c@example.net").await.id,
    };
    let seen = SeenMailbox {
        name: "INBOX",
        delimiter: Some('/'),
        remote_id: None,
        uid_validity: 1,
        role: None,
        selectable: true,
        subscribed: true,
    };
    let rows = mailboxes::sync(&store, further.account, &[seen], 1).await;
    let mailbox = rows.unwrap()[0].id;
    let written = draft(&store, further, "one", 1).await;
    let sent = claimed(
        &store,
        &sending(further, &draft(&store, further, "two", 1).await),
    )
    .await;
    let fields = IdentityFields {
        name: "C",
        email: "c@example.net",
        reply_to: "",
        bcc: "",
        text_signature: "",
        html_signature: "",
    };
    let identity = identities::create(&store, further.account, &fields, 1)
        .await
        .unwrap();
    for subject in [
        Subject::Mailbox(mailbox),
        Subject::Draft(written.id.get()),
        Subject::Submission(sent.id.get()),
        Subject::Identity(identity.id.get()),
    ] {
        let found = accounts::holder_of(&store, a.user, subject).await.unwrap();
        assert_eq!(found, Some(further.account), "{subject:?}");
        let foreign = accounts::holder_of(&store, b.user, subject).await.unwrap();
        assert_eq!(foreign, None, "{subject:?}");
    }
    for subject in [Subject::Mailbox(MailboxId([7; 6])), Subject::Draft(999)] {
        assert_eq!(
            accounts::holder_of(&store, a.user, subject).await.unwrap(),
            None
        );
    }
}

async fn an_account_that_goes_lets_go_of_its_bytes(db: Database) {
    let store = db.store.clone();
    let a = person(&store, "a@example.org").await;
    let further = Person {
        user: a.user,
        account: add(&store, a.user, "c@example.net").await.id,
    };
    for number in 1..=3 {
        upload(&store, a.user, number, 1).await;
    }
    let fields = about("files");
    let files = [file(1, "one"), file(2, "two")];
    let with_files = NewDraft {
        quote: Some(writing::hash(3)),
        files: &files,
        ..new_draft("", &fields)
    };
    for owner in [a, further] {
        // The second has the same bytes twice.
        let twice = usize::from(owner.account == further.account);
        for message_id in ["1@x", "2@x"].iter().take(1 + twice) {
            let made = drafts::create(&store, owner.account, owner.user, &with_files, 1).await;
            let new = writing::sending(owner, &made.unwrap());
            let new = restante::store::submissions::NewSubmission {
                draft: None,
                message_id,
                blob: Some((writing::hash(3), 20)),
                ..new
            };
            claimed(&store, &new).await;
        }
    }
    assert_eq!(uses(&store, a.user, 1).await, Some(3));
    assert_eq!(uses(&store, a.user, 3).await, Some(6));
    upload(&store, a.user, 4, 1).await;
    let only = [file(4, "only here")];
    let new = NewDraft {
        files: &only,
        ..new_draft("", &fields)
    };
    drafts::create(&store, further.account, a.user, &new, 1)
        .await
        .unwrap();

    assert!(accounts::delete(&store, further.account, 50).await.unwrap());
    for (number, left) in [(1, 1), (2, 1), (3, 2), (4, 0)] {
        assert_eq!(uses(&store, a.user, number).await, Some(left), "{number}");
    }
    let raw = db.raw().await;
    let unused = "SELECT COALESCE(unused_at, 0) FROM blobs ORDER BY sha256";
    assert_eq!(raw.numbers(unused).await, [0, 0, 0, 50]);
    assert!(accounts::by_id(&store, a.account).await.unwrap().is_some());
}
