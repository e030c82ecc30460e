//! From one account into another: every folder, with flags and dates. Done again, it goes on where
//! it was; what is there already is known by its row, and not even read.

use std::sync::Arc;

use crate::engine::{account::Account, error::Error};

use super::{
    Ended, Progress,
    filing::{Filer, Marks},
    import::{filed, is_fatal, name_of},
    progress::reason,
    walk::{Step, Walk},
};

impl Account {
    /// Copies all mail into another account.
    ///
    /// # Errors
    /// Whatever makes it useless to go on, as in [`Account::import_all`].
    pub async fn copy_all_to(&self, to: &Account, progress: &Progress) -> Result<Ended, Error> {
        let one_program = Arc::ptr_eq(&self.0.shared, &to.0.shared);
        if self.0.id == to.0.id && one_program {
            return Err(Error::Invalid("transfer-same-account"));
        }
        let folders = self.folders_to_carry(None).await?;
        progress.set_size(folders.iter().map(|one| u64::from(one.mailbox.total)).sum());
        let mut filer = Filer::new(to, None);
        let ended = self.copy_into(&mut filer, Walk::new(self, folders), progress);
        let ended = ended.await;
        filer.tell().await;
        ended
    }

    async fn copy_into(
        &self,
        filer: &mut Filer,
        mut walk: Walk,
        progress: &Progress,
    ) -> Result<Ended, Error> {
        let mut names = Vec::new();
        while let Some(step) = walk.next().await? {
            if progress.is_stopped() {
                return Ok(Ended::Stopped);
            }
            let row = match step {
                // An empty folder is a folder too.
                Step::Folder(folder) => {
                    names = folder.names;
                    if let Err(error) = filer.folder(&names).await {
                        if is_fatal(&error) {
                            return Err(error);
                        }
                        progress.fail(&names.join("/"), reason(&error));
                    }
                    continue;
                }
                Step::End(_) => continue,
                Step::Message(row) => row,
            };
            progress.count_read(1);
            let copied = async {
                let mailbox = filer.folder(&names).await?;
                if filer.knows(&mailbox, &row).await? {
                    return Ok(Some(false));
                }
                let Some(message) = walk.message(&row).await? else {
                    return Ok(Some(false));
                };
                let marks = Marks {
                    keywords: row.keywords.clone(),
                    received_at: Some(row.received_at),
                };
                let filed = filed(filer, &names, &marks, &message).await;
                let named = match filed.is_err() {
                    true => name_of(&names.join("/"), &message),
                    false => String::new(),
                };
                message.finish().await;
                match filed {
                    Err(error) if !is_fatal(&error) => {
                        progress.fail(&named, reason(&error));
                        // Counted.
                        Ok(None)
                    }
                    filed => filed.map(Some),
                }
            };
            match copied.await {
                Ok(Some(true)) => progress.count_done(),
                Ok(Some(false)) => progress.count_known(),
                Ok(None) => {}
                Err(error) if is_fatal(&error) => return Err(error),
                Err(error) => progress.fail(&row.subject, reason(&error)),
            }
        }
        Ok(Ended::Done)
    }
}
