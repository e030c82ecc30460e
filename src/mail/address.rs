//! A mail address as headers carry it (RFC 8621 §4.1.2.3 `EmailAddress`).

pub(crate) mod check;

use serde::{Deserialize, Serialize};

pub use check::{Checked, Fault, ascii_domain, check};

/// RFC 5321 §4.5.3.1: 64 octets, `@`, 255 octets.
const MAX_EMAIL: usize = 320;

/// One address. Both fields are decoded text with control and bidi characters already removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The display name; `None` when the header has none or an empty one.
    pub name: Option<String>,
    /// The addr-spec as written (`local@domain`); may be malformed or empty in hostile mail.
    pub email: String,
}

impl Address {
    /// What to show where there is room for one thing: the name, else the address.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.email)
    }

    /// Whether something could be sent there: a local part and a domain, in nothing that would
    /// need to be taken apart first.
    pub fn is_complete(&self) -> bool {
        let Some((local, domain)) = self.email.rsplit_once('@') else {
            return false;
        };
        let is_quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
        let breaks = |c: char| c.is_control() || c.is_whitespace() || "<>,;()".contains(c);
        !local.is_empty()
            && !domain.is_empty()
            && self.email.len() <= MAX_EMAIL
            && !domain.contains(|c: char| breaks(c) || matches!(c, '"' | '\\'))
            && !self.email.contains(char::is_control)
            && (is_quoted || !local.contains(|c: char| breaks(c) || matches!(c, '"' | '@')))
    }
}

/// What two spellings of one mailbox have in common: small letters, and the domain as DNS knows
/// it. Local parts may differ by case (RFC 5321 §2.4), but nobody's do.
pub fn key(email: &str) -> String {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return email.to_lowercase();
    };
    let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase());
    format!("{}@{domain}", local.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Address, key};

    #[test]
    fn some_addresses_can_be_written_to() {
        let cases = [
            ("anna@example.org", true),
            ("\"a b\"@example.org", true),
            ("anna@[192.0.2.1]", true),
            ("anna@müller.example", true),
            ("", false),
            ("anna", false),
            ("@example.org", false),
            ("anna@", false),
            ("a b@example.org", false),
            ("a@b@example.org", false),
            ("a@example.org>,<b@example.org", false),
            ("a\r\n@example.org", false),
        ];
        for (email, expected) in cases {
            let address = Address {
                name: None,
                email: email.to_owned(),
            };
            assert_eq!(address.is_complete(), expected, "{email}");
        }
        assert_eq!(
            key("Anna@MÜLLER.example"),
            key("anna@xn--mller-kva.example")
        );
    }
}
