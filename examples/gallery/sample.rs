//! Made-up mail for the gallery.

use std::sync::Arc;

use restante::{
    mail::{
        address::Address,
        email::{Content, EmailSummary},
        id::{EmailId, MailboxId},
        keyword::Keywords,
        mailbox::{Mailbox, Role},
    },
    web::{
        mailbox::{
            list::{List, Position, Shows},
            place::Place,
            row::Row,
        },
        message::{
            attachment::{Attachment, Preview},
            body::{Piece, Shown, Span},
            caution::{Caution, Note},
            receipt::ReceiptLine,
            show::{MessageView, Neighbours, Remote},
        },
        page::{Theme, Ui},
        settings::reading::Advance,
    },
};

use super::NOW;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// id, parent, name, role, total, unread, selectable, subscribed.
type FolderRow = (u8, u8, &'static str, Option<Role>, u32, u32, bool, bool);

const FOLDERS: &[FolderRow] = &[
    (1, 0, "INBOX", Some(Role::Inbox), 100_000, 12, true, true),
    (2, 0, "Drafts", Some(Role::Drafts), 3, 0, true, true),
    (3, 0, "Sent", Some(Role::Sent), 5_402, 0, true, true),
    (4, 0, "Archive", Some(Role::Archive), 48_211, 0, true, true),
    (5, 4, "2025", None, 8_120, 0, true, true),
    (6, 4, "2024", None, 7_993, 0, true, true),
    (7, 0, "Junk", Some(Role::Junk), 31, 4, true, true),
    (8, 0, "Trash", Some(Role::Trash), 204, 0, true, true),
    (9, 0, "Clients", None, 0, 0, false, true),
    (10, 9, "Acme & Sons", None, 310, 2, true, true),
    (11, 10, "Invoices 2026", None, 41, 0, true, true),
    (
        12,
        9,
        "Larsen Brothers Shipping and Forwarding Company of Bergen",
        None,
        88,
        12_345,
        true,
        true,
    ),
    (13, 0, "דואר משפחתי", None, 19, 1, true, true),
    (14, 0, "Mailing lists", None, 9_000, 640, true, true),
    (15, 0, "Old newsletters", None, 77, 0, true, false),
];

pub(super) fn mailboxes() -> Vec<Mailbox> {
    FOLDERS
        .iter()
        .map(
            |&(id, parent, name, role, total, unread, selectable, subscribed)| Mailbox {
                id: MailboxId([id; 6]),
                name: name.to_owned(),
                path: name.to_owned(),
                delimiter: Some('/'),
                parent: (parent > 0).then_some(MailboxId([parent; 6])),
                role,
                selectable,
                subscribed,
                total,
                unread,
            },
        )
        .collect()
}

pub(super) fn place(ui: &Ui, role: Role) -> Place {
    let found = mailboxes().into_iter().find(|m| m.role == Some(role));
    found
        .map(|mailbox| Place::new(ui, &mailbox))
        .unwrap_or_else(|| Place {
            id: MailboxId([0; 6]),
            name: String::new(),
            role: Some(role),
        })
}

pub(super) fn flash(ui: &Ui) -> String {
    ui.tn("done-archived", 1_u32)
}

fn address(name: &str, email: &str) -> Address {
    Address {
        name: (!name.is_empty()).then(|| name.to_owned()),
        email: email.to_owned(),
    }
}

fn email(
    uid: u32,
    from: Address,
    subject: &str,
    preview: &str,
    age: i64,
    words: &[&str],
) -> EmailSummary {
    let id = EmailId {
        mailbox: MailboxId([1; 6]),
        uid_validity: 1,
        uid,
    };
    let content = Content {
        size: 48_210,
        received_at: NOW - age,
        sent_at: Some(NOW - age - MINUTE),
        sent_offset: Some(-300),
        from: vec![from.clone()],
        reply_to: vec![from],
        to: vec![address("Anna Larsen", "anna.larsen@example.org")],
        subject: subject.to_owned(),
        preview: preview.to_owned(),
        has_attachment: words.contains(&"$attachment"),
        ..Content::default()
    };
    let keywords: Keywords = words.iter().copied().collect();
    EmailSummary::at(id, keywords, Arc::new(content))
}

pub(super) fn list(place: Place) -> List {
    let long = "A subject that never ends, for its writer put the whole letter in, ".repeat(5);
    let rows = [
        email(
            21,
            address("Marta Oliveira", "marta@example.com"),
            "Lunch on Thursday?",
            "The place by the river has reopened, and they have the long table again.",
            12 * MINUTE,
            &[],
        ),
        email(
            20,
            address("Paul Okafor", "paul@acme.example"),
            "Re: Contract, second draft",
            "I have put my remarks in the margin. Two questions on §4, the rest is fine by us.",
            47 * MINUTE,
            &["$attachment"],
        ),
        email(
            19,
            address("Fjord Line", "booking@fjord.example"),
            "Your booking 4X-9921 is confirmed",
            "Bergen – Hirtshals, 14 December 2026, 13:30. Please be at the quay an hour before.",
            3 * 60 * MINUTE,
            &["$seen", "$flagged", "travel"],
        ),
        email(
            18,
            address("דנה לוי", "dana@example.co.il"),
            "פגישה ביום שלישי",
            "שלום אנה, האם נוכל להיפגש ביום שלישי בשעה עשר? תודה",
            5 * 60 * MINUTE,
            &[],
        ),
        email(
            17,
            address("Jun Watanabe", "jun@example.jp"),
            "写真をありがとう",
            "先日はありがとうございました。写真がとてもきれいに撮れていますね。",
            26 * 60 * MINUTE,
            &["$seen", "$answered"],
        ),
        email(
            16,
            address(
                "The Very Long Name of a Committee for the Preservation of Names",
                "committee@long.example",
            ),
            &long,
            "And a preview as well, of course.",
            2 * DAY,
            &["$seen", "$attachment"],
        ),
        email(
            15,
            address("Weekly Letter", "news@weekly.example"),
            "Seven things we learned about lighthouses",
            "Number four will not surprise anyone who has ever repaired a lamp.",
            3 * DAY,
            &["$seen"],
        ),
        email(
            14,
            address("", "noreply@bank.example"),
            "Your statement for October is ready",
            "Sign in to see it.",
            4 * DAY,
            &["$seen", "finance", "2026"],
        ),
        email(
            13,
            address("Ida", "ida@example.no"),
            "",
            "Sent from the train",
            6 * DAY,
            &["$seen", "$forwarded"],
        ),
        email(
            12,
            address("Tomás Ferreira", "tomas@example.pt"),
            "Invoice 2026-118",
            "Please find attached the invoice for the work done in October.",
            20 * DAY,
            &["$seen", "$attachment", "$flagged"],
        ),
        email(
            11,
            address("Marta Oliveira", "marta@example.com"),
            "Keys",
            "They are under the third pot, as always.",
            40 * DAY,
            &["$seen", "$answered"],
        ),
        email(
            10,
            address("Library of Bergen", "loans@library.example"),
            "Three books are due",
            "The Summer Book; A Field Guide to Getting Lost; Salt.",
            90 * DAY,
            &["$seen"],
        ),
        email(
            9,
            address("Paul Okafor", "paul@acme.example"),
            "Happy new year",
            "From all of us at Acme & Sons.",
            326 * DAY,
            &["$seen"],
        ),
        email(
            8,
            address("Old Friend", "friend@example.net"),
            "It has been a while",
            "I found your address in an old letter and thought I would write.",
            700 * DAY,
            &["$seen"],
        ),
    ];
    let outgoing = place.is_outgoing();
    let row = |email| Row {
        email,
        outgoing,
        home: None,
        talk: None,
    };
    List {
        place,
        total: 100_000,
        unread: 12,
        offset: 0,
        rows: rows.into_iter().map(row).collect(),
        position: Position::Newest,
        from: String::new(),
        query: String::new(),
        complete: true,
        has_newer: false,
        has_older: true,
        merged: None,
        talks: None,
        shows: Shows::default(),
        sort: restante::mail::sort::Sort::default(),
        sorts: false,
        open: None,
        problem: None,
    }
}

fn line(text: &str) -> Vec<Span> {
    vec![Span::Text(text.to_owned())]
}

pub(super) fn message(ui: &Ui, place: &Place) -> MessageView {
    let mut email = email(
        20,
        address("Paul Okafor", "paul@acme.example"),
        "Re: Contract, second draft",
        "",
        47 * MINUTE,
        &["$seen"],
    );
    email.to.push(address("Ingrid Aas", "ingrid@aas.example"));
    email.cc = vec![
        address("Legal", "legal@acme.example"),
        address("", "archive@acme.example"),
        address("Marta Oliveira", "marta@example.com"),
    ];
    let text = vec![
        Piece::Lines(vec![
            line("Dear Anna,"),
            line(""),
            line(
                "I have put my remarks in the margin. Two questions on §4, the rest is fine by us. If you agree I would sign on Friday; Ingrid can witness.",
            ),
            line(""),
            vec![
                Span::Text("The earlier version is at ".to_owned()),
                Span::Link {
                    href: "https://acme.example/contracts/2026/118".to_owned(),
                    text: "https://acme.example/contracts/2026/118".to_owned(),
                },
                Span::Text(".".to_owned()),
            ],
            line(""),
            line("You wrote:"),
        ]),
        Piece::QuoteOpen {
            lines: 2,
            folded: false,
        },
        Piece::Lines(vec![
            line("Could we keep the notice at three months?"),
            line("Everybody else has it so."),
        ]),
        Piece::QuoteClose { folded: false },
        Piece::Lines(vec![line("Yes."), line("")]),
        Piece::QuoteOpen {
            lines: 34,
            folded: true,
        },
        Piece::Lines(vec![
            line("On Friday, Anna Larsen wrote:"),
            line("The draft is attached."),
        ]),
        Piece::QuoteOpen {
            lines: 1,
            folded: false,
        },
        Piece::Lines(vec![line("When will it be ready?")]),
        Piece::QuoteClose { folded: false },
        Piece::QuoteClose { folded: true },
        Piece::Signature(vec![line("-- "), line("Paul Okafor, Acme & Sons")]),
    ];
    MessageView {
        email,
        place: place.clone(),
        context: String::new(),
        copy_unread: false,
        look: Default::default(),
        paper: Default::default(),
        neighbours: Neighbours {
            newer: Some(format!("{}/a", place.path())),
            older: Some(format!("{}/b", place.path())),
        },
        cautions: Vec::new(),
        notes: vec![
            Note::List {
                name: "contracts.acme.example".to_owned(),
            },
            Note::Unsubscribe {
                href: "https://acme.example/leave".to_owned(),
            },
        ],
        remote: Remote::default(),
        report: None,
        talk: None,
        copies: Vec::new(),
        is_card: false,
        receipt: None,
        body: vec![Shown::Text(text)],
        attachments: attachments(ui),
        dark: ui.theme == Theme::Dark,
        problem: None,
        advance: Advance::Older,
        mark_read_after: Some(0),
    }
}

fn attachments(_ui: &Ui) -> Vec<Attachment> {
    let one = |section: &str, name: Option<&str>, media_type: &str, size, preview| Attachment {
        section: section.to_owned(),
        name: name.map(str::to_owned),
        media_type: media_type.to_owned(),
        size,
        preview,
    };
    vec![
        one(
            "2",
            Some("Contract, second draft, with Paul’s remarks and the annexes A to F.pdf"),
            "application/pdf",
            1_412_000,
            Preview::None,
        ),
        one(
            "3",
            Some("harbour.jpg"),
            "image/jpeg",
            384_100,
            Preview::Image,
        ),
        one("4", Some("minutes.txt"), "text/plain", 2_048, Preview::Text),
        one(
            "5",
            Some("meeting.ics"),
            "text/calendar",
            912,
            Preview::None,
        ),
        one("6", None, "application/zip", 104_857_600, Preview::None),
    ]
}

pub(super) fn html_message(ui: &Ui, place: &Place) -> MessageView {
    let mut view = message(ui, place);
    view.email = email(
        15,
        address("Weekly Letter", "news@weekly.example"),
        "Seven things we learned about lighthouses",
        "",
        3 * DAY,
        &["$seen", "$flagged"],
    );
    view.remote = Remote {
        count: 14,
        shown: false,
        always: false,
        can_always: true,
    };
    view.body = vec![Shown::Html {
        section: "2".to_owned(),
        adapts: false,
    }];
    view.attachments.clear();
    view
}

pub(super) fn odd_message(place: &Place) -> MessageView {
    let from = address("service@bank.example", "xk22@cheap.example");
    let subject = "URGENT ".repeat(44);
    let mut email = email(3, from, &subject, "", 9 * DAY, &[]);
    email.reply_to = vec![address("", "collect@elsewhere.example")];
    MessageView {
        email,
        place: place.clone(),
        context: String::new(),
        copy_unread: false,
        look: Default::default(),
        paper: Default::default(),
        neighbours: Neighbours::default(),
        cautions: vec![
            Caution::NameIsAddress {
                name: "service@bank.example".to_owned(),
                address: "xk22@cheap.example".to_owned(),
            },
            Caution::ReplyElsewhere {
                address: "collect@elsewhere.example".to_owned(),
            },
        ],
        notes: vec![Note::Invitation, Note::Signed],
        remote: Remote {
            count: 1,
            shown: false,
            always: false,
            can_always: false,
        },
        report: None,
        talk: None,
        copies: Vec::new(),
        is_card: false,
        receipt: Some(ReceiptLine {
            sentence: "xk22@cheap.example asks to be told that you have read this.".to_owned(),
            caution: Some("That is not the address that the message comes from.".to_owned()),
        }),
        body: vec![
            Shown::Heading {
                subject: "Fwd: the message within".to_owned(),
                from: "Somebody Else <else@example.com>".to_owned(),
                date: Some(NOW - 10 * DAY),
            },
            Shown::Notice("This part is encrypted.".to_owned()),
            Shown::Text(vec![Piece::Lines(vec![line(
                &"averylongwordwithoutanyspace".repeat(30),
            )])]),
        ],
        attachments: Vec::new(),
        dark: false,
        problem: Some("The mail server did not answer, so the text is missing here.".to_owned()),
        advance: Advance::List,
        mark_read_after: None,
    }
}
