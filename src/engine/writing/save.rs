//! Saving: who saves names the revision that was begun from. When another one has been saved
//! meanwhile, what comes is kept as a draft of its own, so that neither is lost.

use crate::store::{
    self,
    drafts::{NewDraft, attachments::NewAttachment},
};

use super::{
    super::{account::Account, error::Error, secrets},
    Draft, Fields,
};

/// What became of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The draft as it is now.
    Done(Draft),
    /// Somebody else had saved it. This is the new draft that holds what came.
    Conflict(Draft),
}

impl Account {
    /// Saves a draft, or leaves everything as it is.
    ///
    /// # Errors
    /// [`Error::Stale`] when another revision has been saved; else as [`Account::save_draft`].
    pub async fn replace_draft(&self, id: i64, base: i64, fields: &Fields) -> Result<Draft, Error> {
        fields.check()?;
        self.draft_row(id).await?;
        let store = &self.0.shared.store;
        let stored = fields.stored();
        let saved = store::drafts::save(store, self.0.user, id, base, &stored, self.now()).await?;
        match saved.ok_or(Error::NotFound)? {
            store::drafts::Saved::Done(row) => self.complete(row).await,
            store::drafts::Saved::Conflict(_) => Err(Error::Stale),
        }
    }

    /// Saves a draft.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is gone, [`Error::Invalid`] for texts that are too long.
    pub async fn save_draft(&self, id: i64, base: i64, fields: &Fields) -> Result<Saved, Error> {
        fields.check()?;
        let before = self.draft_row(id).await?;
        let store = &self.0.shared.store;
        let stored = fields.stored();
        let saved = store::drafts::save(store, self.0.user, id, base, &stored, self.now()).await?;
        match saved.ok_or(Error::NotFound)? {
            store::drafts::Saved::Done(row) => Ok(Saved::Done(self.complete(row).await?)),
            store::drafts::Saved::Conflict(_) => {
                let (account, user, now) = (self.0.id, self.0.user, self.now());
                let files = store::drafts::attachments::list(store, user, id).await?;
                let files: Vec<_> = files
                    .iter()
                    .map(|file| NewAttachment {
                        sha256: file.sha256,
                        name: &file.name,
                        media_type: &file.media_type,
                        size: file.size,
                        inline: file.inline,
                        cid: &file.cid,
                    })
                    .collect();
                let key = secrets::token();
                let new = NewDraft {
                    key: &key,
                    fields: &stored,
                    reference_email: &before.reference_email,
                    reference_action: &before.reference_action,
                    quote: before.quote_sha256,
                    in_reply_to: &before.in_reply_to,
                    references: &before.references,
                    conflict_of: Some(before.id),
                    copy: None,
                    files: &files,
                };
                let row = store::drafts::create(store, account, user, &new, now).await?;
                Ok(Saved::Conflict(self.draft(row.id.get()).await?))
            }
        }
    }
}
