//! Status lines and their codes.

use super::{parse, set, words};
use crate::imap::wire::{
    code::Code,
    response::{Response, Status},
};

#[test]
fn status_lines_and_their_codes() {
    for (raw, code, text) in [
        ("OK", None, ""),
        ("OK done", None, "done"),
        ("OK [OVERQUOTA] full", Some(Code::OverQuota), "full"),
        (
            "NO [AUTHENTICATIONFAILED] Invalid",
            Some(Code::AuthenticationFailed),
            "Invalid",
        ),
        ("NO [UNAVAILABLE]", Some(Code::Unavailable), ""),
        ("BAD [LIMIT] x", Some(Code::Limit), "x"),
        (
            "OK [CLOSED] Previous mailbox closed.",
            Some(Code::Closed),
            "Previous mailbox closed.",
        ),
        ("OK [MODIFIED 7,9] x", Some(Code::Modified(set("7,9"))), "x"),
        ("OK [NOMODSEQ] x", Some(Code::NoModSeq), "x"),
        (
            "OK [MAILBOXID (F2212)] x",
            Some(Code::MailboxId("F2212".to_owned())),
            "x",
        ),
        (
            "OK [UIDVALIDITY 1795466778] x",
            Some(Code::UidValidity(1_795_466_778)),
            "x",
        ),
        ("OK [UIDNEXT 9] x", Some(Code::UidNext(9)), "x"),
        ("OK [UNSEEN 1] x", Some(Code::Unseen(1)), "x"),
        ("OK [HIGHESTMODSEQ 5] x", Some(Code::HighestModSeq(5)), "x"),
        (
            r"OK [PERMANENTFLAGS (\Seen \*)] x",
            Some(Code::PermanentFlags(words(&["\\Seen", "\\*"]))),
            "x",
        ),
        (
            "OK [PERMANENTFLAGS ()] x",
            Some(Code::PermanentFlags(vec![])),
            "x",
        ),
        ("OK [read-only] x", Some(Code::ReadOnly), "x"),
        ("OK [READ-WRITE] x", Some(Code::ReadWrite), "x"),
        (
            "OK [APPENDUID 38505 3955] x",
            Some(Code::AppendUid(38_505, set("3955"))),
            "x",
        ),
        (
            "OK [COPYUID 38505 304,319:320 3956:3958] x",
            Some(Code::CopyUid(38_505, set("304,319:320"), set("3956:3958"))),
            "x",
        ),
        ("NO [TRYCREATE] x", Some(Code::TryCreate), "x"),
        ("NO [ALREADYEXISTS] x", Some(Code::AlreadyExists), "x"),
        ("NO [NONEXISTENT] x", Some(Code::NonExistent), "x"),
        ("NO [INUSE] x", Some(Code::InUse), "x"),
        ("NO [CANNOT] x", Some(Code::Cannot), "x"),
        ("NO [NOPERM] x", Some(Code::NoPerm), "x"),
        ("NO [EXPIRED] x", Some(Code::Expired), "x"),
        ("NO [PRIVACYREQUIRED] x", Some(Code::PrivacyRequired), "x"),
        ("NO [CONTACTADMIN] x", Some(Code::ContactAdmin), "x"),
        ("NO [SERVERBUG] x", Some(Code::ServerBug), "x"),
        ("NO [CLIENTBUG] x", Some(Code::ClientBug), "x"),
        (
            "OK [ALERT] Maintenance \"tonight",
            Some(Code::Alert),
            "Maintenance \"tonight",
        ),
        (
            "OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x",
            Some(Code::Capability(words(&["IMAP4REV1", "AUTH=PLAIN"]))),
            "x",
        ),
        (
            r#"NO [BADCHARSET (UTF-8 "X]Y")] x"#,
            Some(Code::BadCharset(words(&["UTF-8", "X]Y"]))),
            "x",
        ),
        ("NO [BADCHARSET] x", Some(Code::BadCharset(vec![])), "x"),
        (
            "OK [X-NEW a b] x",
            Some(Code::Other("X-NEW".to_owned(), "a b".to_owned())),
            "x",
        ),
        (
            "OK [UIDNEXT -1] x",
            Some(Code::Other("UIDNEXT".to_owned(), "-1".to_owned())),
            "x",
        ),
        (
            "OK [UIDNEXT 4294967296]x",
            Some(Code::Other("UIDNEXT".to_owned(), "4294967296".to_owned())),
            "x",
        ),
        ("OK [ALERT \"odd] x", Some(Code::Alert), "x"),
        ("OK [unclosed x", None, "[unclosed x"),
        ("OK text [ALERT] x", None, "text [ALERT] x"),
        ("OK []", Some(Code::Other(String::new(), String::new())), ""),
        ("OK a\u{202e}b\u{7}c  d", None, "abc d"),
        // Gmail
        (
            "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
            Some(Code::AuthenticationFailed),
            "Invalid credentials (Failure)",
        ),
        (
            "NO [WEBALERT https://accounts.google.com/x] Web login required.",
            Some(Code::Other(
                "WEBALERT".to_owned(),
                "https://accounts.google.com/x".to_owned(),
            )),
            "Web login required.",
        ),
    ] {
        let (word, _) = raw.split_once(' ').unwrap_or((raw, ""));
        let status = Status::of(word.as_bytes()).unwrap();
        let text = text.to_owned();
        let untagged = Response::Status {
            status,
            code: code.clone(),
            text: text.clone(),
        };
        assert_eq!(parse(&format!("* {raw}")), untagged);
        let tag = "A17".to_owned();
        assert_eq!(
            parse(&format!("A17 {raw}")),
            Response::Tagged {
                tag,
                status,
                code,
                text
            }
        );
    }
    let bye = Response::Status {
        status: Status::Bye,
        code: None,
        text: "Logging out".to_owned(),
    };
    assert_eq!(parse("* BYE Logging out"), bye);
    let greeting = parse("* PREAUTH [CAPABILITY IMAP4rev1] Logged in as root");
    assert!(matches!(
        greeting,
        Response::Status {
            status: Status::Preauth,
            code: Some(Code::Capability(_)),
            ..
        }
    ));
}
