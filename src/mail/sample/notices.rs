//! What machines send: an invitation, a bounce, build reports, sign-in notices, junk and a forged
//! sender.

use super::{
    DAY, HOUR, MINUTE, Office,
    compose::{Part, crlf, date},
    people::{self, OWNER},
};
use crate::mail::keyword::{JUNK, SEEN};

/// The notices that stand alone.
pub(super) fn post(office: &mut Office) {
    invitation(office);
    bounce(office);
    forged(office);
    junk(office);
}

/// The recurring ones of one week; 0 is this week.
pub(super) fn post_weekly(office: &mut Office, week: i64) {
    let age = week * 7 * DAY;
    build(office, age + 7 * HOUR, 3180 - week * 9, week % 3 != 1);
    build(office, age + 4 * DAY + 90 * MINUTE, 3176 - week * 9, true);
    let letter = office.letter(
        "Harbour Library <desk@library.example>",
        "Two books are due on Friday",
        age + 5 * DAY + 30 * MINUTE,
    );
    let text = "Dear reader,\n\nthese are due on Friday:\n\n  - The Drowned Lane (renewed once)\n  - Knots and their uses\n\nYou can renew them here: https://library.example/renew\n\nHarbour Library\n";
    office.post("INBOX", &[SEEN], letter, &Part::text("plain", text));
}

/// An iCalendar object (RFC 5545) of one event, two hours long.
pub(super) fn calendar(start: i64, method: &str, summary: &str, location: &str) -> String {
    let stamp = |at: i64| {
        let moment = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
        moment.strftime("%Y%m%dT%H%M%SZ").to_string()
    };
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Atlas//Calendar//EN".to_owned(),
        format!("METHOD:{method}"),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{start}@atlas.example"),
        format!("DTSTAMP:{}", stamp(start - 10 * DAY)),
        format!("DTSTART:{}", stamp(start)),
        format!("DTEND:{}", stamp(start + 2 * HOUR)),
        format!("SUMMARY:{summary}"),
        format!("LOCATION:{location}"),
        "ORGANIZER;CN=Amara Okafor:mailto:amara.okafor@atlas.example".to_owned(),
        format!(
            "ATTENDEE;CN={};RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:{}",
            OWNER.name, OWNER.address
        ),
        "SEQUENCE:0".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.join("\r\n") + "\r\n"
}

fn invitation(office: &mut Office) {
    let start = (office.now / DAY + 6) * DAY + 14 * HOUR;
    let event = calendar(
        start,
        "REQUEST",
        "Map room: the 1911 sheets",
        "Library\\, third floor",
    );
    let text = "Amara Okafor invites you to \"Map room: the 1911 sheets\" in the library, third floor.\n\nPlease bring white gloves if you have them.\n";
    let part = Part::multipart(
        "mixed",
        &[
            Part::multipart(
                "alternative",
                &[
                    Part::text("plain", text),
                    Part::text(
                        "html",
                        &format!("<p>{}</p>\n", text.trim().replace("\n\n", "</p>\n<p>")),
                    ),
                    Part::raw(
                        &[
                            "Content-Type: text/calendar; charset=utf-8; method=REQUEST",
                            "Content-Transfer-Encoding: 8bit",
                        ],
                        event.as_bytes(),
                    ),
                ],
            ),
            Part::attachment("application/ics", "invite.ics", event.as_bytes()),
        ],
    );
    let from = people::find("amara").mailbox();
    let letter = office.letter(&from, "Invitation: Map room: the 1911 sheets", 26 * HOUR);
    office.post("INBOX", &[], letter, &part);
}

/// A delivery status notification (RFC 3464) for a letter with a wrong address.
fn bounce(office: &mut Office) {
    let at = office.now - 7 * DAY;
    let mut original = office.letter(&OWNER.mailbox(), "Key for the boathouse", 7 * DAY);
    original.to = "Finn <fin@example.net>".to_owned();
    original.message_id = "<boathouse.1@example.org>".to_owned();
    let body = Part::flowed("Hello Finn,\n\nthe key is under the third pot.\n\nRobin");
    let raw = original.write(&body);
    office.post("Sent", &[SEEN], original, &body);
    let report = Part::multipart(
        "report; report-type=delivery-status",
        &[
            Part::text(
                "plain",
                "This is the mail system at host mail.example.org.\n\nYour message could not be delivered to one recipient. It is attached below.\n\n<fin@example.net>: host mx.example.net said: 550 5.1.1 No such user here (in reply to RCPT TO command)\n",
            ),
            Part::raw(
                &[
                    "Content-Description: Delivery report",
                    "Content-Type: message/delivery-status",
                ],
                crlf(&format!(
                    "Reporting-MTA: dns; mail.example.org\nArrival-Date: {}\n\nFinal-Recipient: rfc822; fin@example.net\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.example.net\nDiagnostic-Code: smtp; 550 5.1.1 No such user here",
                    date(at, 0)
                )),
            ),
            Part::raw(
                &[
                    "Content-Description: Undelivered Message",
                    "Content-Type: message/rfc822",
                ],
                raw,
            ),
        ],
    );
    let mut letter = office.letter(
        "Mail Delivery System <MAILER-DAEMON@mail.example.org>",
        "Undelivered Mail Returned to Sender",
        7 * DAY - MINUTE,
    );
    letter.extra = vec!["Auto-Submitted: auto-replied".to_owned()];
    office.post("INBOX", &[SEEN], letter, &report);
}

/// A display name that claims another address, and an answer address elsewhere.
fn forged(office: &mut Office) {
    let mut letter = office.letter(
        "\"security@bank.example\" <notice@bulk-7731.example>",
        "Your account will be closed today",
        3 * HOUR,
    );
    letter.extra = vec!["Reply-To: help@elsewhere.example".to_owned()];
    let html = "<p>Dear customer,</p><p>we could not verify your details. <a href=\"http://198.51.100.7/bank\">https://bank.example/verify</a> within 24 hours.</p><form action=\"http://198.51.100.7/in\"><input name=\"pin\"><input type=\"submit\" value=\"Verify\"></form>\n";
    office.post("INBOX", &[], letter, &Part::text("html", html));
    let mut letter = office.letter("ignored", "Quick favour", 50 * HOUR);
    letter.from = String::new();
    letter.extra = vec![
        "From: Ruth Weaver <ruth.weaver@example.com>, boss@unknown.example".to_owned(),
        "Sender: boss@unknown.example".to_owned(),
    ];
    letter.message_id = "<favour.9@unknown.example>".to_owned();
    let text = "Are you at your desk? I need four gift cards before noon. Do not call, I am in a meeting.\n";
    office.post("Junk", &[SEEN, JUNK], letter, &Part::text("plain", text));
}

fn junk(office: &mut Office) {
    let offers = [
        (
            "Winner Desk <prize@lotto-now.example>",
            "CONGRATULATIONS!!! You have been selected",
            11,
        ),
        (
            "Dr. Miracle <health@pills.example>",
            "Doctors hate this one map",
            35,
        ),
        (
            "Invoice <acc@invoice-0.example>",
            "FW: overdue payment 99817",
            60,
        ),
        (
            "Crypto Coach <coach@moon.example>",
            "Robin, 400 % in nine days?",
            85,
        ),
        ("Hot Deals <deals@cheap.example>", "=?= L4st ch4nce ?=", 130),
    ];
    for (from, subject, hours) in offers {
        let html = format!(
            "<html><body bgcolor=\"yellow\"><center><font size=\"6\" color=\"red\"><b>{subject}</b></font><br>\
             <a href=\"http://click.example/{hours}\"><img src=\"http://click.example/{hours}.gif\" border=\"0\"></a>\
             </center></body></html>\n"
        );
        let letter = office.letter(from, subject, hours * HOUR);
        office.post("Junk", &[JUNK], letter, &Part::text("html", &html));
    }
}

fn build(office: &mut Office, age: i64, number: i64, good: bool) {
    let (subject, line) = if good {
        (
            format!("[atlas] build #{number} passed"),
            "412 tests passed in 6 m 12 s.",
        )
    } else {
        (
            format!("[atlas] build #{number} FAILED"),
            "1 of 412 tests failed: legend::fits_on_a_postcard",
        )
    };
    let mut letter = office.letter("Atlas builds <builds@atlas.example>", &subject, age);
    letter.extra = vec![
        "Auto-Submitted: auto-generated".to_owned(),
        "X-Build: atlas/main".to_owned(),
    ];
    let text = format!(
        "{line}\n\nbranch   main\ncommit   {:07x}\nlog      https://builds.atlas.example/{number}\n",
        0x00AB_CDEF_i64.wrapping_mul(number) & 0x0FFF_FFFF
    );
    let keywords: &[&str] = if good { &[SEEN] } else { &[] };
    office.post(
        "Projects/Atlas",
        keywords,
        letter,
        &Part::text("plain", &text),
    );
}
