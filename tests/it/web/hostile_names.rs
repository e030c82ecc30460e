//! T-NAME-1: a mailbox in which everything that a sender or another program can name is markup.
//! Every page is visited; nothing of it may become an element.

use std::collections::{BTreeSet, VecDeque};

use crate::support::{app::TestApp, dovecot::Dovecot, letter::letter, markup::Tag};

use super::mail;

const EVIL: &str = "\"><img src=x onerror=alert(1)>";
/// The same inside of a quoted string.
const QUOTED: &str = "\\\"><img src=x onerror=alert(1)>";

fn complaint(tag: &Tag) -> Option<String> {
    let scripted = tag
        .attributes
        .iter()
        .any(|(name, _)| name.starts_with("on"));
    let planted = tag.get("src") == "x";
    let inline = tag.name == "script" && !tag.get("src").contains("/assets/");
    let styled = tag.has("style");
    (scripted || planted || inline || styled).then(|| format!("{tag:?}"))
}

#[tokio::test]
async fn names_never_become_markup() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    let person = format!("\"{QUOTED}\" <evil@example.org>");
    let raw = letter(EVIL)
        .from(&person)
        .header("To", &person)
        .header("Cc", &format!("{person}, {person}"))
        .header("Reply-To", &person)
        .header("Sender", &person)
        .header("List-Id", &format!("{EVIL} <a.b>"))
        .header(
            "List-Unsubscribe",
            &format!("<https://x.example/{EVIL}>, <javascript:alert(1)>"),
        )
        .header(
            "Authentication-Results",
            &format!("mx; dkim=fail header.d={EVIL}"),
        )
        .header("Message-ID", &format!("<{EVIL}@x>"))
        .header(&format!("X-{}", "\"><img-src=x"), EVIL)
        .text(&format!(
            "{EVIL}\n> {EVIL}\nhttps://x.example/{EVIL}\n-- \n{EVIL}"
        ))
        .html(&format!("<p title='{EVIL}'>{EVIL}</p>"))
        .file(&format!("text/{QUOTED}"), QUOTED, b"x")
        .file("image/png", QUOTED, b"<svg onload=alert(1)>")
        .raw();
    let raw_plain = letter(EVIL)
        .from(EVIL)
        .header("Date", EVIL)
        .text(EVIL)
        .raw();
    // Between slashes, where Dovecot's delimiter allows it.
    let folder = EVIL.replace('/', "");
    user.fill(&[
        mail("INBOX", 1, raw.clone()),
        mail("INBOX", 2, raw_plain),
        mail("Drafts", 3, raw.clone()),
        mail(&folder, 4, raw),
    ]);
    let mut browser = app.signed_in(&user).await;
    let query = "%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E";
    let inbox = browser.page("/").await.folder("Inbox");
    let mut waiting: VecDeque<String> = VecDeque::from([
        "/".to_owned(),
        "/login".to_owned(),
        format!("/login?next=/{query}"),
        format!("{inbox}?q={query}"),
        format!("/nowhere/{query}"),
        format!("/m/{query}"),
    ]);
    for field in ["name", "email"] {
        let form = [("email", "x@example.org"), (field, EVIL)];
        let answer = browser.post("/settings/identities", &form).await;
        assert!(answer.tags().iter().find_map(complaint).is_none());
    }
    let mut seen = BTreeSet::new();
    while let Some(path) = waiting.pop_front() {
        if !seen.insert(path.clone()) || path.starts_with("/assets/") {
            continue;
        }
        let answer = browser.visit(&path).await;
        assert!(answer.status < 500, "{path}: {}", answer.text());
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let tags = answer.tags();
        let inside_message = path.contains("/html/") || path.contains("/quote");
        for tag in &tags {
            let complaint = complaint(tag).filter(|_| !inside_message || !tag.has("style"));
            assert_eq!(complaint, None, "{path}");
            for name in ["href", "src", "data-url"] {
                let target = tag.get(name).to_lowercase();
                assert!(!target.starts_with("javascript:"), "{path}: {tag:?}");
            }
            let next = [
                tag.get("href"),
                if tag.name == "iframe" {
                    tag.get("src")
                } else {
                    ""
                },
            ];
            let ours = next.into_iter().filter(|next| next.starts_with('/'));
            waiting.extend(ours.map(str::to_owned));
        }
        assert!(seen.len() < 400, "the crawl ends");
    }
    assert!(seen.iter().any(|path| path.contains("/html/")), "{seen:?}");
    assert!(seen.iter().any(|path| path.ends_with("/headers")));
    assert!(
        seen.iter()
            .any(|path| path.ends_with("/settings/identities"))
    );
    assert!(seen.len() > 40, "{}", seen.len());
}
