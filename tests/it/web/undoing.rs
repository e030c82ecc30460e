//! The way back from a move, and folders that are made when first needed.

use crate::support::{
    app::{Settings, TestApp},
    dovecot::PASSWORD,
};

use super::{acting::Inbox, flags, user_with_numbered};

#[tokio::test]
async fn every_move_can_be_taken_back() {
    let app = TestApp::start().await;
    let user = user_with_numbered(4);
    let mut browser = app.signed_in(&user).await;
    let starred = ["\\Flagged \\Answered", "mailbox", "INBOX", "ALL"];
    user.doveadm(&["flags", "add"], &starred, b"");
    let inbox = Inbox::of(&mut browser).await;
    let sent = inbox.folder_id("Sent");
    for (subject, verb, folder) in [
        ("m1", "archive", "Archive"),
        ("m2", "trash", "Trash"),
        ("m3", "junk", "Junk"),
        ("m4", "move", "Sent"),
    ] {
        let path = format!("{}/{}/{verb}", inbox.path, inbox.id(subject));
        let answer = browser.turbo(&path, &[("to", &sent)]).await;
        let token = answer
            .undo()
            .unwrap_or_else(|| panic!("{verb}: {}", answer.text()));
        assert_eq!(flags(&user, folder, subject).len(), 1, "{verb}");
        let back = browser.turbo("/undo", &[("token", &token)]).await;
        assert_eq!(back.status, 200, "{verb}: {}", back.text());
        assert!(flags(&user, folder, subject).is_empty(), "{verb}");
        let there = flags(&user, "INBOX", subject);
        assert_eq!(there.len(), 1, "{verb}");
        assert!(
            there[0].contains("\\Answered") && there[0].contains("\\Flagged"),
            "{there:?}"
        );
        assert!(
            !there[0].split(' ').any(|flag| flag == "$Junk"),
            "{there:?}"
        );
        // A second click finds nothing to do and harms nothing.
        let twice = browser.turbo("/undo", &[("token", &token)]).await;
        assert!(twice.status < 500, "{verb}: {}", twice.text());
        assert_eq!(flags(&user, "INBOX", subject).len(), 1, "{verb}");
    }
}

#[tokio::test]
async fn without_a_script_undo_leads_back_to_the_folder() {
    let app = TestApp::start().await;
    let user = user_with_numbered(2);
    let mut browser = app.signed_in(&user).await;
    let inbox = Inbox::of(&mut browser).await;
    let path = format!("{}/{}/archive", inbox.path, inbox.id("m2"));
    let answer = browser.post(&path, &[]).await;
    let page = browser.page(&answer.location().unwrap()).await;
    let token = page.undo().unwrap();
    let back = browser.post("/undo", &[("token", &token)]).await;
    assert_eq!(back.location(), Some(inbox.path.clone()));
    let page = browser.page(&inbox.path).await;
    assert_eq!(page.subjects(), ["m2", "m1"]);
    // Undo is not for others, not even for who finds the token.
    let other = user_with_numbered(1);
    let mut others = app.signed_in(&other).await;
    assert_eq!(others.post("/undo", &[("token", &token)]).await.status, 422);
}

#[tokio::test]
async fn the_next_message_opens_as_chosen() {
    let app = TestApp::start().await;
    let user = user_with_numbered(5);
    let mut browser = app.signed_in(&user).await;
    for (advance, subject, next) in [
        ("older", "m3", Some("m2")),
        ("newer", "m4", Some("m5")),
        ("list", "m5", None),
        ("older", "m1", Some("m2")),
    ] {
        let fields = [
            ("page_size", "50"),
            ("mark_read", "never"),
            ("advance", advance),
        ];
        browser.post("/settings/reading", &fields).await;
        let inbox = Inbox::of(&mut browser).await;
        let path = format!("{}/{}/archive", inbox.path, inbox.id(subject));
        let location = browser.post(&path, &[]).await.location().unwrap();
        let expected = match next {
            Some(next) => format!("{}/{}", inbox.path, inbox.id(next)),
            None => inbox.path.clone(),
        };
        assert_eq!(location, expected, "{advance} {subject}");
    }
}

#[tokio::test]
async fn a_missing_archive_is_made() {
    let dovecot = crate::support::dovecot::Dovecot::shared();
    let app = Settings::default().start().await;
    let user = user_with_numbered(1);
    // The server makes these by itself at the first look; here somebody removed one.
    user.doveadm(&["mailbox", "status"], &["messages", "INBOX"], b"");
    let mut browser = app.browser();
    assert_eq!(browser.sign_in(&user.address, PASSWORD).await.status, 303);
    let inbox = Inbox::of(&mut browser).await;
    user.doveadm(&["mailbox", "delete"], &["Archive"], b"");
    let path = format!("{}/{}/archive", inbox.path, inbox.id("m1"));
    let answer = browser.turbo(&path, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(flags(&user, "Archive", "m1").len(), 1);
    assert!(dovecot.port("IMAPS") > 0);
}
