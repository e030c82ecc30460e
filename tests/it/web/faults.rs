//! Faults that a reader meets: a line that breaks in the middle, a server that falls silent,
//! messages that are none.

use crate::support::{
    app::{Settings, TestApp},
    browser::Browser,
    dovecot::{Dovecot, User},
    letter::letter,
    proxy::{Fault, Proxy, Way},
};

use super::{user_with, user_with_numbered};

struct Broken {
    app: TestApp,
    proxy: Proxy,
    browser: Browser,
    inbox: String,
    rows: Vec<String>,
}

async fn behind_a_proxy(user: &User) -> Broken {
    let proxy = Proxy::start(Dovecot::shared().port("IMAP")).await;
    let url = format!("imap+insecure://127.0.0.1:{}", proxy.port);
    let app = Settings::empty().server("*", &url, "").start().await;
    let mut browser = app.signed_in(user).await;
    let page = browser.page("/").await;
    Broken {
        inbox: page.folder("Inbox"),
        rows: page.rows(),
        app,
        proxy,
        browser,
    }
}

#[tokio::test]
async fn a_line_that_was_cut_is_mended_unseen() {
    let user = user_with_numbered(2);
    let mut broken = behind_a_proxy(&user).await;
    for path in [
        broken.inbox.clone(),
        format!("{}/{}", broken.inbox, broken.rows[0]),
    ] {
        broken.proxy.cut_all();
        let answer = broken.browser.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.subjects(), ["m2", "m1"], "{path}");
    }
    let before = broken.proxy.accepted();
    broken.browser.page(&broken.inbox).await;
    assert_eq!(broken.proxy.accepted(), before, "the new line is kept");
    assert!(broken.app.account(&broken.browser).await.round_trips() > 0);
}

#[tokio::test]
async fn a_server_that_is_gone_is_one_sentence_and_a_way_to_try_again() {
    let user = user_with_numbered(2);
    let mut broken = behind_a_proxy(&user).await;
    let message = format!("{}/{}", broken.inbox, broken.rows[0]);
    broken.browser.page(&message).await;
    // Every new line breaks in the middle of the sign-in, at another place each time.
    for (place, path) in [
        (10, broken.inbox.clone()),
        (200, message.clone()),
        (400, format!("{}/{}", broken.inbox, broken.rows[1])),
    ] {
        broken.proxy.add(Way::Down, Fault::CutAt(place));
        broken.proxy.cut_all();
        let answer = broken.browser.get(&path).await;
        assert!(
            answer.status < 500 || matches!(answer.status, 502..=504),
            "{}",
            answer.status
        );
        let words = answer.words();
        let said = words.contains("Your mail server") || words.contains("The connection to your");
        assert!(said, "{path}: {words}");
        assert!(words.contains("Try again"), "{path}: {words}");
        let tags = answer.tags();
        let again = tags
            .iter()
            .any(|tag| tag.name == "a" && tag.get("href").starts_with("/m/"));
        assert!(again, "{path}");
        let frame = broken.browser.frame(&path, "reader").await;
        assert_ne!(frame.status, 500);
        let form = broken
            .browser
            .post(&format!("{message}/archive"), &[])
            .await;
        assert!(matches!(form.status, 502..=504), "{}", form.status);
        assert!(
            form.words().contains("Try again in a moment"),
            "{}",
            form.words()
        );
        assert!(!form.header("retry-after").is_empty());
        let stream = broken
            .browser
            .turbo(&format!("{message}/archive"), &[])
            .await;
        assert!(matches!(stream.status, 502..=504), "{}", stream.status);
        assert!(
            stream.text().contains("flash--problem"),
            "{}",
            stream.text()
        );
        broken.proxy.heal();
        assert_eq!(
            broken.browser.page(&path).await.subjects(),
            ["m2", "m1"],
            "{path}"
        );
    }
}

#[tokio::test]
async fn cuts_anywhere_give_the_page_or_the_sentence() {
    let text = "A line of a message of some length.\n".repeat(400);
    let user = user_with(vec![
        letter("one").text(&text).raw(),
        letter("two").html(&format!("<p>{text}</p>")).raw(),
    ]);
    let mut broken = behind_a_proxy(&user).await;
    let message = format!("{}/{}", broken.inbox, broken.rows[1]);
    let (mut whole, mut said) = (0, 0);
    for place in (300..9000).step_by(700) {
        broken.proxy.cut_all();
        broken.proxy.add(Way::Down, Fault::CutAt(place));
        for path in [&broken.inbox, &message] {
            let answer = broken.browser.get(path).await;
            match answer.status {
                200 if answer.text().contains("blank--problem") => said += 1,
                200 => whole += 1,
                502..=504 => said += 1,
                other => panic!("{path} cut at {place}: {other} {}", answer.words()),
            }
        }
        broken.proxy.heal();
    }
    assert!(whole > 0 && said > 0, "{whole} {said}");
    assert_eq!(
        broken.browser.page(&broken.inbox).await.subjects(),
        ["two", "one"]
    );
}

#[tokio::test]
async fn a_download_that_breaks_off_is_seen_as_broken() {
    let octets: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let user = user_with(vec![
        letter("big")
            .text("x")
            .file("application/zip", "a.zip", &octets)
            .raw(),
    ]);
    let mut broken = behind_a_proxy(&user).await;
    let path = format!("{}/{}/parts/2", broken.inbox, broken.rows[0]);
    let whole = broken.browser.get(&path).await;
    assert!(whole.body == octets, "{} octets", whole.body.len());
    broken.proxy.cut_all();
    broken.proxy.add(Way::Down, Fault::CutAt(1_500_000));
    let request = broken.browser.request(axum::http::Method::GET, &path);
    let (answer, body) = broken.browser.begin(request).await;
    assert_eq!(answer.status, 200);
    let read = axum::body::to_bytes(body, usize::MAX).await;
    assert!(read.is_err(), "half a file must not look like a whole one");
    broken.proxy.heal();
    assert!(broken.browser.get(&path).await.body == octets);
}

#[tokio::test]
async fn messages_that_are_none_are_shown_as_far_as_can_be() {
    let app = TestApp::start().await;
    let deep =
        (0..300).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
    let deep: String = deep.collect();
    let user = user_with(vec![
        b"".to_vec(),
        b"\r\n".to_vec(),
        b"no header at all, just words\r\n".to_vec(),
        b"Subject: caf\xe9 \xff\xfe\r\nFrom: M\xfcller <m@example.org>\r\n\r\n8-bit \xe9\r\n"
            .to_vec(),
        b"Subject: charset\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xe9\xe8\r\n"
            .to_vec(),
        b"Subject: base64\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!not base64!!!!\r\n"
            .to_vec(),
        b"Subject: unclosed\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhalf"
            .to_vec(),
        b"Subject: zero\0byte\r\n\r\n\0\0\r\n".to_vec(),
        format!("Subject: deep\r\n{deep}text\r\n").into_bytes(),
        format!("Subject: {}\r\n\r\nlong\r\n", "x".repeat(100_000)).into_bytes(),
        format!(
            "Subject: many\r\n{}\r\nx\r\n",
            "X-Line: y\r\n".repeat(20_000)
        )
        .into_bytes(),
    ]);
    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await;
    assert_eq!(inbox.rows().len(), 11);
    let path = inbox.folder("Inbox");
    for id in inbox.rows() {
        for noun in ["", "/source", "/headers", "/raw", "/print", "/parts/1"] {
            let answer = browser.get(&format!("{path}/{id}{noun}")).await;
            let fine = answer.status == 200 || noun == "/parts/1" && answer.status == 404;
            assert!(fine, "{id}{noun}: {} {}", answer.status, answer.words());
        }
    }
    let open = async |browser: &mut Browser, subject: &str| {
        let row = inbox
            .subjects()
            .iter()
            .position(|one| one.contains(subject))
            .unwrap();
        browser
            .page(&format!("{path}/{}", inbox.rows()[row]))
            .await
            .words()
    };
    assert!(inbox.words().contains("café"), "{}", inbox.words());
    assert!(open(&mut browser, "caf").await.contains("8-bit é"));
    assert!(open(&mut browser, "charset").await.contains("éè"));
    assert!(open(&mut browser, "unclosed").await.contains("half"));
}
