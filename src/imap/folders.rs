//! Folders: the list with its counts, and making, renaming and removing them.

mod listing;
mod roles;

use super::{
    client::Client,
    connection::{Job, canonical},
    error::Error,
    pool::Lease,
    wire::{
        command::Command,
        list::MailboxStatus,
        mutf7::{MailboxName, Names},
        response::Response,
    },
};
use crate::mail::mailbox::Role;

/// One folder as the server lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// The full path, decoded (`INBOX`, `Work/2026`). What all operations take as `mailbox`.
    pub name: String,
    /// The full path as the server writes it.
    pub wire_name: Vec<u8>,
    /// What separates the parts of the path; `None` on a server without hierarchy.
    pub delimiter: Option<char>,
    /// What it is for; at most one folder per role.
    pub role: Option<Role>,
    /// Can hold messages.
    pub selectable: bool,
    /// Has folders below it.
    pub has_children: bool,
    /// Wanted in the folder tree.
    pub subscribed: bool,
    /// Messages in it; 0 when not selectable.
    pub total: u32,
    /// Messages without `\Seen`.
    pub unread: u32,
    /// `None` when the server did not say.
    pub uid_validity: Option<u32>,
    /// The UID that the next message will have at least.
    pub uid_next: Option<u32>,
    /// The mark of the last change; `None` without CONDSTORE.
    pub highest_modseq: Option<u64>,
    /// The server's own name for it, kept through renames (RFC 8474).
    pub mailbox_id: Option<String>,
}

/// Longer paths are refused.
const MAX_PATH: usize = 1000;

impl Client {
    /// All folders with their counts. 1 round trip with LIST-STATUS, else 2 (and one for each
    /// further 200 folders); 1 more where a folder is selected, so that its counts are of now. Once
    /// as much again where the server turns out to have no lasting ids after all.
    pub async fn folders(&self) -> Result<Vec<Folder>, Error> {
        listing::all(self).await
    }

    /// The counts of one folder, with the name of what was asked for. 1 round trip; once 1 more where
    /// the server turns out to have no lasting ids.
    pub async fn folder_counts(&self, mailbox: &str) -> Result<Folder, Error> {
        let mailbox = canonical(mailbox);
        let mut lease = self.lease(None).await?;
        let name = MailboxName::from_path(&mailbox, lease.names);
        let mut counts = self.status(&mut lease, &name).await?;
        let has_id = counts
            .as_ref()
            .is_some_and(|counts| counts.mailbox_id.is_some());
        if !has_id && listing::gives_up_ids(self, &lease.capabilities) {
            counts = self.status(&mut lease, &name).await?;
        }
        let mut folder = Folder {
            name: mailbox,
            wire_name: name.wire().to_vec(),
            selectable: true,
            ..Folder::default()
        };
        folder.count(counts.ok_or(Error::Protocol("STATUS without an answer"))?);
        Ok(folder)
    }

    /// What the server says of a folder, if that can be read.
    async fn status(
        &self,
        lease: &mut Lease,
        name: &MailboxName,
    ) -> Result<Option<MailboxStatus>, Error> {
        let items = listing::status_items(self, &lease.capabilities);
        let command = Command::new("STATUS").name_of(name).raw_items(items);
        let reply = lease.run(&Job::new(vec![command])).await?;
        reply.check_open()?;
        Ok(reply.data.into_iter().find_map(|response| match response {
            Response::StatusOf(status) if status.mailbox == *name => Some(status),
            _ => None,
        }))
    }

    /// Makes a folder and subscribes to it. A path outside one's own namespace is put into it
    /// (Courier: below `INBOX.`); gives the path that it has. 2 round trips, 1 more the first time.
    pub async fn create_folder(&self, path: &str) -> Result<String, Error> {
        let mut lease = self.lease(None).await?;
        let path = self.own_path(&mut lease, path).await?;
        let name = MailboxName::from_path(&path, lease.names);
        let create = Command::new("CREATE").name_of(&name);
        let reply = lease.run(&Job::new(vec![create]).once()).await?;
        reply.check()?;
        // A folder that is not subscribed is as good as lost in other programs; but it is there.
        let subscribe = Command::new("SUBSCRIBE").name_of(&name);
        let _ = lease.run(&Job::new(vec![subscribe])).await;
        Ok(path)
    }

    /// Gives a folder, and with it those below it, another path; gives the path that it has now.
    /// Subscriptions follow. 3 round trips, 1 more the first time.
    pub async fn rename_folder(&self, from: &str, to: &str) -> Result<String, Error> {
        let from = canonical(from);
        let mut lease = self.lease(None).await?;
        let to = self.own_path(&mut lease, to).await?;
        self.pool().leave(|selected| is_within(selected, &from));
        let names = lease.names;
        let (old, new) = (
            MailboxName::from_path(&from, names),
            MailboxName::from_path(&to, names),
        );
        let list = Command::new("LSUB").string(b"").string(b"*");
        let reply = lease.run(&Job::new(vec![list]).outside()).await?;
        let subscribed = reply.data.iter().filter_map(|response| match response {
            Response::Lsub(listed) if !listed.has("\\Noselect") => Some(listed),
            _ => None,
        });
        // Those below it are told by the delimiter behind its name.
        let moved: Vec<(MailboxName, MailboxName)> = subscribed
            .filter_map(|listed| {
                let rest = listed.name.wire().strip_prefix(old.wire())?;
                let delimiter = listed.delimiter.and_then(|c| u8::try_from(c).ok());
                let below = rest.is_empty() || rest.first().copied() == delimiter;
                let renamed = [new.wire(), rest].concat();
                below.then(|| (listed.name.clone(), MailboxName::from_wire(&renamed)))
            })
            .collect();
        let rename = Command::new("RENAME").name_of(&old).name_of(&new);
        let reply = lease.run(&Job::new(vec![rename]).outside().once()).await?;
        reply.check()?;
        let follow = moved.iter().flat_map(|(old, new)| {
            let subscribe = Command::new("SUBSCRIBE").name_of(new);
            [subscribe, Command::new("UNSUBSCRIBE").name_of(old)]
        });
        let follow: Vec<Command> = follow.collect();
        if !follow.is_empty() {
            let _ = lease.run(&Job::new(follow)).await;
        }
        Ok(to)
    }

    /// Removes a folder and the messages in it. Those below it stay. 2 round trips, 3 when it was
    /// selected.
    pub async fn delete_folder(&self, mailbox: &str) -> Result<(), Error> {
        let mailbox = canonical(mailbox);
        let mut lease = self.lease(None).await?;
        self.pool().leave(|selected| selected == mailbox);
        let name = MailboxName::from_path(&mailbox, lease.names);
        let delete = Command::new("DELETE").name_of(&name);
        let reply = lease.run(&Job::new(vec![delete]).outside().once()).await?;
        reply.check()?;
        // Many servers forget the subscription themselves; that it fails is no harm.
        let unsubscribe = Command::new("UNSUBSCRIBE").name_of(&name);
        let _ = lease.run(&Job::new(vec![unsubscribe])).await;
        Ok(())
    }

    /// Shows a folder in the tree of this and other programs, or hides it. 1 round trip.
    pub async fn subscribe(&self, mailbox: &str, wanted: bool) -> Result<(), Error> {
        let mut lease = self.lease(None).await?;
        let name = MailboxName::from_path(mailbox, lease.names);
        let verb = if wanted { "SUBSCRIBE" } else { "UNSUBSCRIBE" };
        let command = Command::new(verb).name_of(&name);
        lease.run(&Job::new(vec![command])).await?.check()
    }

    /// A path that a folder may have, within one's own namespace.
    async fn own_path(&self, lease: &mut Lease, path: &str) -> Result<String, Error> {
        let wild = |c: char| c.is_control() || matches!(c, '*' | '%');
        if path.is_empty() || path.len() > MAX_PATH || path.contains(wild) {
            return Err(Error::Unsupported("such a folder name"));
        }
        if self.facts().personal.is_none() && lease.capabilities.has("NAMESPACE") {
            let reply = lease
                .run(&Job::new(vec![Command::new("NAMESPACE")]))
                .await?;
            listing::learn_namespace(self, &reply.data);
        }
        Ok(self.within_namespace(path, lease.names))
    }

    /// The path that [`Client::create_folder`] would give a folder, as far as is known before any
    /// folder was listed or made.
    pub fn own_folder(&self, path: &str) -> String {
        // Prefixes are ASCII on every server there is, so that it does not matter which.
        self.within_namespace(path, Names::Utf7)
    }

    fn within_namespace(&self, path: &str, names: Names) -> String {
        let prefix = self.facts().personal.map(|own| own.prefix.path(names));
        let prefix = prefix.unwrap_or_default();
        let inside = path
            .split_at_checked(prefix.len())
            .is_some_and(|(start, _)| start.eq_ignore_ascii_case(&prefix));
        let inside = inside || path.eq_ignore_ascii_case("INBOX");
        if inside {
            path.to_owned()
        } else {
            format!("{prefix}{path}")
        }
    }
}

/// Is this the folder, or one below it? Too much is better than too little here: it only costs
/// a connection.
fn is_within(selected: &str, folder: &str) -> bool {
    selected.starts_with(folder)
}
