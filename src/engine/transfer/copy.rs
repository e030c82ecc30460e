//! From one account into another: every folder, with flags and dates. Done again, it goes on where
//! it was; what is there already is known by its row, and not even read. What goes into folders here is
//! filed in lots.

use std::sync::Arc;

use crate::{
    engine::{account::Account, error::Error},
    mail::email::EmailSummary,
};

use super::{
    Ended, Progress,
    filing::{Filer, Marks},
    import::{file_alone, is_fatal},
    lots::{Held, Lots},
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
        let (mut lots, mut names) = (Lots::default(), Vec::new());
        while let Some(step) = walk.next().await? {
            if progress.is_stopped() {
                lots.finish(filer, progress).await?;
                return Ok(Ended::Stopped);
            }
            match step {
                // An empty folder is a folder too.
                Step::Folder(folder) => {
                    names = folder.names;
                    if let Err(error) = filer.folder(&names).await {
                        if is_fatal(&error) {
                            return Err(error);
                        }
                        progress.fail(&names.join("/"), reason(&error));
                    }
                }
                Step::End(_) => {}
                Step::Message(row) => {
                    progress.count_read(1);
                    let copied = copy_one(filer, &mut lots, &walk, &names, &row, progress);
                    match copied.await {
                        Ok(()) => {}
                        Err(error) if is_fatal(&error) => return Err(error),
                        Err(error) => progress.fail(&row.subject, reason(&error)),
                    }
                }
            }
        }
        lots.finish(filer, progress).await?;
        Ok(Ended::Done)
    }
}

/// One message. An error is one of finding and reading it, or a fatal one; what becomes of it when it
/// is filed is counted.
async fn copy_one(
    filer: &mut Filer,
    lots: &mut Lots,
    walk: &Walk,
    names: &[String],
    row: &EmailSummary,
    progress: &Progress,
) -> Result<(), Error> {
    let mailbox = filer.folder(names).await?;
    let message = match filer.knows(&mailbox, row).await? {
        true => None,
        false => walk.message(row).await?,
    };
    let Some(message) = message else {
        // It is there, or has gone meanwhile.
        progress.count_known();
        return Ok(());
    };
    let marks = Marks {
        keywords: row.keywords.clone(),
        received_at: Some(row.received_at),
    };
    let name = names.join("/");
    if filer.can_wait(&message) {
        let one = Held {
            name,
            folder: names.to_vec(),
            mailbox,
            marks,
            message,
        };
        return lots.take(filer, one, progress).await;
    }
    // In their order.
    lots.finish(filer, progress).await?;
    file_alone(filer, &name, names, &marks, message, progress).await
}
