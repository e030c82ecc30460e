//! Attachments (T-ATT-1, T-PATH-1): saved unless they are pictures or plain text and asked for,
//! told by their octets, never by what the message says.

use crate::support::{app::TestApp, letter::letter};

use super::user_with;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const HTML: &[u8] = b"<!doctype html><script>alert(1)</script>";
const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";

#[tokio::test]
async fn nothing_active_opens_in_the_browser() {
    let files: &[(&str, &str, &[u8], Option<&str>)] = &[
        ("text/html", "a.html", HTML, None),
        ("application/xhtml+xml", "a.xhtml", HTML, None),
        ("image/svg+xml", "a.svg", SVG, None),
        ("application/pdf", "a.pdf", b"%PDF-1.7", None),
        ("text/xml", "a.xml", SVG, None),
        ("application/javascript", "a.js", b"alert(1)", None),
        ("image/png", "really.html", HTML, None),
        ("image/png", "a.png", PNG, Some("image/png")),
        ("application/octet-stream", "b.bin", PNG, Some("image/png")),
        ("image/gif", "c.gif", PNG, Some("image/png")),
        (
            "text/plain",
            "a.txt",
            HTML,
            Some("text/plain; charset=utf-8"),
        ),
        (
            "text/plain",
            "empty.txt",
            b"",
            Some("text/plain; charset=utf-8"),
        ),
    ];
    let app = TestApp::start().await;
    let mut message = letter("Files").text("see attached");
    for (media_type, name, octets, _) in files {
        message = message.file(media_type, name, octets);
    }
    let user = user_with(vec![message.raw()]);
    let mut browser = app.signed_in(&user).await;
    let path = browser.page("/").await.link("class", "row__link").unwrap();
    for (number, (media_type, name, octets, shown)) in (2..).zip(files) {
        let part = format!("{path}/parts/{number}");
        let saved = browser.get(&part).await;
        assert_eq!(saved.status, 200, "{media_type}");
        assert_eq!(saved.body, *octets, "{media_type}");
        let attachment = format!("attachment; filename=\"{name}\"; filename*=UTF-8''{name}");
        for answer in [saved, browser.get(&format!("{part}?inline=1")).await] {
            assert_eq!(
                answer.header("content-security-policy"),
                "default-src 'none'; sandbox"
            );
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
            let kind = answer.header("content-type");
            let disposition = answer.header("content-disposition");
            match shown.filter(|_| disposition.starts_with("inline")) {
                Some(shown) => {
                    assert_eq!(kind, shown, "{name}");
                    assert_eq!(disposition, attachment.replace("attachment", "inline"));
                }
                None => {
                    assert_eq!(kind, "application/octet-stream", "{name}");
                    assert_eq!(disposition, attachment);
                }
            }
        }
        let inline = browser.get(&format!("{part}?inline=1")).await;
        let opens = inline.header("content-disposition").starts_with("inline");
        assert_eq!(opens, shown.is_some(), "{media_type} {name}");
    }
}

#[tokio::test]
async fn names_of_files_stay_names() {
    let names = [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Windows\\\\evil.exe", "evil.exe"),
        ("a\\\"b.txt", "a"),
        ("=?utf-8?q?d=C3=A9j=C3=A0.txt?=", "déjà.txt"),
        ("=?utf-8?q?a=0D=0AX-Evil:_1.txt?=", "X-Evil"),
        ("=?utf-8?q?gpj.=E2=80=AEexe.txt?=", "gpj."),
    ];
    let app = TestApp::start().await;
    let mut message = letter("Names").text("x");
    for (name, _) in names {
        message = message.file("application/zip", name, b"PK");
    }
    let user = user_with(vec![message.raw()]);
    let mut browser = app.signed_in(&user).await;
    let path = browser.page("/").await.link("class", "row__link").unwrap();
    let page = browser.page(&path).await;
    for (number, (name, kept)) in (2..).zip(names) {
        let answer = browser.get(&format!("{path}/parts/{number}")).await;
        let disposition = answer.header("content-disposition");
        let encoded = disposition.split("UTF-8''").nth(1).unwrap();
        let pair = format!("n={encoded}");
        let (_, given) = url::form_urlencoded::parse(pair.as_bytes()).next().unwrap();
        assert!(given.contains(kept), "{name}: {given}");
        for odd in ['/', '\\', '\r', '\n', '\u{202e}', '\0'] {
            assert!(!given.contains(odd), "{name}: {given:?}");
        }
        assert!(!given.contains(".."), "{name}: {given}");
        assert!(answer.headers.get("x-evil").is_none());
        assert!(
            page.words().contains(&*given),
            "{name}: the page says {given} too"
        );
    }
}

/// What is listed is in it, under the names that are shown; what a text shows is not.
#[tokio::test]
async fn everything_attached_is_saved_at_once() {
    let app = TestApp::start().await;
    let user = user_with(vec![
        letter("None").text("x").raw(),
        letter("One")
            .text("x")
            .file("text/csv", "a.csv", b"1")
            .raw(),
        letter("Several: 2/3")
            .html("<p>x</p><img src=\"cid:logo\">")
            .inline("image/png", "logo", PNG)
            .file("text/csv", "list.csv", b"1,2")
            .file("text/csv", "list.csv", b"3,4")
            .file("text/html", "../../../etc/x.html", HTML)
            .raw(),
    ]);
    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await;
    let mut names = Vec::new();
    for (row, subject) in inbox.rows().iter().zip(inbox.subjects()) {
        let path = format!("{}/{row}", inbox.folder("Inbox"));
        let page = browser.page(&path).await;
        let all = format!("{path}/attachments.zip");
        let offered = page.tags().iter().any(|tag| tag.get("href") == all);
        assert_eq!(offered, subject.starts_with("Several"), "{subject}");
        assert_eq!(page.words().contains("Save all"), offered, "{subject}");
        let answer = browser.get(&all).await;
        let status = if subject == "None" { 404 } else { 200 };
        assert_eq!(answer.status, status, "{subject}");
        if !offered {
            continue;
        }
        assert_eq!(answer.header("content-type"), "application/zip");
        let disposition = answer.header("content-disposition");
        assert!(
            disposition.starts_with("attachment; filename=\"Several"),
            "{disposition}"
        );
        assert!(
            disposition.contains(".zip\"") && !disposition.contains('/'),
            "{disposition}"
        );
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; sandbox"
        );
        let file = app.data().join("all.zip");
        std::fs::write(&file, &answer.body).unwrap();
        let list = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(*(f'{n}={len(z.read(n))}' for n in z.namelist()), sep='\\n')";
        let mut python = std::process::Command::new("python3");
        let read = python.args(["-c", list]).arg(&file).output().unwrap();
        assert!(
            read.status.success(),
            "{}",
            String::from_utf8_lossy(&read.stderr)
        );
        let listed = String::from_utf8(read.stdout).unwrap();
        names = listed.lines().map(str::to_owned).collect();
    }
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(names[0], "list.csv=3");
    assert!(names[1].starts_with("list") && names[1].ends_with(".csv=3") && names[1] != names[0]);
    assert!(!names[2].contains('/') && names[2].ends_with(&format!("x.html={}", HTML.len())));
}
