//! The mail that is measured on: small messages by the ten thousand, and newsletters of 40 kB.

use std::{io, time::Instant};

use restante::{
    clock::Clock,
    mail::sample::{self, SampleMessage},
};

use crate::{
    bare::Bare,
    dovecot::{Dovecot, PASSWORD, User},
    maildir::Maildir,
};

/// Where the newsletters lie.
pub(crate) const LETTERS: &str = "Letters";
/// How many of them.
pub(crate) const LETTER_COUNT: usize = 60;

/// A person with `count` messages in the inbox and, if wanted, the newsletters. The server's
/// index is warm when this returns.
pub(crate) fn person(server: &'static Dovecot, count: usize, letters: bool) -> io::Result<User> {
    let begun = Instant::now();
    let user = server.user();
    let mut maildir = Maildir::new(&user.home().join("Maildir"));
    let now = Clock::system().now();
    for message in sample::bulk(now, 11, count) {
        maildir.write(&message)?;
    }
    if letters {
        for number in 0..LETTER_COUNT {
            maildir.write(&letter(now, number))?;
        }
    }
    // Gives everything to the server's user.
    user.fill(&[]);
    let mut bare = Bare::sign_in(server.port("IMAP"), &user.address, PASSWORD)?;
    let warm = format!("FETCH 1:* {}", bare.row());
    bare.run(&["SELECT INBOX", &warm])?;
    if letters {
        bare.run(&["SELECT Letters", &warm])?;
    }
    if count >= 1000 {
        eprintln!("  {count} messages, {:.0?}", begun.elapsed());
    }
    Ok(user)
}

/// An HTML message of 40 kB as newsletters are: tables, styles on every cell, links, pictures.
fn letter(now: i64, number: usize) -> SampleMessage {
    let mut html = String::from(
        "<!doctype html><html><head><style>.lead{font-size:18px;color:#223}\
         td{padding:8px}@media (max-width:600px){.lead{font-size:16px}}</style></head>\
         <body bgcolor=\"#f4f4f4\"><table width=\"600\" align=\"center\" cellpadding=\"0\">",
    );
    let mut item = 0;
    while html.len() < 40_000 {
        item += 1;
        html.push_str(&format!(
            "<tr><td style=\"padding:12px 24px;background-color:#ffffff;border-bottom:1px solid \
             #e0e0e0\"><h2 style=\"margin:0;font:bold 20px/1.4 Georgia,serif;color:#1a1a2e\">\
             Item {item} of issue {number}</h2><p class=\"lead\" style=\"margin:8px 0\">The ferry \
             leaves an hour later, <b>rain or shine</b>; the second draft of the timetable says \
             <a href=\"https://news.example.org/{number}/{item}?from=letter\" \
             style=\"color:#0b57d0;text-decoration:none\">where and when</a>.</p><img \
             src=\"https://img.example.org/{number}/{item}.png\" width=\"552\" height=\"120\" \
             alt=\"\"></td></tr>"
        ));
    }
    html.push_str("</table></body></html>");
    let received_at = now - i64::try_from(LETTER_COUNT - number).unwrap_or(0) * 3_600_000;
    let raw = format!(
        "From: News <news@example.org>\r\nTo: {}\r\nSubject: Issue {number}\r\n\
         Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <letter.{number}@example.org>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
        sample::OWNER_ADDRESS,
        html.replace("<tr>", "\r\n<tr>").replace("<p ", "\r\n<p "),
    );
    SampleMessage {
        folder: LETTERS.to_owned(),
        keywords: std::iter::once(restante::mail::keyword::SEEN).collect(),
        received_at,
        raw: raw.into_bytes(),
    }
}
