//! Reading: every kind of part, what is marked as read, pages beside the message.

use tokio::time::timeout;

use crate::support::{
    app::TestApp,
    browser::{Answer, Browser},
    letter::letter,
};

use super::{PATIENCE, flags, user_with, user_with_numbered};

async fn open(browser: &mut Browser, subject: &str) -> (String, Answer) {
    let inbox = browser.page("/").await;
    let index = inbox
        .subjects()
        .iter()
        .position(|one| one == subject)
        .unwrap();
    let path = format!("{}/{}", inbox.folder("Inbox"), inbox.rows()[index]);
    let page = browser.page(&path).await;
    (path, page)
}

#[tokio::test]
async fn opening_marks_as_read_unless_one_marks_oneself() {
    let app = TestApp::start().await;
    let user = user_with_numbered(3);
    let mut browser = app.signed_in(&user).await;
    let account = app.account(&browser).await;
    for (setting, subject, delay, seen) in [
        ("at-once", "m1", "", "\\Seen"),
        ("soon", "m2", "3000", ""),
        ("never", "m3", "", ""),
    ] {
        let fields = [
            ("page_size", "50"),
            ("mark_read", setting),
            ("advance", "list"),
        ];
        browser.post("/settings/reading", &fields).await;
        let mut changes = account.subscribe().unwrap();
        let (_, page) = open(&mut browser, subject).await;
        while setting == "at-once" && flags(&user, "INBOX", subject) != [seen] {
            timeout(PATIENCE, changes.recv()).await.unwrap().unwrap();
        }
        assert_eq!(flags(&user, "INBOX", subject), [seen], "{setting}");
        let tags = page.tags();
        let article = tags.iter().find(|tag| tag.name == "article").unwrap();
        assert_eq!(
            article.get("data-mark-read-delay-value"),
            delay,
            "{setting}"
        );
        let unread = (setting != "at-once").to_string();
        assert_eq!(article.get("data-unread"), unread, "{setting}");
    }
    // The script's own request after the delay.
    let (path, _) = open(&mut browser, "m2").await;
    browser
        .turbo(&format!("{path}/seen"), &[("value", "true")])
        .await;
    assert_eq!(flags(&user, "INBOX", "m2"), ["\\Seen"]);
}

#[tokio::test]
async fn every_kind_of_part_has_its_place() {
    let app = TestApp::start().await;
    let png = b"\x89PNG\r\n\x1a\n0000";
    let user = user_with(vec![
        letter("Plain <b>title</b>")
            .text("Hello & <i>you</i>\n\nhttps://example.org/a?b=c&d\n\n> one\n> two\n> three\n> four\n> five\n\n-- \nAda")
            .raw(),
        letter("Both").text("the plain one").html("<p>the <b>rich</b> one</p>").raw(),
        letter("Files")
            .text("see attached")
            .file("application/pdf", "report.pdf", b"%PDF-1.4")
            .file("image/png", "dot.png", png)
            .raw(),
        letter("Nothing").raw(),
        INLINE.replace('\n', "\r\n").into_bytes(),
        FORWARDED.replace('\n', "\r\n").into_bytes(),
    ]);
    let mut browser = app.signed_in(&user).await;

    let (_, plain) = open(&mut browser, "Plain <b>title</b>").await;
    assert!(plain.words().contains("Hello & <i>you</i>"));
    assert_eq!(
        plain.link("href", "https://example.org/a?b=c&d").as_deref(),
        Some("https://example.org/a?b=c&d")
    );
    let tags = plain.tags();
    let outside = tags
        .iter()
        .find(|tag| tag.get("href").starts_with("https:"))
        .unwrap();
    assert_eq!(outside.get("target"), "_blank");
    assert!(outside.get("rel").contains("noopener"), "{outside:?}");
    assert!(tags.iter().all(|tag| tag.name != "i"));
    assert!(
        plain.text().contains("<details"),
        "the long quotation is folded"
    );

    let (path, _) = open(&mut browser, "Both").await;
    let both = browser.frame(&path, "reader").await;
    assert!(!both.words().contains("the plain one"));
    let tags = both.tags();
    let frame = tags.iter().find(|tag| tag.name == "iframe").unwrap();
    assert!(!frame.get("sandbox").contains("allow-scripts"));
    let document = browser.page(frame.get("src")).await;
    assert!(document.words().contains("the rich one"));
    assert!(document.tags().iter().all(|tag| tag.name != "script"));
    assert_eq!(
        browser.get(&format!("{path}/html/1")).await.status,
        404,
        "the plain part is no document"
    );

    let (_, files) = open(&mut browser, "Files").await;
    assert!(files.words().contains("report.pdf"), "{}", files.words());
    assert!(files.words().contains("dot.png"));

    let (_, nothing) = open(&mut browser, "Nothing").await;
    assert_eq!(nothing.status, 200);

    let (path, inline) = open(&mut browser, "Inline").await;
    let tags = inline.tags();
    let frame = tags.iter().find(|tag| tag.name == "iframe").unwrap();
    let document = browser.page(frame.get("src")).await;
    let pictures = document.tags();
    let picture = pictures.iter().find(|tag| tag.name == "img").unwrap();
    assert_eq!(picture.get("src"), format!("{path}/parts/2?inline=1"));
    let answer = browser.get(picture.get("src")).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "image/png")
    );
    assert!(answer.header("content-disposition").starts_with("inline"));

    let (_, forwarded) = open(&mut browser, "Forwarded").await;
    assert!(
        forwarded.words().contains("see below"),
        "{}",
        forwarded.words()
    );
    assert!(
        forwarded.text().contains("/parts/2"),
        "{}",
        forwarded.words()
    );
}

const INLINE: &str = "From: Ada <ada@example.org>
To: Bob <bob@example.org>
Subject: Inline
MIME-Version: 1.0
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html; charset=utf-8

<p>Look: <img src=\"cid:dot@example.org\" alt=dot></p>
--r
Content-Type: image/png
Content-ID: <dot@example.org>
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==
--r--
";

const FORWARDED: &str = "From: Ada <ada@example.org>
To: Bob <bob@example.org>
Subject: Forwarded
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=f

--f
Content-Type: text/plain

see below
--f
Content-Type: message/rfc822

From: Zoe <zoe@example.org>
Subject: The inner one

inner text
--f--
";

#[tokio::test]
async fn the_pages_beside_a_message_show_all_of_it() {
    let app = TestApp::start().await;
    let raw = letter("Source")
        .header("X-Odd", "=?utf-8?q?=3Cb=3Ebold=3C/b=3E_d=C3=A9j=C3=A0?=")
        .text("body & soul")
        .raw();
    let user = user_with(vec![raw.clone()]);
    let mut browser = app.signed_in(&user).await;
    let (path, _) = open(&mut browser, "Source").await;

    let headers = browser.page(&format!("{path}/headers")).await;
    assert!(
        headers.words().contains("X-Odd <b>bold</b> déjà"),
        "{}",
        headers.words()
    );
    let source = browser.page(&format!("{path}/source")).await;
    assert!(source.words().contains("body & soul"), "{}", source.words());
    let answer = browser.get(&format!("{path}/raw")).await;
    assert_eq!(answer.body, raw, "octet for octet");
    assert_eq!(answer.header("content-type"), "message/rfc822");
    let disposition = "attachment; filename=\"Source.eml\"; filename*=UTF-8''Source.eml";
    assert_eq!(answer.header("content-disposition"), disposition);
    let print = browser.page(&format!("{path}/print")).await;
    assert!(print.words().contains("body & soul"));
    assert!(print.tags().iter().all(|tag| tag.name != "form"));
}

#[tokio::test]
async fn pictures_from_elsewhere_wait_for_a_word() {
    let app = TestApp::start().await;
    let html = "<p>x</p><img src=\"https://pictures.example/a.png\">";
    let user = user_with(vec![
        letter("First")
            .from("News <news@shop.example>")
            .html(html)
            .raw(),
        letter("Second")
            .from("News <news@shop.example>")
            .html(html)
            .raw(),
    ]);
    let mut browser = app.signed_in(&user).await;
    let document = async |browser: &mut Browser, page: &Answer| {
        let tags = page.tags();
        let frame = tags.iter().find(|tag| tag.name == "iframe").unwrap();
        browser.page(frame.get("src")).await.text()
    };
    let (path, page) = open(&mut browser, "First").await;
    let blocked = document(&mut browser, &page).await;
    assert!(
        !blocked.contains("pictures.example/a.png\"") && !blocked.contains("/image?"),
        "{blocked}"
    );

    let once = browser
        .post(&format!("{path}/images"), &[("value", "once")])
        .await;
    assert_eq!(once.location(), Some(format!("{path}?images=1")));
    let page = browser.page(&once.location().unwrap()).await;
    let shown = document(&mut browser, &page).await;
    assert!(
        shown.contains("/image?u=https%3A%2F%2Fpictures.example%2Fa.png"),
        "{shown}"
    );
    assert!(!shown.contains("src=\"https:"), "never straight from there");

    browser
        .post(&format!("{path}/images"), &[("value", "sender")])
        .await;
    let (_, page) = open(&mut browser, "Second").await;
    assert!(document(&mut browser, &page).await.contains("/image?u="));
    let settings = browser.page("/settings/reading").await;
    assert!(settings.words().contains("news@shop.example"));
    browser
        .post("/settings/reading", &[("distrust", "news@shop.example")])
        .await;
    let (_, page) = open(&mut browser, "Second").await;
    assert!(!document(&mut browser, &page).await.contains("/image?u="));
}

/// Whoever puts a trusted address into From, but not so that it passes for it, gets no pictures
/// shown by that; nor is the trust offered where a caution stands above.
#[tokio::test]
async fn a_sender_in_doubt_is_not_trusted() {
    let app = TestApp::start().await;
    let html = "<p>x</p><img src=\"https://pictures.example/a.png\">";
    let from = |subject: &str, from: &str| letter(subject).from(from).html(html).raw();
    let user = user_with(vec![
        from("True", "News <news@shop.example>"),
        from("Posing", "news@shop.example <thief@evil.example>"),
        from("Two", "news@shop.example, thief@evil.example"),
        from("Hiding", "\"Ne\u{202e}ws\" <news@shop.example>"),
        letter("Elsewhere")
            .from("News <news@shop.example>")
            .header("Reply-To", "desk@answers.example")
            .html(html)
            .raw(),
    ]);
    let mut browser = app.signed_in(&user).await;
    let offers = |page: &Answer| {
        let tags = page.tags();
        let offers = tags.iter().filter(|tag| tag.get("name") == "value");
        let offers = offers.map(|tag| tag.get("value").to_owned());
        offers.collect::<Vec<String>>()
    };
    for (subject, offered) in [
        ("Posing", &["once"][..]),
        ("Two", &["once"]),
        ("Hiding", &["once"]),
        ("Elsewhere", &["once", "sender"]),
    ] {
        let (path, page) = open(&mut browser, subject).await;
        let offers = offers(&page);
        let offers: Vec<&str> = offers
            .iter()
            .map(String::as_str)
            .filter(|offer| ["once", "sender"].contains(offer))
            .collect();
        assert_eq!(offers, offered, "{subject}");
        if offered.len() > 1 {
            continue;
        }
        // A form that was sent all the same shows them this once.
        let sent = [("value", "sender")];
        let once = browser.post(&format!("{path}/images"), &sent).await;
        assert_eq!(
            once.location(),
            Some(format!("{path}?images=1")),
            "{subject}"
        );
        let settings = browser.page("/settings/reading").await.words();
        assert!(!settings.contains("@shop.example"), "{subject}: {settings}");
        assert!(!settings.contains("@evil.example"), "{subject}: {settings}");
    }
    let (path, _) = open(&mut browser, "True").await;
    browser
        .post(&format!("{path}/images"), &[("value", "sender")])
        .await;
    for (subject, shown) in [
        ("True", true),
        ("Elsewhere", true),
        ("Two", false),
        ("Hiding", false),
    ] {
        let (_, page) = open(&mut browser, subject).await;
        let frame = page.tags().into_iter().find(|tag| tag.name == "iframe");
        let src = frame.unwrap().get("src").to_owned();
        assert_eq!(src.contains("images=1"), shown, "{subject}: {src}");
    }
}

#[tokio::test]
async fn a_message_that_vanished_is_said_beside_a_fresh_list() {
    let app = TestApp::start().await;
    let user = user_with_numbered(3);
    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await;
    for (row, subject, known) in [(0, "m3", false), (1, "m2", true)] {
        let path = format!("{}/{}", inbox.folder("Inbox"), inbox.rows()[row]);
        if known {
            browser.page(&path).await;
        }
        let query = ["mailbox", "INBOX", "HEADER", "Subject", subject];
        user.doveadm(&["expunge"], &query, b"");
        if known {
            // Dovecot still answers for it on a connection that has not heard of the removal.
            browser.get(&path).await;
        }
        let page = browser.get(&path).await;
        assert_eq!(page.status, 404, "{subject}");
        let sentence = "It was moved or deleted, here or in another mail program.";
        assert!(page.words().contains(sentence), "{}", page.words());
        let listed = page.subjects();
        assert!(
            !listed.contains(&subject.to_owned()),
            "the list beside it is new: {listed:?}"
        );
        assert!(listed.contains(&"m1".to_owned()));
        let frame = browser.frame(&path, "reader").await;
        assert_eq!(frame.status, 404);
        assert!(frame.words().contains(sentence));
        for noun in ["raw", "source", "parts/1", "html/1", "print", "headers"] {
            let request = browser.request(axum::http::Method::GET, &format!("{path}/{noun}"));
            let (answer, _body) = browser.begin(request).await;
            assert!(answer.status < 500, "{noun}: {}", answer.status);
        }
        let answer = browser.post(&format!("{path}/archive"), &[]).await;
        assert!(answer.status < 500, "{}", answer.text());
    }
}

/// HTML that goes dark with the page is shown in its own colours when asked, for that view alone.
#[tokio::test]
async fn one_message_is_shown_on_light_paper() {
    let app = TestApp::start().await;
    let html = "<p>dark <b>words</b></p><img src=\"https://pictures.example/a.png\">";
    let user = user_with(vec![
        letter("Rich").html(html).raw(),
        letter("Plain").text("x").raw(),
    ]);
    let mut browser = app.signed_in(&user).await;
    let switch = |page: &Answer| {
        let tags = page.tags();
        let links = tags.iter().filter(|tag| tag.get("class") == "menu__item");
        let mut links = links.map(|tag| tag.get("href").to_owned());
        links.find(|href| href.contains("paper=") || href.ends_with("images=1"))
    };
    let sheet = |page: &Answer| {
        let tags = page.tags();
        let frame = tags.iter().find(|tag| tag.name == "iframe").unwrap();
        let sheet = tags.iter().find(|tag| tag.get("class") == "sheet").unwrap();
        let dark = frame.get("src").contains("dark=1");
        (dark, sheet.get("data-adapts") == "true")
    };
    browser
        .post("/settings/appearance", &[("theme", "light")])
        .await;
    let (path, page) = open(&mut browser, "Rich").await;
    assert_eq!(switch(&page), None, "nothing to choose on a light page");
    assert!(!page.words().contains("on light paper"));
    browser
        .post("/settings/appearance", &[("theme", "dark")])
        .await;
    let (_, plain) = open(&mut browser, "Plain").await;
    assert_eq!(switch(&plain), None, "plain text is the page's own");
    let page = browser.page(&path).await;
    assert_eq!(sheet(&page), (true, true));
    assert!(page.words().contains("Show on light paper"));
    let light = switch(&page).unwrap();
    assert_eq!(light, format!("{path}?paper=light"));
    let page = browser.page(&light).await;
    assert_eq!(sheet(&page), (false, false));
    assert!(page.words().contains("Show on dark paper"));
    // Its pictures are shown on the same paper.
    let tags = page.tags();
    let form = tags
        .iter()
        .find(|tag| tag.get("action").contains("/images"));
    let allow = form.unwrap().get("action").to_owned();
    let shown = browser.post(&allow, &[("value", "once")]).await;
    assert_eq!(
        shown.location(),
        Some(format!("{path}?images=1&paper=light"))
    );
    let page = browser.page(&shown.location().unwrap()).await;
    assert_eq!(sheet(&page), (false, false));
    assert_eq!(switch(&page), Some(format!("{path}?images=1")));
    // The next look is as the page is.
    assert_eq!(sheet(&browser.page(&path).await), (true, true));
}
