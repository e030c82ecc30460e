//! Folders of a mailbox that lies here: rows with counts.

use std::collections::HashMap;

use crate::{
    mail::{id::MailboxId, mailbox::Mailbox},
    store::local::folders::{self, DELIMITER},
};

use super::{super::super::error::Error, Local, failed};

impl Local {
    pub(in crate::engine::mailstore) async fn folders(&self) -> Result<Vec<Mailbox>, Error> {
        let mut rows = folders::list(&self.store, self.owner).await?;
        if rows.is_empty() {
            folders::provide(&self.store, self.owner, self.clock.now()).await?;
            rows = folders::list(&self.store, self.owner).await?;
        }
        let keys: HashMap<String, MailboxId> =
            rows.iter().map(|row| (row.name.clone(), row.id)).collect();
        let mailboxes = rows.into_iter().map(|row| {
            let (parent, name) = match row.name.rsplit_once(DELIMITER) {
                Some((above, name)) => (keys.get(above).copied(), name.to_owned()),
                None => (None, row.name.clone()),
            };
            Mailbox {
                id: row.id,
                name,
                path: row.name,
                delimiter: Some(DELIMITER),
                parent,
                role: row.role,
                selectable: true,
                subscribed: row.subscribed,
                total: row.total,
                unread: row.unread,
            }
        });
        Ok(mailboxes.collect())
    }

    pub(in crate::engine::mailstore) async fn create_folder(
        &self,
        path: &str,
    ) -> Result<String, Error> {
        let created = folders::create(&self.store, self.owner, path, self.clock.now());
        created.await.map_err(failed)?;
        Ok(path.to_owned())
    }

    pub(in crate::engine::mailstore) async fn rename_folder(
        &self,
        mailbox: &Mailbox,
        path: &str,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let renamed = folders::rename(&self.store, self.owner, mailbox.id, path, now);
        renamed.await.map_err(failed)
    }

    pub(in crate::engine::mailstore) async fn delete_folder(
        &self,
        mailbox: &Mailbox,
    ) -> Result<(), Error> {
        let deleted = folders::delete(&self.store, self.owner, mailbox.id, self.clock.now());
        deleted.await.map_err(failed)
    }

    pub(in crate::engine::mailstore) async fn subscribe(
        &self,
        mailbox: &Mailbox,
        wanted: bool,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let set = folders::subscribe(&self.store, self.owner, mailbox.id, wanted, now);
        set.await.map_err(failed)
    }
}
