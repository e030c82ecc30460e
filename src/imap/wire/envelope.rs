//! ENVELOPE (RFC 9051 §7.5.2): the header fields that a list shows, decoded.

use super::{
    text::plain,
    token::{Node, Nodes, Value},
};
use crate::mail::{address::Address, header};

/// What the server read from the header. Text is decoded and safe to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The Date field: milliseconds since 1970 UTC and the written offset in minutes east of UTC.
    pub date: Option<(i64, i16)>,
    /// Empty when absent.
    pub subject: String,
    /// From; empty when absent.
    pub from: Vec<Address>,
    /// Sender where it is not From, with which servers fill it when absent.
    pub sender: Vec<Address>,
    /// Reply-To; servers fill it with From when absent.
    pub reply_to: Vec<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Bcc.
    pub bcc: Vec<Address>,
    /// In-Reply-To, without angle brackets.
    pub in_reply_to: Vec<String>,
    /// Message-ID, without angle brackets.
    pub message_id: Option<String>,
}

/// The most characters of an addr-spec that are kept; RFC 5321 §4.5.3.1 allows 320.
const ADDR_SPEC: usize = 1000;

/// What servers write for a host that the header does not have (Dovecot, Cyrus, UW).
const NO_HOST: [&str; 4] = [
    "MISSING_DOMAIN",
    "SYNTAX_ERROR",
    ".MISSING-HOST-NAME.",
    ".SYNTAX-ERROR.",
];

/// What they write for a local part that the header does not have.
const NO_LOCAL: [&str; 3] = [
    "MISSING_MAILBOX",
    "INVALID_ADDRESS",
    "UNEXPECTED_DATA_AFTER_ADDRESS",
];

/// Reads an envelope; `None` when the value is no list. Fields missing at the end are absent.
pub(super) fn envelope(value: &Value<'_>) -> Option<Envelope> {
    let mut fields = value.node().list().filter(|fields| !fields.is_empty())?;
    let date = header::date(text(&mut fields));
    let subject = header::decode_text(text(&mut fields));
    let written = fields.next();
    let from = written.map(addresses).unwrap_or_default();
    // Servers repeat From in the next two, which most messages do not have.
    let sender = fields.next().filter(|sender| Some(*sender) != written);
    let sender = sender.map(addresses).filter(|sender| *sender != from);
    let reply_to = match fields.next() {
        same if same == written => from.clone(),
        other => other.map(addresses).unwrap_or_default(),
    };
    let mut list = || fields.next().map(addresses).unwrap_or_default();
    Some(Envelope {
        date,
        subject,
        from,
        sender: sender.unwrap_or_default(),
        reply_to,
        to: list(),
        cc: list(),
        bcc: list(),
        in_reply_to: header::message_ids(text(&mut fields)),
        message_id: header::message_id(text(&mut fields)),
    })
}

fn text<'v>(fields: &mut Nodes<'v>) -> &'v [u8] {
    fields.next().and_then(Node::bytes).unwrap_or_default()
}

/// The members of a group count as addresses of their own (RFC 8621 §4.1.2.3). One without
/// members becomes an address with a name and no email, as [`header::addresses`] has it.
fn addresses(node: Node<'_>) -> Vec<Address> {
    let mut own = Vec::new();
    // The group that is open, if nobody is in it yet.
    let mut group = None;
    for fields in node.list().unwrap_or_default().filter_map(Node::list) {
        match item(fields) {
            Item::Address(address) => {
                group = None;
                own.push(address);
            }
            Item::Begin(name) => group = Some(name),
            Item::End => own.extend(group.take()),
            Item::Nothing => {}
        }
    }
    own.extend(group);
    own
}

enum Item {
    Address(Address),
    Begin(Address),
    End,
    Nothing,
}

/// One `(name route local host)`. Without host it begins a group, or ends it without local part.
fn item(mut fields: Nodes<'_>) -> Item {
    let mut next = || fields.next().map(Node::bytes);
    let (Some(name), Some(_route), Some(local), Some(host)) = (next(), next(), next(), next())
    else {
        return Item::Nothing;
    };
    match (local, host) {
        (Some(group), None) => Item::Begin(Address {
            name: Some(header::decode_text(group)).filter(|name| !name.is_empty()),
            email: String::new(),
        }),
        (None, None) => Item::End,
        (local, Some(host)) => {
            let local = plain(local.unwrap_or_default(), ADDR_SPEC);
            let email = addr_spec(&local, &plain(host, ADDR_SPEC));
            let name = name.map(display_name);
            let name = name.filter(|name| !name.is_empty() && *name != email);
            match name.is_some() || !email.is_empty() {
                true => Item::Address(Address { name, email }),
                false => Item::Nothing,
            }
        }
    }
}

/// Outlook puts names in quotes of its own, `'Anna'`, which are no part of them.
fn display_name(raw: &[u8]) -> String {
    let mut text = header::decode_text(raw);
    let inner = text
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''));
    if let Some(inner) = inner {
        text = inner.trim().to_owned();
    }
    text
}

fn addr_spec(local: &str, host: &str) -> String {
    let local = match NO_LOCAL.contains(&local) {
        true => "",
        false => local,
    };
    if host.is_empty() || NO_HOST.contains(&host) {
        return local.to_owned();
    }
    // The server took off the quotes (RFC 9051 §7.5.2 `addr-mailbox`).
    let is_special = |c: char| " \t\"(),:;<>@[\\]".contains(c);
    match local.contains(is_special) {
        true => {
            let escaped = local.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{escaped}\"@{host}")
        }
        false => {
            let mut whole = String::with_capacity(local.len() + 1 + host.len());
            whole.extend([local, "@", host]);
            whole
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::wire::token::Reader;

    fn read(raw: &str) -> Option<Envelope> {
        envelope(&Value::read(&mut Reader::new(raw.as_bytes())).unwrap())
    }

    fn emails(list: &[Address]) -> Vec<&str> {
        list.iter().map(|address| address.email.as_str()).collect()
    }

    #[test]
    fn fields_of_a_plain_envelope() {
        let raw = concat!(
            r#"("Mon, 7 Feb 2022 21:52:25 -0800" "Lunch" (("Anna \"A\" B" NIL "anna" "x.org")) "#,
            r#"((NIL NIL "sender" "x.org")) ((NIL NIL "anna" "x.org")) "#,
            r#"((NIL NIL "bob" "x.org")(NIL NIL "Group" NIL)(NIL NIL "c" "x.org")(NIL NIL NIL NIL)) "#,
            r#"((NIL NIL "d" "x.org")) NIL "<1@x.org>" "<2@x.org>")"#
        );
        let envelope = read(raw).unwrap();
        let date = b"Mon, 7 Feb 2022 21:52:25 -0800";
        assert_eq!(envelope.date, header::date(date));
        assert_eq!(envelope.subject, "Lunch");
        assert_eq!(envelope.from[0].name.as_deref(), Some("Anna \"A\" B"));
        assert_eq!(emails(&envelope.from), ["anna@x.org"]);
        assert_eq!(emails(&envelope.sender), ["sender@x.org"]);
        assert_eq!(emails(&envelope.to), ["bob@x.org", "c@x.org"]);
        assert_eq!(emails(&envelope.cc), ["d@x.org"]);
        assert!(envelope.bcc.is_empty());
        assert_eq!(envelope.in_reply_to, header::message_ids(b"<1@x.org>"));
    }

    #[test]
    fn addresses_that_servers_had_to_make_up() {
        for (raw, email) in [
            (r#"(NIL NIL "foo" "MISSING_DOMAIN")"#, Some("foo")),
            (
                r#"("Foo" NIL "MISSING_MAILBOX" "MISSING_DOMAIN")"#,
                Some(""),
            ),
            (r#"(NIL NIL "foo" ".MISSING-HOST-NAME.")"#, Some("foo")),
            (r#"(NIL NIL "foo" "SYNTAX_ERROR")"#, Some("foo")),
            (r#"(NIL NIL "foo" "")"#, Some("foo")),
            (r#"(NIL NIL NIL "x.org")"#, Some("@x.org")),
            (r#"(NIL NIL "MISSING_MAILBOX" "MISSING_DOMAIN")"#, None),
            (r#"(NIL NIL "undisclosed-recipients" NIL)"#, Some("")),
            (r#"(NIL NIL NIL NIL)"#, None),
            (r#"("a@b" NIL "a" "b")"#, Some("a@b")),
            (
                r#"(NIL NIL "John \"J\" Doe" "x.org")"#,
                Some(r#""John \"J\" Doe"@x.org"#),
            ),
            (
                "(NIL NIL \"=?utf-8?q?ceo=40bank.com=00?=\" \"evil.example\")",
                Some("=?utf-8?q?ceo=40bank.com=00?=@evil.example"),
            ),
            ("(NIL NIL \"a\u{202e}b\x01\" \"x.org\")", Some("ab@x.org")),
            (r#"(NIL NIL "short")"#, None),
            ("()", None),
        ] {
            let envelope = read(&format!("(NIL NIL ({raw}))")).unwrap();
            let found = envelope.from.first().map(|a| a.email.as_str());
            assert_eq!(found, email, "{raw}");
        }
    }

    #[test]
    fn names_are_shown_once_and_bare() {
        for (name, shown) in [
            ("Anna", Some("Anna")),
            ("'Anna B'", Some("Anna B")),
            ("'a@b'", None),
            ("'", Some("'")),
            ("''", None),
            ("a@b", None),
        ] {
            let raw = format!("(NIL NIL ((\"{name}\" NIL \"a\" \"b\")))");
            let from = read(&raw).unwrap().from;
            assert_eq!(from[0].name.as_deref(), shown, "{name}");
        }
    }

    #[test]
    fn groups_give_their_members_or_their_name() {
        let raw = concat!(
            r#"(NIL NIL ((NIL NIL "Team" NIL)(NIL NIL "a" "b")(NIL NIL NIL NIL)"#,
            r#"(NIL NIL "Empty" NIL)(NIL NIL NIL NIL)(NIL NIL "Open" NIL)))"#
        );
        let from = read(raw).unwrap().from;
        let labels: Vec<&str> = from.iter().map(Address::label).collect();
        assert_eq!(labels, ["a@b", "Empty", "Open"]);
    }

    #[test]
    fn odd_shapes_cost_only_themselves() {
        for (raw, subject) in [
            ("(NIL \"s\" () NIL (()) ((())) atom)", "s"),
            ("(NIL s)", "s"),
            ("(NIL {3}\r\na\"b NIL)", "a\"b"),
            ("((NIL) \"s\")", "s"),
        ] {
            let envelope = read(raw).unwrap();
            assert_eq!(envelope.subject, subject);
            assert!(envelope.from.is_empty() && envelope.reply_to.is_empty());
        }
        assert_eq!(read("NIL"), None);
        assert_eq!(read("()"), None);
        assert_eq!(read("\"x\""), None);
    }
}
