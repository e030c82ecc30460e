//! An address of the envelope (RFC 5321 §4.1.2 `Mailbox`, RFC 6531 for letters beyond ASCII):
//! checked so that it can stand in a command and nothing else can.

use std::{fmt, net::Ipv4Addr, net::Ipv6Addr};

/// RFC 5321 §4.5.3.1.1.
const MAX_LOCAL: usize = 64;

/// RFC 5321 §4.5.3.1.3: a path has 256 octets with its angle brackets.
const MAX_ADDRESS: usize = 254;

/// An address that can go into MAIL FROM and RCPT TO. Its domain is in ASCII (A-labels).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    local: String,
    domain: String,
}

/// Why a text can be no address of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is no `@`, or nothing before or behind it.
    #[error("the address is incomplete")]
    Incomplete,
    /// Longer than RFC 5321 allows: 64 octets before the `@`, 254 in all.
    #[error("the address is too long")]
    TooLong,
    /// A character that may not stand before the `@`, or not there without quotes.
    #[error("the name before the @ has a character that is not allowed")]
    Local,
    /// No domain name and no address literal.
    #[error("the domain behind the @ is not valid")]
    Domain,
}

impl Address {
    /// Checks `local@domain`, without display name and angle brackets.
    ///
    /// # Errors
    /// [`AddressError`] says what is wrong; nothing is repaired, as it would be another address.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Incomplete)?;
        if local.is_empty() || domain.is_empty() {
            return Err(AddressError::Incomplete);
        }
        // Before the conversion of the domain, whose cost grows with its length.
        if text.len() > 4 * MAX_ADDRESS || local.len() > MAX_LOCAL {
            return Err(AddressError::TooLong);
        }
        if !is_local(local) {
            return Err(AddressError::Local);
        }
        let domain = domain_in_ascii(domain).ok_or(AddressError::Domain)?;
        if local.len() + 1 + domain.len() > MAX_ADDRESS {
            return Err(AddressError::TooLong);
        }
        Ok(Self {
            local: local.to_owned(),
            domain,
        })
    }

    /// Does it need a server with SMTPUTF8 (RFC 6531)? A foreign domain alone does not.
    pub fn needs_smtputf8(&self) -> bool {
        !self.local.is_ascii()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// A dot-string or a quoted string. Dots may stand anywhere, as a few old providers gave out such
/// addresses. Angle brackets are refused even in quotes, where RFC 5321 has them: a server that
/// reads quotes carelessly would take what follows for parameters.
fn is_local(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix('"') {
        let Some(inner) = rest.strip_suffix('"') else {
            return false;
        };
        let mut escaped = false;
        for c in inner.chars() {
            match c {
                '<' | '>' => return false,
                _ if c.is_control() => return false,
                '"' | '\\' if escaped => escaped = false,
                '"' => return false,
                '\\' => escaped = true,
                _ => escaped = false,
            }
        }
        return !escaped;
    }
    text.chars().all(|c| match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c),
        false => !c.is_control() && !c.is_whitespace(),
    })
}

/// The domain by its A-labels, or an address literal; `None` when it is neither.
pub(super) fn domain_in_ascii(text: &str) -> Option<String> {
    if let Some(literal) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        let fits = match literal.get(..5).filter(|t| t.eq_ignore_ascii_case("IPv6:")) {
            Some(tag) => literal.strip_prefix(tag)?.parse::<Ipv6Addr>().is_ok(),
            None => literal.parse::<Ipv4Addr>().is_ok(),
        };
        return fits.then(|| text.to_owned());
    }
    let domain = match text.is_ascii() {
        true => text.to_owned(),
        false => idna::domain_to_ascii(text).ok()?,
    };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    domain.split('.').all(label).then_some(domain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_of_people() {
        for (text, shown, utf8) in [
            ("anna@example.org", "anna@example.org", false),
            ("a.b+tag@Example.ORG", "a.b+tag@Example.ORG", false),
            (
                "o'neil=x/y@sub.example.co.uk",
                "o'neil=x/y@sub.example.co.uk",
                false,
            ),
            ("root@localhost", "root@localhost", false),
            (
                "two..dots.@docomo.example",
                "two..dots.@docomo.example",
                false,
            ),
            (r#""a b"@example.org"#, r#""a b"@example.org"#, false),
            (r#"""@example.org"#, r#"""@example.org"#, false),
            (r#""a@b\"c"@example.org"#, r#""a@b\"c"@example.org"#, false),
            ("x@[192.0.2.1]", "x@[192.0.2.1]", false),
            ("x@[IPv6:2001:db8::1]", "x@[IPv6:2001:db8::1]", false),
            (
                "info@m\u{fc}ller.example",
                "info@xn--mller-kva.example",
                false,
            ),
            ("j\u{fc}rgen@example.org", "j\u{fc}rgen@example.org", true),
            (
                "\u{7528}\u{6237}@\u{4f8b}\u{5b50}.example",
                "\u{7528}\u{6237}@xn--fsqu00a.example",
                true,
            ),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(address.needs_smtputf8(), utf8, "{text}");
        }
    }

    #[test]
    fn what_is_no_address() {
        use AddressError::{Domain, Incomplete, Local, TooLong};
        let long = format!("{}@example.org", "a".repeat(65));
        let wide = format!("a@{}example.org", "a.".repeat(125));
        for (text, error) in [
            ("", Incomplete),
            ("anna", Incomplete),
            ("@example.org", Incomplete),
            ("anna@", Incomplete),
            (&long, TooLong),
            (&wide, TooLong),
            ("a b@example.org", Local),
            ("a<b@example.org", Local),
            ("a@b@example.org", Local),
            ("<a@example.org>", Local),
            ("a\r\nRCPT TO:<b@example.org", Local),
            ("a\0@example.org", Local),
            ("a\u{85}b@example.org", Local),
            ("a\u{a0}b@example.org", Local),
            (r#""a"b"@example.org"#, Local),
            (r#""a\"@example.org"#, Local),
            (r#""a> SIZE=1"@example.org"#, Local),
            ("a@exa mple.org", Domain),
            ("a@example.org\r\nDATA", Domain),
            ("a@example.org> SIZE=1", Domain),
            ("a@example..org", Domain),
            ("a@.org", Domain),
            ("a@example.org.", Domain),
            ("a@[192.0.2.1", Domain),
            ("a@[192.0.2]", Domain),
            ("a@[IPv6:x]", Domain),
            ("a@\u{fc}\u{2024}\u{2024}org", Domain),
        ] {
            assert_eq!(Address::parse(text), Err(error), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_gets_out_of_the_brackets(text in "(?s).{0,80}@?.{0,40}") {
            if let Ok(address) = Address::parse(&text) {
                let written = address.to_string();
                prop_assert!(written.len() <= MAX_ADDRESS);
                prop_assert!(!written.contains(['<', '>']));
                prop_assert!(!written.chars().any(char::is_control));
                prop_assert!(!written.contains(' ') || written.starts_with('"'));
                prop_assert_eq!(Address::parse(&written), Ok(address));
            }
        }
    }
}
