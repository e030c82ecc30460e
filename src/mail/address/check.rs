//! Whether an address can be sent to (RFC 5321 §4.1.2, RFC 6531 §3.3), and its two forms: as
//! people read it, and as the envelope and headers carry it.

use core::net::{Ipv4Addr, Ipv6Addr};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// RFC 5321 §4.5.3.1.1, in octets.
const MAX_LOCAL: usize = 64;
/// RFC 5321 §4.5.3.1.3 allows 256 octets with the angle brackets.
const MAX_ADDRESS: usize = 254;

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum Fault {
    /// Nothing in it looks like an address.
    #[error("there is no @ in it")]
    NoAt,
    /// Nothing stands before the `@`.
    #[error("nothing stands before the @")]
    NoLocal,
    /// Nothing stands after the `@`.
    #[error("nothing stands after the @")]
    NoDomain,
    /// The part before the `@` has characters or dots where they can't be.
    #[error("the part before the @ is not written as it should be")]
    Local,
    /// The part after the `@` is no domain.
    #[error("the part after the @ is no domain")]
    Domain,
    /// More than 64 octets before the `@`, or more than 254 in all.
    #[error("it is too long")]
    TooLong,
    /// A control character, a line end or NUL.
    #[error("it has control characters in it")]
    Control,
    /// A quote, a bracket or a group that is not closed.
    #[error("a quote or bracket is not closed")]
    Unclosed,
}

/// A checked addr-spec.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Checked {
    /// As people read it: NFC, the domain as it was written.
    pub shown: String,
    /// As it is sent: NFC, the domain in A-labels. ASCII unless [`Checked::needs_smtputf8`].
    pub sent: String,
}

impl Checked {
    /// The local part is not ASCII, so every server on the way must know SMTPUTF8 (RFC 6531).
    pub fn needs_smtputf8(&self) -> bool {
        !self.sent.is_ascii()
    }
}

/// Checks an addr-spec (`local@domain`, no brackets, no name).
pub fn check(email: &str) -> Result<Checked, Fault> {
    if email.chars().any(char::is_control) {
        return Err(Fault::Control);
    }
    let (local, domain) = email.rsplit_once('@').ok_or(Fault::NoAt)?;
    if local.is_empty() {
        return Err(Fault::NoLocal);
    }
    if domain.is_empty() {
        return Err(Fault::NoDomain);
    }
    let local: String = local.nfc().collect();
    if local.len() > MAX_LOCAL {
        return Err(Fault::TooLong);
    }
    if !is_dot_string(&local) && !is_quoted_string(&local) {
        return Err(Fault::Local);
    }
    let sent = format!("{local}@{}", ascii_domain(domain).ok_or(Fault::Domain)?);
    if sent.len() > MAX_ADDRESS {
        return Err(Fault::TooLong);
    }
    let domain: String = domain.nfc().collect();
    let shown = format!("{local}@{domain}");
    Ok(Checked { shown, sent })
}

/// The domain in A-labels (RFC 5891), or an address literal as it is. `None` when it is neither.
pub fn ascii_domain(domain: &str) -> Option<String> {
    if let Some(literal) = domain.strip_prefix('[') {
        let literal = literal.strip_suffix(']')?;
        let is_address = match literal.strip_prefix("IPv6:") {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => literal.parse::<Ipv4Addr>().is_ok(),
        };
        return is_address.then(|| domain.to_owned());
    }
    Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .ok()
        .map(String::from)
}

/// `Dot-string`: atoms and single dots between them.
fn is_dot_string(local: &str) -> bool {
    let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_atext);
    local.split('.').all(is_atom)
}

/// `atext` (RFC 5322 §3.2.3), and what RFC 6531 §3.3 adds to it. White space and invisible
/// characters beyond ASCII are allowed there; nobody who sees the address could type them.
pub(crate) fn is_atext(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^' | '_'
        | '`' | '{' | '|' | '}' | '~' => true,
        c if c.is_ascii() => false,
        c => !c.is_whitespace() && !c.is_control() && !is_never_seen(c),
    }
}

/// The joiners have a meaning in some scripts, and so may be in a local part.
fn is_never_seen(c: char) -> bool {
    crate::mail::header::clean::is_invisible(c) && !matches!(c, '\u{200c}' | '\u{200d}')
}

/// `Quoted-string` (RFC 5321 §4.1.2): printable characters, `\` before `"` and `\`.
fn is_quoted_string(local: &str) -> bool {
    let Some(text) = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return false;
    };
    let fits = |c: char| c == ' ' || c.is_ascii_graphic() || is_atext(c);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let sound = match c {
            '\\' => chars
                .next()
                .is_some_and(|c| c == ' ' || c.is_ascii_graphic()),
            '"' => false,
            c => fits(c),
        };
        if !sound {
            return false;
        }
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_addresses_have_two_forms() {
        let cases = [
            ("a@b", "a@b"),
            ("anna+list@example.org", "anna+list@example.org"),
            ("Anna@Example.ORG", "Anna@example.org"),
            ("zoe@bücher.example", "zoe@xn--bcher-kva.example"),
            ("zoe@bu\u{308}cher.example", "zoe@xn--bcher-kva.example"),
            ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
            ("\"a b\"@x.org", "\"a b\"@x.org"),
            ("\"a@b\"@x.org", "\"a@b\"@x.org"),
            ("\"a\\\"b\"@x.org", "\"a\\\"b\"@x.org"),
            ("a@[192.0.2.1]", "a@[192.0.2.1]"),
            ("a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"),
        ];
        for (email, sent) in cases {
            let checked = check(email).unwrap();
            assert_eq!(checked.sent, sent);
            assert_eq!(checked.needs_smtputf8(), email.starts_with('用'));
        }
        let shown = check("zo\u{65}\u{301}@bu\u{308}cher.example")
            .unwrap()
            .shown;
        assert_eq!(shown, "zo\u{e9}@b\u{fc}cher.example");
    }

    #[test]
    fn faults_are_named() {
        let long = format!("{}@b", "a".repeat(65));
        let long_label = format!("a@{}.org", "b".repeat(64));
        let long_address = format!("a@{}.org", ["b".repeat(63).as_str(); 4].join("."));
        let cases = [
            ("anna", Fault::NoAt),
            ("", Fault::NoAt),
            ("@b", Fault::NoLocal),
            ("a@", Fault::NoDomain),
            ("a b@c", Fault::Local),
            (".a@b", Fault::Local),
            ("a..b@c", Fault::Local),
            ("a@b@c", Fault::Local),
            ("a\u{200b}@b", Fault::Local),
            ("\"a@b", Fault::Local),
            ("\"\"@b", Fault::Local),
            ("a@b..c", Fault::Domain),
            ("a@b c", Fault::Domain),
            ("a@b_c", Fault::Domain),
            ("a@-b", Fault::Domain),
            ("a@b>", Fault::Domain),
            ("a@[1.2.3]", Fault::Domain),
            (long.as_str(), Fault::TooLong),
            (long_label.as_str(), Fault::Domain),
            (long_address.as_str(), Fault::Domain),
            ("a\r\nBcc: x@y", Fault::Control),
            ("a\0@b", Fault::Control),
        ];
        for (email, fault) in cases {
            assert_eq!(check(email), Err(fault), "{email:?}");
        }
    }
}
