//! Messages that come from others: answered, passed on, written once more.

use base64::Engine as _;
use restante::engine::secrets::sha256;

use super::{Desk, draft_of, exim, file_names};
use crate::{
    support::{
        app::Settings,
        browser::set,
        dovecot::Dovecot,
        form::Form,
        imap::{Imap, Mail},
        letter::{Letter, letter},
        smtp::Smtp,
    },
    web::{mail, user_with},
};

/// A PNG of one pixel.
const DOT: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

/// A message of a conversation, to the person and to others.
fn question(own: &str, others: &str) -> Letter {
    letter("Lunch")
        .from("Ada <ada@example.org>")
        .header("To", &format!("{own}, Carl <{others}>"))
        .header("Cc", "dora@example.org")
        .id("q2@example.org")
        .header("In-Reply-To", "<q1@example.org>")
        .header("References", "<q0@example.org> <q1@example.org>")
        .text("Shall we?\n\n> Earlier.\n\n-- \nAda\n")
}

/// Somebody with these messages in the inbox, `to` standing for their address.
async fn desk_with(letters: impl FnOnce(&str) -> Vec<Letter>) -> Desk {
    let user = Dovecot::shared().user();
    let letters = letters(&user.address);
    let messages: Vec<_> = (0..)
        .zip(&letters)
        .map(|(second, letter)| mail("INBOX", second, letter.raw()))
        .collect();
    user.fill(&messages);
    Desk::of(user, Settings::sending(&exim())).await
}

/// The flags of the only message in the inbox, once it has this one.
async fn marked(desk: &mut Desk, flag: &str) -> Mail {
    let has = |mails: &[Mail]| mails.iter().any(|mail| mail.has(flag));
    desk.other.until("INBOX", has).await.remove(0)
}

#[tokio::test]
async fn an_answer_belongs_to_its_conversation() {
    let other = Dovecot::shared().user();
    let ada = Dovecot::shared().user();
    let asker = format!("Ada <{}>", ada.address);
    let mut desk = desk_with(|own| vec![question(own, &other.address).from(&asker)]).await;
    let message = desk.message("Inbox", "Lunch").await;
    let form = desk.form(&format!("{message}/reply")).await;
    assert_eq!(form.value("to"), asker);
    assert_eq!((form.value("cc"), form.value("bcc")), ("", ""));
    assert_eq!(form.value("subject"), "Re: Lunch");
    let text = form.value("text");
    assert!(text.contains("Ada wrote:\n> Shall we?\n"), "{text}");
    assert!(text.contains("\n>> Earlier.\n"), "{text}");
    assert!(!text.contains("> Ada"), "the signature stays out: {text}");
    // Looking has made nothing.
    assert!(desk.other.mails("Drafts").await.is_empty());

    let form = form.clone().set("text", &format!("Yes!\n{text}"));
    let mut inbox = Imap::of(&ada.address).await;
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let arrived = inbox.only("INBOX").await;
    assert_eq!(arrived.field("In-Reply-To"), "<q2@example.org>");
    assert_eq!(
        arrived.field("References"),
        "<q0@example.org> <q1@example.org> <q2@example.org>"
    );
    assert!(arrived.body().starts_with("Yes!\n"), "{}", arrived.body());
    assert!(arrived.body().contains("> Shall we?"), "{}", arrived.body());
    let original = marked(&mut desk, "\\Answered").await;
    assert!(!original.has("$Forwarded"), "{original:?}");
    desk.other.only("Sent").await;
}

#[tokio::test]
async fn an_answer_to_all_is_written_as_who_was_addressed() {
    let mut desk =
        desk_with(|_| vec![question("Me <sales@example.org>", "carl@example.org")]).await;
    let fields = [("name", "Sales"), ("email", "sales@example.org")];
    let saved = desk.browser.post("/settings/identities", &fields).await;
    assert_eq!(saved.status, 303);
    let message = desk.message("Inbox", "Lunch").await;
    let form = desk.form(&format!("{message}/reply-all")).await;
    assert_eq!(
        form.value("to"),
        "Ada <ada@example.org>, Carl <carl@example.org>"
    );
    assert_eq!(form.value("cc"), "dora@example.org");
    let mut inboxes = Vec::new();
    for person in ["ada", "carl", "dora"] {
        inboxes.push(Imap::of(&format!("{person}@example.org")).await);
    }
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let sent = desk.other.only("Sent").await;
    assert_eq!(sent.field("From"), "Sales <sales@example.org>");
    for inbox in &mut inboxes {
        let id = sent.field("Message-ID");
        let has = |mails: &[Mail]| mails.iter().any(|mail| mail.field("Message-ID") == id);
        inbox.until("INBOX", has).await;
    }
    assert!(
        desk.other.mails("INBOX").await.len() == 1,
        "none to oneself"
    );
}

#[tokio::test]
async fn an_answer_to_a_list_goes_there_alone() {
    let mut desk = desk_with(|own| {
        let on_list = question(own, "carl@example.org")
            .header("List-Post", "<mailto:talk@lists.example.org>")
            .header("List-Id", "<talk.lists.example.org>");
        vec![on_list]
    })
    .await;
    let message = desk.message("Inbox", "Lunch").await;
    let form = desk.form(&format!("{message}/reply-list")).await;
    assert_eq!(form.value("to"), "talk@lists.example.org");
    assert_eq!(form.value("cc"), "");
    let mut list = Imap::of("talk@lists.example.org").await;
    desk.browser.press(&form, "send").await;
    let arrived = list.only("INBOX").await;
    assert_eq!(arrived.field("In-Reply-To"), "<q2@example.org>");
    marked(&mut desk, "\\Answered").await;
}

#[tokio::test]
async fn a_message_is_passed_on_with_the_files_that_were_kept() {
    let to = Dovecot::shared().user();
    let picture: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let mut desk = desk_with(|own| {
        let two = question(own, "carl@example.org")
            .file("text/csv", "secret.csv", b"1;2")
            .file("application/x-thing", "thing.bin", &picture);
        vec![two]
    })
    .await;
    let message = desk.message("Inbox", "Lunch").await;
    let form = desk.form(&format!("{message}/forward")).await;
    assert_eq!(form.value("subject"), "Fwd: Lunch");
    assert_eq!(form.value("to"), "");
    let text = form.value("text");
    assert!(text.contains("Forwarded message"), "{text}");
    assert!(text.contains("From: Ada <ada@example.org>"), "{text}");
    assert!(text.contains("Shall we?"), "{text}");
    let kept: Vec<String> = form.values("keep").into_iter().map(str::to_owned).collect();
    assert_eq!(kept.len(), 2);
    let form = form.without("keep").set("keep", &kept[1]);
    let form = form.set("to", &to.address);
    let mut inbox = Imap::of(&to.address).await;
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let arrived = inbox.only("INBOX").await;
    let files = arrived.files();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].0, "thing.bin");
    assert_eq!(sha256(&files[0].1), sha256(&picture));
    assert_eq!(arrived.field("In-Reply-To"), "");
    let original = marked(&mut desk, "$Forwarded").await;
    assert!(!original.has("\\Answered"), "{original:?}");
}

#[tokio::test]
async fn a_message_is_passed_on_as_a_file() {
    let to = Dovecot::shared().user();
    let letter = question("me@example.org", "carl@example.org").file("text/csv", "a.csv", b"1;2");
    let raw = String::from_utf8(letter.raw()).unwrap();
    let mut desk = desk_with(|_| vec![letter]).await;
    let message = desk.message("Inbox", "Lunch").await;
    let form = desk.form(&format!("{message}/forward-attached")).await;
    assert_eq!(form.value("subject"), "Fwd: Lunch");
    assert!(!form.value("text").contains("Shall we?"));
    let draft = draft_of(
        &desk
            .browser
            .press(&form.set("to", &to.address), "attach")
            .await,
    );
    let page = desk.browser.page(&format!("/drafts/{draft}")).await;
    assert_eq!(file_names(&page), ["Lunch.eml"]);
    let mut inbox = Imap::of(&to.address).await;
    desk.browser
        .press(&Form::of(&page, "compose"), "send")
        .await;
    let arrived = inbox.only("INBOX").await;
    assert!(arrived.text().contains(&raw), "{}", arrived.text());
    marked(&mut desk, "$Forwarded").await;
}

#[tokio::test]
async fn a_formatted_answer_quotes_the_original_with_its_pictures() {
    let ada = Dovecot::shared().user();
    let png = base64::engine::general_purpose::STANDARD
        .decode(DOT)
        .unwrap();
    let mut desk = desk_with(|own| {
        let rich = question(own, "carl@example.org")
            .from(&ada.address)
            .html(concat!(
                "<p>Shall <b>we</b>?</p><img src=\"cid:pic@x\">",
                "<div style=\"display:none\">hidden</div>"
            ))
            .inline("image/png", "pic@x", &png);
        vec![rich]
    })
    .await;
    let message = desk.message("Inbox", "Lunch").await;
    let form = desk.form(&format!("{message}/reply")).await;
    // As the editor does when it starts.
    let form = form
        .set("format", "html")
        .set("rich", "<p>Yes, <i>we</i> shall.</p><script>x()</script>")
        .set("quotes", "1");
    let mut inbox = Imap::of(&ada.address).await;
    let sent = desk.browser.press_in_script(&form, "send").await;
    assert_eq!(sent.status, 200, "{}", sent.text());
    let arrived = inbox.only("INBOX").await;
    let html = arrived.html();
    assert!(html.contains("Yes, <i>we</i> shall."), "{html}");
    assert!(html.contains("Shall <b>we</b>?"), "{html}");
    assert!(
        !html.contains("script") && !html.contains("hidden"),
        "{html}"
    );
    let cid = html.split("cid:").nth(1).unwrap();
    let cid = cid.split('"').next().unwrap();
    assert!(
        arrived.text().contains(&format!("Content-ID: <{cid}>")),
        "{}",
        arrived.text()
    );
    assert!(arrived.files().iter().any(|(_, bytes)| *bytes == png));
    let text = arrived.body();
    assert!(text.contains("Yes, we shall."), "{text}");
    assert!(text.contains("> Shall we?"), "{text}");
}

#[tokio::test]
async fn a_message_is_written_once_more() {
    let letter = |own: &str| {
        question("carl@example.org", "dora@example.org")
            .from(own)
            .header("Bcc", "emil@example.org")
            .file("text/csv", "a.csv", b"1;2")
    };
    let mut desk = desk_with(|own| vec![letter(own)]).await;
    let message = desk.message("Inbox", "Lunch").await;
    let form = desk.form(&format!("{message}/edit")).await;
    assert_eq!(form.value("subject"), "Lunch");
    assert_eq!(
        form.value("to"),
        "carl@example.org, Carl <dora@example.org>"
    );
    assert_eq!(form.value("bcc"), "emil@example.org");
    assert!(form.value("text").starts_with("Shall we?\n\n> Earlier.\n"));
    let mut carl = Imap::of("carl@example.org").await;
    desk.browser.press(&form, "send").await;
    let sent = desk.other.only("Sent").await;
    let id = sent.field("Message-ID");
    carl.until("INBOX", |mails| {
        mails.iter().any(|mail| mail.field("Message-ID") == id)
    })
    .await;
    assert_ne!(id, "<q2@example.org>");
    assert_eq!(sent.files(), [("a.csv".to_owned(), b"1;2".to_vec())]);
    // A copy of an answer is an answer.
    assert_eq!(sent.field("In-Reply-To"), "<q1@example.org>");
    let original = desk.other.only("INBOX").await;
    assert!(!original.has("\\Answered") && !original.has("$Forwarded"));
}

#[tokio::test]
async fn a_draft_of_another_program_is_gone_on_with() {
    let mut desk = Desk::new().await;
    let ada = Dovecot::shared().user();
    let theirs = letter("Half done")
        .from(&desk.user.address)
        .header("To", &ada.address)
        .header("Cc", "dora@example.org")
        .header("Bcc", "emil@example.org")
        .header("Importance", "high")
        .header("Disposition-Notification-To", &desk.user.address)
        .id("draft@other.example")
        .answers("q2@example.org")
        .text("I have\n")
        .file("text/csv", "a.csv", b"1;2");
    desk.other
        .append("Drafts", "\\Draft \\Seen", &theirs.raw())
        .await;
    let message = desk.message("Drafts", "Half done").await;
    let form = desk.form(&format!("{message}/edit")).await;
    assert_eq!(form.value("to"), ada.address);
    assert_eq!(form.value("cc"), "dora@example.org");
    assert_eq!(form.value("bcc"), "emil@example.org");
    assert_eq!(
        (form.value("importance"), form.value("receipt")),
        ("high", "1")
    );
    let form = form.set("text", "I have written more.\n");
    let draft = draft_of(&desk.browser.press(&form, "save").await);
    // It takes the place of the other program's, and nothing of that is lost.
    let more = |mails: &[Mail]| mails.len() == 1 && mails[0].body() == "I have written more.\n";
    let copy = desk.other.until("Drafts", more).await.remove(0);
    assert_eq!(copy.field("In-Reply-To"), "<q2@example.org>");
    assert!(copy.field("Bcc").contains("emil@example.org"));
    assert_eq!(copy.files(), [("a.csv".to_owned(), b"1;2".to_vec())]);
    // The list leads to the draft that it is now.
    let message = desk.message("Drafts", "Half done").await;
    let answer = desk.browser.get(&format!("{message}/edit")).await;
    assert_eq!(answer.location().unwrap(), format!("/drafts/{draft}"));
    let mut inbox = Imap::of(&ada.address).await;
    let form = desk.form(&format!("/drafts/{draft}")).await;
    desk.browser.press(&form, "send").await;
    let arrived = inbox.only("INBOX").await;
    assert_eq!(arrived.field("References"), "<q2@example.org>");
    assert_eq!(arrived.body(), "I have written more.\n");
    desk.other.until("Drafts", <[_]>::is_empty).await;
}

#[tokio::test]
async fn a_file_that_cannot_be_fetched_leaves_no_draft_that_looks_whole() {
    let user = user_with(vec![
        letter("Lunch")
            .text("Shall we?")
            .file("text/csv", "a.csv", b"1;2")
            .raw(),
    ]);
    let mut desk = Desk::of(user, Settings::sending(&exim())).await;
    let message = desk.message("Inbox", "Lunch").await;
    let form = desk.form(&format!("{message}/forward")).await;
    let section = form.value("keep").to_owned();
    // A section that is not there fails like a server that has gone.
    let broken = form.clone().set("keep", "9.9");
    let answer = desk.browser.press_in_script(&broken, "save").await;
    assert!(answer.status >= 400, "{}", answer.text());
    // The script sends the same once more; the same key.
    let again = form.set("keep", &section);
    let answer = desk.browser.press_in_script(&again, "save").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["attachments"][0]["name"], "a.csv");
}

#[tokio::test]
async fn a_panel_gets_the_form_alone() {
    let mut desk = desk_with(|own| vec![question(own, "carl@example.org")]).await;
    let message = desk.message("Inbox", "Lunch").await;
    let mut request = desk
        .browser
        .request(axum::http::Method::GET, &format!("{message}/reply"));
    set(&mut request, "turbo-frame", "compose-1");
    let answer = desk.browser.finish(request).await;
    assert_eq!(answer.status, 200);
    assert_eq!(Form::of(&answer, "compose").value("subject"), "Re: Lunch");
    assert!(!answer.text().contains("<html"), "{}", answer.text());
}

#[tokio::test]
async fn an_answer_to_a_sender_in_doubt_is_asked_about_once() {
    let server = Smtp::start();
    let user = user_with(vec![
        letter("Lunch")
            .from("Anna Bell <anna@p\u{430}ypal.com>")
            .header("Reply-To", "anna@example.net")
            .text("Shall we?")
            .raw(),
        letter("Dinner")
            .from("Anna Bell <anna@example.org>")
            .header("Reply-To", "anna@example.net")
            .text("Shall we?")
            .raw(),
    ]);
    let mut desk = Desk::of(user, Settings::sending(&server.url())).await;
    let message = desk.message("Inbox", "Lunch").await;
    let form = desk.form(&format!("{message}/reply")).await;
    let asked = desk.browser.press(&form, "send").await;
    assert_eq!(asked.status, 422, "{}", asked.words());
    let words = asked.words();
    assert!(words.contains("may not be from who it seems"), "{words}");
    assert_eq!(words.matches("may not be from").count(), 1, "{words}");
    let form = Form::of(&asked, "compose");
    assert_eq!(form.value("confirmed"), "sender");
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(
        answer.location().as_deref(),
        Some("/outbox"),
        "{}",
        answer.words()
    );
    // That answers go elsewhere is no such doubt, and what is passed on is no answer.
    for (subject, verb) in [("Dinner", "reply"), ("Lunch", "forward")] {
        let message = desk.message("Inbox", subject).await;
        let form = desk.form(&format!("{message}/{verb}")).await;
        let answer = desk
            .browser
            .press(&form.set("to", "anna@example.net"), "send")
            .await;
        assert_eq!(
            answer.location().as_deref(),
            Some("/outbox"),
            "{}",
            answer.words()
        );
    }
}

#[tokio::test]
async fn a_sent_message_goes_again_with_its_files_and_pictures() {
    let server = Smtp::start();
    let user = Dovecot::shared().user();
    let mut desk = Desk::of(user, Settings::sending(&server.url())).await;
    let dot = base64::engine::general_purpose::STANDARD
        .decode(DOT)
        .unwrap();
    let raw = letter("Minutes")
        .from(&desk.user.address)
        .header("To", "Carl <carl@example.org>")
        .header("Cc", "dora@example.org")
        .text("See the dot.")
        .html("<p>See <b>the</b> dot: <img src=\"cid:dot@x\"> <img src=\"cid:gone@x\"></p>")
        .inline("image/png", "dot@x", &dot)
        .file("text/csv", "a.csv", b"1;2")
        .raw();
    desk.other.append("Sent", "\\Seen", &raw).await;
    let message = desk.message("Sent", "Minutes").await;
    let page = desk.browser.page(&message).await;
    assert!(page.words().contains("Send again"), "{}", page.words());
    let page = desk.browser.page(&format!("{message}/edit")).await;
    let form = Form::of(&page, "compose");
    assert_eq!(form.value("to"), "Carl <carl@example.org>");
    assert_eq!(form.value("cc"), "dora@example.org");
    // The editor shows the picture from where it lies, and says by which id it goes along.
    let tags = page.tags();
    let picture = tags
        .iter()
        .find(|tag| !tag.get("data-picture").is_empty())
        .unwrap();
    let (path, cid) = (picture.get("data-path"), picture.get("data-cid"));
    assert!(form.value("rich").contains(path), "{}", form.value("rich"));
    assert!(!form.value("rich").contains("gone@x"));
    assert_eq!(desk.browser.page(path).await.body.to_vec(), dot);
    let rich = form.value("rich").replace(path, &format!("cid:{cid}"));
    let form = form
        .set("format", "html")
        .set("rich", &rich)
        .set("to", "emil@example.org");
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let sent = desk.other.until("Sent", |mails| mails.len() == 2).await;
    let sent = &sent[1];
    assert!(sent.html().contains("<b>the</b>"), "{}", sent.html());
    let files = sent.files();
    assert!(files.iter().any(|file| file.1 == dot), "{files:?}");
    assert!(files.iter().any(|file| file.0 == "a.csv"), "{files:?}");
    assert_eq!(
        server.taken()[0].recipients,
        ["emil@example.org", "dora@example.org"]
    );
    // Without the picture in the text it stays behind.
    let form = desk.form(&format!("{message}/edit")).await;
    let form = form.set("format", "html").set("rich", "<p>No dot</p>");
    desk.browser.press(&form, "send").await;
    let sent = desk.other.until("Sent", |mails| mails.len() == 3).await;
    assert!(!sent[2].files().iter().any(|file| file.1 == dot));
}
