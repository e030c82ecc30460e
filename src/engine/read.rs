//! Opening a message: its header, its structure and the texts that are shown.
//!
//! Cost, cold: one round trip for header, keywords and structure (SELECT goes in front of it when
//! the folder is not selected), one for the texts. Warm: one, which brings the keywords and
//! proves that the message is still there. The HTML document that the page then asks for comes
//! from memory.

pub(super) mod whole;

use std::sync::Arc;

use bytes::Bytes;

use crate::{
    mail::{
        email::EmailSummary,
        header::{self, Field},
        id::{EmailId, MailboxId},
        keyword::Keywords,
        message,
        part::Part,
        plan::{self, BodyPlan, ShownKind},
        report::{self, Report},
    },
    store,
};

use super::{account::Account, error::Error, list::weight_of, mailstore::Located};

use self::whole::Whole;

pub(super) use self::whole::{Own, Span};

/// Octets of one shown text that are read; the rest is left to a download.
pub(super) const SHOWN_MOST: u32 = 2 << 20;
/// Octets of the header that came back with a report.
pub(super) const RETURNED_MOST: u32 = 64 << 10;

/// A message as opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What lists show of it; keywords as of now.
    pub summary: EmailSummary,
    /// The header block, cut at 256 KiB.
    pub header: Bytes,
    /// The MIME tree.
    pub structure: Part,
    /// The decoded texts of the parts shown, in the plan's order.
    pub texts: Vec<Text>,
    /// The message could not be taken apart as a mail should be.
    pub malformed: bool,
    /// Of a report: header fields of the message that it is about, as far as they came back.
    pub(super) returned: Arc<str>,
    /// The message's own parts, where no server tells its structure.
    pub(super) whole: Option<Whole>,
}

/// A decoded text.
#[derive(Clone, Debug)]
pub struct Text {
    /// The part.
    pub section: String,
    /// Its text.
    pub text: Arc<str>,
    /// There is more than was read.
    pub cut: bool,
}

impl Opened {
    /// What is shown, what is attached.
    pub fn plan(&self) -> BodyPlan<'_> {
        plan::plan(&self.structure)
    }

    /// The header's fields.
    pub fn fields(&self) -> Vec<Field<'_>> {
        header::fields(&self.header)
    }

    /// The decoded text of a part, if it is one of those shown.
    pub fn text(&self, section: &str) -> Option<&Text> {
        self.texts.iter().find(|text| text.section == section)
    }

    /// What it reports, if it is a report.
    pub fn report(&self) -> Option<Report> {
        let sections = report::sections(&self.structure)?;
        let machine = self.text(&sections.machine.section)?;
        report::read(&self.structure, &machine.text, &self.returned)
    }

    /// The part with this section number.
    pub fn part(&self, section: &str) -> Option<&Part> {
        let mut waiting = vec![&self.structure];
        while let Some(part) = waiting.pop() {
            if part.section == section {
                return Some(part);
            }
            waiting.extend(&part.children);
        }
        None
    }

    /// The octets of a part as encoded, where no server need be asked for them.
    pub(super) fn own_section(&self, section: &str) -> Option<Own> {
        self.whole.as_ref()?.section(section)
    }

    pub(super) fn weight(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| text.text.len()).sum();
        let whole = self.whole.as_ref().map_or(0, Whole::weight);
        weight_of(&self.summary) + self.header.len() + self.returned.len() + texts + whole
    }
}

impl Account {
    /// Opens a message.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an id that was never ours, [`Error::Vanished`] for a message that
    /// is gone.
    pub async fn open(&self, id: EmailId) -> Result<Arc<Opened>, Error> {
        let located = self.locate(id).await?;
        let key = (self.0.id, located.placement);
        let messages = &self.0.shared.caches.messages;
        let Some(known) = messages.get(&key) else {
            let mut opened = self.0.mailstore.open(&located).await?;
            opened.summary.id = id;
            let opened = Arc::new(opened);
            messages.insert(key, Arc::clone(&opened));
            return Ok(opened);
        };
        let mut opened = Opened::clone(&known);
        opened.summary.keywords = self.0.mailstore.keywords(&located).await?;
        opened.summary.id = id;
        Ok(Arc::new(opened))
    }

    /// As [`Account::open`], without asking the server when the message is in memory. For its
    /// parts, which never change.
    ///
    /// # Errors
    /// As [`Account::open`].
    pub async fn open_known(&self, id: EmailId) -> Result<Arc<Opened>, Error> {
        let located = self.locate(id).await?;
        match self
            .0
            .shared
            .caches
            .messages
            .get(&(self.0.id, located.placement))
        {
            Some(known) => Ok(known),
            None => self.open(id).await,
        }
    }

    /// Where a message lies and what it is marked with, as of now.
    ///
    /// # Errors
    /// As [`Account::open`].
    pub async fn state(&self, id: EmailId) -> Result<(MailboxId, Keywords), Error> {
        let located = self.locate(id).await?;
        let keywords = self.0.mailstore.keywords(&located).await?;
        Ok((located.mailbox.id, keywords))
    }

    /// Where a message lies now.
    pub(super) async fn locate(&self, id: EmailId) -> Result<Located, Error> {
        let placement = store::aliases::resolve(&self.0.shared.store, self.0.id, id).await?;
        let mailbox = self.mailbox(placement.mailbox).await?;
        Ok(Located { mailbox, placement })
    }
}

/// The parts whose text the page shows.
pub(super) fn texts_of<'p>(plan: &BodyPlan<'p>) -> impl Iterator<Item = &'p Part> {
    let shown = plan
        .show
        .iter()
        .filter(|shown| shown.kind != ShownKind::Image);
    shown.map(|shown| shown.part)
}

/// The header fields in what came back. A message's own header has no transfer encoding.
pub(super) fn returned_header(part: &Part, octets: &[u8]) -> Arc<str> {
    match part.children.is_empty() && !part.media_type.ends_with("rfc822") {
        true => message::decode_text(part, octets).into(),
        false => String::from_utf8_lossy(octets).into(),
    }
}

/// The text of a part from its octets, all or the first of them.
pub(super) fn decoded(part: &Part, body: &[u8]) -> Text {
    Text {
        section: part.section.clone(),
        text: message::decode_text(part, body).into(),
        cut: u32::try_from(body.len()).unwrap_or(u32::MAX) >= SHOWN_MOST,
    }
}
