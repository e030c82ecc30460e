//! Opening a message that is stored here. It is read once from end to end, its sha256 compared on
//! the way; memory does not grow with it.

use anyhow::anyhow;
use futures_util::{StreamExt as _, TryStreamExt as _};
use ring::digest;

use crate::{
    mail::{email::EmailSummary, keyword::Keywords, message::Skeleton},
    store::{blobs::Sha256, local::list},
};

use super::{
    super::super::{
        error::Error,
        parts::Octets,
        read::{
            Opened, Span,
            whole::{Known, take_apart_stored},
        },
        secrets,
    },
    Local, Located,
};

impl Local {
    pub(in crate::engine::mailstore) async fn keywords(
        &self,
        located: &Located,
    ) -> Result<Keywords, Error> {
        Ok(self.find_row(located).await?.0.keywords)
    }

    pub(in crate::engine::mailstore) async fn open(
        &self,
        located: &Located,
    ) -> Result<Opened, Error> {
        let (summary, sha256) = self.find_row(located).await?;
        let known = Known {
            placement: located.placement,
            received_at: summary.received_at,
            keywords: summary.keywords,
            size: None,
        };
        // A message of nothing but lines that might matter leaves a skeleton as large as it is.
        let place = self.taking_apart.place().await?;
        let skeleton = self.skeleton(&sha256).await?;
        let opened = place.run(move || take_apart_stored(&skeleton, known));
        let mut opened = opened.await?;
        opened.summary.thread_id = summary.thread_id;
        Ok(opened)
    }

    pub(in crate::engine::mailstore) async fn section(
        &self,
        located: &Located,
        section: &str,
    ) -> Result<Octets, Error> {
        if !section.is_empty() {
            // The places of parts are known to who has opened the message.
            return Err(Error::NotFound);
        }
        let span = Span {
            from: 0,
            len: u64::MAX,
        };
        self.span(located, span).await
    }

    pub(in crate::engine::mailstore) async fn span(
        &self,
        located: &Located,
        span: Span,
    ) -> Result<Octets, Error> {
        let (_, sha256) = self.find_row(located).await?;
        let pieces = self.files.read(self.owner.user, &sha256, span.from).await?;
        let mut left = span.len;
        let pieces = pieces.map(move |piece| {
            let mut piece = piece?;
            piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= u64::try_from(piece.len()).unwrap_or(left).min(left);
            Ok(piece)
        });
        let wanted = |piece: &Result<bytes::Bytes, Error>| {
            let more = piece.as_ref().map_or(true, |piece| !piece.is_empty());
            std::future::ready(more)
        };
        Ok(Box::pin(pieces.take_while(wanted)))
    }

    async fn find_row(&self, located: &Located) -> Result<(EmailSummary, Sha256), Error> {
        let found = list::get(&self.store, self.owner, located.placement).await?;
        found.ok_or(Error::Vanished)
    }

    async fn skeleton(&self, sha256: &Sha256) -> Result<Skeleton, Error> {
        let pieces = self.files.read(self.owner.user, sha256, 0).await?;
        let mut pieces = std::pin::pin!(pieces);
        let mut skeleton = Skeleton::default();
        let mut digest = digest::Context::new(&digest::SHA256);
        while let Some(piece) = pieces.try_next().await? {
            digest.update(&piece);
            skeleton.push(&piece);
        }
        if secrets::finished(digest) != *sha256 {
            let error = anyhow!("the stored octets of a message are not those that arrived");
            return Err(error.into());
        }
        Ok(skeleton)
    }
}
