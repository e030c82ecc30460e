//! Whole rows in the shapes of Dovecot 2.3, Cyrus 3, Courier 5 and Gmail.

use super::fetch;
use crate::mail::part::Part;

/// Section and type of each part, in the order of the tree.
fn outline(root: &Part) -> Vec<(&str, &str)> {
    let mut lines = Vec::new();
    let mut parts = vec![root];
    while let Some(part) = parts.pop() {
        lines.push((part.section.as_str(), part.media_type.as_str()));
        parts.extend(part.children.iter().rev());
    }
    lines
}

#[test]
fn a_row_as_dovecot_sends_it() {
    let fetched = fetch(concat!(
        "(UID 2 FLAGS (\\Recent) INTERNALDATE \"23-Nov-2026 20:45:45 +0000\" RFC822.SIZE 1178 ",
        "MODSEQ (2) PREVIEW \"x\" ENVELOPE (\"Mon, 7 Feb 2022 21:52:25 -0800\" {25}\r\n",
        "rates \"quoted\" \\ the rest (({10}\r\nAnna \"A\" B NIL \"anna\" \"example.org\")) (({10}\r\n",
        "Anna \"A\" B NIL \"anna\" \"example.org\")) (({10}\r\nAnna \"A\" B NIL \"anna\" \"example.org\")) ",
        "((NIL NIL \"bob\" \"example.org\")(NIL NIL \"Group\" NIL)(NIL NIL \"c\" \"x.org\")(NIL NIL NIL NIL)) ",
        "NIL NIL \"<1@example.org>\" \"<2@example.org>\") BODYSTRUCTURE (((\"text\" \"plain\" ",
        "(\"charset\" \"utf-8\" \"format\" \"flowed\" \"delsp\" \"yes\") NIL NIL \"7bit\" 1 0 NIL NIL NIL NIL)",
        "(\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 4 0 NIL NIL NIL NIL) ",
        "\"alternative\" (\"boundary\" \"b\") NIL NIL NIL)(\"application\" \"pdf\" (\"name*\" ",
        "\"utf-8''%E2%82%AC rates.pdf\") \"<abc@x>\" \"some \\\"thing\\\"\" \"base64\" 4 ",
        "\"Q2hlY2sgSW50ZWdyaXR5IQ==\" (\"attachment\" (\"size\" \"4\" \"filename*\" ",
        "\"utf-8''%E2%82%AC rates.pdf\")) (\"en\" \"fr\") \"http://x/y\")(\"message\" \"rfc822\" NIL NIL NIL ",
        "\"7bit\" 177 (NIL \"inner\" ((NIL NIL \"x\" \"y\")) ((NIL NIL \"x\" \"y\")) ((NIL NIL \"x\" \"y\")) ",
        "NIL NIL NIL NIL NIL) ((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 1 0 NIL NIL NIL NIL)",
        "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 23 (NIL \"single\" NIL NIL NIL NIL NIL NIL NIL NIL) ",
        "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 4 0 NIL NIL NIL NIL) 2 NIL NIL NIL NIL) ",
        "\"mixed\" (\"boundary\" \"c\") NIL NIL NIL) 15 NIL (\"attachment\" (\"filename\" \"fwd.eml\")) NIL NIL) ",
        "\"mixed\" (\"boundary\" \"a\") NIL NIL NIL))"
    ));
    let envelope = fetched.envelope.unwrap();
    assert_eq!(envelope.subject, "rates \"quoted\" \\ the rest");
    assert_eq!(envelope.from[0].name.as_deref(), Some("Anna \"A\" B"));
    assert_eq!(envelope.from, envelope.reply_to);
    let to: Vec<&str> = envelope.to.iter().map(|to| to.email.as_str()).collect();
    assert_eq!(to, ["bob@example.org", "c@x.org"]);
    assert_eq!(
        (fetched.uid, fetched.modseq, fetched.size),
        (Some(2), Some(2), Some(1178))
    );
    let root = fetched.structure.unwrap();
    assert_eq!(
        outline(&root),
        [
            ("", "multipart/mixed"),
            ("1", "multipart/alternative"),
            ("1.1", "text/plain"),
            ("1.2", "text/html"),
            ("2", "application/pdf"),
            ("3", "message/rfc822"),
            ("", "multipart/mixed"),
            ("3.1", "text/plain"),
            ("3.2", "message/rfc822"),
            ("3.2.1", "text/plain"),
        ]
    );
    assert_eq!(
        root.children[1].filename.as_deref(),
        Some("\u{20ac} rates.pdf")
    );
    assert_eq!(root.children[2].filename.as_deref(), Some("fwd.eml"));
}

#[test]
fn rows_as_other_servers_send_them() {
    // Cyrus: upper case, literals for 8-bit, a made-up host.
    let cyrus = fetch(concat!(
        "(FLAGS (\\Seen) UID 3 INTERNALDATE \" 7-Feb-2022 21:52:25 -0800\" RFC822.SIZE 107 EMAILID (Mabc) ",
        "THREADID (Tdef) PREVIEW {4}\r\nhi!\n ENVELOPE (NIL {8}\r\nraw text ((NIL NIL \"foo\" \".MISSING-HOST-NAME.\")) ",
        "NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"ISO-8859-1\") NIL NIL ",
        "\"8BIT\" 98 3 NIL NIL NIL NIL))"
    ));
    assert_eq!(cyrus.envelope.unwrap().from[0].email, "foo");
    assert_eq!(cyrus.preview.as_deref(), Some("hi!"));
    assert_eq!(cyrus.structure.unwrap().encoding, "8bit");
    // Courier: UID first, sizes as it counts them, BODY without extension data.
    let courier = fetch(concat!(
        "(UID 9 FLAGS () BODY ((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 3 1)",
        "(\"image\" \"png\" (\"name\" \"a b.png\") NIL NIL \"base64\" 78) \"mixed\") RFC822.SIZE 400)"
    ));
    let root = courier.structure.unwrap();
    assert_eq!(root.children[1].filename.as_deref(), Some("a b.png"));
    assert_eq!(courier.size, Some(400));
    // Gmail: labels among the items, disposition in upper case, a name in encoded words.
    let gmail = fetch(concat!(
        "(X-GM-THRID 1266894439832287888 X-GM-MSGID 1278455344230334865 X-GM-LABELS (\"\\\\Important\" Work) ",
        "UID 5 RFC822.SIZE 2000 INTERNALDATE \"01-Jan-2026 08:00:00 +0000\" FLAGS ($NotPhishing NonJunk) ",
        "BODYSTRUCTURE ((\"TEXT\" \"HTML\" (\"CHARSET\" \"UTF-8\") NIL NIL \"BASE64\" 900 12 NIL NIL NIL)",
        "(\"APPLICATION\" \"PDF\" (\"NAME\" \"report.pdf\") \"<f_x>\" NIL \"BASE64\" 800 NIL ",
        "(\"ATTACHMENT\" (\"FILENAME\" \"report.pdf\")) NIL) \"MIXED\" (\"BOUNDARY\" \"x\") NIL NIL))"
    ));
    let root = gmail.structure.unwrap();
    assert_eq!(root.children[1].disposition.as_deref(), Some("attachment"));
    assert_eq!(root.children[1].cid.as_deref(), Some("f_x"));
    assert_eq!(gmail.internal_date, Some(1_767_254_400_000));
}
