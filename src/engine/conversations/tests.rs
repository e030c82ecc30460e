//! Rows of what was read of them, and messages that are there twice.

use super::*;

const HERE: MailboxId = MailboxId([0, 0, 0, 0, 0, 1]);
const SENT: MailboxId = MailboxId([0, 0, 0, 0, 0, 2]);

fn address(email: &str) -> Address {
    Address {
        name: None,
        email: email.to_owned(),
    }
}

fn member(thread: &str, mailbox_id: MailboxId, uid: u32, from: &str) -> Member {
    Member {
        thread_id: thread.to_owned(),
        mailbox_id,
        uid,
        seen: uid.is_multiple_of(2),
        received_at: i64::from(uid),
        from_json: vec![address(from)],
    }
}

fn sums(of: Sum) -> HashMap<String, Sum> {
    HashMap::from([(of.thread_id.clone(), of)])
}

fn email(mailbox: MailboxId, uid: u32, received_at: i64) -> EmailSummary {
    let id = EmailId {
        mailbox,
        uid_validity: 1,
        uid,
    };
    let header = format!("Message-ID: <{uid}@example.org>\r\nFrom: ada@example.org\r\n\r\n");
    let message = crate::mail::message::parse(header.as_bytes());
    let keywords = ["$seen"].into_iter().collect();
    let mut email = crate::mail::message::summary(&message, id, keywords, received_at);
    email.thread_id = Some("t".to_owned());
    email
}

fn uids(emails: &[EmailId]) -> Vec<u32> {
    emails.iter().map(|id| id.uid).collect()
}

#[test]
fn a_row_stands_for_what_is_in_its_folder() {
    let members = [
        member("t", HERE, 2, "ada@example.org"),
        member("t", SENT, 9, "me@example.org"),
        member("u", HERE, 4, "carl@example.org"),
        member("t", HERE, 3, "bob@example.org"),
        member("t", HERE, 5, "Ada@Example.org"),
    ];
    let sum = Sum {
        thread_id: "t".to_owned(),
        count: 4,
        unread: 2,
        flagged: true,
        has_attachment: true,
    };
    let rows = rows(HERE, &[email(HERE, 5, 50)], &sums(sum), &members);
    let [row] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(uids(&row.emails), [2, 3, 5]);
    assert_eq!((row.unread, row.begin.uid), (2, 3));
    assert!(row.is_flagged);
    // People are those of the whole, and what was counted is said.
    assert_eq!((row.count, row.has_attachment), (4, true));
    let people: Vec<&str> = row.people.iter().map(|one| one.email.as_str()).collect();
    assert_eq!(
        people,
        ["ada@example.org", "me@example.org", "bob@example.org"]
    );
}

#[test]
fn what_has_gone_meanwhile_leaves_the_newest() {
    let rows = rows(HERE, &[email(HERE, 5, 50)], &HashMap::new(), &[]);
    let [row] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!((uids(&row.emails), row.count, row.unread), (vec![5], 1, 0));
    assert_eq!(row.begin, row.newest.placement);
}

#[test]
fn a_copy_is_told_once_and_the_open_message_always() {
    let (first, sent) = (email(HERE, 1, 10), email(SENT, 7, 20));
    let mut here = email(HERE, 8, 21);
    here.message_id.clone_from(&sent.message_id);
    let all = [first.clone(), sent.clone(), here.clone()];
    let shown = |of: &EmailSummary| {
        let shown = once(all.to_vec(), of);
        shown
            .iter()
            .map(|one| one.email.placement.uid)
            .collect::<Vec<_>>()
    };
    // The one of the folder that is read in, or the open one.
    assert_eq!(shown(&first), [1, 8]);
    assert_eq!(shown(&sent), [1, 7]);
    // Another that only says to be the same.
    let mut forged = email(HERE, 9, 30);
    forged.message_id.clone_from(&first.message_id);
    forged.from = vec![address("eve@example.org")];
    assert_eq!(once(vec![first.clone(), forged], &first).len(), 2);
    // One of a conversation that is longer than what is read of it.
    let old = email(HERE, 20, 5);
    let shown = once(all.to_vec(), &old);
    assert_eq!((shown.len(), shown[0].email.placement.uid), (3, 20));
}

/// It came by a list as well: what is done to the one that is told is done to both.
#[test]
fn what_is_there_twice_keeps_its_copies_in_the_folder() {
    let same = |of: &EmailSummary, mailbox, uid| {
        let mut copy = email(mailbox, uid, 30);
        copy.message_id.clone_from(&of.message_id);
        copy
    };
    let first = email(HERE, 1, 10);
    let all = vec![
        first.clone(),
        same(&first, HERE, 2),
        same(&first, SENT, 3),
        same(&first, SENT, 4),
    ];
    let told = |of: &EmailSummary| {
        let told = once(all.clone(), of);
        let [one] = told.as_slice() else {
            panic!("{told:?}")
        };
        let copies: Vec<u32> = one.copies.iter().map(|copy| copy.placement.uid).collect();
        (one.email.placement.uid, copies)
    };
    assert_eq!(told(&first), (1, vec![2]));
    assert_eq!(told(&all[1]), (2, vec![1]));
    assert_eq!(told(&all[3]), (4, vec![3]));
}
