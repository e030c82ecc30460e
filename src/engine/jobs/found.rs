//! One change to all messages that are found, as a job: down each folder in steps, so that memory
//! does not grow with how many they are.
//!
//! Cost: two round trips for each 200 messages.

use std::sync::Arc;

use tracing::Instrument as _;

use crate::{
    engine::{
        account::Account,
        bulk::{Descent, Task as Deed},
        error::Error,
        secrets,
        transfer::{self, Ended, Progress},
    },
    mail::{id::MailboxId, query::Filter},
    store::jobs::JobKind,
};

use super::{Job, Task, run::Run};

impl Account {
    /// Begins to do something to all messages of a folder, or of all folders, that a filter finds.
    /// What comes while it is at it may be left alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder; [`Error::Invalid`] while another change to many
    /// messages of this account is running.
    pub async fn begin_bulk(
        &self,
        only: Option<MailboxId>,
        filter: Option<Filter>,
        deeds: Vec<Deed>,
    ) -> Result<Job, Error> {
        let (folders, name) = match only {
            Some(id) => {
                let mailbox = self.mailbox(id).await?;
                if !mailbox.selectable {
                    return Err(Error::NotFound);
                }
                (vec![id], mailbox.name)
            }
            None => (self.folders_apart(&deeds).await?, String::new()),
        };
        let task = Task {
            name,
            mailbox: only,
            ..Task::default()
        };
        let worker = secrets::random_word();
        let row = self.begin_job(JobKind::Bulk, &task, &worker).await?;
        let job = Job::new(row.clone(), self.now());
        let account = self.clone();
        let work = async move {
            let progress = Arc::new(Progress::default());
            let work = account.change_found(&folders, filter.as_ref(), &deeds, &progress);
            let run = Run::of(&row, &worker);
            let ended = account.reported(run, &progress, work).await;
            account.end_job(run, &progress, &ended).await;
        };
        tokio::spawn(work.in_current_span());
        Ok(job)
    }

    /// All folders but the one that messages are brought to: what has just come there would be
    /// brought again.
    async fn folders_apart(&self, deeds: &[Deed]) -> Result<Vec<MailboxId>, Error> {
        let mut apart = Vec::new();
        for deed in deeds {
            match deed {
                Deed::Move(target) | Deed::Copy(target) => apart.push(*target),
                Deed::Trash => {
                    let trash = self.mailbox_for(crate::mail::mailbox::Role::Trash).await?;
                    apart.push(trash.id);
                }
                Deed::Mark { .. } | Deed::Destroy => {}
            }
        }
        let list = self.mailboxes_now().await?;
        let all = list.iter().filter(|mailbox| mailbox.selectable);
        Ok(all
            .map(|mailbox| mailbox.id)
            .filter(|id| !apart.contains(id))
            .collect())
    }

    async fn change_found(
        &self,
        folders: &[MailboxId],
        filter: Option<&Filter>,
        deeds: &[Deed],
        progress: &Progress,
    ) -> Result<Ended, Error> {
        for folder in folders {
            let mut descent = Descent::new(*folder, filter.cloned());
            loop {
                if progress.is_stopped() {
                    return Ok(Ended::Stopped);
                }
                let rows = match descent.next(self).await {
                    // Another program has just deleted the folder.
                    Err(Error::NotFound) if folders.len() > 1 => break,
                    rows => rows?,
                };
                if let ([_], Some(total)) = (folders, descent.total()) {
                    progress.set_size(u64::from(total));
                }
                if rows.is_empty() {
                    break;
                }
                let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
                for (ids, outcome) in self.each(&ids, deeds).await {
                    let reason = outcome.as_ref().err().map(transfer::reason);
                    for id in &ids {
                        progress.count_read(1);
                        match reason {
                            None => progress.count_done(),
                            Some(reason) => progress.fail(&id.to_string(), reason),
                        }
                    }
                    // What it can't do now it can't a moment later.
                    if let Err(error @ (Error::Upstream { .. } | Error::ReauthRequired)) = outcome {
                        return Err(error);
                    }
                }
            }
        }
        Ok(Ended::Done)
    }
}
