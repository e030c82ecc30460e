//! Folders: made, renamed, moved, hidden and deleted, whatever they are called.

use crate::support::{
    app::TestApp,
    browser::{Answer, Browser},
    dovecot::Dovecot,
    markup,
};

use super::{acting::Inbox, flags, user_with_numbered};

/// Names that break pages and servers, if anything does.
const NAMES: &[&str] = &[
    "Plain",
    "\"><img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "Été & hiver",
    "日本語",
    "🦀 crabs 👩‍👩‍👧",
    "a&b",
    "&AOk-",
    "100 \"sure\" \\o",
    "x{{ 7+7 }}",
    "a/b",
    "a*b",
    "  ",
];

/// The path of the folder with this name on the page of all folders.
fn edit_path(page: &Answer, name: &str) -> Option<String> {
    let tags = page.tags();
    let link = tags.iter().find(|tag| {
        let edits = tag.name == "a" && tag.get("href").ends_with("/name");
        edits && (tag.get("title").contains(name) || tag.get("aria-label").contains(name))
    });
    link.map(|tag| tag.get("href").trim_end_matches("/name").to_owned())
}

async fn folder(browser: &mut Browser, name: &str) -> String {
    browser.page("/").await.folder(name)
}

#[tokio::test]
async fn folders_of_any_name_live_and_die() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    let mut browser = app.signed_in(&user).await;
    browser.page("/").await;
    for name in NAMES {
        let answer = browser.post("/folders", &[("name", name)]).await;
        // The slash is Dovecot's delimiter, the star its wildcard: they can't stand in names.
        if name.trim().is_empty() || name.contains(['/', '*']) {
            assert_eq!(answer.status, 422, "{name}");
            continue;
        }
        assert_eq!(answer.status, 303, "{name}: {}", answer.words());
        let page = browser.page(&answer.location().unwrap()).await;
        let said = format!("The folder {name} was made.");
        assert!(page.words().contains(&said), "{name}: {}", page.words());
        let path = folder(&mut browser, name).await;
        let list = browser.page(&path).await;
        assert!(list.words().contains(name));
        let twice = browser.post("/folders", &[("name", name)]).await;
        assert_eq!(twice.status, 422, "{name}");
        assert!(
            twice
                .words()
                .contains("There is a folder of that name already.")
        );
        for noun in ["name", "deletion"] {
            let page = browser.page(&format!("{path}/{noun}")).await;
            assert!(page.words().contains(name), "{name} {noun}");
            assert!(harmless(&page), "{name} {noun}");
        }
        assert!(harmless(&list));

        let renamed = format!("{name} 2");
        let answer = browser
            .post(&format!("{path}/name"), &[("name", &renamed)])
            .await;
        assert_eq!(answer.status, 303, "{name}");
        assert_eq!(folder(&mut browser, &renamed).await, path, "the id stays");
        let answer = browser.post(&format!("{path}/deletion"), &[]).await;
        assert_eq!(answer.status, 303, "{name}");
        assert_eq!(browser.get(&path).await.status, 404, "{name}");
    }
    let listed = user.doveadm(&["mailbox", "list"], &[], b"");
    let own = ["INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"];
    let mut left: Vec<&str> = listed.lines().collect();
    left.sort_unstable();
    let mut own = own.to_vec();
    own.sort_unstable();
    assert_eq!(left, own);
}

fn harmless(page: &Answer) -> bool {
    page.tags().iter().all(|tag| {
        let scripted = tag
            .attributes
            .iter()
            .any(|(name, _)| name.starts_with("on"));
        !scripted && tag.get("src") != "x" && (tag.name != "script" || tag.has("src"))
    })
}

#[tokio::test]
async fn folders_move_into_each_other_and_hide() {
    let app = TestApp::start().await;
    let user = user_with_numbered(1);
    let mut browser = app.signed_in(&user).await;
    let inbox = Inbox::of(&mut browser).await;
    for name in ["Above", "Below"] {
        browser.post("/folders", &[("name", name)]).await;
    }
    let above = folder(&mut browser, "Above").await;
    let below = folder(&mut browser, "Below").await;
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let path = format!("{}/{}/move", inbox.path, inbox.id("m1"));
    browser.turbo(&path, &[("to", &id(&below))]).await;

    let moved = browser
        .post(&format!("{below}/parent"), &[("parent", &id(&above))])
        .await;
    assert_eq!(moved.status, 303, "{}", moved.words());
    assert_eq!(
        flags(&user, "Above/Below", "m1").len(),
        1,
        "with all that is in it"
    );
    assert_eq!(folder(&mut browser, "Below").await, below);
    let nested = browser
        .post("/folders", &[("name", "Deep"), ("parent", &id(&below))])
        .await;
    assert_eq!(nested.status, 303);

    let inside = browser
        .post(&format!("{above}/parent"), &[("parent", &id(&below))])
        .await;
    assert_eq!(inside.status, 422);
    assert!(inside.words().contains("A folder can’t lie inside itself."));
    let holds = browser.post(&format!("{above}/deletion"), &[]).await;
    assert_eq!(holds.status, 422);
    assert!(
        holds.words().contains("This folder holds others."),
        "{}",
        holds.words()
    );
    let role = browser
        .post(&format!("{}/deletion", inbox.page.folder("Trash")), &[])
        .await;
    assert_eq!(role.status, 422);
    let stays = browser
        .post(&format!("{}/name", inbox.path), &[("name", "x")])
        .await;
    assert_eq!(stays.status, 422);
    let nowhere = browser
        .post(&format!("{below}/parent"), &[("parent", "AAAAAAAA")])
        .await;
    assert_eq!(nowhere.status, 404);

    let top = browser
        .post(&format!("{below}/parent"), &[("parent", "")])
        .await;
    assert_eq!(top.status, 303);
    assert_eq!(flags(&user, "Below", "m1").len(), 1);
    let deep = folder(&mut browser, "Deep").await;
    browser.post(&format!("{deep}/deletion"), &[]).await;

    browser
        .post(&format!("{below}/subscription"), &[("value", "false")])
        .await;
    let page = browser.page("/").await;
    let shown = markup::texts_of(&page.text(), "folder__name");
    assert!(!shown.contains(&"Below".to_owned()), "{shown:?}");
    let all = browser.page("/folders").await;
    assert!(edit_path(&all, "Below").is_some() || all.words().contains("Below"));
    let subscribed = user.doveadm(&["mailbox", "list"], &["-s"], b"");
    assert!(
        !subscribed.lines().any(|name| name == "Below"),
        "{subscribed}"
    );
    browser
        .post(&format!("{below}/subscription"), &[("value", "true")])
        .await;
    folder(&mut browser, "Below").await;
}

#[tokio::test]
async fn folders_of_other_programs_show_up() {
    let app = TestApp::start().await;
    let user = user_with_numbered(1);
    let mut browser = app.signed_in(&user).await;
    browser.page("/").await;
    user.doveadm(&["mailbox", "create"], &["-s", "Made elsewhere"], b"");
    // Any change of ours makes the tree new.
    browser.post("/folders", &[("name", "Made here")]).await;
    let path = folder(&mut browser, "Made elsewhere").await;
    user.doveadm(&["mailbox", "delete"], &["Made elsewhere"], b"");
    let gone = browser.get(&path).await;
    assert!(matches!(gone.status, 200 | 404), "{}", gone.status);
    assert!(gone.words().contains("renamed, moved or deleted") || gone.status == 404);
}
