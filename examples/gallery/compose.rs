//! Messages being written, and the outbox, with made-up content.

use restante::web::{
    compose::{
        attached::{Attached, Kept},
        page::{ComposePage, Limits, Problem, Quote, Sender, Warning},
        values::{Action, Format, Reference, Values},
    },
    message::attachment::{Attachment, Preview},
    outbox::page::{Answer, OutboxPage, OutboxRow, State},
    page::Ui,
};

fn sender(value: &str, name: &str, email: &str) -> Sender {
    let signature = format!("{name}\nPoste restante, Bergen");
    Sender {
        value: value.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        signature_html: signature.replace('\n', "<br>"),
        signature,
    }
}

/// A new message.
pub(crate) fn new(ui: Ui) -> ComposePage {
    let senders = vec![
        sender("1", "Anna Larsen", "anna.larsen@example.org"),
        sender(
            "2",
            "Anna Margrethe Larsen-Haugland, Treasurer of the Society",
            "treasurer@society.example",
        ),
    ];
    ComposePage {
        ui,
        draft: None,
        values: Values {
            key: "a1b2c3d4e5f6a7b8c9d0e1".to_owned(),
            identity: "1".to_owned(),
            format: Format::Html,
            text: "\n\n-- \nAnna Larsen\nPoste restante, Bergen\n".to_owned(),
            rich: "<div><br></div><div class=\"signature\">-- <br>Anna Larsen<br>Poste restante, Bergen</div>".to_owned(),
            ..Values::default()
        },
        senders,
        kept: Vec::new(),
        attachments: Vec::new(),
        quote: None,
        templates: vec![(1, "Thanks <b>".to_owned())],
        problems: Vec::new(),
        warnings: Vec::new(),
        limits: Limits {
            upload: 50_000_000,
            message: 35_000_000,
            size: 0,
        },
        unattended: false,
        notice: None,
        back: "/m/x".to_owned(),
    }
}

/// An answer to many, with files, and things to mend.
pub(crate) fn reply(ui: Ui) -> ComposePage {
    let mut page = new(ui);
    page.values.key = "b1b2c3d4e5f6a7b8c9d0e1".to_owned();
    page.values.reference = Some(Reference {
        email: "x".to_owned(),
        action: Action::ReplyAll,
    });
    page.values.to =
        "Bjørn Dæhlie <bjorn@example.org>, \"Østergård, Signe\" <signe@example.net>, paul@example"
            .to_owned();
    page.values.cc = (1..9)
        .map(|n| format!("Member {n} of the committee <member{n}@society.example>"))
        .collect::<Vec<_>>()
        .join(", ");
    page.values.subject = format!(
        "Re: {}",
        "The minutes of the meeting in November ".repeat(6)
    );
    page.values.rich = format!(
        "<div>Dear all,</div><div><br></div><div>the minutes are <b>attached</b>. Three things were left open:</div><ol><li>who keeps the <i>key</i> to the boat house</li><li>what the paint costs</li><li>when we meet again</li></ol><div><br></div>{}",
        page.values.rich
    );
    page.values.quotes = true;
    page.quote = Some(Quote {
        path: "/quote.html".to_owned(),
        line: "Signe wrote on 22 November:".to_owned(),
    });
    page.kept = vec![Kept {
        part: Attachment {
            section: "2".to_owned(),
            name: Some("agenda-2026-11.pdf".to_owned()),
            media_type: "application/pdf".to_owned(),
            size: 84_000,
            preview: Preview::None,
        },
        is_kept: true,
    }];
    page.attachments = [
        ("minutes.pdf", "application/pdf", 412_000),
        (
            "boat-house-in-the-autumn-storm-seen-from-the-north-side-0042.jpeg",
            "image/jpeg",
            3_912_000,
        ),
        (
            "paint.ods",
            "application/vnd.oasis.opendocument.spreadsheet",
            22_400,
        ),
    ]
    .into_iter()
    .zip(1..)
    .map(|((name, media_type, size), id)| Attached {
        id,
        name: name.to_owned(),
        size,
        media_type: media_type.to_owned(),
        inline: false,
        cid: None,
        path: format!("/drafts/12/attachments/{id}"),
    })
    .collect();
    page.problems = vec![Problem {
        field: "to".to_owned(),
        sentence: "“paul@example” is not a whole address.".to_owned(),
    }];
    page.warnings = vec![Warning {
        key: "attachment".to_owned(),
        sentence: "The text speaks of an attachment, and there is none.".to_owned(),
    }];
    page
}

/// Every state of the outbox.
pub(crate) fn outbox(ui: Ui) -> OutboxPage {
    let now = ui.now;
    let states = [
        State::Pending { due: now + 8_000 },
        State::Scheduled {
            due: now + 57_600_000,
        },
        State::Delayed {
            due: now + 300_000,
            reason: "The mail server could not be reached.".to_owned(),
        },
        State::Sending,
        State::Failed {
            at: now - 60_000,
            reason: "the mail server refused one recipient.".to_owned(),
        },
        State::Unconfirmed { at: now - 600_000 },
        State::Waiting,
        State::Sent {
            at: now - 900_000,
            due: None,
        },
    ];
    let rows = states
        .into_iter()
        .zip(1..)
        .map(|(state, id)| OutboxRow {
            merged: false,
            has_draft: true,
            unattended: false,
            id,
            subject: "The minutes of the meeting".to_owned(),
            recipients: "Bjørn Dæhlie, Signe Østergård".to_owned(),
            answers: match state {
                State::Failed { .. } => vec![
                    Answer {
                        recipient: "bjorn@example.org".to_owned(),
                        taken: true,
                        sentence: String::new(),
                    },
                    Answer {
                        recipient: "signe@example.net".to_owned(),
                        taken: false,
                        sentence: "550 5.1.1 No such user here".to_owned(),
                    },
                ],
                _ => Vec::new(),
            },
            state,
        })
        .collect();
    OutboxPage {
        ui,
        rows,
        one: None,
    }
}
