//! The list of folders: one command where the server knows LIST-STATUS (RFC 5819), else LIST,
//! LSUB and STATUS.

use std::collections::{HashMap, HashSet};

use super::{Folder, roles};
use crate::imap::{
    capabilities::Capabilities,
    client::Client,
    connection::{Done, Job},
    error::Error,
    pool::Lease,
    wire::{
        command::Command,
        list::{Listed, MailboxStatus},
        mutf7::{MailboxName, Names},
        response::Response,
    },
};

/// How many STATUS commands fly at once.
const FLIGHT: usize = 200;

/// Deeper folders are not listed.
const MAX_DEPTH: usize = 50;

/// What is asked of a folder. HIGHESTMODSEQ and MAILBOXID are errors where they are unknown.
pub(super) fn status_items(client: &Client, capabilities: &Capabilities) -> &'static str {
    match (capabilities.condstore(), asks_for_ids(client, capabilities)) {
        (true, true) => "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ MAILBOXID)",
        (true, false) => "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ)",
        (false, true) => "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY MAILBOXID)",
        (false, false) => "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)",
    }
}

fn asks_for_ids(client: &Client, capabilities: &Capabilities) -> bool {
    capabilities.has("OBJECTID") && !client.facts().no_mailbox_ids
}

/// An id could not be read: are ids not asked for any more from now on, though they were? Cyrus 3.6
/// sends any octets there; with a line break among them the counts are lost as well.
pub(super) fn gives_up_ids(client: &Client, capabilities: &Capabilities) -> bool {
    let gives_up = asks_for_ids(client, capabilities);
    client.learn(|facts| facts.no_mailbox_ids |= gives_up);
    gives_up
}

/// All folders, in the order in which the server lists them.
pub(super) async fn all(client: &Client) -> Result<Vec<Folder>, Error> {
    let mut lease = client.lease(None).await?;
    if lease.selected.is_some() {
        // Dovecot counts the selected folder as it was last told of. In a flight of its own,
        // because Dovecot puts off the news of a NOOP while other commands wait behind it.
        let noop = Command::new("NOOP");
        lease.run(&Job::new(vec![noop])).await?.check_open()?;
    }
    let mut known = gather(client, &mut lease).await?;
    let unreadable = |counts: &MailboxStatus| counts.mailbox_id.is_none();
    if known.counts.values().any(unreadable) && gives_up_ids(client, &lease.capabilities) {
        known = gather(client, &mut lease).await?;
    }
    known
        .folders
        .truncate(client.pool().connector().limits.folders);
    Ok(known.finish(client, lease.names))
}

/// Asks in the way that this server understands.
async fn gather(client: &Client, lease: &mut Lease) -> Result<Known, Error> {
    let has = |name| lease.capabilities.has(name);
    if has("LIST-EXTENDED")
        && has("LIST-STATUS")
        && !client.facts().plain_list
        && let Some(known) = at_once(client, lease).await?
    {
        return Ok(known);
    }
    one_by_one(client, lease).await
}

/// What has been said of folders.
#[derive(Default)]
struct Known {
    folders: Vec<Listed>,
    subscribed: HashSet<MailboxName>,
    counts: HashMap<MailboxName, MailboxStatus>,
}

/// One round trip; `None` when the server does not understand after all.
async fn at_once(client: &Client, lease: &mut Lease) -> Result<Option<Known>, Error> {
    let returned = match lease.capabilities.has("SPECIAL-USE") {
        true => "SUBSCRIBED CHILDREN SPECIAL-USE STATUS",
        false => "SUBSCRIBED CHILDREN STATUS",
    };
    let items = status_items(client, &lease.capabilities);
    let list = Command::new("LIST").string(b"").string(b"*");
    let list = list.raw_items("RETURN");
    let mut commands = vec![list.list(|list| list.raw_items(returned).raw_items(items))];
    commands.extend(ask_namespace(client, lease));
    let reply = lease.run(&Job::new(commands)).await?;
    learn_namespace(client, &reply.data);
    match reply.done.first().map(Done::check) {
        Some(Ok(())) => {}
        // Refused this time, perhaps because one folder cannot be counted.
        Some(Err(Error::No { .. })) => return Ok(None),
        _ => {
            client.learn(|facts| facts.plain_list = true);
            return Ok(None);
        }
    }
    let mut known = Known::default();
    for response in reply.data {
        known.take_in(response);
    }
    let subscribed = known.folders.iter().filter(|own| own.has("\\Subscribed"));
    known.subscribed = subscribed.map(|own| own.name.clone()).collect();
    Ok(Some(known))
}

/// LIST and LSUB in one round trip, then STATUS of all.
async fn one_by_one(client: &Client, lease: &mut Lease) -> Result<Known, Error> {
    // XLIST or RETURN (SPECIAL-USE) are not needed: servers that mark folders do so unasked.
    let list = |verb| Command::new(verb).string(b"").string(b"*");
    let mut commands = vec![list("LIST"), list("LSUB")];
    commands.extend(ask_namespace(client, lease));
    let reply = lease.run(&Job::new(commands)).await?;
    learn_namespace(client, &reply.data);
    reply.done.first().map_or(Ok(()), Done::check)?;
    let mut known = Known::default();
    for response in reply.data {
        known.take_in(response);
    }
    known
        .folders
        .truncate(client.pool().connector().limits.folders);
    let items = status_items(client, &lease.capabilities);
    let selectable: Vec<MailboxName> = known
        .folders
        .iter()
        .filter(|own| is_selectable(own))
        .map(|own| own.name.clone())
        .collect();
    for names in selectable.chunks(FLIGHT) {
        let status = |name| Command::new("STATUS").name_of(name).raw_items(items);
        let commands = names.iter().map(status).collect();
        // A folder that cannot be counted is listed all the same.
        for response in lease.run(&Job::new(commands)).await?.data {
            known.take_in(response);
        }
    }
    Ok(known)
}

/// Asks once where one's own folders are, in a flight that goes anyway.
fn ask_namespace(client: &Client, lease: &Lease) -> Option<Command> {
    let needed = client.facts().personal.is_none() && lease.capabilities.has("NAMESPACE");
    needed.then(|| Command::new("NAMESPACE"))
}

pub(super) fn learn_namespace(client: &Client, data: &[Response]) {
    for response in data {
        if let Response::Namespace(namespaces) = response {
            let own = namespaces.personal.first().cloned();
            client.learn(|facts| facts.personal = own);
        }
    }
}

fn is_selectable(listed: &Listed) -> bool {
    !listed.has("\\Noselect") && !listed.has("\\NonExistent")
}

impl Known {
    fn take_in(&mut self, response: Response) {
        match response {
            Response::List(listed) => self.folders.push(listed),
            Response::Lsub(listed) if !listed.has("\\Noselect") => {
                self.subscribed.insert(listed.name);
            }
            Response::StatusOf(status) => {
                self.counts.insert(status.mailbox.clone(), status);
            }
            _ => {}
        }
    }

    fn finish(mut self, client: &Client, names: Names) -> Vec<Folder> {
        let mut seen = HashSet::new();
        let mut folders = Vec::with_capacity(self.folders.len());
        let mut marked = Vec::with_capacity(self.folders.len());
        for listed in std::mem::take(&mut self.folders) {
            let name = listed.name.path(names);
            let depth = listed.delimiter.map_or(0, |own| name.matches(own).count());
            // Listed twice, as some servers do with INBOX; too deep; or nothing at all.
            if name.is_empty() || depth > MAX_DEPTH || !seen.insert(listed.name.clone()) {
                continue;
            }
            let mut folder = Folder {
                name,
                wire_name: listed.name.wire().to_vec(),
                delimiter: listed.delimiter,
                selectable: is_selectable(&listed),
                has_children: listed.has("\\HasChildren"),
                subscribed: self.subscribed.contains(&listed.name),
                ..Folder::default()
            };
            if let Some(counts) = self.counts.remove(&listed.name) {
                folder.count(counts);
            }
            folders.push(folder);
            marked.push(listed.attributes);
        }
        find_children(&mut folders);
        let prefix = client.facts().personal.map(|own| own.prefix.path(names));
        roles::assign(&mut folders, &marked, &prefix.unwrap_or_default());
        folders
    }
}

/// For servers that do not say `\HasChildren`.
fn find_children(folders: &mut [Folder]) {
    let parents: HashSet<String> = folders
        .iter()
        .filter_map(|folder| {
            let (parent, _) = folder.name.rsplit_once(folder.delimiter?)?;
            Some(parent.to_owned())
        })
        .collect();
    for folder in folders {
        folder.has_children |= parents.contains(&folder.name);
    }
}

impl Folder {
    pub(super) fn count(&mut self, status: MailboxStatus) {
        self.total = status.messages.unwrap_or(0);
        self.unread = status.unseen.unwrap_or(0);
        self.uid_validity = status.uid_validity;
        self.uid_next = status.uid_next;
        self.highest_modseq = status.highest_modseq.filter(|&modseq| modseq > 0);
        self.mailbox_id = status.mailbox_id;
    }
}
