//! Conversations: people who answer each other across the inbox, other folders and Sent, in the
//! styles that real programs write (flowed, quoted below, HTML with a folded quote).

use super::{
    DAY, HOUR, Office,
    compose::{Letter, Part, date},
    files::{self, Picture, landscape},
    people::{self, OWNER, Person},
    script::{self, Talk, Turn, span},
};
use crate::mail::keyword::{ANSWERED, FLAGGED, SEEN};

/// The hand-written conversations and the letters in many scripts.
pub(super) fn post(office: &mut Office) {
    for talk in script::read(include_str!("talks.txt")) {
        let age = span(talk.option("age"));
        post_talk(office, &talk, age, &|text| text.to_owned());
    }
    for talk in script::read(include_str!("scripts.txt")) {
        post_script(office, &talk);
    }
}

/// One conversation of the mailing list, in the given week before now.
pub(super) fn post_list(office: &mut Office, week: i64) {
    let talks = script::read(include_str!("list.txt"));
    let which = usize::try_from(week).unwrap_or(0).checked_rem(talks.len());
    let Some(talk) = which.and_then(|at| talks.get(at)) else {
        return;
    };
    let version = (60 - week.min(59)).to_string();
    let age = week * 7 * DAY + span(talk.option("age"));
    post_talk(office, talk, age, &|text| text.replace("{n}", &version));
}

/// A letter in one script and charset; the text stands among the options of the talk.
fn post_script(office: &mut Office, talk: &Talk<'_>) {
    let Some(turn) = talk.turns.first() else {
        return;
    };
    let from = people::find(turn.who);
    let mut letter = office.letter(&from.mailbox(), talk.subject, span(talk.option("age")));
    letter.zone = from.zone;
    talk.option("charset").clone_into(&mut letter.charset);
    let part = Part::charset(talk.option("charset"), &turn.text);
    let folder = match talk.option("in") {
        "" => "INBOX",
        folder => folder,
    };
    office.post(
        folder,
        &keywords(turn, letter.date, office.now),
        letter,
        &part,
    );
}

fn post_talk(office: &mut Office, talk: &Talk<'_>, age: i64, fill: &dyn Fn(&str) -> String) {
    let start = office.now - age;
    let subject = fill(talk.subject);
    let subject = subject.trim_start_matches("Re: ");
    let list = talk.option("list");
    let mut thread: Vec<String> = Vec::new();
    let mut before: Option<(String, &Person, i64)> = None;
    for turn in &talk.turns {
        let (from, at) = (people::find(turn.who), start + turn.after);
        if at > office.now {
            break;
        }
        let mine = from.key == OWNER.key;
        let text = fill(&turn.text);
        let letter = Letter {
            from: from.mailbox(),
            to: recipients(talk, from),
            cc: addresses(talk.option("cc"), from),
            subject: if thread.is_empty() {
                subject.to_owned()
            } else {
                format!("Re: {subject}")
            },
            date: at,
            zone: from.zone,
            references: thread.clone(),
            extra: list_headers(list),
            ..Letter::default()
        };
        let body = body(from, &text, before.as_ref());
        let files: Vec<_> = turn
            .files
            .iter()
            .map(|file| attachment(office, file))
            .collect();
        let part = if files.is_empty() {
            body
        } else {
            Part::multipart("mixed", &[&[body][..], &files].concat())
        };
        let folder = if mine && list.is_empty() {
            "Sent"
        } else {
            talk.option("in")
        };
        let id = office.post(folder, &keywords(turn, at, office.now), letter, &part);
        thread.push(id);
        before = Some((text, from, at));
    }
}

fn keywords(turn: &Turn<'_>, at: i64, now: i64) -> Vec<&'static str> {
    match turn.state {
        "unread" => vec![],
        "flagged" => vec![SEEN, FLAGGED],
        "answered" => vec![SEEN, ANSWERED],
        _ if turn.who == OWNER.key => vec![SEEN],
        "seen" => vec![SEEN],
        _ if now - at > 4 * DAY => vec![SEEN],
        _ if now - at > 9 * HOUR => vec![SEEN, ANSWERED],
        _ => vec![],
    }
}

/// The owner's letters go to the others of the talk, theirs to the owner (or to the list).
fn recipients(talk: &Talk<'_>, from: &Person) -> String {
    let list = talk.option("list");
    if !list.is_empty() {
        return format!("{list} <{list}@lists.example>");
    }
    if from.key != OWNER.key {
        return OWNER.mailbox();
    }
    let other = talk.turns.iter().find(|turn| turn.who != OWNER.key);
    other.map_or_else(|| OWNER.mailbox(), |turn| people::find(turn.who).mailbox())
}

fn addresses(keys: &str, except: &Person) -> String {
    let people = keys
        .split(", ")
        .filter(|key| !key.is_empty() && *key != except.key);
    people
        .map(|key| people::find(key).mailbox())
        .collect::<Vec<_>>()
        .join(", ")
}

fn list_headers(list: &str) -> Vec<String> {
    if list.is_empty() {
        return vec![];
    }
    vec![
        format!("List-Id: Talk about maps in Rust <{list}.lists.example>"),
        format!("List-Post: <mailto:{list}@lists.example>"),
        format!(
            "List-Unsubscribe: <https://lists.example/{list}/leave>,\r\n <mailto:{list}-leave@lists.example>"
        ),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click".to_owned(),
        "Precedence: list".to_owned(),
    ]
}

/// The text as this person's program sends it.
fn body(from: &Person, text: &str, before: Option<&(String, &Person, i64)>) -> Part {
    let quotes_itself = text.contains("\n> ") || text.starts_with('>');
    let quoted = before.filter(|_| !quotes_itself);
    let says = |who: &Person, at: i64| format!("On {}, {} wrote:", date(at, from.zone), who.name);
    let plain = match quoted {
        Some((old, who, at)) => {
            let old: String = old.lines().map(|line| quote_line(line) + "\n").collect();
            format!("{text}\n\n{}\n{old}", says(who, *at))
        }
        None => text.to_owned(),
    };
    if !matches!(from.key, "sam" | "priya" | "amara" | "bea") {
        return Part::flowed(&plain);
    }
    let quote = quoted.map_or_else(String::new, |(old, who, at)| {
        format!(
            "<br><div class=\"gmail_quote\"><div dir=\"ltr\">{}<br></div><blockquote class=\"gmail_quote\" \
             style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">{}</blockquote></div>",
            escape(&says(who, *at)),
            paragraphs(old),
        )
    });
    let html = format!("<div dir=\"ltr\">{}</div>{quote}\n", paragraphs(text));
    Part::alternative(&plain, &html)
}

fn quote_line(line: &str) -> String {
    if line.starts_with('>') {
        format!(">{line}")
    } else {
        format!("> {line}")
    }
}

fn paragraphs(text: &str) -> String {
    let one = |paragraph: &str| format!("<p>{}</p>\n", escape(paragraph).replace('\n', "<br>\n"));
    text.split("\n\n").map(one).collect()
}

/// Text made safe inside HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A file of the kind that the script names.
fn attachment(office: &mut Office, (kind, name): &(&str, &str)) -> Part {
    let mood = office.random.next();
    let scene = landscape(mood);
    let large = Picture {
        width: 480,
        height: 300,
        colour: &scene,
    };
    match *kind {
        "png" => Part::attachment("image/png", name, &files::png(&large)),
        "jpeg" => Part::attachment("image/jpeg", name, &files::jpeg(&large)),
        "pdf" => {
            let text =
                "This document belongs to the sample mailbox.\nIts people and prices are invented.";
            Part::attachment("application/pdf", name, &files::pdf(name, text))
        }
        "zip" => {
            let small = Picture {
                width: 240,
                height: 150,
                ..large
            };
            let entries = [
                ("one.jpg", files::jpeg(&small)),
                ("two.png", files::png(&small)),
            ];
            let entries: Vec<_> = entries
                .iter()
                .map(|(name, data)| (*name, &data[..]))
                .collect();
            Part::attachment("application/zip", name, &files::zip(&entries))
        }
        "csv" => Part::attachment("text/csv; charset=utf-8", name, table(office).as_bytes()),
        "ics" => {
            let start = office.now + 30 * DAY;
            let text = super::notices::calendar(start, "PUBLISH", "Lisbon week", "Lisbon");
            Part::attachment("text/calendar; charset=utf-8", name, text.as_bytes())
        }
        _ => {
            let text = "Chapter 3\n\nThe compass shows north; the map shows everything else.\n";
            Part::attachment("text/plain; charset=utf-8", name, text.as_bytes())
        }
    }
}

fn table(office: &mut Office) -> String {
    let regions = [
        "Highlands",
        "Fens",
        "Downs",
        "Peaks",
        "Marches",
        "Coast",
        "Moors",
        "Dales",
    ];
    let mut out = String::from("region;tiles;median_ms;p99_ms;hit_rate\r\n");
    for region in regions {
        let mut roll = |bound| office.random.below(bound);
        out.push_str(&format!(
            "{region};{};{};{};0.{}\r\n",
            2_000_000 + roll(5_000_000),
            8 + roll(6),
            60 + roll(40),
            88 + roll(9),
        ));
    }
    out
}
