//! A mail address as headers carry it (RFC 8621 §4.1.2.3 `EmailAddress`).

pub(crate) mod check;

use serde::{Deserialize, Serialize};

pub use check::{Checked, Fault, ascii_domain, check};

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
}
