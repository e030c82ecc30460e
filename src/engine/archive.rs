//! All attachments of a message as one zip, written while they arrive.
//!
//! Cost: that of each attachment, one after the other.

use bytes::Bytes;
use futures_util::{StreamExt, stream};

use crate::mail::{header, id::EmailId, zip::Writer};

use super::{
    account::Account,
    error::Error,
    parts::{Download, Octets},
};

/// What is to be written next.
enum Step {
    /// The parts with these sections, the last one first.
    Next,
    /// The rest of one.
    Within(Octets),
    /// Nothing more.
    Done,
}

impl Account {
    /// The attachments of a message as a zip archive, with the pictures in its text.
    ///
    /// # Errors
    /// As [`Account::open`].
    pub async fn archive_of(&self, id: EmailId) -> Result<Octets, Error> {
        let opened = self.open_known(id).await?;
        let plan = opened.plan();
        let all = plan.attachments.iter().chain(&plan.embedded);
        let sections = all.map(|one| one.part.section.clone()).collect();
        Ok(self.zip_of(id, sections))
    }

    /// The parts of a message with these sections as a zip archive.
    pub fn zip_of(&self, id: EmailId, sections: Vec<String>) -> Octets {
        let mut waiting = sections;
        waiting.reverse();
        let begun = (self.clone(), waiting, Writer::default(), Step::Next);
        let pieces = stream::try_unfold(
            begun,
            move |(account, mut waiting, mut writer, step)| async move {
                match step {
                    Step::Done => Ok(None),
                    Step::Next => {
                        let Some(section) = waiting.pop() else {
                            let end = Bytes::from(writer.finish());
                            let done = (account, waiting, Writer::default(), Step::Done);
                            return Ok(Some((end, done)));
                        };
                        let Download { part, octets } = account.part(id, &section).await?;
                        let name = part.filename.as_deref().and_then(header::safe_filename);
                        let name = name.unwrap_or_else(|| format!("part-{section}"));
                        let head = Bytes::from(writer.begin(&name));
                        Ok(Some((
                            head,
                            (account, waiting, writer, Step::Within(octets)),
                        )))
                    }
                    Step::Within(mut octets) => match octets.next().await {
                        Some(piece) => {
                            let piece = piece?;
                            writer.push(&piece);
                            Ok(Some((
                                piece,
                                (account, waiting, writer, Step::Within(octets)),
                            )))
                        }
                        None => {
                            let tail = Bytes::from(writer.end());
                            Ok(Some((tail, (account, waiting, writer, Step::Next))))
                        }
                    },
                }
            },
        );
        Box::pin(pieces)
    }
}
