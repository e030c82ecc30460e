//! Messages at the edges: no subject, no body, very long names and subjects, 8-bit headers, deep
//! quotes, a large attachment, drafts.

use super::{
    DAY, HOUR, MINUTE, Office,
    compose::Part,
    files::{self, Picture, landscape},
    people::{self, OWNER},
};
use crate::mail::keyword::{DRAFT, FLAGGED, SEEN};

pub(super) fn post(office: &mut Office) {
    bare(office);
    long(office);
    eight_bit(office);
    quotes(office);
    pictures(office);
    large(office);
    odd_names(office);
    drafts(office);
}

/// Next to nothing in it.
fn bare(office: &mut Office) {
    let letter = office.letter(&people::find("sam").mailbox(), "", 30 * HOUR);
    office.post(
        "INBOX",
        &[],
        letter,
        &Part::text("plain", "milk, bread, the good cheese\n"),
    );
    let letter = office.letter(&people::find("finn").mailbox(), "Gate is open", 55 * HOUR);
    office.post("INBOX", &[SEEN], letter, &Part::text("plain", ""));
    let letter = office.letter("noreply@alarm.example", "", 18 * DAY);
    office.post("INBOX", &[SEEN], letter, &Part::raw(&[], ""));
}

/// A name of 60 characters and a subject of 300.
fn long(office: &mut Office) {
    let subject = "Minutes of the meeting of the working group on the renaming of streets, paths, squares, bridges, stairs and other public ways between the harbour and the old gasworks, with the list of those present, the list of those excused, and a short note on the question of the goat that was raised under any other business";
    let letter = office.letter(&people::find("max").mailbox(), subject, 5 * DAY + 2 * HOUR);
    let text = "Dear all,\n\nthe minutes are in the attachment that I have forgotten. A correction of the subject follows.\n\nMaximiliana";
    office.post("INBOX", &[SEEN], letter, &Part::flowed(text));
    let subject = "Averyveryverylongwordwithoutanyspaceinitthatnobodycouldeverbreakinasensibleplacebutthatstillhastofitonatelephone";
    let letter = office.letter(&people::find("bea").mailbox(), subject, 17 * DAY);
    let text = format!("https://example.org/{}\n", "path/".repeat(60));
    office.post("INBOX", &[SEEN], letter, &Part::text("plain", &text));
}

/// Header fields with raw bytes in them, as old programs send.
fn eight_bit(office: &mut Office) {
    let mut letter = office.letter("archive@old-mailer.example", "", 22 * DAY);
    letter.message_id = "<19970312.koeln@old-mailer.example>".to_owned();
    letter.to = OWNER.mailbox();
    let raw = String::from_utf8_lossy(&letter.write(&Part::raw(
        &[
            "Content-Type: text/plain; charset=iso-8859-1",
            "Content-Transfer-Encoding: 8bit",
        ],
        "",
    )))
    .into_owned();
    let mut bytes = b"Subject: Gr\xFC\xDFe aus K\xF6ln, und ein St\xFCck Kuchen\r\n".to_vec();
    bytes.extend_from_slice(raw.as_bytes());
    bytes.extend_from_slice(
        b"Sch\xF6ne Gr\xFC\xDFe aus K\xF6ln!\r\n\r\nDas Paket ist unterwegs.\r\n",
    );
    office.post("INBOX", &[SEEN], letter, &Part::raw(&[], ""));
    if let Some(message) = office.out.last_mut() {
        message.raw = bytes;
    }
}

/// Quotes nine deep, flowed, with answers in between.
fn quotes(office: &mut Office) {
    let words = [
        "Are you sure?",
        "Quite sure.",
        "And the ferry?",
        "Runs until six.",
        "On Sundays?",
        "Until five.",
        "Who told you?",
        "The ferryman did, while he was tying a knot that I have been trying to copy ever since, without success.",
        "Then it is settled.",
    ];
    let mut text = String::from("It is settled, then. See you at the pier.\n\n");
    for (depth, word) in words.iter().rev().enumerate() {
        text.push_str(&format!("{} {word}\n", ">".repeat(depth + 1)));
    }
    text.push_str("\n-- \nFinn O'Rourke\nBoathouse 3\n");
    let mut letter = office.letter(
        &people::find("finn").mailbox(),
        "Re: Re: AW: Fwd: The ferry",
        37 * HOUR,
    );
    letter.references = vec!["<ferry.8@example.org>".to_owned()];
    office.post("INBOX", &[SEEN], letter, &Part::flowed(&text));
}

/// An album: pictures inline between words, and one more as a file.
fn pictures(office: &mut Office) {
    let mut parts = Vec::new();
    let mut html = String::from("<p>Three from the hut, in order of tiredness:</p>\n");
    for number in 0..3u64 {
        let scene = landscape(office.random.next());
        let file = files::jpeg(&Picture {
            width: 480,
            height: 270,
            colour: &scene,
        });
        let (name, cid) = (
            format!("hut-{number}.jpg"),
            format!("hut{number}@lindqvist.example"),
        );
        html.push_str(&format!(
            "<p><img src=\"cid:{cid}\" alt=\"\" width=\"480\" height=\"270\"></p>\n"
        ));
        parts.push(Part::inline("image/jpeg", &name, &cid, &file));
    }
    parts.insert(
        0,
        Part::text(
            "html",
            &format!("<html><body>{html}<p>Oscar</p></body></html>\n"),
        ),
    );
    let letter = office.letter(
        &people::find("oscar").mailbox(),
        "Pictures from the hut",
        27 * HOUR,
    );
    let related = Part::multipart("related", &parts);
    let plain = Part::text(
        "plain",
        "Three from the hut, in order of tiredness. (The pictures are in the other version.)\n",
    );
    office.post(
        "INBOX",
        &[FLAGGED],
        letter,
        &Part::multipart("alternative", &[plain, related]),
    );
}

/// Two megabytes in one file.
fn large(office: &mut Office) {
    let mut bytes = Vec::with_capacity(2_000_008);
    while bytes.len() < 2_000_000 {
        bytes.extend_from_slice(&office.random.next().to_le_bytes());
    }
    let archive = files::zip(&[("coast-2024.raw", &bytes)]);
    let letter = office.letter(
        &people::find("tomasz").mailbox(),
        "The raw scan of the coast sheet",
        3 * DAY + HOUR,
    );
    let part = Part::multipart(
        "mixed",
        &[
            Part::flowed("As promised, uncompressed, so it is a bit large.\n\nTomasz"),
            Part::attachment("application/zip", "coast-2024.zip", &archive),
        ],
    );
    office.post("Projects/Atlas", &[SEEN], letter, &part);
}

/// File names that need care, and a few that need none.
fn odd_names(office: &mut Office) {
    let note = b"Nothing to see here.\n";
    let names = [
        "Übersicht – März (final) v2.txt",
        "地図.txt",
        "rapport d'été.txt",
        "no-extension",
        "../../etc/passwd",
        "a very long name that goes on and on, past the end of any reasonable card, and still has not come to its extension.txt",
    ];
    let mut parts = vec![Part::flowed(
        "All the notes so far, sorry about the names.\n\nHugo",
    )];
    parts.extend(
        names
            .iter()
            .map(|name| Part::attachment("text/plain", name, note)),
    );
    let letter = office.letter(&people::find("hugo").mailbox(), "All the notes", 6 * DAY);
    office.post("INBOX", &[SEEN], letter, &Part::multipart("mixed", &parts));
}

fn drafts(office: &mut Office) {
    let drafts = [
        (
            "ines",
            "Thursday",
            "Dear Inês,\n\nabout Thursday: I think we should",
            50 * MINUTE,
        ),
        ("ruth", "", "Dear Mum,\n\n", 2 * DAY),
        (
            "",
            "Packing list",
            "map, compass, socks (more socks)",
            9 * DAY,
        ),
    ];
    for (to, subject, text, age) in drafts {
        let mut letter = office.letter(&OWNER.mailbox(), subject, age);
        letter.to = if to.is_empty() {
            String::new()
        } else {
            people::find(to).mailbox()
        };
        office.post("Drafts", &[SEEN, DRAFT], letter, &Part::flowed(text));
    }
}
