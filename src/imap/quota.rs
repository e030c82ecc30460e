//! How much room there is on the server (RFC 9208).

use super::{
    client::Client,
    connection::{Job, canonical},
    error::Error,
    wire::{command::Command, list::Resource, mutf7::MailboxName, response::Response},
};

/// STORAGE counts in so many octets (RFC 9208 §5.1).
const UNIT: u64 = 1024;

/// Octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage {
    /// What there is.
    pub used: u64,
    /// What there may be.
    pub limit: u64,
}

impl Client {
    /// The room for a folder's messages: of several bounds the one with the least left. `None` where
    /// the server has no QUOTA, or bounds nothing. 1 round trip.
    pub async fn storage(&self, mailbox: &str) -> Result<Option<Storage>, Error> {
        let mailbox = canonical(mailbox);
        let mut lease = self.lease(None).await?;
        if !lease.capabilities.has("QUOTA") {
            return Ok(None);
        }
        let name = MailboxName::from_path(&mailbox, lease.names);
        let command = Command::new("GETQUOTAROOT").name_of(&name);
        let reply = lease.run(&Job::new(vec![command])).await?;
        reply.check_open()?;
        Ok(least(&reply.data))
    }
}

fn least(data: &[Response]) -> Option<Storage> {
    let resources = data.iter().flat_map(|response| match response {
        Response::Quota { resources, .. } => resources.as_slice(),
        _ => &[],
    });
    let storage = resources.filter(|one| one.name == "STORAGE").map(octets);
    storage.min_by_key(|one| one.limit.saturating_sub(one.used))
}

fn octets(resource: &Resource) -> Storage {
    Storage {
        used: resource.used.saturating_mul(UNIT),
        limit: resource.limit.saturating_mul(UNIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(resources: &[(&str, u64, u64)]) -> Response {
        let resource = |&(name, used, limit): &(&str, u64, u64)| Resource {
            name: name.to_owned(),
            used,
            limit,
        };
        Response::Quota {
            root: String::new(),
            resources: resources.iter().map(resource).collect(),
        }
    }

    #[test]
    fn the_narrowest_bound_counts() {
        let data = [
            root(&[("STORAGE", 10, 500), ("MESSAGE", 1, 2)]),
            root(&[("STORAGE", 300, 400)]),
            root(&[]),
        ];
        let least = least(&data).map(|one| (one.used, one.limit));
        assert_eq!(least, Some((300 * 1024, 400 * 1024)));
    }

    #[test]
    fn no_bound_is_none() {
        assert_eq!(least(&[]), None);
        assert_eq!(least(&[root(&[("MESSAGE", 1, 2)])]), None);
        let vast = least(&[root(&[("STORAGE", 1, u64::MAX)])]);
        assert_eq!(vast.map(|one| one.limit), Some(u64::MAX));
    }
}
