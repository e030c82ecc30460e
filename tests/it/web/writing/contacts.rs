//! People to write to: who is remembered, who is not, and how they are forgotten.

use super::Desk;
use crate::support::{browser::Answer, dovecot::Dovecot, letter::letter, markup::texts_of};

const SETTINGS: &str = "/settings/contacts";

/// The people on the page.
fn people(page: &Answer) -> Vec<String> {
    texts_of(&page.text(), "card__words")
        .iter()
        .map(|words| words.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// Opens a message, and waits until its sender would have been remembered.
async fn opened(desk: &mut Desk, folder: &str, subject: &str) {
    let path = desk.message(folder, subject).await;
    desk.browser.page(&path).await;
}

impl Desk {
    /// The people once there are so many: they are written down behind the page.
    async fn people(&mut self, count: usize) -> Vec<String> {
        let account = self.app.account(&self.browser).await;
        let known = async {
            while account.people("", 50).await.unwrap().len() < count {
                tokio::task::yield_now().await;
            }
        };
        let patience = std::time::Duration::from_secs(30);
        tokio::time::timeout(patience, known).await.unwrap();
        people(&self.browser.page(SETTINGS).await)
    }
}

#[tokio::test]
async fn who_is_heard_from_and_written_to_is_known() {
    let mut desk = Desk::new().await;
    assert!(
        desk.browser
            .page(SETTINGS)
            .await
            .words()
            .contains("Nobody yet.")
    );
    let mails = [
        (
            "INBOX",
            letter("List")
                .from("L <list@example.org>")
                .header("List-Id", "<x.example.org>"),
        ),
        ("INBOX", letter("Robot").from("noreply@example.org")),
        (
            "INBOX",
            letter("Auto")
                .from("a@example.org")
                .header("Auto-Submitted", "auto-replied"),
        ),
        (
            "INBOX",
            letter("Forged").from("\"boss@bank.example\" <x@evil.example>"),
        ),
        ("Junk", letter("Spam").from("spam@example.org")),
        ("INBOX", letter("Own").from(&desk.user.address.clone())),
        // The last: once it is known, the others would be.
        ("INBOX", letter("Hello").from("Zoë Łuk <zoe@example.org>")),
    ];
    for (folder, mail) in &mails {
        desk.other
            .append(folder, "", &mail.clone().text("x").raw())
            .await;
    }
    for (folder, mail) in ["List", "Robot", "Auto", "Forged"].map(|one| ("Inbox", one)) {
        opened(&mut desk, folder, mail).await;
    }
    opened(&mut desk, "Junk", "Spam").await;
    opened(&mut desk, "Inbox", "Own").await;
    opened(&mut desk, "Inbox", "Hello").await;
    assert_eq!(desk.people(1).await, ["Zoë Łuk zoe@example.org"]);

    // Whom one writes to.
    let to = Dovecot::shared().user();
    let form = desk.form("/compose").await;
    let form = form
        .set("to", &format!("Bob <{}>", to.address))
        .set("subject", "x")
        .set("text", "x");
    desk.browser.press(&form, "send").await;
    desk.other.only("Sent").await;
    assert_eq!(desk.people(2).await.len(), 2);

    // Searched for, one removed, all removed.
    let page = desk.browser.page(&format!("{SETTINGS}?q=zoe")).await;
    assert_eq!(people(&page), ["Zoë Łuk zoe@example.org"]);
    let page = desk.browser.page(&format!("{SETTINGS}?q=nobody")).await;
    assert!(
        page.words().contains("Nobody here matches"),
        "{}",
        page.words()
    );
    let account = desk.app.account(&desk.browser).await;
    let zoe = account.people("zoe", 1).await.unwrap()[0].id;
    let answer = desk
        .browser
        .post(&format!("{SETTINGS}/{zoe}/deletion"), &[])
        .await;
    assert_eq!(answer.location().as_deref(), Some(SETTINGS));
    assert_eq!(people(&desk.browser.page(SETTINGS).await).len(), 1);
    let question = desk.browser.page(&format!("{SETTINGS}/deletion")).await;
    assert!(question.words().contains("Remove all people?"));
    assert_eq!(
        people(&desk.browser.page(SETTINGS).await).len(),
        1,
        "asking removes nobody"
    );
    desk.browser
        .post(&format!("{SETTINGS}/deletion"), &[])
        .await;
    assert!(
        desk.browser
            .page(SETTINGS)
            .await
            .words()
            .contains("Nobody yet.")
    );
}

#[tokio::test]
async fn the_switch_ends_collecting() {
    let mut desk = Desk::new().await;
    desk.browser.post(SETTINGS, &[]).await;
    let raw = letter("Off").from("off@example.org").text("x").raw();
    desk.other.append("INBOX", "", &raw).await;
    opened(&mut desk, "Inbox", "Off").await;
    desk.browser.post(SETTINGS, &[("collects", "true")]).await;
    let raw = letter("On").from("on@example.org").text("x").raw();
    desk.other.append("INBOX", "", &raw).await;
    opened(&mut desk, "Inbox", "On").await;
    assert_eq!(desk.people(1).await, ["on@example.org"]);
}
