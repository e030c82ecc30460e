//! Drafts come into being with their first save, not with a look at the page.

use bytes::Bytes;
use futures_util::stream;

use crate::{
    mail::{
        id::EmailId,
        mailbox::Role,
        reply::{again::again, forward, own::Own, references},
    },
    store::{
        self,
        drafts::{Copy, DraftRow, NewDraft},
        files::Stored,
    },
};

use super::{
    super::{account::Account, error::Error, pages},
    Action, Attachment, Draft, Fields, Phrases, Reference, Upload,
    attachments::{self, AtHand},
};

/// What a new draft is made of.
#[derive(Clone, Copy)]
pub struct Creation<'a> {
    /// 22 random characters, the same when the same creation is sent again.
    pub key: &'a str,
    /// What the person wrote.
    pub fields: &'a Fields,
    /// Where it comes from.
    pub reference: Option<Reference>,
    /// Sections of the original that go along.
    pub keep: &'a [String],
    /// The words around the original.
    pub phrases: &'a dyn Phrases,
}

/// What a draft takes from another message.
#[derive(Default)]
struct Origin {
    thread: references::Thread,
    quote: Option<Stored>,
    files: Vec<AtHand>,
    copy: Option<Copy>,
}

impl Account {
    /// Makes a draft. The same key gives the same draft, so that a browser may repeat what it is
    /// not sure of.
    ///
    /// # Errors
    /// [`Error::Invalid`] for texts that are too long, [`Error::TooLate`] when a draft of this key
    /// has been sent and is gone; as [`Account::open`] for the original.
    pub async fn create_draft(&self, creation: Creation<'_>) -> Result<Draft, Error> {
        creation.fields.check()?;
        let store = &self.0.shared.store;
        let key = creation.key;
        if let Some(known) = store::drafts::by_key(store, self.0.user, key).await? {
            return self.complete(known).await;
        }
        if self.sent_before(key, creation.fields).await?.is_some() {
            return Err(Error::TooLate);
        }
        let mut from = Origin::default();
        if let Some(reference) = creation.reference {
            from = self.origin(reference, &creation).await?;
        }
        let reference = creation.reference;
        let email = reference.map(|reference| reference.email.to_string());
        let action = reference.map(|reference| reference.action.as_str());
        let fields = creation.fields.stored();
        let files: Vec<_> = from.files.iter().map(AtHand::row).collect();
        let new = NewDraft {
            key,
            fields: &fields,
            reference_email: email.as_deref().unwrap_or_default(),
            reference_action: action.unwrap_or_default(),
            quote: from.quote.map(|stored| stored.sha256),
            in_reply_to: from.thread.in_reply_to.as_deref().unwrap_or_default(),
            references: &from.thread.references,
            conflict_of: None,
            copy: from.copy,
            files: &files,
        };
        let row = store::drafts::create(store, self.0.id, self.0.user, &new, self.now()).await?;
        self.draft(row.id.get()).await
    }

    /// What a draft takes from the message that it comes from. All of it is at hand before there
    /// is a draft: one that had lost a file on the way would look whole.
    async fn origin(&self, reference: Reference, creation: &Creation<'_>) -> Result<Origin, Error> {
        if creation.keep.len() > attachments::MOST {
            return Err(Error::Invalid("draft-too-many-files"));
        }
        let (email, action) = (reference.email, reference.action);
        let opened = self.open(email).await?;
        let mut from = Origin::default();
        if action.is_answer() {
            from.thread = references::thread(&opened.fields());
        }
        if action == Action::Edit {
            // A copy of an answer is an answer.
            let again = again(&opened.fields(), Own::new(&[]), 0);
            from.thread.in_reply_to = again.in_reply_to;
            from.thread.references = again.references;
            from.copy = self.adopted(email).await?;
        }
        if creation.fields.html && (action.is_answer() || action == Action::Forward) {
            let quoting = self.quote_of(&opened, action, creation.key, creation.phrases);
            let taken = quoting.await?;
            let bytes = serde_json::to_vec(&taken.quote).map_err(anyhow::Error::from)?;
            from.quote = Some(self.small_blob(bytes).await?);
            for (section, cid) in &taken.pictures {
                let picture = self.part_at_hand(email, section, Some(cid)).await?;
                from.files.push(picture);
            }
        }
        if creation.fields.html && action == Action::Edit {
            for section in opened.plan().inline.values() {
                let cid = super::quote::picture_id(section);
                if creation.fields.rich.contains(&format!("cid:{cid}")) {
                    let picture = self.part_at_hand(email, section, Some(&cid)).await?;
                    from.files.push(picture);
                }
            }
        }
        for section in creation.keep {
            from.files
                .push(self.part_at_hand(email, section, None).await?);
        }
        if action == Action::ForwardAsAttachment {
            let untitled = creation.phrases.untitled();
            let name = forward::file_name(&opened.summary.subject, &untitled);
            from.files.push(self.message_at_hand(email, &name).await?);
        }
        Ok(from)
    }

    /// A message in the Drafts folder that no draft has as its copy becomes that of the draft
    /// that goes on with it, so that it does not stay behind.
    async fn adopted(&self, email: EmailId) -> Result<Option<Copy>, Error> {
        let located = self.locate(email).await?;
        if located.mailbox.role != Some(Role::Drafts) {
            return Ok(None);
        }
        let (store, copy) = (&self.0.shared.store, located.placement);
        let known = store::drafts::copies::by_copy(store, self.0.id, copy).await?;
        Ok(known.is_none().then_some(copy))
    }

    /// At most `limit` of the drafts that are not on their way, the last changed first, from behind
    /// the place `before`. The second says where the next page begins, if there is one.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn drafts(
        &self,
        before: Option<(i64, i64)>,
        limit: u32,
    ) -> Result<(Vec<Draft>, Option<(i64, i64)>), Error> {
        let (store, id) = (&self.0.shared.store, self.0.id);
        let asked = i64::from(limit) + 1;
        let mut rows = store::drafts::list(store, id, before, asked).await?;
        let next = pages::cut(&mut rows, limit, |row| (row.updated_at, row.id.get()));
        let mut drafts = Vec::with_capacity(rows.len());
        for row in rows {
            drafts.push(self.complete(row).await?);
        }
        Ok((drafts, next))
    }

    /// How many drafts there are that are not on their way.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn draft_count(&self) -> Result<u64, Error> {
        let count = store::drafts::count(&self.0.shared.store, self.0.id).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// A draft.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn draft(&self, id: i64) -> Result<Draft, Error> {
        let row = self.draft_row(id).await?;
        self.complete(row).await
    }

    /// Throws a draft away, and its copy in the Drafts folder.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn discard_draft(&self, id: i64) -> Result<(), Error> {
        let row = self.draft_row(id).await?;
        let store = &self.0.shared.store;
        if !store::drafts::delete(store, self.0.user, id, self.now()).await? {
            return Err(Error::TooLate);
        }
        self.remove_copy(row.copy()).await;
        Ok(())
    }

    /// The quote of a draft; `None` when it has none.
    pub(in crate::engine) async fn quote(
        &self,
        row: &DraftRow,
    ) -> Result<Option<super::Quote>, Error> {
        let Some(sha256) = row.quote_sha256 else {
            return Ok(None);
        };
        let bytes = self.0.shared.files.read_whole(self.0.user, &sha256).await?;
        let quote = serde_json::from_slice(&bytes).map_err(anyhow::Error::from)?;
        Ok(Some(quote))
    }

    pub(in crate::engine) async fn draft_row(&self, id: i64) -> Result<DraftRow, Error> {
        let store = &self.0.shared.store;
        let row = store::drafts::get(store, self.0.user, id).await?;
        row.filter(|row| row.account_id == self.0.id)
            .ok_or(Error::NotFound)
    }

    pub(super) async fn complete(&self, row: DraftRow) -> Result<Draft, Error> {
        let store = &self.0.shared.store;
        let files = store::drafts::attachments::list(store, self.0.user, row.id.get()).await?;
        Ok(Draft {
            id: row.id.get(),
            revision: row.revision,
            fields: Fields::of(&row),
            reference: Reference::of(&row),
            has_quote: row.quote_sha256.is_some(),
            attachments: files.into_iter().map(Attachment::from).collect(),
            copy: row.copy(),
            conflict_of: row.conflict_of.map(|id| id.get()),
            updated_at: row.updated_at,
            key: row.key,
        })
    }

    /// Stores something of our own making.
    pub(in crate::engine) async fn small_blob(&self, bytes: Vec<u8>) -> Result<Stored, Error> {
        let most = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let bytes = stream::iter([Ok::<_, Error>(Bytes::from(bytes))]);
        let token = Upload::begin()?.0;
        let stored = self.0.shared.files.store(self.0.user, token, bytes, most);
        let stored = stored.await?;
        self.keep_blob(&stored).await?;
        Ok(stored)
    }
}
