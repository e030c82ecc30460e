//! Mail from files into an account.

use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::sync::mpsc::{self, Receiver};

use crate::{
    engine::{
        account::Account,
        error::{Error, Problem},
    },
    mail::id::MailboxId,
};

use super::{
    Ended, Progress,
    filing::{Filer, Marks},
    gather::Gathered,
    lots::{Held, Lots},
    patience::{Patience, is_passing},
    progress::reason,
    source::{self, Item, Piece, Source},
};

/// Pieces on their way from the thread that reads to the one that files.
const AHEAD: usize = 16;

impl Account {
    /// Files what is in a file: into its own folders, or all into one.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder, [`Error::Invalid`] for a file of another kind, and
    /// whatever makes it useless to go on: no room, no server, no permission to sign in. What was
    /// filed stays, and is passed over when the same is imported again.
    pub async fn import_all(
        &self,
        source: Source,
        into: Option<MailboxId>,
        progress: &std::sync::Arc<Progress>,
    ) -> Result<Ended, Error> {
        let into = match into {
            Some(id) => Some(self.mailbox(id).await?),
            None => None,
        };
        if into.as_ref().is_some_and(|into| !into.selectable) {
            return Err(Error::NotFound);
        }
        let (pieces, mut coming) = mpsc::channel(AHEAD);
        let (told, most) = (std::sync::Arc::clone(progress), self.imported_most());
        let reading =
            tokio::task::spawn_blocking(move || source::read(source, &pieces, &told, most));
        let mut filer = Filer::new(self, into);
        let filed = self.file_all(&mut filer, &mut coming, progress).await;
        // Whoever reads hears of it at the next piece.
        drop(coming);
        filer.tell().await;
        let read = reading.await.map_err(anyhow::Error::from)?;
        let ended = filed?;
        read?;
        Ok(ended)
    }

    /// Octets that one message may have.
    fn imported_most(&self) -> u64 {
        u64::from(self.0.shared.config.limits.message_mib) << 20
    }

    async fn file_all(
        &self,
        filer: &mut Filer,
        coming: &mut Receiver<Piece>,
        progress: &Progress,
    ) -> Result<Ended, Error> {
        let mut lots = Lots::default();
        while let Some(piece) = coming.recv().await {
            if progress.is_stopped() {
                lots.finish(filer, progress).await?;
                return Ok(Ended::Stopped);
            }
            match piece {
                Piece::Begin(item) => {
                    let one = self.file_one(filer, &mut lots, item, coming, progress);
                    one.await?;
                }
                Piece::Known => progress.count_known(),
                Piece::Failed(item, reason) => progress.fail(&item, reason),
                // Of one that was given up.
                Piece::Octets(_) | Piece::End | Piece::Broken(_) => {}
            }
        }
        lots.finish(filer, progress).await?;
        Ok(Ended::Done)
    }

    /// One message. What is wrong with it alone is counted, and is no error.
    async fn file_one(
        &self,
        filer: &mut Filer,
        lots: &mut Lots,
        item: Item,
        coming: &mut Receiver<Piece>,
        progress: &Progress,
    ) -> Result<(), Error> {
        let (shared, user) = (&self.0.shared, self.0.user);
        let gathered = Gathered::of(shared, user, octets(coming), self.imported_most()).await;
        let message = match gathered {
            Ok(message) => message,
            Err(error) if is_fatal(&error) => return Err(error),
            Err(error) => {
                progress.fail(&item.name, reason(&error));
                return Ok(());
            }
        };
        let marks = Marks {
            keywords: item.keywords,
            received_at: item.received_at,
        };
        if filer.can_wait(&message)
            && let Ok(mailbox) = filer.folder(&item.folder).await
        {
            let one = Held {
                name: item.name,
                folder: item.folder,
                mailbox,
                marks,
                message,
            };
            return lots.take(filer, one, progress).await;
        }
        // In their order.
        lots.finish(filer, progress).await?;
        file_alone(filer, &item.name, &item.folder, &marks, message, progress).await
    }
}

/// Files a message by itself, and counts what became of it.
pub(super) async fn file_alone(
    filer: &mut Filer,
    name: &str,
    folder: &[String],
    marks: &Marks,
    message: Gathered,
    progress: &Progress,
) -> Result<(), Error> {
    let filed = filed(filer, folder, marks, &message).await;
    let name = match filed.is_err() {
        true => name_of(name, &message),
        false => String::new(),
    };
    message.finish().await;
    told(filed, &name, progress)
}

/// Counts what became of a message. What is wrong with it alone is no error.
pub(super) fn told(
    filed: Result<bool, Error>,
    name: &str,
    progress: &Progress,
) -> Result<(), Error> {
    match filed {
        Ok(true) => progress.count_done(),
        Ok(false) => progress.count_known(),
        Err(error) if is_fatal(&error) => return Err(error),
        Err(error) => {
            tracing::debug!(%error, "A message could not be imported");
            progress.fail(name, reason(&error));
        }
    }
    Ok(())
}

/// Files a message; after a connection was lost, once more.
async fn filed(
    filer: &mut Filer,
    folder: &[String],
    marks: &Marks,
    message: &Gathered,
) -> Result<bool, Error> {
    let mut patience = Patience::new();
    loop {
        let filed = async {
            let mailbox = filer.folder(folder).await?;
            filer.file(&mailbox, marks, message).await
        };
        match filed.await {
            Err(error) if patience.lasts(&error).await => {}
            filed => return filed,
        }
    }
}

/// What a person knows a message by: its subject, and where it came from.
fn name_of(item: &str, message: &Gathered) -> String {
    let fields = message.fields();
    let subject = crate::mail::header::first(&fields, "Subject");
    let subject = subject.map(crate::mail::header::decode_text);
    match subject.filter(|subject| !subject.trim().is_empty()) {
        Some(subject) if item.is_empty() => subject,
        Some(subject) => format!("{subject} ({item})"),
        None => item.to_owned(),
    }
}

/// The octets of the message that has begun.
fn octets(coming: &mut Receiver<Piece>) -> impl Stream<Item = Result<Bytes, Error>> {
    stream::unfold(Some(coming), |coming| async move {
        let coming = coming?;
        match coming.recv().await {
            Some(Piece::Octets(octets)) => Some((Ok(octets), Some(coming))),
            Some(Piece::Broken(reason)) => Some((Err(Error::Invalid(reason)), None)),
            Some(Piece::End) => None,
            // The thread that reads has ended in the middle.
            _ => Some((Err(Error::Invalid("transfer-broken")), None)),
        }
    })
}

/// Whatever comes next would fail as well.
pub(super) fn is_fatal(error: &Error) -> bool {
    match error {
        Error::Internal(_) | Error::ReauthRequired | Error::Throttled(_) => true,
        Error::Invalid(key) => *key == "draft-quota",
        Error::Upstream { problem, .. } => {
            is_passing(error)
                || problem.is_its_owners()
                || matches!(
                    problem,
                    Problem::OverQuota | Problem::Tls | Problem::UnknownHost | Problem::Provider
                )
        }
        _ => false,
    }
}
