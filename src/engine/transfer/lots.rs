//! Small messages for folders that lie here, which nearly all are, go in lots: while one is gathered,
//! the one before is written, and the one before that filed. What is counted is what is filed. When a
//! lot can't be filed together, each of it is tried alone, so that what is wrong with one message
//! costs that one.
//!
//! Memory: two lots, of 3 MiB and a message each.

use tokio::task::JoinHandle;

use crate::{
    engine::{
        error::Error,
        mailstore::{Arrived, Whole},
    },
    mail::mailbox::Mailbox,
};

use super::{
    Progress,
    filing::{Filer, Marks},
    gather::Gathered,
    import::{file_alone, told},
};

/// Messages of a lot.
const AT_ONCE: usize = 32;

/// Octets of a lot, the last message of which may go beyond.
const OCTETS: usize = 3 * 1024 * 1024;

/// A message that waits for the others of its lot.
pub(super) struct Held {
    /// What it is called when something is wrong with it.
    pub(super) name: String,
    /// Its folder's names, and the folder.
    pub(super) folder: Vec<String>,
    pub(super) mailbox: Mailbox,
    pub(super) marks: Marks,
    pub(super) message: Gathered,
}

/// See the module's description.
#[derive(Default)]
pub(super) struct Lots {
    held: Vec<Held>,
    octets: usize,
    written: Option<Written>,
}

/// A lot on its way onto the disk.
struct Written {
    held: Vec<Held>,
    arriving: JoinHandle<Result<Arrived, Error>>,
}

impl Lots {
    /// Takes a message, which [`Filer::can_wait`], and files those before when there are enough.
    pub(super) async fn take(
        &mut self,
        filer: &mut Filer,
        one: Held,
        progress: &Progress,
    ) -> Result<(), Error> {
        self.octets = self.octets.saturating_add(one.message.len());
        self.held.push(one);
        match self.held.len() >= AT_ONCE || self.octets >= OCTETS {
            true => self.hand_on(filer, progress).await,
            false => Ok(()),
        }
    }

    /// Files all that wait.
    pub(super) async fn finish(
        &mut self,
        filer: &mut Filer,
        progress: &Progress,
    ) -> Result<(), Error> {
        self.hand_on(filer, progress).await?;
        match self.written.take() {
            Some(before) => settle(filer, before, progress).await,
            None => Ok(()),
        }
    }

    /// Begins to write what is held, and files what was written meanwhile.
    async fn hand_on(&mut self, filer: &mut Filer, progress: &Progress) -> Result<(), Error> {
        let held = std::mem::take(&mut self.held);
        self.octets = 0;
        let mut next = None;
        if !held.is_empty() {
            let whole: Vec<Whole> = held
                .iter()
                .filter_map(|one| filer.whole(&one.mailbox, &one.marks, &one.message))
                .collect();
            let arriving = filer.arrive(whole);
            next = Some(Written { held, arriving });
        }
        match std::mem::replace(&mut self.written, next) {
            Some(before) => settle(filer, before, progress).await,
            None => Ok(()),
        }
    }
}

async fn settle(filer: &mut Filer, written: Written, progress: &Progress) -> Result<(), Error> {
    let Written { held, arriving } = written;
    let together = async {
        let arrived = arriving.await.map_err(anyhow::Error::from)??;
        filer.file_arrived(&arrived).await
    };
    match together.await {
        Ok(new) => {
            for (one, is_new) in held.iter().zip(new) {
                if is_new {
                    filer.filed(&one.mailbox).await;
                }
                told(Ok(is_new), "", progress)?;
            }
            return Ok(());
        }
        Err(error) => tracing::debug!(%error, "Messages could not be filed together"),
    }
    for one in held {
        let (name, folder, marks) = (&one.name, &one.folder, &one.marks);
        file_alone(filer, name, folder, marks, one.message, progress).await?;
    }
    Ok(())
}
