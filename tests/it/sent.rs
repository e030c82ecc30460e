//! Messages as we write them, octet by octet: golden files in `tests/data/sent`, which Python's
//! email package and mail-parser read as well. `BLESS=1` writes the files anew.

use std::{env, fs, path::PathBuf, process::Command};

use base64::{Engine, engine::general_purpose::STANDARD};
use restante::mail::{
    address::{self, Address},
    compose::{
        Extra, File, Importance, Message, Options, Piece, Purpose, Recipient, Transfer, assemble,
        needs_smtputf8,
    },
    transfer::Base64Lines,
};
use serde_json::json;

const SCRIPTS: [&str; 6] = [
    "Ein längerer Betreff über Straßen, Flüsse und Äpfel, der nicht auf eine einzige Zeile passt",
    "Очень длинная тема письма, которая совершенно точно не помещается в одну строку заголовка",
    "Ένα πολύ μεγάλο θέμα που δεν χωράει σε μία μόνο γραμμή της επικεφαλίδας του μηνύματος",
    "日本語のとても長い件名は一行には収まりきらないので何行かに分けて書かれることになります",
    "موضوع طويل جدا لا يتسع له سطر واحد من رأس الرسالة ولذلك يكتب على عدة أسطر متتالية",
    "एक बहुत लंबा विषय जो एक ही पंक्ति में नहीं समा सकता और इसलिए कई पंक्तियों में लिखा जाता है",
];

/// One golden file.
struct Case {
    name: &'static str,
    subject: String,
    from: Vec<Address>,
    to: Vec<Recipient>,
    cc: Vec<Recipient>,
    bcc: Vec<Recipient>,
    text: String,
    html: Option<&'static str>,
    inline: Vec<Attached>,
    attachments: Vec<Attached>,
    extra: Vec<Extra<'static>>,
    references: Vec<String>,
}

struct Attached {
    name: &'static str,
    media_type: &'static str,
    cid: Option<&'static str>,
    content: Vec<u8>,
}

fn person(name: &str, email: &str) -> Address {
    Address {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        email: email.to_owned(),
    }
}

fn mailbox(name: &str, email: &str) -> Recipient {
    Recipient::Mailbox(person(name, email))
}

fn group(name: &str, members: Vec<Address>) -> Recipient {
    Recipient::Group {
        name: name.to_owned(),
        members,
    }
}

fn attached(name: &'static str, media_type: &'static str, cid: Option<&'static str>) -> Attached {
    let content = (0..200_u8).collect();
    Attached {
        name,
        media_type,
        cid,
        content,
    }
}

fn case(name: &'static str) -> Case {
    Case {
        name,
        subject: "A letter".to_owned(),
        from: vec![person("Anna Example", "anna@example.org")],
        to: vec![mailbox("", "bob@example.net")],
        cc: vec![],
        bcc: vec![],
        text: "Dear Bob,\n\nall is well.\n\n-- \nAnna\n".to_owned(),
        html: None,
        inline: vec![],
        attachments: vec![],
        extra: vec![],
        references: vec![],
    }
}

fn cases() -> Vec<Case> {
    let html =
        Some("<p>Dear <b>Bob</b>,</p>\n<p>all is well. <img src=\"cid:pic1@example.org\"></p>");
    let picture = || attached("Bild ü.png", "image/png", Some("pic1@example.org"));
    let mut all = vec![
        case("plain"),
        Case {
            html,
            ..case("alternative")
        },
        Case {
            html,
            inline: vec![picture()],
            ..case("inline")
        },
        Case {
            html,
            inline: vec![picture()],
            attachments: vec![
                attached("report.pdf", "application/pdf", None),
                attached("Größe der Straße.pdf", "application/pdf", None),
                attached(
                    "Отчёт о продажах за первый квартал две тысячи двадцать шестого года.xlsx",
                    "application/vnd.ms-excel",
                    None,
                ),
                attached("Αναφορά.txt", "text/plain", None),
                attached("請求書.pdf", "application/pdf", None),
                attached("تقرير.pdf", "application/pdf", None),
                attached("रिपोर्ट.pdf", "not a type", None),
                attached("", "image/gif", None),
            ],
            ..case("attachments")
        },
        Case {
            attachments: vec![Attached {
                name: "forwarded.eml",
                media_type: "message/rfc822",
                cid: None,
                content: b"From: x@example.org\r\nSubject: Inside\r\n\r\nInside.\r\n".to_vec(),
            }],
            ..case("forwarded")
        },
        Case {
            subject: "Re: Grüße".to_owned(),
            from: vec![person("用户", "用户@例え.jp")],
            to: vec![mailbox("Zoë", "zoë@bücher.example")],
            ..case("eai")
        },
        Case {
            to: vec![
                group(
                    "Team",
                    vec![
                        person("Doe, Jane", "jane@example.org"),
                        person("Zoë", "zoe@bücher.example"),
                    ],
                ),
                group("Nobody here", vec![]),
                mailbox("", "al@example.org"),
            ],
            cc: vec![mailbox("Al \"the\" Roe", "roe@example.org")],
            references: vec!["1@example.net".to_owned(), "2@example.net".to_owned()],
            extra: vec![
                Extra::Importance(Importance::High),
                Extra::Receipt(person("", "anna@example.org")),
            ],
            ..case("groups")
        },
        Case {
            to: vec![],
            bcc: vec![mailbox("", "eve@example.org")],
            ..case("only-bcc")
        },
        Case {
            subject: String::new(),
            text: String::new(),
            ..case("empty")
        },
        Case {
            subject: "x".repeat(300),
            text: format!("{}\n{}\n", "y".repeat(2000), "word ".repeat(60)),
            ..case("long-words")
        },
        Case {
            text: ".\n..\nFrom here on\n > no quote\n> a quote\n> > deeper\nGrüße\n".to_owned(),
            html: Some("<pre>.\n..\nFrom here on</pre>"),
            ..case("dots-and-from")
        },
    ];
    let names = [
        "subject-german",
        "subject-russian",
        "subject-greek",
        "subject-japanese",
        "subject-arabic",
        "subject-hindi",
    ];
    for (name, subject) in names.into_iter().zip(SCRIPTS) {
        let to = vec![mailbox(
            subject
                .get(..subject.floor_char_boundary(40))
                .unwrap()
                .trim(),
            "bob@example.net",
        )];
        all.push(Case {
            subject: subject.to_owned(),
            text: format!("{subject}\n"),
            to,
            ..case(name)
        });
    }
    all
}

fn write(case: &Case) -> Vec<u8> {
    fn files(list: &[Attached]) -> Vec<File<'_, &[u8]>> {
        list.iter()
            .map(|one| File {
                name: one.name,
                media_type: one.media_type,
                cid: one.cid,
                size: one.content.len() as u64,
                transfer: match one.media_type {
                    "message/rfc822" => Transfer::Verbatim { eight_bit: false },
                    _ => Transfer::Base64,
                },
                key: one.content.as_slice(),
            })
            .collect()
    }
    let (inline, attachments) = (files(&case.inline), files(&case.attachments));
    let message = Message {
        from: case.from.clone(),
        sender: None,
        reply_to: vec![],
        to: case.to.clone(),
        cc: case.cc.clone(),
        bcc: case.bcc.clone(),
        subject: &case.subject,
        date_ms: 1_780_000_000_000,
        offset_minutes: 120,
        message_id: "0123456789abcdef@example.org",
        in_reply_to: case.references.last().map_or(&[], std::slice::from_ref),
        references: &case.references,
        text: &case.text,
        html: case.html,
        inline: &inline,
        attachments: &attachments,
        extra: &case.extra,
    };
    let options = Options {
        purpose: Purpose::Send,
        smtputf8: needs_smtputf8(&message),
        seed: *b"0123456789abcdef",
    };
    let assembled = assemble(&message, &options).unwrap();
    let mut out = Vec::new();
    for piece in &assembled.pieces {
        match piece {
            Piece::Bytes(bytes) => out.extend_from_slice(bytes),
            Piece::Verbatim(file) => out.extend_from_slice(file.key),
            Piece::Base64(file) => {
                let mut encoder = Base64Lines::new();
                out.extend(
                    file.key
                        .chunks(7)
                        .flat_map(|window| encoder.push(window))
                        .collect::<Vec<u8>>(),
                );
                out.extend(encoder.finish());
            }
        }
    }
    assert_eq!(out.len() as u64, assembled.size(), "{}", case.name);
    out
}

/// What another program has to find.
fn expected(case: &Case) -> serde_json::Value {
    // The domain goes out in A-labels, the local part as it is.
    let sent = |email: &str| address::check(email).unwrap().sent;
    let pair = |one: &Address| json!([one.name.as_deref().unwrap_or(""), sent(&one.email)]);
    let all = |list: &[Recipient]| -> Vec<_> {
        list.iter()
            .flat_map(Recipient::mailboxes)
            .map(pair)
            .collect()
    };
    let files: Vec<_> = case
        .inline
        .iter()
        .chain(&case.attachments)
        .map(|one| {
            let name = Some(one.name).filter(|name| !name.is_empty());
            let content = match one.media_type {
                // Python writes it anew, with LF.
                "message/rfc822" => String::from_utf8(one.content.clone())
                    .unwrap()
                    .replace('\r', "")
                    .into_bytes(),
                _ => one.content.clone(),
            };
            json!([name, STANDARD.encode(content)])
        })
        .collect();
    json!({
        "defects": [],
        "subject": case.subject,
        "from": case.from.iter().map(pair).collect::<Vec<_>>(),
        "to": all(&case.to),
        "cc": all(&case.cc),
        "files": files,
    })
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/sent")
}

#[test]
fn messages_are_written_as_before() {
    let bless = env::var_os("BLESS").is_some();
    for case in cases() {
        let raw = write(&case);
        let (eml, json) = (
            directory().join(format!("{}.eml", case.name)),
            directory().join(format!("{}.json", case.name)),
        );
        let facts = serde_json::to_string_pretty(&expected(&case)).unwrap() + "\n";
        if bless {
            fs::write(&eml, &raw).unwrap();
            fs::write(&json, &facts).unwrap();
        }
        let golden = fs::read(&eml).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&raw),
            String::from_utf8_lossy(&golden),
            "{}",
            case.name
        );
        assert_eq!(facts, fs::read_to_string(&json).unwrap(), "{}", case.name);
    }
}

#[test]
fn python_reads_them() {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/sent/check.py");
    let Ok(out) = Command::new("python3")
        .arg(script)
        .arg(directory())
        .output()
    else {
        println!("skipped: there is no python3");
        return;
    };
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    assert_eq!(String::from_utf8_lossy(&out.stdout), "");
}

#[test]
fn mail_parser_reads_them() {
    for case in cases() {
        let raw = fs::read(directory().join(format!("{}.eml", case.name))).unwrap();
        let read = mail_parser::MessageParser::default().parse(&raw).unwrap();
        assert_eq!(read.subject().unwrap_or(""), case.subject, "{}", case.name);
        let files: Vec<_> = case.inline.iter().chain(&case.attachments).collect();
        assert_eq!(read.attachments().count(), files.len(), "{}", case.name);
        for (theirs, ours) in read.attachments().zip(files) {
            use mail_parser::MimeHeaders;
            let name = Some(ours.name).filter(|name| !name.is_empty());
            assert_eq!(theirs.attachment_name(), name, "{}", case.name);
        }
    }
}
