//! Cheap messages by the ten thousand, for folders whose size is the point.

use super::{
    MINUTE, SampleMessage,
    compose::{Letter, Part},
    people::{OWNER, PEOPLE},
    random::Random,
};
use crate::mail::keyword::{FLAGGED, SEEN};

const THINGS: &[&str] = &[
    "the northern tiles",
    "the printed legend",
    "the Lisbon trip",
    "the budget",
    "the new printer",
    "chapter four",
    "the allotment",
    "the server room",
    "the winter timetable",
    "the survey",
    "the boathouse",
    "the exhibition",
    "the second draft",
    "the ferry",
    "the style guide",
];
const FRAMES: &[&str] = &[
    "A question about {}",
    "Notes on {}",
    "{}: dates",
    "Photos of {}",
    "About {}",
    "{}, once more",
    "Invoice for {}",
    "Who takes care of {}?",
    "Summary: {}",
    "Thank you for {}",
];
const SENTENCES: &[&str] = &[
    "I looked at it again this morning and it is nearly done.",
    "Could you have a look before Thursday, please?",
    "The numbers are better than last month, though not by much.",
    "Nothing urgent, it only has to be ready when the others arrive.",
    "I have asked twice and will not ask a third time.",
    "The part in the middle is the one that needs your eye.",
    "Somebody should tell the printer before they run out of paper.",
    "If it rains we simply start an hour later.",
];

/// `count` small messages for one folder (`INBOX`), oldest first, one about every twenty minutes
/// up to `now_ms`. Made one by one: nothing is kept.
pub fn bulk(now_ms: i64, seed: u64, count: usize) -> impl Iterator<Item = SampleMessage> {
    let mut random = Random::new(seed);
    let total = i64::try_from(count).unwrap_or(i64::MAX);
    (0..total).map(move |number| {
        let age = (total - number) * 20 * MINUTE;
        let age = age - i64::try_from(random.below(600_000)).unwrap_or(0);
        message(&mut random, number, now_ms - age)
    })
}

fn message(random: &mut Random, number: i64, at: i64) -> SampleMessage {
    let sender = usize::try_from(random.below(PEOPLE.len() as u64)).unwrap_or(0);
    let from = PEOPLE.get(sender).unwrap_or(&OWNER);
    let subject = random.pick(FRAMES).replace("{}", random.pick(THINGS));
    let mut text = String::from("Hello Robin,\n\n");
    for _ in 0..2 + random.below(6) {
        text.push_str(random.pick(SENTENCES));
        text.push(if random.below(3) == 0 { '\n' } else { ' ' });
    }
    text.push_str(&format!("\n\n{}\n", from.given_name()));
    let letter = Letter {
        from: from.mailbox(),
        to: OWNER.mailbox(),
        subject,
        date: at,
        zone: from.zone,
        message_id: format!("<bulk.{number}@sample.example>"),
        references: match random.below(4) {
            0 if number > 20 => vec![format!("<bulk.{}@sample.example>", number - 7)],
            _ => vec![],
        },
        ..Letter::default()
    };
    let keywords: &[&str] = match random.below(20) {
        0 => &[],
        1 => &[SEEN, FLAGGED],
        _ => &[SEEN],
    };
    SampleMessage {
        folder: "INBOX".to_owned(),
        keywords: keywords.iter().copied().collect(),
        received_at: at,
        raw: letter.write(&Part::flowed(&text)),
    }
}
