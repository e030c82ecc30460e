//! Response codes (RFC 9051 §7.1, RFC 5530 and the extensions that define more).

use super::{
    text::plain,
    token::{Node, Reader, Value, number, number32},
    uidset::UidSet,
};

/// The bracketed part of a status response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// A person must see the text.
    Alert,
    /// ALREADYEXISTS: a mailbox of that name.
    AlreadyExists,
    /// APPENDUID: UIDVALIDITY and the UIDs of what was appended.
    AppendUid(u32, UidSet),
    /// AUTHENTICATIONFAILED: wrong user name or password.
    AuthenticationFailed,
    /// AUTHORIZATIONFAILED: right password, but no right to be that user.
    AuthorizationFailed,
    /// BADCHARSET: the charsets that SEARCH knows, if it says so.
    BadCharset(Vec<String>),
    /// CANNOT: never possible, whatever the rights.
    Cannot,
    /// CAPABILITY, in upper case.
    Capability(Vec<String>),
    /// CLIENTBUG: we did something wrong.
    ClientBug,
    /// CLOSED: the mailbox selected before is no longer.
    Closed,
    /// CONTACTADMIN.
    ContactAdmin,
    /// COPYUID: UIDVALIDITY of the target, UIDs there and here, paired by position.
    CopyUid(u32, UidSet, UidSet),
    /// CORRUPTION: data lost on the server.
    Corruption,
    /// EXPIRED: the password has.
    Expired,
    /// EXPUNGEISSUED: messages vanished meanwhile.
    ExpungeIssued,
    /// HASCHILDREN: DELETE of a mailbox with others below it.
    HasChildren,
    /// HIGHESTMODSEQ (RFC 7162 §3.1.2.1).
    HighestModSeq(u64),
    /// INUSE: try again later.
    InUse,
    /// LIMIT: more than the server allows.
    Limit,
    /// MAILBOXID (RFC 8474 §4.2).
    MailboxId(String),
    /// MODIFIED: the messages that a conditional STORE left alone (RFC 7162 §3.1.3).
    Modified(UidSet),
    /// NOMODSEQ: this mailbox keeps none.
    NoModSeq,
    /// NONEXISTENT: no such mailbox.
    NonExistent,
    /// NOPERM: no right to do that.
    NoPerm,
    /// NOTSAVED: `$` is empty (RFC 5182).
    NotSaved,
    /// OVERQUOTA.
    OverQuota,
    /// PARSE: a header that the server can't read.
    Parse,
    /// PERMANENTFLAGS: the flags that can be stored; `\*` among them means any keyword.
    PermanentFlags(Vec<String>),
    /// PRIVACYREQUIRED: only over TLS.
    PrivacyRequired,
    /// READ-ONLY.
    ReadOnly,
    /// READ-WRITE.
    ReadWrite,
    /// SERVERBUG.
    ServerBug,
    /// TOOBIG: a message larger than the server takes (RFC 7889, RFC 4469).
    TooBig,
    /// TRYCREATE: the target mailbox is missing and could be made.
    TryCreate,
    /// UIDNEXT.
    UidNext(u32),
    /// UIDNOTSTICKY: UIDs change from session to session.
    UidNotSticky,
    /// UIDVALIDITY.
    UidValidity(u32),
    /// UNAVAILABLE: something behind the server is down; try again later.
    Unavailable,
    /// UNKNOWN-CTE: BINARY can't decode this part.
    UnknownCte,
    /// UNSEEN: sequence number of the first unread message.
    Unseen(u32),
    /// Any other, or one of the above that can't be read. Name in upper case, and the rest.
    Other(String, String),
}

/// Splits `[CODE ..] text` into its two parts. The text is one line, safe to show.
pub(super) fn code_and_text(raw: &[u8]) -> (Option<Code>, String) {
    let raw = raw.trim_ascii_start();
    let inside = raw.strip_prefix(b"[").and_then(|rest| {
        let end = closing(rest).or_else(|| rest.iter().position(|&b| b == b']'))?;
        rest.split_at_checked(end)
    });
    match inside {
        Some((code, after)) => {
            let text = after.strip_prefix(b"]").unwrap_or(after);
            (Some(Code::parse(code)), plain(text, TEXT).into_owned())
        }
        None => (None, plain(raw, TEXT).into_owned()),
    }
}

/// The most characters of a status text that are kept.
const TEXT: usize = 1000;

/// Where the bracket closes: not within quotes, as a mailbox name or a charset may have one.
fn closing(rest: &[u8]) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    rest.iter().position(|byte| {
        let escape = escaped;
        escaped = quoted && !escape && *byte == b'\\';
        quoted ^= *byte == b'"' && !escape;
        *byte == b']' && !quoted
    })
}

impl Code {
    fn parse(raw: &[u8]) -> Self {
        let mut reader = Reader::new(raw);
        let name = String::from_utf8_lossy(reader.word()).to_ascii_uppercase();
        let rest = reader.rest().trim_ascii();
        Self::with(&name, reader)
            .unwrap_or_else(|| Self::Other(name, plain(rest, TEXT).into_owned()))
    }

    fn with(name: &str, mut reader: Reader<'_>) -> Option<Self> {
        Some(match name {
            "ALERT" => Self::Alert,
            "ALREADYEXISTS" => Self::AlreadyExists,
            "APPENDUID" => Self::AppendUid(number32(reader.word())?, set(&mut reader)?),
            "AUTHENTICATIONFAILED" => Self::AuthenticationFailed,
            "AUTHORIZATIONFAILED" => Self::AuthorizationFailed,
            "BADCHARSET" => Self::BadCharset(words(&mut reader)),
            "CANNOT" => Self::Cannot,
            "CAPABILITY" => Self::Capability(capabilities(reader)),
            "CLIENTBUG" => Self::ClientBug,
            "CLOSED" => Self::Closed,
            "CONTACTADMIN" => Self::ContactAdmin,
            "COPYUID" => {
                let validity = number32(reader.word())?;
                Self::CopyUid(validity, set(&mut reader)?, set(&mut reader)?)
            }
            "CORRUPTION" => Self::Corruption,
            "EXPIRED" => Self::Expired,
            "EXPUNGEISSUED" => Self::ExpungeIssued,
            "HASCHILDREN" => Self::HasChildren,
            "HIGHESTMODSEQ" => Self::HighestModSeq(number(reader.word())?),
            "INUSE" => Self::InUse,
            "LIMIT" => Self::Limit,
            "MAILBOXID" => Self::MailboxId(words(&mut reader).into_iter().next()?),
            "MODIFIED" => Self::Modified(set(&mut reader)?),
            "NOMODSEQ" => Self::NoModSeq,
            "NONEXISTENT" => Self::NonExistent,
            "NOPERM" => Self::NoPerm,
            "NOTSAVED" => Self::NotSaved,
            "OVERQUOTA" => Self::OverQuota,
            "PARSE" => Self::Parse,
            "PERMANENTFLAGS" => Self::PermanentFlags(words(&mut reader)),
            "PRIVACYREQUIRED" => Self::PrivacyRequired,
            "READ-ONLY" => Self::ReadOnly,
            "READ-WRITE" => Self::ReadWrite,
            "SERVERBUG" => Self::ServerBug,
            "TOOBIG" => Self::TooBig,
            "TRYCREATE" => Self::TryCreate,
            "UIDNEXT" => Self::UidNext(number32(reader.word())?),
            "UIDNOTSTICKY" => Self::UidNotSticky,
            "UIDVALIDITY" => Self::UidValidity(number32(reader.word())?),
            "UNAVAILABLE" => Self::Unavailable,
            "UNKNOWN-CTE" => Self::UnknownCte,
            "UNSEEN" => Self::Unseen(number32(reader.word())?),
            _ => return None,
        })
    }
}

/// The words up to the end, in upper case (RFC 9051 §7.2.2).
pub(super) fn capabilities(mut reader: Reader<'_>) -> Vec<String> {
    std::iter::from_fn(|| Some(reader.word()).filter(|word| !word.is_empty()))
        .map(|word| String::from_utf8_lossy(word).to_ascii_uppercase())
        .collect()
}

fn set(reader: &mut Reader<'_>) -> Option<UidSet> {
    UidSet::parse(reader.word())
}

/// The words of a list, or one word that should have been in a list.
fn words(reader: &mut Reader<'_>) -> Vec<String> {
    let Ok(value) = Value::read(reader) else {
        return Vec::new();
    };
    match value.node() {
        Node::List(nodes) => nodes.words(),
        other => other.word().into_iter().collect(),
    }
}
