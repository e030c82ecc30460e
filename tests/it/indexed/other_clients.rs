//! What other clients do is seen: messages that come, move and go, and folders made anew.

use restante::mail::mailbox::Role;

use super::{counts, inbox, listed};
use crate::contract::{Kind, Place, mail, threads::named};

async fn place() -> Place {
    let messages = [
        mail("INBOX", 1, named("Lunch", "a", &[])),
        mail("INBOX", 2, named("News", "n", &[])),
        mail("INBOX", 3, named("Re: Lunch", "b", &["a"])),
        mail("INBOX", 4, named("Re: Re: Lunch", "c", &["a", "b"])),
        mail("Archive", 5, named("Old", "o", &[])),
    ];
    let place = Place::with(Kind::Imap, &messages).await;
    place.account.read_conversations().await.unwrap();
    place
}

async fn whole(place: &Place, subject: &str) -> Vec<String> {
    let list = match place.account.mailboxes_now().await {
        Ok(list) => list,
        // Dovecot ends a connection whose selected folder is removed.
        Err(_) => place.account.mailboxes_now().await.unwrap(),
    };
    // Who opens a message does not wait for all of it.
    place.account.read_conversations().await.unwrap();
    for mailbox in list.iter() {
        let rows = place.rows(mailbox).await;
        if let Some(row) = rows.iter().find(|row| row.subject == subject) {
            let whole = place.account.conversation(row).await.unwrap();
            return whole
                .into_iter()
                .map(|one| one.email.subject.clone())
                .collect();
        }
    }
    panic!("no {subject}");
}

#[tokio::test]
async fn what_other_clients_do_is_seen() {
    let place = place().await;
    let (account, inbox) = (&place.account, inbox(&place).await);
    let user = place.user.as_ref().unwrap();
    assert_eq!(
        listed(account, inbox).await,
        counts([("Re: Re: Lunch", 3), ("News", 1)])
    );
    // One is moved.
    let from = [
        "Archive",
        "mailbox",
        "INBOX",
        "header",
        "Message-ID",
        "<b@example.org>",
    ];
    user.doveadm(&["move"], &from, b"");
    assert_eq!(
        listed(account, inbox).await,
        counts([("Re: Re: Lunch", 2), ("News", 1)])
    );
    assert_eq!(
        whole(&place, "Lunch").await,
        ["Lunch", "Re: Lunch", "Re: Re: Lunch"]
    );
    // One goes for good, and another comes: there are as many as before.
    let gone = [
        "mailbox",
        "INBOX",
        "header",
        "Message-ID",
        "<c@example.org>",
    ];
    user.doveadm(&["expunge"], &gone, b"");
    user.deliver(&named("Re: News", "m", &["n"]));
    assert_eq!(
        listed(account, inbox).await,
        counts([("Re: News", 2), ("Lunch", 1)])
    );
    assert_eq!(whole(&place, "Lunch").await, ["Lunch", "Re: Lunch"]);
    // All go.
    user.doveadm(&["expunge"], &["mailbox", "INBOX", "ALL"], b"");
    assert_eq!(listed(account, inbox).await, counts([]));
    user.deliver(&named("Again", "x", &[]));
    assert_eq!(listed(account, inbox).await, counts([("Again", 1)]));
}

#[tokio::test]
async fn a_folder_made_anew_is_read_anew() {
    let place = place().await;
    let account = &place.account;
    let user = place.user.as_ref().unwrap();
    let archive = place.folder("Archive").await.id;
    assert_eq!(listed(account, archive).await, counts([("Old", 1)]));
    // No connection of ours has it selected after this: it would go on showing the former one.
    let renamed = account.rename_mailbox(archive, "Kept", None).await;
    renamed.unwrap();
    user.doveadm(&["mailbox", "delete"], &["-s", "Kept"], b"");
    user.doveadm(&["mailbox", "create"], &["-s", "Kept"], b"");
    let new = named("Re: Lunch, kept", "k", &["a"]);
    user.doveadm(&["save"], &["-m", "Kept"], &new);
    user.doveadm(&["save"], &["-m", "Kept"], &named("New", "w", &[]));
    let archive = place.folder("Kept").await.id;
    let mut rows = listed(account, archive).await;
    rows.sort();
    assert_eq!(rows, counts([("New", 1), ("Re: Lunch, kept", 1)]));
    assert_eq!(
        whole(&place, "Lunch").await,
        ["Lunch", "Re: Lunch", "Re: Re: Lunch", "Re: Lunch, kept"]
    );
    // And one that is removed takes its messages along.
    user.doveadm(&["mailbox", "delete"], &["-s", "Kept"], b"");
    assert_eq!(
        whole(&place, "Lunch").await,
        ["Lunch", "Re: Lunch", "Re: Re: Lunch"]
    );
}

#[tokio::test]
async fn what_lies_in_trash_is_found_by_its_id() {
    let messages = [mail("Trash", 1, named("Thrown away", "t", &[]))];
    let place = Place::with(Kind::Imap, &messages).await;
    let trash = place.role(Role::Trash).await.id;
    let (threads, _) = place.account.threads(Some(trash), None, 50).await.unwrap();
    assert_eq!(threads.len(), 1);
    let thread = place.account.thread(&threads[0].id).await.unwrap();
    assert_eq!(thread, threads[0]);
}
