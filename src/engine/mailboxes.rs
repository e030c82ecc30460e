//! Folders: the tree with counts, and what people do to it.
//!
//! Cost: the tree is one LIST-STATUS round trip (or LIST, LSUB and pipelined STATUS), kept for
//! half a minute; meanwhile pages get the kept one, and a stale one is renewed behind them. A
//! local mailbox's tree is one statement, and never kept.

use std::sync::Arc;

use crate::{
    mail::{
        id::MailboxId,
        mailbox::{Mailbox, Role},
    },
    store,
};

use super::{
    account::Account,
    error::{Error, Problem},
    events::EventKind,
};

/// How long the tree counts as fresh, in milliseconds.
const FRESH: i64 = 30_000;

/// The folder tree as last seen.
#[derive(Clone, Debug)]
pub(super) struct Folders {
    list: Arc<Vec<Mailbox>>,
    seen_at: i64,
    renewing: bool,
}

impl Account {
    /// All folders, in the server's order, with counts at most half a minute old.
    ///
    /// # Errors
    /// When the server can't be asked and nothing is known yet.
    pub async fn mailboxes(&self) -> Result<Arc<Vec<Mailbox>>, Error> {
        if self.0.mailstore.is_local() {
            return self.list_mailboxes().await;
        }
        let mut known = self.0.folders.lock().await;
        let Some(folders) = known.as_mut() else {
            let list = self.list_mailboxes().await?;
            *known = Some(Folders::new(Arc::clone(&list), self.now()));
            return Ok(list);
        };
        let list = Arc::clone(&folders.list);
        if self.now() - folders.seen_at > FRESH && !folders.renewing {
            folders.renewing = true;
            let account = self.clone();
            tokio::spawn(async move { account.renew_mailboxes().await });
        }
        Ok(list)
    }

    /// All folders as they are at this moment.
    ///
    /// # Errors
    /// When the server can't be asked.
    pub async fn mailboxes_now(&self) -> Result<Arc<Vec<Mailbox>>, Error> {
        self.forget_mailboxes().await;
        self.mailboxes().await
    }

    /// Asks for the tree if it is older than half a minute.
    pub(super) async fn renew_old_mailboxes(&self) {
        let known = self.0.folders.lock().await;
        let is_old = |folders: &Folders| self.now() - folders.seen_at > FRESH;
        let is_old = known.as_ref().is_none_or(is_old);
        drop(known);
        if is_old {
            self.renew_mailboxes().await;
        }
    }

    /// One folder by its id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this account has none of that id.
    pub async fn mailbox(&self, id: MailboxId) -> Result<Mailbox, Error> {
        let find = |list: &[Mailbox]| list.iter().find(|mailbox| mailbox.id == id).cloned();
        if let Some(found) = find(&self.mailboxes().await?) {
            return Ok(found);
        }
        // It may be new, made by another client.
        let row = store::mailboxes::get(&self.0.shared.store, self.0.user, id).await?;
        if row.is_none_or(|row| row.account_id != self.0.id) {
            return Err(Error::NotFound);
        }
        find(&self.mailboxes_now().await?).ok_or(Error::NotFound)
    }

    /// The folder with a role, made when there is none (Archive, Junk, Trash, Sent, Drafts).
    ///
    /// # Errors
    /// When the server refuses to make it.
    pub async fn mailbox_for(&self, role: Role) -> Result<Mailbox, Error> {
        let find = |list: &[Mailbox]| list.iter().find(|m| m.role == Some(role)).cloned();
        if let Some(found) = find(&self.mailboxes().await?) {
            return Ok(found);
        }
        let name = match role {
            Role::Archive => "Archive",
            Role::Junk => "Junk",
            Role::Trash => "Trash",
            Role::Sent => "Sent",
            Role::Drafts => "Drafts",
            Role::Inbox | Role::All | Role::Flagged => return Err(Error::NotFound),
        };
        match self.create_mailbox(name, None).await {
            Ok(_)
            | Err(Error::Upstream {
                problem: Problem::AlreadyExists,
                ..
            }) => {}
            Err(error) => return Err(error),
        }
        find(&self.mailboxes_now().await?).ok_or(Error::NotFound)
    }

    /// Makes a folder, at the top or inside another, and subscribes to it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that can't be, [`Problem::AlreadyExists`] for a taken one.
    pub async fn create_mailbox(
        &self,
        name: &str,
        parent: Option<MailboxId>,
    ) -> Result<Option<MailboxId>, Error> {
        let list = self.mailboxes().await?;
        let path = self.path_of(&list, name, parent).await?;
        if list.iter().any(|mailbox| mailbox.path == path) {
            return Err(Error::Upstream {
                problem: Problem::AlreadyExists,
                cause: "the folder is in the list".to_owned(),
                said: String::new(),
            });
        }
        let path = self.0.mailstore.create_folder(&path).await?;
        let list = self.mailboxes_now().await?;
        self.publish(EventKind::Mailbox, None).await;
        Ok(list
            .iter()
            .find(|mailbox| mailbox.path == path)
            .map(|mailbox| mailbox.id))
    }

    /// Gives a folder a new name, or moves it (with all inside) into another or to the top.
    /// Its id stays.
    ///
    /// # Errors
    /// As [`Account::create_mailbox`]; the inbox and folders inside of itself are refused.
    pub async fn rename_mailbox(
        &self,
        id: MailboxId,
        name: &str,
        parent: Option<MailboxId>,
    ) -> Result<(), Error> {
        let list = self.mailboxes().await?;
        let mailbox = self.mailbox(id).await?;
        if mailbox.role == Some(Role::Inbox) {
            return Err(Error::Invalid("folder-inbox-stays"));
        }
        let path = self.path_of(&list, name, parent).await?;
        let inside = mailbox
            .delimiter
            .map(|delimiter| format!("{}{delimiter}", mailbox.path));
        if inside.is_some_and(|inside| path.starts_with(&inside)) {
            return Err(Error::Invalid("folder-inside-itself"));
        }
        if path == mailbox.path {
            return Ok(());
        }
        self.carry_out(async move |account| {
            account.0.mailstore.rename_folder(&mailbox, &path).await?;
            account.mailboxes_now().await?;
            account.publish(EventKind::Mailbox, None).await;
            Ok(())
        })
        .await
    }

    /// Removes a folder and the messages in it, for good. Folders with a role and folders that
    /// hold others are refused.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the reason's word.
    pub async fn delete_mailbox(&self, id: MailboxId) -> Result<(), Error> {
        let mailbox = self.mailbox(id).await?;
        if mailbox.role.is_some() {
            return Err(Error::Invalid("folder-role-stays"));
        }
        let list = self.mailboxes().await?;
        if list.iter().any(|other| other.parent == Some(id)) {
            return Err(Error::Invalid("folder-holds-others"));
        }
        self.0.mailstore.delete_folder(&mailbox).await?;
        self.touch(id);
        self.mailboxes_now().await?;
        self.publish(EventKind::Mailbox, None).await;
        Ok(())
    }

    /// Shows a folder in the tree by default, or not.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn subscribe_mailbox(&self, id: MailboxId, wanted: bool) -> Result<(), Error> {
        let mailbox = self.mailbox(id).await?;
        self.0.mailstore.subscribe(&mailbox, wanted).await?;
        self.mailboxes_now().await?;
        self.publish(EventKind::Mailbox, None).await;
        Ok(())
    }

    /// The next call asks the server. Called after our own changes to counts.
    pub(super) async fn forget_mailboxes(&self) {
        *self.0.folders.lock().await = None;
    }

    /// Asks for the tree, and tells whoever listens if it has changed.
    pub(super) async fn renew_mailboxes(&self) {
        let listed = self.list_mailboxes().await;
        let mut known = self.0.folders.lock().await;
        let changed = match (listed, known.as_ref()) {
            (Ok(list), before) => {
                let changed = before.is_none_or(|before| before.list != list);
                *known = Some(Folders::new(list, self.now()));
                changed
            }
            (Err(error), _) => {
                tracing::debug!(%error, account.id = self.id(), "Folders could not be renewed");
                if let Some(folders) = known.as_mut() {
                    folders.renewing = false;
                }
                false
            }
        };
        drop(known);
        if changed {
            self.publish(EventKind::Mailbox, None).await;
        }
    }

    /// Asks for the tree, and gives a folder's counts: all messages, and unread ones.
    pub(super) async fn counts_now(&self, id: MailboxId) -> Option<(u32, u32)> {
        self.renew_mailboxes().await;
        let known = self.0.folders.lock().await;
        let list = &known.as_ref()?.list;
        let mailbox = list.iter().find(|mailbox| mailbox.id == id)?;
        Some((mailbox.total, mailbox.unread))
    }

    async fn list_mailboxes(&self) -> Result<Arc<Vec<Mailbox>>, Error> {
        match self.0.mailstore.folders().await {
            Ok(list) => {
                self.note_answer().await;
                Ok(Arc::new(list))
            }
            Err(error) => {
                self.note_failure(&error);
                Err(error)
            }
        }
    }

    /// The full path for a folder's name inside `parent`.
    pub(super) async fn path_of(
        &self,
        list: &[Mailbox],
        name: &str,
        parent: Option<MailboxId>,
    ) -> Result<String, Error> {
        let name = name.trim();
        if name.is_empty() || name.len() > 200 || name.chars().any(char::is_control) {
            return Err(Error::Invalid("folder-name-invalid"));
        }
        let delimiter = list.iter().find_map(|mailbox| mailbox.delimiter);
        if delimiter.is_some_and(|delimiter| name.contains(delimiter)) {
            return Err(Error::Invalid("folder-name-delimiter"));
        }
        let Some(parent) = parent else {
            return Ok(self.0.mailstore.own_path(name));
        };
        let parent = self.mailbox(parent).await?;
        let delimiter = parent.delimiter.ok_or(Error::Invalid("folder-flat"))?;
        Ok(format!("{}{delimiter}{name}", parent.path))
    }
}

impl Folders {
    /// When the server last told (ms).
    pub(super) fn seen_at(&self) -> i64 {
        self.seen_at
    }

    pub(super) fn list(&self) -> Arc<Vec<Mailbox>> {
        Arc::clone(&self.list)
    }

    fn new(list: Arc<Vec<Mailbox>>, seen_at: i64) -> Self {
        Self {
            list,
            seen_at,
            renewing: false,
        }
    }
}
