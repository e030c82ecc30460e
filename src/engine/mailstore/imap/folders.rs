//! Folders on an IMAP server, with the keys that the database gives them.
//!
//! Cost: the tree is one LIST-STATUS round trip (or LIST, LSUB and pipelined STATUS).

use std::collections::HashMap;

use crate::{
    imap::folders::Folder,
    mail::{id::MailboxId, mailbox::Mailbox},
    store::{
        self,
        mailboxes::{MailboxRow, SeenMailbox},
    },
};

use super::{super::super::error::Error, Imap, index::Standing};

impl Imap {
    pub(in crate::engine::mailstore) async fn folders(&self) -> Result<Vec<Mailbox>, Error> {
        let folders = self.client.folders().await?;
        let seen: Vec<SeenMailbox<'_>> = folders.iter().map(seen).collect();
        let now = self.clock.now();
        let rows = store::mailboxes::sync(&self.store, self.account, &seen, now).await?;
        let standing = |folder: &Folder| Standing {
            uid_validity: folder.uid_validity.unwrap_or_default(),
            uid_next: folder.uid_next.unwrap_or_default(),
            total: folder.total,
        };
        let standings: HashMap<&str, Standing> = folders
            .iter()
            .map(|folder| (folder.name.as_str(), standing(folder)))
            .collect();
        let known = rows.iter();
        let known = known.filter_map(|row| Some((row.id, *standings.get(row.name.as_str())?)));
        *self.standings() = known.collect();
        Ok(tree(folders, &rows))
    }

    pub(in crate::engine::mailstore) fn own_path(&self, name: &str) -> String {
        self.client.own_folder(name)
    }

    pub(in crate::engine::mailstore) async fn create_folder(
        &self,
        path: &str,
    ) -> Result<String, Error> {
        Ok(self.client.create_folder(path).await?)
    }

    pub(in crate::engine::mailstore) async fn rename_folder(
        &self,
        mailbox: &Mailbox,
        path: &str,
    ) -> Result<(), Error> {
        let path = self.client.rename_folder(&mailbox.path, path).await?;
        let now = self.clock.now();
        store::mailboxes::rename(&self.store, self.account, mailbox.id, &path, now).await?;
        Ok(())
    }

    pub(in crate::engine::mailstore) async fn delete_folder(
        &self,
        mailbox: &Mailbox,
    ) -> Result<(), Error> {
        Ok(self.client.delete_folder(&mailbox.path).await?)
    }

    pub(in crate::engine::mailstore) async fn subscribe(
        &self,
        mailbox: &Mailbox,
        wanted: bool,
    ) -> Result<(), Error> {
        Ok(self.client.subscribe(&mailbox.path, wanted).await?)
    }
}

fn seen(folder: &Folder) -> SeenMailbox<'_> {
    SeenMailbox {
        name: &folder.name,
        delimiter: folder.delimiter,
        remote_id: folder.mailbox_id.as_deref(),
        uid_validity: folder.uid_validity.unwrap_or_default(),
        role: folder.role,
        selectable: folder.selectable,
        subscribed: folder.subscribed,
    }
}

/// Joins what the server lists with the keys that the database gives.
fn tree(folders: Vec<Folder>, rows: &[MailboxRow]) -> Vec<Mailbox> {
    let keys: HashMap<&str, MailboxId> =
        rows.iter().map(|row| (row.name.as_str(), row.id)).collect();
    folders
        .into_iter()
        .filter_map(|folder| {
            let id = *keys.get(folder.name.as_str())?;
            let split = folder.delimiter.and_then(|d| folder.name.rsplit_once(d));
            let (parent, leaf) = match split {
                Some((above, leaf)) => (keys.get(above).copied(), leaf.to_owned()),
                None => (None, folder.name.clone()),
            };
            Some(Mailbox {
                id,
                name: leaf,
                parent,
                delimiter: folder.delimiter,
                role: folder.role,
                selectable: folder.selectable,
                subscribed: folder.subscribed,
                total: folder.total,
                unread: folder.unread,
                path: folder.name,
            })
        })
        .collect()
}
