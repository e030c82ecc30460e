//! What servers say of folders and of themselves.

use super::{name, parse, words};
use crate::imap::wire::{
    list::{MailboxStatus, Namespace, Namespaces, Resource},
    mutf7::Names,
    response::Response,
};

#[test]
fn mailboxes() {
    for (line, attributes, delimiter, path) in [
        (
            r#"(\HasNoChildren) "/" INBOX"#,
            vec!["\\HasNoChildren"],
            Some('/'),
            "INBOX",
        ),
        (
            r#"(\Noselect) "." "Entw&APw-rfe""#,
            vec!["\\Noselect"],
            Some('.'),
            "Entw\u{fc}rfe",
        ),
        (r#"(\SentMail) "/" a"#, vec!["\\SentMail"], Some('/'), "a"),
        (
            r#"(\AllMail \Archives) "/" a"#,
            vec!["\\AllMail", "\\Archives"],
            Some('/'),
            "a",
        ),
        (r#"() "/" "a\"b\\c""#, vec![], Some('/'), "a\"b\\c"),
        (r#"() "\\" "a\\b""#, vec![], Some('\\'), "a\\b"),
        ("() \"/\" {5}\r\na\"b\\c", vec![], Some('/'), "a\"b\\c"),
        (r#"() NIL flat"#, vec![], None, "flat"),
        (r#"() "" flat"#, vec![], None, "flat"),
        (r#"() "/" [Gmail]/Spam"#, vec![], Some('/'), "[Gmail]/Spam"),
        (r#"() "/" NIL"#, vec![], Some('/'), "NIL"),
        (r#"(\Noselect) "/" """#, vec!["\\Noselect"], Some('/'), ""),
        (r#"() "/" "../../x""#, vec![], Some('/'), "../../x"),
    ] {
        let Response::List(listed) = parse(&format!("* LIST {line}")) else {
            panic!("{line}");
        };
        assert_eq!(listed.attributes, attributes, "{line}");
        assert_eq!(listed.delimiter, delimiter, "{line}");
        assert_eq!(listed.name.path(Names::Utf7), path, "{line}");
    }
    let Response::List(listed) = parse(r#"* LIST () "/" "Foo" ("CHILDINFO" ("SUBSCRIBED"))"#)
    else {
        panic!();
    };
    assert_eq!(listed.child_info, ["SUBSCRIBED"]);
    let line = r#"* LIST (\NonExistent) "/" b ("OLDNAME" ("a") "X" (1 2))"#;
    let Response::List(listed) = parse(line) else {
        panic!();
    };
    assert_eq!(listed.old_name, Some(name("a")));
    assert!(listed.has("\\nonexistent") && !listed.has("\\Noselect"));
    assert!(matches!(parse(r#"* LSUB () "." a"#), Response::Lsub(_)));
    assert!(matches!(
        parse(r#"* XLIST (\Inbox) "/" Posteingang"#),
        Response::List(_)
    ));
    let utf8 = parse("* LIST () \"/\" \"Entw\u{fc}rfe & Co\"");
    assert!(matches!(utf8, Response::List(l) if l.name.path(Names::Utf8) == "Entw\u{fc}rfe & Co"));
}

#[test]
fn counts_of_a_mailbox() {
    let base = MailboxStatus {
        mailbox: name("x"),
        messages: Some(1),
        ..MailboxStatus::default()
    };
    for (line, expected) in [
        (
            "x (MESSAGES 1 SIZE 4096)",
            MailboxStatus {
                size: Some(4096),
                ..base.clone()
            },
        ),
        (
            "x (MESSAGES 1 DELETED 2)",
            MailboxStatus {
                deleted: Some(2),
                ..base.clone()
            },
        ),
        (
            "x (MAILBOXID (F2212) MESSAGES 1)",
            MailboxStatus {
                mailbox_id: Some("F2212".to_owned()),
                ..base.clone()
            },
        ),
        // RFC 8474 §4 says of what ids are made.
        ("x (MAILBOXID (~;h:.U) MESSAGES 1)", base.clone()),
        (
            "\"x\" (messages 1 APPENDLIMIT 35882577 X-NEW (1 2))",
            MailboxStatus {
                append_limit: Some(35_882_577),
                ..base.clone()
            },
        ),
        ("x (MESSAGES 1 APPENDLIMIT NIL UNSEEN -1)", base.clone()),
        (
            "x (MESSAGES 1 UIDNEXT 9 UIDVALIDITY 1795466778 UNSEEN 8 HIGHESTMODSEQ 2 )",
            MailboxStatus {
                uid_next: Some(9),
                uid_validity: Some(1_795_466_778),
                unseen: Some(8),
                highest_modseq: Some(2),
                ..base
            },
        ),
    ] {
        assert_eq!(
            parse(&format!("* STATUS {line}")),
            Response::StatusOf(expected),
            "{line}"
        );
    }
    let Response::StatusOf(inbox) = parse("* STATUS inbox (MESSAGES 4)") else {
        panic!();
    };
    assert_eq!(inbox.mailbox, name("INBOX"));
}

#[test]
fn namespaces_quotas_and_names() {
    let personal = Namespace {
        prefix: name(""),
        delimiter: Some('/'),
    };
    let dovecot = Namespaces {
        personal: vec![personal],
        ..Namespaces::default()
    };
    assert_eq!(
        parse(r#"* NAMESPACE (("" "/")) NIL NIL"#),
        Response::Namespace(dovecot)
    );
    let line =
        r##"* NAMESPACE (("INBOX." ".")) (("user." "." "X-PARAM" ("a")))(("#news." ".")("" NIL))"##;
    let Response::Namespace(own) = parse(line) else {
        panic!();
    };
    let prefixes = |list: &[Namespace]| -> Vec<String> {
        list.iter()
            .map(|own| own.prefix.path(Names::Utf7))
            .collect()
    };
    assert_eq!(prefixes(&own.personal), ["INBOX."]);
    assert_eq!(prefixes(&own.other), ["user."]);
    assert_eq!(prefixes(&own.shared), ["#news.", ""]);
    assert_eq!(own.shared[1].delimiter, None);
    assert_eq!(parse("* ID ()"), Response::Id(vec![]));
    assert_eq!(parse("* ID NIL"), Response::Id(vec![]));
    let id = vec![
        ("name".to_owned(), Some("Dovecot".to_owned())),
        ("version".to_owned(), None),
    ];
    assert_eq!(
        parse(r#"* ID ("Name" "Dovecot" "version" NIL)"#),
        Response::Id(id)
    );
    let quota = Response::Quota {
        root: String::new(),
        resources: vec![Resource {
            name: "STORAGE".to_owned(),
            used: 10,
            limit: 512,
        }],
    };
    assert_eq!(parse(r#"* QUOTA "" (storage 10 512)"#), quota);
    let root = Response::QuotaRoot {
        mailbox: name("INBOX"),
        roots: words(&["", "b"]),
    };
    assert_eq!(parse(r#"* QUOTAROOT INBOX "" b"#), root);
}
