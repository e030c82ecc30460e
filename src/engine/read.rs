//! Opening a message: its header, its structure and the texts that are shown.
//!
//! Cost, cold: one round trip for header, keywords and structure (SELECT goes in front of it when
//! the folder is not selected), one for the texts. Warm: one, which brings the keywords and
//! proves that the message is still there. The HTML document that the page then asks for comes
//! from memory.

mod whole;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt;

use crate::{
    imap::{Fetched, convert, fetch::SectionRequest},
    mail::{
        email::EmailSummary,
        header::{self, Field},
        id::EmailId,
        keyword::Keywords,
        mailbox::Mailbox,
        message,
        part::Part,
        plan::{self, BodyPlan, ShownKind},
        report::{self, Report},
    },
    store,
};

use super::{
    account::{Account, Mailstore},
    error::Error,
    list::weight_of,
};

use self::whole::{Known, Whole, take_apart};

/// Octets of one shown text that are read; the rest is left to a download.
const SHOWN_MOST: u32 = 2 << 20;
/// Octets of the header that came back with a report.
const RETURNED_MOST: u32 = 64 << 10;
/// Octets of a message without usable structure that are read to work it out ourselves.
const WHOLE_MOST: usize = 32 << 20;

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
    returned: Arc<str>,
    /// The message's own parts, where the server could not tell its structure.
    whole: Option<Whole>,
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

    /// The octets of a part as encoded, where the whole message is at hand.
    pub(super) fn own_section(&self, section: &str) -> Option<Bytes> {
        self.whole.as_ref()?.parts.get(section).cloned()
    }

    pub(super) fn weight(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| text.text.len()).sum();
        let whole = self.whole.as_ref().map_or(0, |whole| whole.size);
        weight_of(&self.summary) + self.header.len() + self.returned.len() + texts + whole
    }
}

/// A message's place at this moment.
pub(super) struct Located {
    pub(super) mailbox: Mailbox,
    pub(super) placement: EmailId,
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
            let mut opened = self.fetch(&located).await?;
            opened.summary.id = id;
            let opened = Arc::new(opened);
            messages.insert(key, Arc::clone(&opened));
            return Ok(opened);
        };
        let mut opened = Opened::clone(&known);
        opened.summary.keywords = self.keywords(&located).await?;
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

    /// Where a message lies now.
    pub(super) async fn locate(&self, id: EmailId) -> Result<Located, Error> {
        let placement = store::aliases::resolve(&self.0.shared.store, self.0.id, id).await?;
        let mailbox = self.mailbox(placement.mailbox).await?;
        Ok(Located { mailbox, placement })
    }

    async fn keywords(&self, located: &Located) -> Result<Keywords, Error> {
        let Mailstore::Imap(client) = &self.0.mailstore;
        let EmailId {
            uid_validity, uid, ..
        } = located.placement;
        let path = &located.mailbox.path;
        let fetched = client.by_uid(path, uid_validity, &[], &[uid]).await?;
        let flags = fetched.first().and_then(|one| one.flags.as_deref());
        flags.map(convert::keywords).ok_or(Error::Vanished)
    }

    async fn fetch(&self, located: &Located) -> Result<Opened, Error> {
        let Mailstore::Imap(client) = &self.0.mailstore;
        let EmailId {
            uid_validity, uid, ..
        } = located.placement;
        let path = &located.mailbox.path;
        let fetched = client.open(path, uid_validity, uid, &[]).await?;
        let fetched = fetched.ok_or(Error::Vanished)?;
        let header = fetched
            .sections
            .iter()
            .find(|section| section.name == "HEADER");
        let header = header
            .and_then(|section| section.data.clone())
            .unwrap_or_default();
        let Some(structure) = fetched.structure.clone() else {
            return self.fetch_whole(located, &fetched).await;
        };
        // Only a row is given, and each has a summary.
        let summary = convert::summary(fetched, located.placement).ok_or(Error::Vanished)?;
        let plan = plan::plan(&structure);
        let mut wanted: Vec<SectionRequest> = texts_of(&plan)
            .map(|part| SectionRequest {
                section: part.section.clone(),
                max: SHOWN_MOST,
            })
            .collect();
        let shown = wanted.len();
        let sections = report::sections(&structure);
        let returned = sections.and_then(|sections| sections.returned);
        wanted.extend(returned.iter().map(|(_, section)| SectionRequest {
            section: section.clone(),
            max: RETURNED_MOST,
        }));
        let mut bodies = match wanted.is_empty() {
            true => Vec::new(),
            false => client.sections(path, uid_validity, uid, &wanted).await?,
        };
        let back = bodies.split_off(shown.min(bodies.len()));
        let returned = match (returned, back.into_iter().flatten().next()) {
            (Some((part, _)), Some(body)) => returned_header(part, &body),
            _ => Arc::default(),
        };
        let texts = texts_of(&plan).zip(bodies);
        let texts = texts.filter_map(|(part, body)| Some(decoded(part, &body?)));
        Ok(Opened {
            texts: texts.collect(),
            summary,
            header,
            structure,
            returned,
            malformed: false,
            whole: None,
        })
    }

    /// The server's structure can't be read: take the message apart ourselves.
    async fn fetch_whole(&self, located: &Located, fetched: &Fetched) -> Result<Opened, Error> {
        let Mailstore::Imap(client) = &self.0.mailstore;
        let EmailId {
            uid_validity, uid, ..
        } = located.placement;
        let mut raw = Vec::new();
        let mut pieces =
            std::pin::pin!(client.stream(&located.mailbox.path, uid_validity, uid, ""));
        while let Some(piece) = pieces.try_next().await? {
            raw.extend_from_slice(&piece);
            if raw.len() > WHOLE_MOST {
                break;
            }
        }
        let (raw, known) = (Bytes::from(raw), Known::of(fetched, located.placement));
        let taking_apart = &self.0.shared.taking_apart;
        taking_apart.run(move || take_apart(&raw, known)).await
    }
}

/// The parts whose text the page shows.
fn texts_of<'p>(plan: &BodyPlan<'p>) -> impl Iterator<Item = &'p Part> {
    let shown = plan
        .show
        .iter()
        .filter(|shown| shown.kind != ShownKind::Image);
    shown.map(|shown| shown.part)
}

/// The header fields in what came back. A message's own header has no transfer encoding.
fn returned_header(part: &Part, octets: &[u8]) -> Arc<str> {
    match part.children.is_empty() && !part.media_type.ends_with("rfc822") {
        true => message::decode_text(part, octets).into(),
        false => String::from_utf8_lossy(octets).into(),
    }
}

fn decoded(part: &Part, body: &[u8]) -> Text {
    Text {
        section: part.section.clone(),
        text: message::decode_text(part, body).into(),
        cut: u32::try_from(body.len()).unwrap_or(u32::MAX) >= SHOWN_MOST,
    }
}
