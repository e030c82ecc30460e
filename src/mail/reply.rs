//! What a new message takes from the one it answers, passes on or repeats (RFC 5322 §3.6.3–3.6.5):
//! recipients, the address that answers, subject, references, and what is quoted.
//!
//! Everything here reads header fields as they came, so that one header fetch is enough, and gives
//! back values; words that people read (`On Monday, Anna wrote:`) come from the caller.

pub mod again;
pub mod forward;
pub mod identity;
pub mod own;
pub mod quote;
pub mod recipients;
pub mod references;
pub mod subject;

use super::{
    address::{self, Address},
    header::{self, Field},
};

/// Fields of one name that are read; honest messages have one (RFC 5322 §3.6).
const MAX_FIELDS: usize = 10;

/// The addresses of all fields with this name that something can be sent to.
fn complete(fields: &[Field<'_>], name: &str) -> Vec<Address> {
    let all = header::all(fields, name).take(MAX_FIELDS);
    let addresses = all.flat_map(header::addresses);
    addresses.filter(Address::is_complete).collect()
}

/// Each mailbox once, by the first of its spellings.
#[derive(Default)]
struct Unique {
    known: std::collections::HashSet<String>,
}

impl Unique {
    /// What of `addresses` has not come by before.
    fn of(&mut self, addresses: Vec<Address>) -> Vec<Address> {
        let new = |one: &Address| self.known.insert(address::key(&one.email));
        addresses.into_iter().filter(new).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
