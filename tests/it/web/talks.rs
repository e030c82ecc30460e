//! Conversations in the pages: lists with a row for each, what is done to a row, and the others
//! around an opened message.

mod staying;
mod twice;

use restante::mail::{keyword, mailbox::Role, sample::SampleMessage};

use crate::{
    contract::{Kind, Place},
    support::{browser::Answer, letter::letter, markup::Tag},
};

use super::{PATIENCE, mail};

/// A message of the conversation about lunch.
fn lunch(folder: &str, second: i64, from: &str, name: &str) -> SampleMessage {
    let raw = letter("Lunch")
        .from(&format!("{from} <{}@example.org>", from.to_lowercase()))
        .id(&format!("{name}@example.org"))
        .answers("first@example.org")
        .text(&format!("Says {name}."));
    mail(folder, second, raw.raw())
}

fn read(mut message: SampleMessage, words: &[&str]) -> SampleMessage {
    message.keywords = words.iter().copied().collect();
    message
}

/// Two conversations in the inbox, one of them with an answer in Sent.
async fn filled() -> Place {
    let messages = [
        read(lunch("INBOX", 1, "Ada", "one"), &["$seen"]),
        mail("INBOX", 2, letter("News").text("What is new.").raw()),
        read(lunch("Sent", 3, "Somebody", "two"), &["$seen"]),
        lunch("INBOX", 4, "Ben", "three"),
        lunch("INBOX", 5, "Ada", "four"),
    ];
    let mut place = Place::with(Kind::Local, &messages).await;
    place.shows("conversations").await;
    place
}

impl Place {
    async fn path(&self, role: Role) -> String {
        format!("/m/{}", self.role(role).await.id)
    }

    /// Chooses what a row is, in the list's own menu.
    async fn shows(&mut self, what: &str) {
        let path = format!("{}/order", self.path(Role::Inbox).await);
        let answer = self.browser.post(&path, &[("show", what)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    async fn inbox(&mut self) -> Answer {
        let path = self.path(Role::Inbox).await;
        self.browser.page(&path).await
    }

    /// Messages of a folder, and how many of them are unread and starred.
    async fn counts(&self, role: Role) -> (usize, usize, usize) {
        let rows = self.rows(&self.role(role).await).await;
        let with = |word: &str| rows.iter().filter(|row| row.keywords.has(word)).count();
        let read = with(keyword::SEEN);
        (rows.len(), rows.len() - read, with(keyword::FLAGGED))
    }
}

impl Place {
    /// What is opened is marked behind the page.
    async fn until_unread(&self, count: usize) {
        let read = async {
            while self.counts(Role::Inbox).await.1 != count {
                tokio::task::yield_now().await;
            }
        };
        let read = tokio::time::timeout(PATIENCE, read).await;
        read.unwrap_or_else(|_| panic!("not {count} unread"));
    }
}

/// What the boxes of the rows send.
fn values(page: &Answer) -> Vec<String> {
    let tags = page.tags();
    let boxes = tags.iter().filter(|tag| tag.get("name") == "id");
    boxes.map(|tag| tag.get("value").to_owned()).collect()
}

/// Where the toolbar of a message's page sends what is done to it.
fn filing(page: &Answer, key: &str) -> String {
    let tags = page.tags();
    let mut buttons = tags.iter().filter(|tag| tag.get("data-key") == key);
    let button = buttons.find(|tag| !tag.get("formaction").is_empty());
    button.unwrap().get("formaction").to_owned()
}

fn with_class(page: &Answer, class: &str) -> Vec<Tag> {
    let tags = page.tags().into_iter();
    tags.filter(|tag| tag.get("class") == class).collect()
}

#[tokio::test]
async fn a_list_has_a_row_for_each_conversation() {
    let mut place = filled().await;
    let page = place.inbox().await;
    assert_eq!(page.subjects(), ["Lunch", "News"]);
    let values = values(&page);
    assert_eq!(
        values[0].split(',').count(),
        3,
        "what lies in Sent is not among them"
    );
    assert_eq!(values[1].split(',').count(), 1);
    let words = page.words();
    assert!(
        words.contains("Conversation, 4 messages, 2 unread"),
        "{words}"
    );
    assert!(words.contains("Ada, Somebody, Ben"), "{words}");
    assert!(
        words.contains("4 messages, 3 unread"),
        "the folder's messages are counted"
    );
    // It leads to the first one that was not read.
    let row = with_class(&page, "row__link").remove(0);
    let second = values[0].split(',').nth(1).unwrap();
    assert!(row.get("href").ends_with(second), "{row:?}");
    // Chosen once, it is so in every folder, and can be changed in the settings.
    let archive = place.path(Role::Archive).await;
    let page = place.browser.page(&archive).await;
    assert!(page.text().contains("value=\"conversations\" aria-current"));
    let settings = place.browser.page("/settings/reading").await;
    assert!(settings.text().contains("value=\"conversations\" checked"));
    let fields = [("page_size", "50"), ("lists", "messages")];
    let saved = place.browser.post("/settings/reading", &fields).await;
    assert_eq!(saved.status, 303);
    assert_eq!(place.inbox().await.subjects().len(), 4);
}

#[tokio::test]
async fn what_is_done_to_a_row_is_done_to_all_of_it_that_lies_here() {
    let mut place = filled().await;
    let inbox = place.path(Role::Inbox).await;
    let selection = format!("{inbox}/selection");
    let value = values(&place.inbox().await).remove(0);
    let seen = [("id", value.as_str()), ("action", "seen")];
    assert_eq!(place.browser.turbo(&selection, &seen).await.status, 200);
    assert_eq!(place.counts(Role::Inbox).await, (4, 1, 0));
    // The star of a row, with a script and without.
    let star = with_class(&place.inbox().await, "row__star").remove(0);
    let path = star.get("formaction").to_owned();
    let on = place.browser.turbo(&path, &[("value", "true")]).await;
    assert_eq!(on.status, 200);
    assert_eq!(place.counts(Role::Inbox).await, (4, 1, 3));
    let off = place.browser.post(&path, &[("value", "false")]).await;
    assert_eq!(off.status, 303);
    assert_eq!(place.counts(Role::Inbox).await, (4, 1, 0));
    // Archived and brought back: the answer in Sent stays where it is.
    let archive = [("id", value.as_str()), ("action", "archive")];
    let done = place.browser.turbo(&selection, &archive).await;
    assert!(done.words().contains("3 messages"), "{}", done.words());
    assert_eq!(place.counts(Role::Archive).await.0, 3);
    assert_eq!(place.counts(Role::Sent).await.0, 1);
    assert_eq!(place.inbox().await.subjects(), ["News"]);
    let token = done.undo().unwrap();
    place.browser.turbo("/undo", &[("token", &token)]).await;
    assert_eq!(place.counts(Role::Inbox).await.0, 4);
    assert_eq!(place.inbox().await.subjects(), ["Lunch", "News"]);
    // The message page files all of it, and leads on to the next conversation.
    let value = values(&place.inbox().await).remove(0);
    let page = format!("{inbox}/{}", value.split(',').next_back().unwrap());
    let opened = place.browser.page(&page).await;
    let path = filing(&opened, "archive");
    assert!(path.contains(&value), "{path}");
    let done = place.browser.post(&path, &[]).await;
    let next = place.browser.page(&done.location().unwrap()).await;
    assert!(next.words().contains("What is new."), "{}", next.words());
    assert_eq!(place.counts(Role::Archive).await.0, 3);
}

/// A row may be older than what has become of its messages, in another tab or on another device.
#[tokio::test]
async fn what_was_filed_elsewhere_meanwhile_stays_there() {
    let mut place = filled().await;
    let inbox = place.path(Role::Inbox).await;
    let selection = format!("{inbox}/selection");
    let value = values(&place.inbox().await).remove(0);
    let last = value.rsplit(',').next().unwrap().to_owned();
    let to_trash = format!("{inbox}/{last}/trash");
    assert_eq!(place.browser.post(&to_trash, &[]).await.status, 303);
    let archive = [("id", value.as_str()), ("action", "archive")];
    let done = place.browser.turbo(&selection, &archive).await;
    assert!(done.words().contains("2 messages"), "{}", done.words());
    assert_eq!(place.counts(Role::Archive).await.0, 2);
    assert_eq!(place.counts(Role::Trash).await.0, 1);
    // Nothing of it is here any more: that is said, and nothing is done.
    let done = place.browser.turbo(&selection, &archive).await;
    assert_eq!(done.status, 404);
    let star = format!("{inbox}/{value}/star");
    let done = place.browser.turbo(&star, &[("value", "true")]).await;
    assert_eq!(done.status, 404);
    assert_eq!(place.counts(Role::Trash).await.0, 1);
}

#[tokio::test]
async fn what_is_in_the_trash_already_holds_up_nothing() {
    let mut place = filled().await;
    let inbox = place.path(Role::Inbox).await;
    let value = values(&place.inbox().await).remove(0);
    let ids: Vec<&str> = value.split(',').collect();
    let to_trash = format!("{inbox}/{}/trash", ids[0]);
    assert_eq!(place.browser.post(&to_trash, &[]).await.status, 303);
    let selection = format!("{inbox}/selection");
    let fields = [("id", ids[0]), ("id", ids[1]), ("action", "trash")];
    let done = place.browser.turbo(&selection, &fields).await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.undo().is_some());
    assert_eq!(place.counts(Role::Trash).await.0, 2);
}

#[tokio::test]
async fn what_was_taken_out_of_the_trash_before_the_question_is_answered_stays() {
    let mut place = filled().await;
    let inbox = place.path(Role::Inbox).await;
    let value = values(&place.inbox().await).remove(0);
    let to_trash = format!("{inbox}/{value}/trash");
    assert_eq!(place.browser.post(&to_trash, &[]).await.status, 303);
    let trash = place.path(Role::Trash).await;
    let row = values(&place.browser.page(&trash).await).remove(0);
    let all = row.split(',').count();
    assert!(all > 1, "{row}");
    let selection = format!("{trash}/selection");
    let delete = [("id", row.as_str()), ("action", "delete")];
    let asked = place.browser.post(&selection, &delete).await;
    assert_eq!(asked.status, 200);
    assert_eq!(values(&asked), [row.as_str()], "it is one row still");
    let back = place.role(Role::Inbox).await.id.to_string();
    let first = row.split(',').next().unwrap();
    let to_inbox = format!("{trash}/{first}/move");
    let moved = place.browser.post(&to_inbox, &[("to", &back)]).await;
    assert_eq!(moved.status, 303);
    let fields = [delete[0], delete[1], ("confirmed", "true")];
    assert_eq!(place.browser.post(&selection, &fields).await.status, 303);
    assert_eq!(place.counts(Role::Trash).await.0, 0);
    let left = place.rows(&place.role(Role::Inbox).await).await;
    assert!(left.iter().any(|one| one.id.to_string() == first));
}

#[tokio::test]
async fn a_draft_is_one_message_and_so_is_what_an_old_address_leads_to() {
    let draft = |second, name| {
        read(
            lunch("Drafts", second, "Somebody", name),
            &["$draft", "$seen"],
        )
    };
    let messages = [
        lunch("INBOX", 1, "Ada", "one"),
        lunch("INBOX", 2, "Ben", "two"),
        lunch("INBOX", 3, "Ada", "three"),
        draft(4, "four"),
        draft(5, "five"),
    ];
    let mut place = Place::with(Kind::Local, &messages).await;
    place.shows("conversations").await;
    let drafts = place.path(Role::Drafts).await;
    let newest = place.rows(&place.role(Role::Drafts).await).await[0].id;
    let opened = place.browser.page(&format!("{drafts}/{newest}")).await;
    assert!(opened.text().contains("talk__"), "the others are around it");
    assert_eq!(filing(&opened, "trash"), format!("{drafts}/{newest}/trash"));
    let inbox = place.path(Role::Inbox).await;
    let value = values(&place.inbox().await).remove(0);
    let last = value.rsplit(',').next().unwrap().to_owned();
    let to_archive = format!("{inbox}/{last}/archive");
    assert_eq!(place.browser.post(&to_archive, &[]).await.status, 303);
    let opened = place.browser.page(&format!("{inbox}/{last}")).await;
    let path = filing(&opened, "trash");
    assert_eq!(path.split(',').count(), 1, "{path}");
}

#[tokio::test]
async fn what_no_page_writes_changes_nothing() {
    let mut place = filled().await;
    let inbox = place.path(Role::Inbox).await;
    let selection = format!("{inbox}/selection");
    let value = values(&place.inbox().await).remove(0);
    let one = value.split(',').next().unwrap().to_owned();
    let many = vec![one.as_str(); 101].join(",");
    for odd in [
        "",
        ",",
        "x",
        &format!("{value},"),
        &format!("{one};{one}"),
        &many,
    ] {
        let fields = [("id", odd), ("action", "trash")];
        let answer = place.browser.post(&selection, &fields).await;
        assert_eq!(answer.status, 400, "{odd:.50}");
        let answer = place.browser.post("/all/selection", &fields).await;
        assert_eq!(answer.status, 400, "{odd:.50}");
        let path = format!("{inbox}/{odd}/trash").replace("//", "/x/");
        let answer = place.browser.post(&path, &[]).await;
        assert_eq!(answer.status, 404, "{odd:.50}");
    }
    assert_eq!(place.counts(Role::Inbox).await.0, 4);
    assert_eq!(place.counts(Role::Trash).await.0, 0);
    // Of somebody else: as many, and none of them is there.
    let other = filled().await;
    let theirs = values(&{ other }.inbox().await).remove(0);
    let fields = [("id", theirs.as_str()), ("action", "trash")];
    let answer = place
        .browser
        .turbo(&format!("{inbox}/selection"), &fields)
        .await;
    assert_eq!(answer.status, 404, "{}", answer.text());
}

#[tokio::test]
async fn pages_of_conversations_lead_on() {
    let letters: Vec<SampleMessage> = (0..60)
        .map(|at| {
            let root = format!("root{}@example.org", at % 30);
            let raw = letter(&format!("Talk {}", at % 30)).answers(&root);
            mail("INBOX", at, raw.id(&format!("m{at}@example.org")).raw())
        })
        .collect();
    let mut place = Place::with(Kind::Local, &letters).await;
    let fields = [("page_size", "25"), ("lists", "conversations")];
    place.browser.post("/settings/reading", &fields).await;
    let first = place.inbox().await;
    assert_eq!(
        (first.subjects().len(), first.subjects()[0].as_str()),
        (25, "Talk 29")
    );
    let next = first.link("rel", "next").unwrap();
    let second = place.browser.page(&next).await;
    assert_eq!(
        second.subjects(),
        ["Talk 4", "Talk 3", "Talk 2", "Talk 1", "Talk 0"]
    );
    assert!(second.link("rel", "next").is_none());
    let inbox = place.path(Role::Inbox).await;
    assert_eq!(second.link("rel", "prev"), Some(inbox.clone()));
    // A message of the second page has that page beside it, with the next conversation.
    let message = second.link("class", "row__link").unwrap();
    let opened = place.browser.page(&message).await;
    assert_eq!(opened.subjects()[0], "Talk 4");
    let older = opened.link("data-key", "older").unwrap();
    assert!(place.browser.page(&older).await.words().contains("Talk 3"));
    // What can't be read is the top.
    for odd in [
        "x",
        "1",
        "1.",
        ".x",
        "99999999999999999999.x",
        "1.%00",
        &"9".repeat(3000),
    ] {
        let page = place.browser.page(&format!("{inbox}?from={odd}")).await;
        assert_eq!(page.subjects()[0], "Talk 29", "{odd:.40}");
    }
}

#[tokio::test]
async fn a_message_has_its_conversation_around_it() {
    let mut place = filled().await;
    let inbox = place.path(Role::Inbox).await;
    let sent = place.path(Role::Sent).await;
    let value = values(&place.inbox().await).remove(0);
    let ids: Vec<&str> = value.split(',').collect();
    // From a list of messages only the one that was asked for is opened, and read.
    place.shows("messages").await;
    let page = place.browser.page(&format!("{inbox}/{}", ids[1])).await;
    let rows = with_class(&page, "talk__row");
    assert_eq!(rows.len(), 3);
    assert!(rows[0].get("href").ends_with(ids[0]));
    assert!(rows[1].get("href").starts_with(&sent));
    assert!(rows[2].get("href").ends_with(ids[2]));
    let words = page.words();
    assert!(
        words.contains("4 messages") && words.contains("Says three."),
        "{words}"
    );
    assert!(words.contains("Answer the last message"), "{words}");
    assert!(
        !page.text().contains("src=\"/m/"),
        "nothing opens by itself"
    );
    assert!(!with_class(&page, "message__star").is_empty());
    place.until_unread(2).await;
    // From a list of conversations the newest opens too, in a frame.
    place.shows("conversations").await;
    let page = place.browser.page(&format!("{inbox}/{}", ids[0])).await;
    let tags = page.tags();
    let frames: Vec<&Tag> = tags
        .iter()
        .filter(|tag| tag.name == "turbo-frame" && tag.get("id").starts_with("card-"))
        .collect();
    let opening: Vec<&str> = frames
        .iter()
        .map(|tag| tag.get("src"))
        .filter(|src| !src.is_empty())
        .collect();
    assert_eq!(opening, [format!("{inbox}/{}", ids[2])]);
    let frame = format!("card-{}", ids[2]);
    let card = place.browser.frame(opening[0], &frame).await;
    assert!(
        card.text().contains(&format!("id=\"{frame}\"")),
        "{}",
        card.text()
    );
    assert!(card.words().contains("Says four.") && card.rows().is_empty());
    assert_eq!(card.header("vary"), "Turbo-Frame, Accept");
    place.until_unread(1).await;
    // One that is gone says so in its place.
    let id = ids[2].to_owned();
    place
        .browser
        .turbo(&format!("{inbox}/{id}/trash"), &[])
        .await;
    let trash = place.role(Role::Trash).await;
    let lies = place.rows(&trash).await.remove(0).id;
    place.account.delete(&[lies]).await.unwrap();
    let gone = place.browser.frame(&format!("{inbox}/{id}"), &frame).await;
    assert!(gone.text().contains("role=\"alert\""), "{}", gone.text());
    // A message that is alone is as it was.
    let news = values(&place.inbox().await).pop().unwrap();
    let page = place.browser.page(&format!("{inbox}/{news}")).await;
    assert!(!page.text().contains("talk__") && page.words().contains("What is new."));
}

#[tokio::test]
async fn where_there_are_no_conversations_messages_are_listed() {
    let mut place = filled().await;
    let inbox = place.path(Role::Inbox).await;
    // A search finds messages, and drafts are written one by one.
    let found = place.browser.page(&format!("{inbox}?q=lunch")).await;
    assert_eq!(found.subjects().len(), 3);
    let drafts = place.path(Role::Drafts).await;
    let page = place.browser.page(&drafts).await;
    assert!(!page.text().contains("value=\"conversations\""));
    // Another order is one of messages, and says so; asking for conversations takes it back.
    let order = format!("{inbox}/order");
    place.browser.post(&order, &[("sort", "subject")]).await;
    let page = place.browser.page(&inbox).await;
    assert_eq!(page.subjects(), ["Lunch", "Lunch", "Lunch", "News"]);
    assert!(
        page.words()
            .contains("In this order you see single messages")
    );
    place.shows("conversations").await;
    assert_eq!(place.inbox().await.subjects(), ["Lunch", "News"]);
    // What is no choice is the usual one.
    place.shows("odd").await;
    assert_eq!(place.inbox().await.subjects().len(), 4);
}
