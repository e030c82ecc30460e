//! From the empty form to the mail in somebody's inbox, without a script.

use restante::engine::secrets::sha256;

use super::{Desk, draft_of, file_names};
use crate::support::{dovecot::Dovecot, form::Form, imap::Imap};

/// Every octet, and lines that begin with dots.
fn file() -> Vec<u8> {
    let octets: Vec<u8> = (0..=255).collect();
    let mut file = octets.repeat(300);
    file.extend_from_slice(b"\r\n.\r\n..\r\nFrom here\n");
    file
}

#[tokio::test]
async fn a_message_goes_from_the_form_to_an_inbox() {
    let mut desk = Desk::new().await;
    let (to, hidden) = (Dovecot::shared().user(), Dovecot::shared().user());
    let text = "Grüße,\n\n.\n..\nFrom here on\n  indented\n\n-- \nMe\n";
    let form = desk.form("/compose").await;
    assert_eq!(form.action, "/drafts");
    let form = form
        .set("to", &format!("Zoë Łuk <{}>", to.address))
        .set("bcc", &hidden.address)
        .set(
            "subject",
            "Größe: 3 €; “quoted”, and a subject that is long enough to be folded",
        )
        .set("text", text)
        .file("Übersicht (1).bin", "application/octet-stream", &file());
    let saved = desk.browser.press(&form, "save").await;
    let draft = draft_of(&saved);

    // Opened again it has everything.
    let page = desk.browser.page(&format!("/drafts/{draft}")).await;
    let again = Form::of(&page, "compose");
    for name in ["to", "bcc", "subject", "text"] {
        assert_eq!(again.value(name), form.value(name), "{name}");
    }
    let tags = page.tags();
    let link = tags
        .iter()
        .find(|tag| tag.get("class") == "file__name" && tag.name == "a");
    let link = link.unwrap();
    assert_eq!(link.get("title"), "Übersicht (1).bin");
    let kept = desk.browser.page(link.get("href")).await;
    assert_eq!(sha256(&kept.body), sha256(&file()));
    // Saving leaves a copy where other programs see it.
    let copy = desk.other.only("Drafts").await;
    assert!(copy.has("\\Draft") && copy.has("\\Seen"), "{copy:?}");
    assert_eq!(copy.body(), text);
    assert_eq!(copy.files().len(), 1);

    let mut inbox = Imap::of(&to.address).await;
    let mut hidden_inbox = Imap::of(&hidden.address).await;
    let answer = desk.browser.press(&again, "send").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(answer.location().unwrap(), "/outbox");

    let arrived = inbox.only("INBOX").await;
    assert_eq!(arrived.subject(), form.value("subject"));
    assert_eq!(arrived.body(), text);
    let files = arrived.files();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].0, "Übersicht (1).bin");
    assert_eq!(sha256(&files[0].1), sha256(&file()));
    assert!(arrived.field("From").contains(&desk.user.address));
    assert!(arrived.field("To").contains(&to.address));
    let also = hidden_inbox.only("INBOX").await;
    for mail in [&arrived, &also] {
        assert_eq!(mail.field("Bcc"), "");
        // The server's delivery writes its recipient above the mail; ours says nothing.
        let text = mail.text();
        let ours = &text[text.find("\r\nFrom: ").unwrap()..];
        assert!(!ours.contains(&hidden.address), "{ours}");
    }
    assert_eq!(arrived.field("Message-ID"), also.field("Message-ID"));

    // What its writer keeps.
    let sent = desk.other.only("Sent").await;
    assert!(sent.has("\\Seen"), "{sent:?}");
    assert_eq!(sent.field("Message-ID"), arrived.field("Message-ID"));
    assert!(sent.field("Bcc").contains(&hidden.address));
    assert_eq!(sent.body(), text);
    assert_eq!(sha256(&sent.files()[0].1), sha256(&file()));
    desk.other.until("Drafts", <[_]>::is_empty).await;
    desk.until_gone(draft).await;
    desk.until_state("sent").await;
    assert_eq!(desk.other.mails("Sent").await.len(), 1);
    assert_eq!(inbox.mails("INBOX").await.len(), 1);
}

#[tokio::test]
async fn a_message_sent_from_its_first_form_needs_no_draft_before() {
    let mut desk = Desk::new().await;
    let to = Dovecot::shared().user();
    let mut inbox = Imap::of(&to.address).await;
    let form = desk.form("/compose").await;
    let form = form
        .set("to", &to.address)
        .set("subject", "At once")
        .set("text", "Text\n")
        .file("a.txt", "text/plain", b"one")
        .file("b.txt", "text/plain", b"two");
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.location().as_deref(), Some("/outbox"));
    let arrived = inbox.only("INBOX").await;
    let names: Vec<String> = arrived.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.txt", "b.txt"]);
    desk.other.only("Sent").await;
    assert!(desk.other.mails("Drafts").await.is_empty());
}

#[tokio::test]
async fn a_file_is_taken_off_and_the_text_stays() {
    let mut desk = Desk::new().await;
    let form = desk.form("/compose").await;
    let form = form
        .set("text", "first")
        .file("a.txt", "text/plain", b"one")
        .file("b.txt", "text/plain", b"two");
    let draft = draft_of(&desk.browser.press(&form, "attach").await);
    let page = desk.browser.page(&format!("/drafts/{draft}")).await;
    assert_eq!(file_names(&page), ["a.txt", "b.txt"]);
    let tags = page.tags();
    let remove = tags
        .iter()
        .find(|tag| tag.get("value").starts_with("remove:"))
        .unwrap()
        .get("value")
        .to_owned();
    let form = Form::of(&page, "compose").set("text", "changed with the button");
    assert_eq!(draft_of(&desk.browser.press(&form, &remove).await), draft);
    let page = desk.browser.page(&format!("/drafts/{draft}")).await;
    let form = Form::of(&page, "compose");
    assert_eq!(form.value("text"), "changed with the button");
    assert_eq!(file_names(&page), ["b.txt"]);
}

#[tokio::test]
async fn a_time_for_taking_back_that_is_not_offered_is_refused() {
    let mut desk = Desk::new().await;
    let path = "/settings/writing";
    for seconds in ["61", "7", "-1", "soon", ""] {
        let fields = [("writes", "text"), ("undo_seconds", seconds)];
        let answer = desk.browser.post(path, &fields).await;
        assert_eq!(answer.status, 400, "{seconds}");
    }
    let fields = [("writes", "text"), ("undo_seconds", "60")];
    assert_eq!(desk.browser.post(path, &fields).await.status, 303);
}
