//! One response with a type (RFC 9051 §7, and the extensions that are of use).

use bytes::Bytes;

use super::{
    capitals::Capitals,
    code::{Code, capabilities, code_and_text},
    fetch::{self, Fetched},
    list::{self, Listed, MailboxStatus, Namespaces, Resource},
    mutf7::MailboxName,
    search::{self, ESearch, Numbers},
    token::{Node, Reader, Value, number32},
    uidset::UidSet,
};

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;

/// How a command went, or what kind of news a server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done.
    Ok,
    /// Refused.
    No,
    /// Not understood.
    Bad,
    /// The server closes the connection. Untagged only.
    Bye,
    /// The connection is signed in from the start. Untagged only.
    Preauth,
}

/// What a server sends. Never logged: it holds what people write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Response {
    /// `+`: the server waits for the rest of a command. The text as sent, for SASL.
    Continue { text: String },
    /// The end of a command.
    Tagged {
        tag: String,
        status: Status,
        code: Option<Code>,
        text: String,
    },
    /// A status line of no command.
    Status {
        status: Status,
        code: Option<Code>,
        text: String,
    },
    /// In upper case.
    Capability(Vec<String>),
    /// How many messages the mailbox has.
    Exists(u32),
    /// How many of them are new to this session.
    Recent(u32),
    /// The message with this sequence number is gone; later ones move up by one.
    Expunge(u32),
    /// These UIDs are gone; `earlier` when they went before this session (RFC 7162 §3.2.10).
    Vanished { earlier: bool, uids: UidSet },
    /// One message.
    Fetch(Box<Fetched>),
    /// One mailbox. XLIST counts as well.
    List(Listed),
    /// One subscribed mailbox.
    Lsub(Listed),
    /// The counts of one mailbox.
    StatusOf(MailboxStatus),
    /// What SEARCH found.
    Search(Numbers),
    /// What SEARCH or SORT with RETURN found.
    ESearch(ESearch),
    /// What SORT found, in order.
    Sort(Numbers),
    /// What follows `THREAD`, as sent.
    Thread(Bytes),
    /// The flags of the mailbox.
    Flags(Vec<String>),
    /// What ENABLE switched on, in upper case.
    Enabled(Vec<String>),
    /// Where mailboxes are.
    Namespace(Namespaces),
    /// What the server says that it is (RFC 2971).
    Id(Vec<(String, Option<String>)>),
    /// The use and limits of a quota root.
    Quota {
        root: String,
        resources: Vec<Resource>,
    },
    /// The quota roots of a mailbox.
    QuotaRoot {
        mailbox: MailboxName,
        roots: Vec<String>,
    },
    /// Anything else, or one of the above that can't be read.
    Unknown(Bytes),
}

impl Response {
    /// Reads one response as the framer cut it. Never fails and never panics.
    pub(crate) fn parse(frame: Bytes) -> Self {
        let known = match frame.first() {
            Some(b'+') => Some(Self::Continue {
                text: line(frame.get(1..).unwrap_or_default()),
            }),
            Some(b'*') => untagged(&frame),
            _ => tagged(&frame),
        };
        known.unwrap_or(Self::Unknown(frame))
    }
}

fn tagged(frame: &Bytes) -> Option<Response> {
    let mut reader = Reader::new(frame);
    let tag = std::str::from_utf8(reader.word()).ok()?.to_owned();
    let status = Status::of(reader.word())?;
    if matches!(status, Status::Bye | Status::Preauth) {
        return None;
    }
    let (code, text) = code_and_text(reader.rest());
    Some(Response::Tagged {
        tag,
        status,
        code,
        text,
    })
}

fn untagged(frame: &Bytes) -> Option<Response> {
    let mut reader = Reader::new(frame);
    reader.eat(b'*');
    let word = reader.word();
    if let Some(number) = number32(word) {
        return numbered(number, &mut reader, frame);
    }
    if let Some(status) = Status::of(word) {
        let (code, text) = code_and_text(reader.rest());
        return Some(Response::Status { status, code, text });
    }
    Some(match Capitals::of(word).word() {
        b"CAPABILITY" => Response::Capability(capabilities(reader)),
        b"ENABLED" => Response::Enabled(capabilities(reader)),
        b"LIST" | b"XLIST" => Response::List(list::listed(&mut reader)?),
        b"LSUB" => Response::Lsub(list::listed(&mut reader)?),
        b"STATUS" => Response::StatusOf(list::status(&mut reader)?),
        b"SEARCH" => Response::Search(search::numbers(reader)),
        b"SORT" => Response::Sort(search::numbers(reader)),
        b"ESEARCH" => Response::ESearch(search::esearch(reader)),
        b"THREAD" => Response::Thread(frame.slice_ref(reader.rest().trim_ascii())),
        b"FLAGS" => Response::Flags(Value::read(&mut reader).ok()?.node().list()?.words()),
        b"NAMESPACE" => Response::Namespace(list::namespaces(&mut reader)),
        b"ID" => Response::Id(id(&mut reader)),
        b"VANISHED" => {
            let (earlier, uids) = search::vanished(reader)?;
            Response::Vanished { earlier, uids }
        }
        b"QUOTA" => {
            let (root, resources) = list::quota(&mut reader)?;
            Response::Quota { root, resources }
        }
        b"QUOTAROOT" => {
            let (mailbox, roots) = list::quota_root(&mut reader)?;
            Response::QuotaRoot { mailbox, roots }
        }
        _ => return None,
    })
}

fn numbered(number: u32, reader: &mut Reader<'_>, frame: &Bytes) -> Option<Response> {
    let word = Capitals::of(reader.word());
    // Only counts may be 0; there is no message with that number.
    Some(match (word.word(), number) {
        (b"EXISTS", _) => Response::Exists(number),
        (b"RECENT", _) => Response::Recent(number),
        (_, 0) => return None,
        (b"EXPUNGE", _) => Response::Expunge(number),
        (b"FETCH", _) => Response::Fetch(Box::new(fetch::fetched(number, reader, frame)?)),
        _ => return None,
    })
}

impl Status {
    fn of(word: &[u8]) -> Option<Self> {
        Some(match Capitals::of(word).word() {
            b"OK" => Self::Ok,
            b"NO" => Self::No,
            b"BAD" => Self::Bad,
            b"BYE" => Self::Bye,
            b"PREAUTH" => Self::Preauth,
            _ => return None,
        })
    }
}

fn id(reader: &mut Reader<'_>) -> Vec<(String, Option<String>)> {
    let value = Value::read(reader).unwrap_or_default();
    let mut fields = value.list();
    let mut own = Vec::new();
    while let (Some(name), value) = (fields.next().and_then(Node::word), fields.next()) {
        own.push((name.to_ascii_lowercase(), value.and_then(Node::word)));
    }
    own
}

/// The rest of a line without its end.
fn line(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).trim().to_owned()
}
