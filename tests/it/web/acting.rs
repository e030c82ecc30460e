//! What one does with mail, for one message and for many, with a script and without.

use crate::support::{
    app::TestApp,
    browser::{Answer, Browser},
    dovecot::Dovecot,
};

use super::{flags, mail, state, user_with_numbered};

pub(super) struct Inbox {
    pub(super) path: String,
    pub(super) page: Answer,
}

impl Inbox {
    pub(super) async fn of(browser: &mut Browser) -> Self {
        let page = browser.page("/").await;
        Self {
            path: page.folder("Inbox"),
            page,
        }
    }

    pub(super) fn id(&self, subject: &str) -> String {
        let subjects = self.page.subjects();
        let index = subjects.iter().position(|one| one == subject);
        self.page.rows()[index.unwrap_or_else(|| panic!("no {subject} in {subjects:?}"))].clone()
    }

    pub(super) fn folder_id(&self, name: &str) -> String {
        self.page
            .folder(name)
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    }
}

#[tokio::test]
async fn stars_and_read_marks_reach_the_server() {
    let app = TestApp::start().await;
    let user = user_with_numbered(1);
    let mut browser = app.signed_in(&user).await;
    let inbox = Inbox::of(&mut browser).await;
    let id = inbox.id("m1");
    for (verb, value, flag) in [
        ("star", "true", "\\Flagged"),
        ("seen", "true", "\\Flagged \\Seen"),
        ("star", "false", "\\Seen"),
        ("seen", "false", ""),
    ] {
        for with_script in [true, false] {
            let path = format!("{}/{id}/{verb}", inbox.path);
            let answer = match with_script {
                true => browser.turbo(&path, &[("value", value)]).await,
                false => browser.post(&path, &[("value", value)]).await,
            };
            let status = if with_script { 200 } else { 303 };
            assert_eq!(answer.status, status, "{verb} {value}: {}", answer.text());
            assert_eq!(flags(&user, "INBOX", "m1"), [flag], "{verb} {value}");
        }
    }
    let unknown = format!("{}/{id}/explode", inbox.path);
    assert_eq!(browser.post(&unknown, &[]).await.status, 404);
}

#[tokio::test]
async fn each_verb_files_where_it_says() {
    let app = TestApp::start().await;
    let user = user_with_numbered(6);
    let mut browser = app.signed_in(&user).await;
    let inbox = Inbox::of(&mut browser).await;
    let sent = inbox.folder_id("Sent");
    for (subject, verb, folder, sentence) in [
        ("m1", "archive", "Archive", "Archived."),
        ("m2", "trash", "Trash", "Trash"),
        ("m3", "junk", "Junk", "unk"),
        ("m4", "move", "Sent", "Sent"),
        ("m5", "copy", "Sent", "Sent"),
    ] {
        let path = format!("{}/{}/{verb}", inbox.path, inbox.id(subject));
        let answer = browser.post(&path, &[("to", &sent)]).await;
        assert_eq!(answer.status, 303, "{verb}: {}", answer.text());
        assert_eq!(flags(&user, folder, subject).len(), 1, "{verb}");
        let stays = usize::from(verb == "copy");
        assert_eq!(flags(&user, "INBOX", subject).len(), stays, "{verb}");
        let next = browser.page(&answer.location().unwrap()).await;
        let said = next.words();
        assert!(said.contains(sentence), "{verb}: {said}");
        assert_eq!(next.undo().is_some(), verb != "copy", "{verb}");
        let again = browser.page(&inbox.path).await;
        assert_eq!(again.undo(), None, "said once");
    }
    assert!(
        flags(&user, "Junk", "m3")[0].contains("$Junk"),
        "{:?}",
        flags(&user, "Junk", "m3")
    );
    // Without a folder to go to.
    let path = format!("{}/{}/move", inbox.path, inbox.id("m6"));
    assert_eq!(browser.post(&path, &[]).await.status, 422);
    assert_eq!(browser.post(&path, &[("to", "AAAAAAAA")]).await.status, 404);
    assert_eq!(flags(&user, "INBOX", "m6").len(), 1);
}

#[tokio::test]
async fn a_selection_of_sixty_goes_at_once() {
    let app = TestApp::start().await;
    let user = user_with_numbered(61);
    let mut browser = app.signed_in(&user).await;
    let fields = [
        ("page_size", "100"),
        ("mark_read", "never"),
        ("advance", "list"),
    ];
    browser.post("/settings/reading", &fields).await;
    let inbox = Inbox::of(&mut browser).await;
    let ids = inbox.page.rows();
    let mut form: Vec<(&str, &str)> = ids.iter().take(60).map(|id| ("id", &**id)).collect();
    form.push(("action", "star"));
    let account = app.account(&browser).await;
    let trips = account.round_trips();
    let path = format!("{}/selection", inbox.path);
    assert_eq!(browser.turbo(&path, &form).await.status, 200);
    let spent = account.round_trips() - trips;
    assert!(
        spent <= 3,
        "one STORE for all and the counts, not {spent} round trips"
    );
    let starred = state(&user)
        .iter()
        .filter(|line| line.contains("\\Flagged"))
        .count();
    assert_eq!(starred, 60);

    form.pop();
    form.push(("action", "archive"));
    let answer = browser.turbo(&path, &form).await;
    let removed = answer.tags();
    let removed = removed
        .iter()
        .filter(|tag| tag.get("action") == "remove")
        .count();
    assert_eq!(removed, 60);
    assert_eq!(browser.page(&inbox.path).await.subjects(), ["m1"]);
    let back = browser
        .turbo("/undo", &[("token", &answer.undo().unwrap())])
        .await;
    assert_eq!(back.status, 200, "{}", back.text());
    assert_eq!(browser.page(&inbox.path).await.subjects().len(), 61);

    let none = browser.post(&path, &[("action", "archive")]).await;
    let page = browser.page(&none.location().unwrap()).await;
    assert!(page.words().contains("No message is selected."));
    assert_eq!(
        browser
            .post(&path, &[("action", "x"), ("id", &ids[0])])
            .await
            .status,
        400
    );
    assert_eq!(
        browser
            .post(&path, &[("action", "trash"), ("id", "x")])
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn turbo_gets_what_changes_on_the_open_page() {
    let app = TestApp::start().await;
    let user = user_with_numbered(2);
    let mut browser = app.signed_in(&user).await;
    let inbox = Inbox::of(&mut browser).await;
    let id = inbox.id("m2");
    let answer = browser
        .turbo(&format!("{}/{id}/archive", inbox.path), &[])
        .await;
    assert_eq!(
        answer.header("content-type"),
        "text/vnd.turbo-stream.html; charset=utf-8"
    );
    let tags = answer.tags();
    let streams: Vec<(&str, &str)> = tags
        .iter()
        .filter(|tag| tag.name == "turbo-stream")
        .map(|tag| (tag.get("action"), tag.get("target")))
        .collect();
    let row = format!("e-{id}");
    let count = format!("unread-{}", inbox.folder_id("Inbox"));
    for expected in [
        ("remove", &*row),
        ("replace", &*count),
        ("update", "flashes"),
    ] {
        assert!(streams.contains(&expected), "{expected:?} in {streams:?}");
    }
    // Trouble comes as a sentence on the same page.
    let gone = browser.turbo("/undo", &[("token", "forged")]).await;
    assert_eq!(gone.status, 422);
    assert!(
        gone.words().contains("It is too late to undo that."),
        "{}",
        gone.words()
    );
}

#[tokio::test]
async fn only_trash_and_junk_delete_for_good() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    let raw = |subject: &str| crate::support::letter::letter(subject).text("x").raw();
    user.fill(&[
        mail("INBOX", 1, raw("keep")),
        mail("Trash", 2, raw("t1")),
        mail("Trash", 3, raw("t2")),
        mail("Trash", 4, raw("t3")),
        mail("Junk", 5, raw("j1")),
    ]);
    let mut browser = app.signed_in(&user).await;
    let inbox = Inbox::of(&mut browser).await;
    let keep = format!("{}/{}/deletion", inbox.path, inbox.id("keep"));
    let refused = browser.post(&keep, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .words()
            .contains("Only messages in Trash or Junk can be deleted for good.")
    );
    let emptied = browser.post(&format!("{}/emptying", inbox.path), &[]).await;
    assert_eq!(emptied.status, 422);

    let trash = inbox.page.folder("Trash");
    let list = browser.page(&trash).await;
    assert_eq!(list.subjects(), ["t3", "t2", "t1"]);
    let ids = list.rows();
    let question = browser.page(&format!("{trash}/{}/deletion", ids[0])).await;
    assert!(question.words().contains("t3"), "{}", question.words());
    assert_eq!(flags(&user, "Trash", "t3").len(), 1, "asked first");
    browser
        .post(&format!("{trash}/{}/deletion", ids[0]), &[])
        .await;
    assert!(flags(&user, "Trash", "t3").is_empty());

    let form = [("action", "delete"), ("id", &*ids[1])];
    let question = browser.post(&format!("{trash}/selection"), &form).await;
    assert_eq!(
        question.status, 200,
        "without a script it is asked on a page"
    );
    assert_eq!(flags(&user, "Trash", "t2").len(), 1);
    let confirmed = [form[0], form[1], ("confirmed", "true")];
    assert_eq!(
        browser
            .post(&format!("{trash}/selection"), &confirmed)
            .await
            .status,
        303
    );
    assert!(flags(&user, "Trash", "t2").is_empty());

    let again = browser
        .post(&format!("{trash}/{}/trash", ids[2]), &[])
        .await;
    assert_eq!(again.status, 422, "it is there already");
    let question = browser.page(&format!("{trash}/emptying")).await;
    assert!(question.words().contains("Trash"));
    assert_eq!(
        browser.post(&format!("{trash}/emptying"), &[]).await.status,
        303
    );
    assert!(flags(&user, "Trash", "t1").is_empty());
    assert_eq!(flags(&user, "Junk", "j1").len(), 1);

    let junk = inbox.page.folder("Junk");
    let id = browser.page(&junk).await.rows()[0].clone();
    browser.post(&format!("{junk}/{id}/not-junk"), &[]).await;
    assert_eq!(flags(&user, "INBOX", "j1").len(), 1);
    assert_eq!(flags(&user, "INBOX", "keep").len(), 1);
}
