//! What servers say of mailboxes: LIST, STATUS, NAMESPACE, QUOTA (RFC 9051 §7.3, RFC 9208).

use super::{
    mutf7::MailboxName,
    token::{Node, Nodes, Reader, Value},
};

/// Longer names are passed over: file systems allow 255 bytes for one level.
const NAME: usize = 4096;

/// One line of LIST or LSUB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// As sent, with the backslash: `\HasNoChildren`, `\Sent`.
    pub(crate) attributes: Vec<String>,
    /// `None` for a flat name.
    pub(crate) delimiter: Option<char>,
    /// The full name.
    pub(crate) name: MailboxName,
    /// CHILDINFO: why this line is there although the mailbox itself does not match
    /// (RFC 5258 §3.5), such as `SUBSCRIBED`.
    pub(crate) child_info: Vec<String>,
    /// OLDNAME: the name until now (RFC 9051 §6.3.9.7).
    pub(crate) old_name: Option<MailboxName>,
}

impl Listed {
    /// Is this attribute (with its backslash) there? They have no case.
    pub(crate) fn has(&self, attribute: &str) -> bool {
        let same = |own: &String| own.eq_ignore_ascii_case(attribute);
        self.attributes.iter().any(same)
    }
}

/// The answer to STATUS. Absent means that the server did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MailboxStatus {
    /// Which mailbox.
    pub(crate) mailbox: MailboxName,
    /// Messages in it.
    pub(crate) messages: Option<u32>,
    /// Messages without `\Seen`.
    pub(crate) unseen: Option<u32>,
    /// Messages with `\Deleted`.
    pub(crate) deleted: Option<u32>,
    /// The next UID.
    pub(crate) uid_next: Option<u32>,
    /// UIDVALIDITY.
    pub(crate) uid_validity: Option<u32>,
    /// HIGHESTMODSEQ; 0 where the mailbox keeps none.
    pub(crate) highest_modseq: Option<u64>,
    /// MAILBOXID (RFC 8474 §4.3).
    pub(crate) mailbox_id: Option<String>,
    /// Octets of all messages (RFC 8438).
    pub(crate) size: Option<u64>,
    /// The largest message that APPEND takes here (RFC 7889).
    pub(crate) append_limit: Option<u64>,
}

/// One prefix of NAMESPACE (RFC 9051 §6.3.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Namespace {
    /// What its names begin with, delimiter included.
    pub(crate) prefix: MailboxName,
    /// `None` for flat names.
    pub(crate) delimiter: Option<char>,
}

/// The answer to NAMESPACE.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Namespaces {
    /// One's own mailboxes.
    pub(crate) personal: Vec<Namespace>,
    /// Those of other people.
    pub(crate) other: Vec<Namespace>,
    /// Those of nobody.
    pub(crate) shared: Vec<Namespace>,
}

/// One resource of a quota root (RFC 9208 §5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    /// In upper case; STORAGE counts in 1024 octets.
    pub(crate) name: String,
    /// How much is used.
    pub(crate) used: u64,
    /// How much may be used.
    pub(crate) limit: u64,
}

/// Reads what follows `* LIST`. `None` when there is no name to be read.
pub(super) fn listed(reader: &mut Reader<'_>) -> Option<Listed> {
    let attributes = Value::read(reader).ok()?.list().words();
    let delimiter = delimiter(Value::read(reader).ok()?.node());
    let mut listed = Listed {
        attributes,
        delimiter,
        name: mailbox(reader)?,
        ..Listed::default()
    };
    let extended = Value::read(reader).unwrap_or_default();
    let mut fields = extended.list();
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        let name = name.bytes().unwrap_or_default();
        let mut inner = value.list().unwrap_or_default();
        if name.eq_ignore_ascii_case(b"CHILDINFO") {
            listed.child_info = inner.words();
        } else if name.eq_ignore_ascii_case(b"OLDNAME") {
            let old = inner.next().or(Some(value)).and_then(Node::bytes);
            listed.old_name = old.map(MailboxName::from_wire);
        }
    }
    Some(listed)
}

/// Reads what follows `* STATUS`.
pub(super) fn status(reader: &mut Reader<'_>) -> Option<MailboxStatus> {
    let mut status = MailboxStatus {
        mailbox: mailbox(reader)?,
        ..MailboxStatus::default()
    };
    let items = Value::read(reader).ok()?;
    let mut items = items.list();
    while let (Some(name), Some(value)) = (items.next(), items.next()) {
        let number = value.number();
        let count = number.and_then(|n| u32::try_from(n).ok());
        match name
            .bytes()
            .unwrap_or_default()
            .to_ascii_uppercase()
            .as_slice()
        {
            b"MESSAGES" => status.messages = count,
            b"UNSEEN" => status.unseen = count,
            b"DELETED" => status.deleted = count,
            b"UIDNEXT" => status.uid_next = count,
            b"UIDVALIDITY" => status.uid_validity = count,
            b"HIGHESTMODSEQ" => status.highest_modseq = number,
            b"SIZE" => status.size = number,
            b"APPENDLIMIT" => status.append_limit = number,
            b"MAILBOXID" => {
                let mut inner = value.list().unwrap_or_default();
                let id = inner.next().unwrap_or(value).word();
                status.mailbox_id = id.filter(|id| is_object_id(id));
            }
            _ => {}
        }
    }
    Some(status)
}

/// Reads what follows `* NAMESPACE`.
pub(super) fn namespaces(reader: &mut Reader<'_>) -> Namespaces {
    let mut next = || {
        let value = Value::read(reader).unwrap_or_default();
        value.list().filter_map(namespace).collect()
    };
    Namespaces {
        personal: next(),
        other: next(),
        shared: next(),
    }
}

/// Reads what follows `* QUOTA`: the root's name and its resources.
pub(super) fn quota(reader: &mut Reader<'_>) -> Option<(String, Vec<Resource>)> {
    let root = text(reader)?;
    let list = Value::read(reader).ok()?;
    let mut fields = list.list();
    let mut resources = Vec::new();
    while let (Some(name), Some(used), Some(limit)) = (fields.next(), fields.next(), fields.next())
    {
        if let (Some(name), Some(used), Some(limit)) = (name.word(), used.number(), limit.number())
        {
            let name = name.to_ascii_uppercase();
            resources.push(Resource { name, used, limit });
        }
    }
    Some((root, resources))
}

/// Reads what follows `* QUOTAROOT`: the mailbox and the roots that hold it.
pub(super) fn quota_root(reader: &mut Reader<'_>) -> Option<(MailboxName, Vec<String>)> {
    let mailbox = mailbox(reader)?;
    Some((mailbox, std::iter::from_fn(|| text(reader)).collect()))
}

/// RFC 8474 §4. Cyrus 3.6 sends octets of its memory in STATUS, others every time.
fn is_object_id(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=255).contains(&id.len()) && id.bytes().all(fits)
}

fn text(reader: &mut Reader<'_>) -> Option<String> {
    let text = reader.string().ok().flatten()?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

fn mailbox(reader: &mut Reader<'_>) -> Option<MailboxName> {
    let value = Value::read(reader).ok()?;
    let name = match value.node() {
        // A mailbox called NIL need not be quoted (RFC 9051 §9 `astring`).
        Node::Nil => b"NIL",
        node => node.bytes()?,
    };
    (name.len() <= NAME).then(|| MailboxName::from_wire(name))
}

fn namespace(node: Node<'_>) -> Option<Namespace> {
    let mut fields: Nodes<'_> = node.list()?;
    Some(Namespace {
        prefix: MailboxName::from_wire(fields.next()?.bytes().unwrap_or_default()),
        delimiter: fields.next().and_then(delimiter),
    })
}

/// One ASCII character in quotes; NIL, an empty string or anything longer is none.
fn delimiter(node: Node<'_>) -> Option<char> {
    match node.bytes()? {
        [byte] if byte.is_ascii_graphic() => Some(char::from(*byte)),
        _ => None,
    }
}
