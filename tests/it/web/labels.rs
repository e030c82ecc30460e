//! Labels: put on, taken off, found, undone, with a script and without; and what a server does not
//! keep.

use restante::mail::{label, mailbox::Role};

use crate::{
    contract::{Kind, Place, alike, mail},
    support::{
        app::Settings,
        browser::{Answer, Browser},
        dovecot::{Dovecot, PASSWORD},
        letter::letter,
        proxy::{Fault, Proxy, Way},
    },
};

use super::{acting::Inbox, flags, user_with_numbered};

alike!(
    labels_come_and_go,
    a_page_does_what_the_menu_does,
    names_in_other_letters_are_read_and_found,
    keywords_of_programs_are_no_labels,
    names_that_can_not_be_are_refused,
    all_of_a_folder_is_read_at_once,
);

/// The labels on the rows, by what they are called.
fn chips(page: &Answer) -> Vec<String> {
    crate::support::markup::texts_of(&page.text(), "label")
}

/// Each label of a menu: the field that its button sends, the keyword, whether it is pressed.
fn choices(menu: &Answer) -> Vec<(String, String, String)> {
    let tags = menu.tags();
    let pressed = tags.iter().filter(|tag| tag.has("aria-pressed"));
    let buttons = pressed.filter(|tag| tag.get("class").contains("labels__choice"));
    let of = |tag: &crate::support::markup::Tag| {
        let [name, value, pressed] = ["name", "value", "aria-pressed"].map(|name| tag.get(name));
        (name.to_owned(), value.to_owned(), pressed.to_owned())
    };
    buttons.map(of).collect()
}

fn choice(field: &str, word: &str, pressed: &str) -> (String, String, String) {
    (field.to_owned(), word.to_owned(), pressed.to_owned())
}

async fn menu(browser: &mut Browser, path: &str, ids: &[&str]) -> Answer {
    let mut fields = vec![("action", "labels")];
    fields.extend(ids.iter().map(|id| ("id", *id)));
    browser.post(path, &fields).await
}

async fn labels_come_and_go(kind: Kind) {
    let place = Place::with_subjects(kind, &["a", "b", "c"]).await;
    let mailbox = place.role(Role::Inbox).await;
    let browser = &mut place.browser.clone();
    let inbox = Inbox::of(browser).await;
    let (a, b) = (inbox.id("a"), inbox.id("b"));
    let path = format!("{}/selection", inbox.path);
    let first = menu(browser, &path, &[&a]).await;
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(choices(&first), []);

    let new = [("action", "label"), ("id", &*a), ("name", " To  do")];
    let done = browser.turbo(&path, &new).await;
    assert_eq!(done.status, 200, "{}", done.text());
    let tags = done.tags();
    let told = tags
        .iter()
        .find(|tag| tag.get("action") == "label")
        .unwrap();
    let [word, name, on, ids] =
        ["data-word", "data-name", "data-on", "data-ids"].map(|n| told.get(n));
    assert_eq!((word, name, on, ids), ("to_do", "To do", "true", &*a));
    assert!(done.words().contains("Labelled To do."), "{}", done.words());
    assert_eq!(chips(&browser.page(&inbox.path).await), ["To do"]);

    let both = menu(browser, &path, &[&a, &b]).await;
    assert_eq!(choices(&both), [choice("add", "to_do", "mixed")]);
    assert!(both.words().contains("on 1 of 2"), "{}", both.words());
    let add = [
        ("action", "label"),
        ("id", &*a),
        ("id", &*b),
        ("add", "to_do"),
    ];
    let done = browser.turbo(&path, &add).await;
    assert!(
        done.words().contains("Labelled To do."),
        "one was new to it: {}",
        done.words()
    );
    let both = menu(browser, &path, &[&a, &b]).await;
    assert_eq!(choices(&both), [choice("remove", "to_do", "true")]);

    // Only the one that it was new to has it no longer.
    let undone = browser
        .turbo("/undo", &[("token", &done.undo().unwrap())])
        .await;
    assert_eq!(undone.status, 200, "{}", undone.text());
    assert!(
        undone.words().contains("as it was before"),
        "{}",
        undone.words()
    );
    let has = async |subject: &str| place.row(&mailbox, subject).await.keywords.has("to_do");
    assert!(has("a").await && !has("b").await && !has("c").await);

    let remove = [("action", "label"), ("id", &*a), ("remove", "to_do")];
    let done = browser.turbo(&path, &remove).await;
    assert!(!has("a").await);
    browser
        .turbo("/undo", &[("token", &done.undo().unwrap())])
        .await;
    assert!(has("a").await);
}

async fn a_page_does_what_the_menu_does(kind: Kind) {
    let mut place = Place::with_subjects(kind, &["a", "b"]).await;
    let browser = &mut place.browser;
    let inbox = Inbox::of(browser).await;
    let (a, b) = (inbox.id("a"), inbox.id("b"));
    let path = format!("{}/selection", inbox.path);
    let add = [
        ("action", "labels"),
        ("id", &*a),
        ("id", &*b),
        ("name", "Work"),
    ];
    let done = browser.post(&path, &add).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let list = browser.page(&done.location().unwrap()).await;
    assert!(
        list.words().contains("2 messages labelled Work."),
        "{}",
        list.words()
    );
    assert_eq!(chips(&list), ["Work", "Work"]);
    assert!(list.undo().is_some());

    let message = browser.page(&format!("{}/{a}", inbox.path)).await;
    let chip = message.link("data-label", "work").unwrap();
    let found = browser.page(&chip).await;
    assert_eq!(found.subjects(), ["b", "a"], "{chip}");
    let page = browser.page(&format!("{}/{a}/labels", inbox.path)).await;
    assert_eq!(choices(&page), [choice("remove", "work", "true")]);
    assert!(page.text().contains("<title>"));
    let alone = browser
        .frame(&format!("{}/{a}/labels", inbox.path), "labels")
        .await;
    assert!(
        !alone.text().contains("<title>"),
        "the script is given the form alone"
    );
    assert_eq!(choices(&alone), choices(&page));

    let open = [
        ("action", "labels"),
        ("open", &*a),
        ("id", &*a),
        ("remove", "work"),
    ];
    // With a script too the page is left.
    let done = browser.turbo(&path, &open).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(done.location().unwrap(), format!("{}/{a}", inbox.path));
    let message = browser.page(&done.location().unwrap()).await;
    assert_eq!(message.link("data-label", "work"), None);
    assert_eq!(browser.page(&chip).await.subjects(), ["b"]);
    let gone = browser.get(&format!("{}/x/labels", inbox.path)).await;
    assert_eq!(gone.status, 404);
}

async fn names_in_other_letters_are_read_and_found(kind: Kind) {
    let mut place = Place::with_subjects(kind, &["a"]).await;
    let browser = &mut place.browser;
    let inbox = Inbox::of(browser).await;
    let a = inbox.id("a");
    let path = format!("{}/selection", inbox.path);
    for name in ["Réunion", "Fête d’été", "Работа"] {
        let new = [("action", "label"), ("id", &*a), ("name", name)];
        assert_eq!(browser.turbo(&path, &new).await.status, 200, "{name}");
        let search = format!("label:\"{}\"", name.to_uppercase());
        let search: String = url::form_urlencoded::byte_serialize(search.as_bytes()).collect();
        let found = browser.page(&format!("{}?q={search}", inbox.path)).await;
        assert_eq!(found.subjects(), ["a"], "{name}");
        let word = label::keyword(name).unwrap();
        let message = browser.page(&format!("{}/{a}", inbox.path)).await;
        assert!(chips(&message).contains(&name.to_owned()), "{name}");
        let chip = message.link("data-label", &word).unwrap();
        assert_eq!(browser.page(&chip).await.subjects(), ["a"], "{chip}");
    }
}

async fn keywords_of_programs_are_no_labels(kind: Kind) {
    let mut message = mail("INBOX", 1, letter("a").text("Text.").raw());
    let words = [
        "$seen",
        "$forwarded",
        "$mdnsent",
        "nonjunk",
        "$custom",
        "junkrecorded",
        "$label1",
        "work",
    ];
    message.keywords = words.into_iter().collect();
    let mut place = Place::with(kind, &[message]).await;
    let browser = &mut place.browser;
    let inbox = Inbox::of(browser).await;
    assert_eq!(chips(&inbox.page), ["Important", "Work"]);
    let a = inbox.id("a");
    let path = format!("{}/selection", inbox.path);
    let shown = menu(browser, &path, &[&a]).await;
    let expected = [
        choice("remove", "$label1", "true"),
        choice("remove", "work", "true"),
    ];
    assert_eq!(choices(&shown), expected);
    let message = browser.page(&format!("{}/{a}", inbox.path)).await;
    let chip = message.link("data-label", "$label1").unwrap();
    assert_eq!(browser.page(&chip).await.subjects(), ["a"], "{chip}");
    // Nobody puts on by this way what means something else.
    for word in ["$seen", "$forwarded", "nonjunk", "a b", "$deleted"] {
        let add = [("action", "label"), ("id", &*a), ("add", word)];
        let refused = browser.turbo(&path, &add).await;
        assert_eq!(refused.status, 422, "{word}: {}", refused.text());
    }
}

async fn names_that_can_not_be_are_refused(kind: Kind) {
    let mut place = Place::with_subjects(kind, &["a"]).await;
    let mailbox = place.role(Role::Inbox).await;
    let browser = &mut place.browser;
    let inbox = Inbox::of(browser).await;
    let a = inbox.id("a");
    let path = format!("{}/selection", inbox.path);
    let long = "x".repeat(51);
    for (name, sentence) in [
        (" ", "Type the name"),
        ("a(b)", "brackets"),
        ("$seen", "something else"),
        (&*long, "shorter"),
    ] {
        let new = [("action", "label"), ("id", &*a), ("name", name)];
        let told = browser.turbo(&path, &new).await;
        assert_eq!(told.status, 422, "{name}");
        assert!(told.words().contains(sentence), "{name}: {}", told.words());
        // Without a script the form stays, with what was typed.
        let page = browser.post(&path, &new).await;
        assert_eq!(page.status, 422, "{name}");
        assert!(page.words().contains(sentence), "{name}: {}", page.words());
        let tags = page.tags();
        let field = tags.iter().find(|tag| tag.get("name") == "name").unwrap();
        assert_eq!(field.get("value"), name);
    }
    assert!(place.row(&mailbox, "a").await.keywords.0.is_empty());
}

async fn all_of_a_folder_is_read_at_once(kind: Kind) {
    let mut place = Place::with_subjects(kind, &["a", "b", "c"]).await;
    let browser = &mut place.browser;
    let inbox = Inbox::of(browser).await;
    let path = format!("{}/seen", inbox.path);
    assert!(
        inbox
            .page
            .text()
            .contains(&format!("formaction=\"{path}\""))
    );
    let done = browser.post(&path, &[]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let list = browser.page(&done.location().unwrap()).await;
    assert!(
        list.words().contains("3 messages marked as read."),
        "{}",
        list.words()
    );
    assert!(!list.text().contains("data-unread=\"true\""));
    assert!(!list.text().contains(&path), "there is nothing to mark");
    assert_eq!(place.role(Role::Inbox).await.unread, 0);
}

/// A Dovecot behind a line on which words can be changed.
fn through(proxy: &Proxy) -> Settings {
    let url = format!("imap+insecure://127.0.0.1:{}", proxy.port);
    Settings::empty().server("*", &url, "")
}

#[tokio::test]
async fn a_server_that_takes_no_new_labels_is_said_to() {
    let user = user_with_numbered(1);
    let proxy = Proxy::start(Dovecot::shared().port("IMAP")).await;
    // Of the flags that it keeps, the one that stands for any other.
    proxy.add(Way::Down, Fault::Say(" \\*)]", " qq)]"));
    let app = through(&proxy).start().await;
    let mut browser = app.browser();
    assert_eq!(browser.sign_in(&user.address, PASSWORD).await.status, 303);
    let inbox = Inbox::of(&mut browser).await;
    let id = inbox.id("m1");
    let path = format!("{}/selection", inbox.path);
    let shown = menu(&mut browser, &path, &[&id]).await;
    assert!(
        shown.words().contains("takes no new labels"),
        "{}",
        shown.words()
    );
    assert_eq!(choices(&shown), [choice("add", "qq", "false")]);
    let new = [("action", "label"), ("id", &*id), ("name", "Work")];
    let told = browser.turbo(&path, &new).await;
    assert_eq!(told.status, 422);
    assert!(
        told.words().contains("takes no new labels"),
        "{}",
        told.words()
    );
    assert_eq!(flags(&user, "INBOX", "m1"), [""]);
    let known = [("action", "label"), ("id", &*id), ("add", "qq")];
    assert_eq!(browser.turbo(&path, &known).await.status, 200);
    assert_eq!(flags(&user, "INBOX", "m1"), ["qq"]);
}

#[tokio::test]
async fn a_label_that_a_server_forgets_is_said_to_be_lost() {
    let user = user_with_numbered(1);
    let proxy = Proxy::start(Dovecot::shared().port("IMAP")).await;
    proxy.add(
        Way::Up,
        Fault::Say("FLAGS.SILENT (lost)", "FLAGS.SILENT (kept)"),
    );
    let app = through(&proxy).start().await;
    let mut browser = app.browser();
    assert_eq!(browser.sign_in(&user.address, PASSWORD).await.status, 303);
    let inbox = Inbox::of(&mut browser).await;
    let id = inbox.id("m1");
    let new = [("action", "label"), ("id", &*id), ("name", "Lost")];
    let told = browser
        .turbo(&format!("{}/selection", inbox.path), &new)
        .await;
    assert_eq!(told.status, 422);
    assert!(
        told.words().contains("did not keep this label"),
        "{}",
        told.words()
    );
    assert!(told.words().contains("26"), "{}", told.words());
}
