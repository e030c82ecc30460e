//! A folder in another order than that of arrival, as the server sorts it (RFC 5256).

use super::{
    client::Client,
    connection::{Job, canonical},
    error::Error,
    search::{condition, is_ascii},
    wire::{command::Command, response::Response},
};
use crate::mail::{
    query::Filter,
    sort::{Sort, SortKey},
};

/// All messages of a folder in an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// The folder's UIDVALIDITY.
    pub uid_validity: u32,
    /// In the order asked for.
    pub uids: Vec<u32>,
}

impl Client {
    /// Does the server sort? `None` before a folder was looked at. Asks nobody.
    pub fn sorts(&self) -> Option<bool> {
        self.facts().sorts
    }

    /// The messages that match, in this order. 1 round trip when the folder is selected, 2 when not;
    /// some 7 octets for each message.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the server does not sort.
    pub async fn sort(&self, mailbox: &str, filter: &Filter, sort: Sort) -> Result<Sorted, Error> {
        let mailbox = canonical(mailbox);
        let mut lease = self.lease(Some(&mailbox)).await?;
        let sorts = lease.capabilities.has("SORT");
        self.learn(|facts| facts.sorts = Some(sorts));
        if !sorts {
            return Err(Error::Unsupported("SORT"));
        }
        let by_name = lease.capabilities.has("SORT=DISPLAY");
        let command = Command::new("UID SORT").raw_items(criteria(sort, by_name));
        let command = command.raw_items(match is_ascii(filter, 0) {
            true => "US-ASCII",
            false => "UTF-8",
        });
        let command = condition(command, filter, 0)?;
        // Only with NOOP does a server have to say what has come meanwhile; it costs no more.
        let commands = vec![Command::new("NOOP"), command];
        let reply = lease.run(&Job::inside(&mailbox, None, commands)).await?;
        reply.check()?;
        let Some(selected) = lease.selected.clone() else {
            return Err(Error::NoSuchMailbox);
        };
        // An answer may name a message twice, or more than there are; neither is believed.
        let room = usize::try_from(selected.exists).unwrap_or(usize::MAX);
        let mut seen = std::collections::HashSet::new();
        let sorted = reply.data.iter().filter_map(|response| match response {
            Response::Sort(sorted) => Some(&sorted.ids),
            _ => None,
        });
        let uids = sorted.flatten().copied().filter(|uid| seen.insert(*uid));
        Ok(Sorted {
            uid_validity: selected.uid_validity,
            uids: uids.take(room).collect(),
        })
    }
}

/// What is alike stands in the order of arrival, the same way round: sorting leaves it in ascending
/// order (RFC 5256 §3).
fn criteria(sort: Sort, by_name: bool) -> &'static str {
    match (sort.key, sort.descending, by_name) {
        (SortKey::Received, true, _) => "(REVERSE ARRIVAL)",
        (SortKey::Received, false, _) => "(ARRIVAL)",
        (SortKey::From, true, true) => "(REVERSE DISPLAYFROM REVERSE ARRIVAL)",
        (SortKey::From, false, true) => "(DISPLAYFROM)",
        (SortKey::From, true, false) => "(REVERSE FROM REVERSE ARRIVAL)",
        (SortKey::From, false, false) => "(FROM)",
        (SortKey::Subject, true, _) => "(REVERSE SUBJECT REVERSE ARRIVAL)",
        (SortKey::Subject, false, _) => "(SUBJECT)",
        (SortKey::Size, true, _) => "(REVERSE SIZE REVERSE ARRIVAL)",
        (SortKey::Size, false, _) => "(SIZE)",
    }
}
