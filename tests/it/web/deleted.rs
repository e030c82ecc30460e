//! Trash that empties itself, and what can be brought back after that: for mail that lives here.

use restante::{
    clock::Clock,
    engine::Error,
    mail::{keyword, mailbox::Role},
};

use crate::{
    contract::{Kind, Place, deposit},
    support::{app::Settings, dovecot::PASSWORD, letter::letter},
};

use super::mail;

const DAY: i64 = 24 * 60 * 60 * 1000;
const NOW: i64 = 1_800_000_000_000;

/// Somebody whose mail lives here, at a time that is set.
async fn here(subjects: &[&str]) -> Place {
    let messages: Vec<_> = (0..)
        .zip(subjects)
        .map(|(second, subject)| {
            let raw = letter(subject).from("Ada <ada@example.org>").raw();
            mail("INBOX", second, raw)
        })
        .collect();
    let clock = Clock::fixed(NOW);
    Place::when(Kind::Local, &messages, Settings::empty(), clock).await
}

impl Place {
    async fn trash(&self, subjects: &[&str]) {
        let inbox = self.role(Role::Inbox).await;
        for subject in subjects {
            let id = self.row(&inbox, subject).await.id;
            self.account.trash(&[id]).await.unwrap();
        }
    }

    /// Puts messages into Trash, and deletes them from there.
    async fn delete(&self, subjects: &[&str]) {
        self.trash(subjects).await;
        let trash = self.role(Role::Trash).await;
        for subject in subjects {
            let id = self.row(&trash, subject).await.id;
            self.account.delete(&[id]).await.unwrap();
        }
    }

    async fn in_folder(&self, role: Role) -> Vec<String> {
        let folder = self.role(role).await;
        self.sorted(&folder).await
    }

    async fn deleted(&self) -> Vec<String> {
        let (items, _) = self.account.deleted_lately(None, 100).await.unwrap();
        items.into_iter().map(|one| one.subject).collect()
    }
}

#[tokio::test]
async fn trash_says_how_long_it_keeps_and_lets_it_be_chosen() {
    let mut place = here(&["a"]).await;
    place.trash(&["a"]).await;
    let trash = format!("/m/{}", place.role(Role::Trash).await.id);
    let junk = format!("/m/{}", place.role(Role::Junk).await.id);
    let inbox = format!("/m/{}", place.role(Role::Inbox).await.id);
    let page = place.browser.page(&trash).await;
    assert!(page.words().contains("Messages are deleted after 30 days."));
    assert!(page.text().contains(&format!("{trash}/emptying")));
    assert!(page.text().contains("href=\"/deleted\""));
    let page = place.browser.page(&junk).await.words();
    assert!(
        page.contains("Messages stay until you delete them."),
        "{page}"
    );
    assert!(!place.browser.page(&inbox).await.text().contains("/deleted"));
    let page = place.browser.page(&format!("{trash}/name")).await;
    assert!(page.text().contains("<option value=\"30\" selected>"));
    let choose = format!("{trash}/keeping");
    let answer = place.browser.post(&choose, &[("days", "7")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = place.browser.page(&trash).await.words();
    assert!(
        page.contains("Messages are deleted after 7 days."),
        "{page}"
    );
    let answer = place.browser.post(&choose, &[("days", "0")]).await;
    assert_eq!(answer.status, 303);
    let page = place.browser.page(&trash).await.words();
    assert!(
        page.contains("Messages stay until you delete them."),
        "{page}"
    );
    for (days, status) in [("4000", 422), ("-1", 400), ("x", 400), ("", 400)] {
        let answer = place.browser.post(&choose, &[("days", days)]).await;
        assert_eq!(answer.status, status, "{days}");
    }
    let path = format!("{inbox}/keeping");
    let odd = place.browser.post(&path, &[("days", "7")]);
    assert_eq!(odd.await.status, 404);
    // The question says that there is a way back.
    let page = place
        .browser
        .page(&format!("{trash}/emptying"))
        .await
        .words();
    assert!(
        page.contains("For 7 days the message in it can be brought back"),
        "{page}"
    );
}

#[tokio::test]
async fn a_server_keeps_what_is_deleted_as_it_likes() {
    let mut place = Place::with_subjects(Kind::Imap, &["a"]).await;
    let trash = format!("/m/{}", place.role(Role::Trash).await.id);
    let page = place.browser.page(&trash).await;
    assert!(!page.text().contains("/deleted") && !page.words().contains("Messages are deleted"));
    let page = place.browser.page(&format!("{trash}/name")).await;
    assert!(!page.text().contains("/keeping"));
    let path = format!("{trash}/keeping");
    let choose = place.browser.post(&path, &[("days", "7")]);
    assert_eq!(choose.await.status, 422);
    assert_eq!(place.browser.get("/deleted").await.status, 422);
    let restore = place.browser.post("/deleted/restoration", &[("id", "1")]);
    assert_eq!(restore.await.status, 422);
    let restored = place.account.restore(&[1]).await;
    assert!(matches!(restored, Err(Error::Invalid("deleted-elsewhere"))));
}

#[tokio::test]
async fn trash_is_emptied_of_what_lies_in_it_for_long() {
    let place = here(&["early", "late", "stays"]).await;
    let engine = place.app.app().engine().clone();
    let clock = place.app.clock();
    // Its own age does not matter: it counts from when it was put there.
    place.trash(&["early"]).await;
    clock.advance(10 * DAY);
    place.trash(&["late"]).await;
    clock.advance(20 * DAY);
    assert_eq!(
        engine.empty_trashes().await.unwrap(),
        0,
        "not before its time"
    );
    let state = place.account.state_now().await.unwrap();
    clock.advance(1);
    assert_eq!(engine.empty_trashes().await.unwrap(), 1);
    assert_eq!(place.in_folder(Role::Trash).await, ["late"]);
    assert_eq!(place.in_folder(Role::Inbox).await, ["stays"]);
    let changes = place.account.changes(state, 10).await.unwrap().unwrap();
    let trash = place.role(Role::Trash).await.id;
    let told: Vec<_> = changes
        .items
        .iter()
        .map(|one| (one.kind.as_str(), one.mailbox))
        .collect();
    assert_eq!(told, [("Email", Some(trash))], "others hear of it");
    assert_eq!(place.deleted().await, ["early"], "it can be brought back");
    // For ever, when its owner wants that; and what was put there before as well.
    let keep = async |days| {
        let (own, id) = (&place.account, place.account.id());
        engine
            .keep_for(own, id, Some(days), Some(Some(1)))
            .await
            .unwrap();
    };
    keep(None).await;
    clock.advance(400 * DAY);
    assert_eq!(engine.empty_trashes().await.unwrap(), 0);
    let junk = place.row(&place.role(Role::Inbox).await, "stays").await.id;
    place.account.junk(&[junk]).await.unwrap();
    clock.advance(2 * DAY);
    assert_eq!(
        engine.empty_trashes().await.unwrap(),
        1,
        "Junk as its owner wants"
    );
    assert_eq!(place.in_folder(Role::Trash).await, ["late"]);
}

#[tokio::test]
async fn other_accounts_are_left_alone() {
    let place = here(&["mine"]).await;
    let engine = place.app.app().engine().clone();
    place.trash(&["mine"]).await;
    engine
        .set_local_password("other@here.example", &PASSWORD.to_owned().into())
        .await
        .unwrap();
    let mut browser = place.app.browser();
    assert_eq!(
        browser.sign_in("other@here.example", PASSWORD).await.status,
        303
    );
    let other = place.app.account(&browser).await;
    engine
        .keep_for(&other, other.id(), Some(None), None)
        .await
        .unwrap();
    deposit(
        &place.app,
        "other@here.example",
        &mail("Trash", 1, letter("theirs").raw()),
    )
    .await;
    place.app.clock().advance(31 * DAY);
    assert_eq!(engine.empty_trashes().await.unwrap(), 1);
    let (deleted, _) = other.deleted_lately(None, 10).await.unwrap();
    assert!(deleted.is_empty());
    // Nobody else's numbers.
    let (mine, _) = place.account.deleted_lately(None, 10).await.unwrap();
    assert!(other.restore(&[mine[0].id]).await.unwrap().is_empty());
    assert_eq!(other.forget_deleted(&[mine[0].id]).await.unwrap(), 0);
    let choosing = engine
        .keep_for(&other, place.account.id(), Some(None), None)
        .await;
    assert!(matches!(choosing, Err(Error::NotFound)));
}

#[tokio::test]
async fn what_was_deleted_is_brought_back_with_all_that_it_had() {
    let mut place = here(&["one", "two", "three"]).await;
    let inbox = place.role(Role::Inbox).await;
    let before = place.row(&inbox, "one").await;
    let (add, none) = ([keyword::FLAGGED, "work"], []);
    place
        .account
        .set_keywords(&[before.id], &add, &none)
        .await
        .unwrap();
    place.delete(&["one", "two"]).await;
    place.trash(&["three"]).await;
    let trash = place.role(Role::Trash).await;
    place.account.empty(trash.id).await.unwrap();
    let page = place.browser.page("/deleted").await;
    let words = page.words();
    assert!(words.contains("Messages that were deleted for good stay here for 7 days"));
    assert!(
        words.contains("three") && words.contains("Ada") && words.contains("goes back into Inbox"),
        "{words}"
    );
    let (items, _) = place.account.deleted_lately(None, 10).await.unwrap();
    let subjects: Vec<_> = items.iter().map(|one| one.subject.as_str()).collect();
    assert_eq!(subjects, ["three", "two", "one"], "the last comes first");
    let one = items[2].id.to_string();
    assert!(
        page.text()
            .contains(&format!("name=\"id\" value=\"{one}\""))
    );
    let answer = place
        .browser
        .post("/deleted/restoration", &[("id", &one)])
        .await;
    assert_eq!(answer.location().as_deref(), Some("/deleted"));
    assert!(
        place
            .browser
            .page("/deleted")
            .await
            .words()
            .contains("Restored.")
    );
    let after = place.row(&inbox, "one").await;
    assert_eq!(after.id, before.id, "the id stays");
    assert_eq!(
        (after.received_at, after.size),
        (before.received_at, before.size)
    );
    assert!(after.keywords.has(keyword::FLAGGED) && after.keywords.has("work"));
    place.account.open(before.id).await.unwrap();
    let nothing = place.browser.post("/deleted/restoration", &[]).await;
    assert_eq!(nothing.status, 303);
    let said = place.browser.page("/deleted").await.words();
    assert!(
        said.contains("No message is selected") || said.contains("Select"),
        "{said}"
    );
}

#[tokio::test]
async fn after_a_week_it_is_gone() {
    let place = here(&["one", "two"]).await;
    let (engine, clock) = (place.app.app().engine().clone(), place.app.clock());
    place.delete(&["one"]).await;
    clock.advance(6 * DAY);
    place.delete(&["two"]).await;
    clock.advance(DAY);
    assert_eq!(engine.forget_what_was_deleted().await.unwrap(), 0);
    assert_eq!(place.deleted().await, ["two", "one"]);
    clock.advance(1);
    // At once for its owner, and soon on the disk.
    assert_eq!(place.deleted().await, ["two"]);
    assert_eq!(engine.forget_what_was_deleted().await.unwrap(), 1);
    assert_eq!(
        engine.verify_files().await.unwrap().good,
        2,
        "swept a day later"
    );
    assert_eq!(engine.reindex().await.unwrap().recovered, 0);
    assert_eq!(place.deleted().await, ["two"], "made again with the rest");
}

#[tokio::test]
async fn one_that_cannot_go_keeps_none_of_the_others() {
    let place = here(&["one", "two", "three"]).await;
    let engine = place.app.app().engine().clone();
    // The oldest of all, which is looked at first.
    place.delete(&["one"]).await;
    place.app.clock().advance(1);
    place.delete(&["two", "three"]).await;
    let url = format!("sqlite:{}/restante.db", place.app.data().display());
    let database = sqlx::SqlitePool::connect(&url).await.unwrap();
    let first = "SELECT MIN(id) FROM removals";
    let id: i64 = sqlx::query_scalar(first)
        .fetch_one(&database)
        .await
        .unwrap();
    let stuck = format!(
        "CREATE TRIGGER stuck BEFORE DELETE ON removals WHEN OLD.id = {id}
         BEGIN SELECT RAISE(ABORT, 'stuck'); END"
    );
    let stuck = sqlx::query(sqlx::AssertSqlSafe(stuck));
    stuck.execute(&database).await.unwrap();
    place.app.clock().advance(8 * DAY);
    assert_eq!(engine.forget_what_was_deleted().await.unwrap(), 2);
    let left = "SELECT COUNT(*) FROM removals";
    let left: i64 = sqlx::query_scalar(left).fetch_one(&database).await.unwrap();
    assert_eq!(left, 1);
    let mended = sqlx::query("DROP TRIGGER stuck");
    mended.execute(&database).await.unwrap();
    assert_eq!(engine.forget_what_was_deleted().await.unwrap(), 1);
}

#[tokio::test]
async fn what_shall_be_gone_at_once_is() {
    let mut place = here(&["one", "two", "three", "four"]).await;
    place.delete(&["one", "two", "three", "four"]).await;
    let (items, _) = place.account.deleted_lately(None, 10).await.unwrap();
    let ids: Vec<String> = items.iter().map(|one| one.id.to_string()).collect();
    let path = "/deleted/removal";
    let chosen = [("id", ids[0].as_str()), ("id", ids[1].as_str())];
    let question = place.browser.post(path, &chosen).await;
    assert_eq!(question.status, 200);
    assert!(question.words().contains("Delete 2 messages for good?"));
    assert!(question.words().contains("Nothing can bring it back then."));
    assert_eq!(place.deleted().await.len(), 4, "asked, and not done");
    let sure = [chosen[0], chosen[1], ("confirmed", "true")];
    assert_eq!(place.browser.post(path, &sure).await.status, 303);
    assert_eq!(place.deleted().await, ["two", "one"]);
    let question = place.browser.page(path).await;
    assert!(
        question
            .words()
            .contains("Delete everything here for good now?")
    );
    assert!(question.text().contains("name=\"all\""));
    let all = [("all", "true"), ("confirmed", "true")];
    assert_eq!(place.browser.post(path, &all).await.status, 303);
    assert!(place.deleted().await.is_empty());
    let page = place.browser.page("/deleted").await.words();
    assert!(page.contains("Nothing was deleted lately."), "{page}");
    let first = [("id", ids[0].as_str())];
    let gone = place.browser.post("/deleted/restoration", &first);
    assert_eq!(gone.await.status, 303);
    assert!(place.in_folder(Role::Inbox).await.is_empty());
}

#[tokio::test]
async fn there_are_pages_of_it() {
    let subjects: Vec<String> = (0..103).map(|number| format!("m{number}")).collect();
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    let mut place = here(&subjects).await;
    let inbox = place.role(Role::Inbox).await;
    let ids: Vec<_> = place.rows(&inbox).await.iter().map(|row| row.id).collect();
    place.account.trash(&ids).await.unwrap();
    let trash = place.role(Role::Trash).await;
    assert_eq!(place.account.empty(trash.id).await.unwrap(), 103);
    let page = place.browser.page("/deleted").await;
    assert_eq!(page.text().matches("name=\"id\"").count(), 100);
    let next = page
        .text()
        .split("href=\"/deleted?before=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let page = place.browser.page(&format!("/deleted?before={next}")).await;
    assert_eq!(page.text().matches("name=\"id\"").count(), 3);
    assert!(!page.text().contains("/deleted?before="));
    assert_eq!(place.browser.get("/deleted?before=x").await.status, 400);
    assert_eq!(place.account.forget_all_deleted().await.unwrap(), 103);
}
