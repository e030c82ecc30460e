//! What the reader's mail server found out about senders (T-FROM-1): its word counts, and nobody
//! else's.

use crate::support::{
    app::{Settings, TestApp},
    browser::{Answer, Browser},
    dovecot::Dovecot,
    letter::{Letter, letter},
};

use super::user_with;

const FORGED: &str = "could not confirm that this message comes from where it says";
const BY: &str = "Sent by esp.example on behalf of the name above.";

/// With these fields above those of a message, as a server puts them there.
fn under(above: &[&str], letter: &Letter) -> Vec<u8> {
    let mut raw = above.join("\r\n").into_bytes();
    if !above.is_empty() {
        raw.extend(b"\r\n");
    }
    raw.extend(letter.raw());
    raw
}

async fn open(browser: &mut Browser, subject: &str) -> Answer {
    let inbox = browser.page("/").await;
    let index = inbox.subjects().iter().position(|one| one == subject);
    let tags = inbox.tags();
    let mut links = tags.iter().filter(|tag| tag.get("class") == "row__link");
    let link = links.nth(index.unwrap()).unwrap();
    browser.page(link.get("href")).await
}

/// The shared Dovecot, believed under these names.
fn believing(names: &str) -> Settings {
    let dovecot = Dovecot::shared();
    let imap = format!("imaps://127.0.0.1:{}", dovecot.port("IMAPS"));
    let more = format!("tls_ca = {:?}\nauthserv = {names}", dovecot.ca_pem());
    Settings::empty().server("*", &imap, &more)
}

#[tokio::test]
async fn ours_counts_and_what_the_sender_wrote_does_not() {
    let ours = "Authentication-Results: MX.example.org; dmarc=fail header.from=bank.example";
    let passes = "Authentication-Results: mx.example.org; dmarc=pass header.from=bank.example";
    let hop = "Received: from elsewhere by mx.example.org; Mon, 23 Nov 2026 10:00:00 +0100";
    let foreign = "Authentication-Results: mx.elsewhere.example; dmarc=fail";
    let by = "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=x@esp.example;\r\n dkim=pass header.d=esp.example; dmarc=none";
    let html = "<p>x</p><img src=\"https://pictures.example/a.png\">";
    let from_bank = |subject: &str| letter(subject).from("Bank <desk@bank.example>").html(html);
    let user = user_with(vec![
        under(&[ours], &from_bank("ours")),
        under(&[hop, ours, hop], &from_bank("below our hop")),
        under(&[ours, passes], &from_bank("forged below")),
        under(&[ours, hop, passes], &from_bank("forged below a hop")),
        under(&[foreign], &from_bank("foreign")),
        under(&[foreign, ours], &from_bank("foreign above")),
        under(&[passes, ours], &from_bank("passes")),
        under(&[by], &from_bank("by another")),
        under(&[], &from_bank("none")),
    ]);
    let app = believing("[\"mx.example.org\"]").start().await;
    let mut browser = app.signed_in(&user).await;
    for (subject, sentence) in [
        ("ours", Some(FORGED)),
        ("below our hop", Some(FORGED)),
        ("forged below", Some(FORGED)),
        ("forged below a hop", Some(FORGED)),
        ("foreign", None),
        ("foreign above", None),
        ("passes", None),
        ("by another", Some(BY)),
        ("none", None),
    ] {
        let page = open(&mut browser, subject).await;
        for one in [FORGED, BY] {
            let said = page.words().contains(one);
            assert_eq!(said, sentence == Some(one), "{subject}: {}", page.words());
        }
        // Whoever is in doubt is not trusted for ever.
        let tags = page.tags();
        let mut offers = tags.iter().filter(|tag| tag.get("name") == "value");
        let always = offers.any(|tag| tag.get("value") == "sender");
        assert_eq!(always, sentence.is_none(), "{subject}");
    }
    let fields = [("language", "fr"), ("theme", "dark")];
    browser.post("/settings/appearance", &fields).await;
    let page = open(&mut browser, "by another").await;
    assert!(page.words().contains("Envoyé par esp.example au nom"));

    // An operator who has named nobody believes nobody.
    let app = TestApp::start().await;
    let mut browser = app.signed_in(&user).await;
    for subject in ["ours", "by another"] {
        let words = open(&mut browser, subject).await.words();
        assert!(!words.contains(FORGED) && !words.contains(BY), "{subject}");
    }
}
