//! A draft becomes a message: who writes, to whom, and the exact bytes. Files are read from their
//! blobs as the bytes go out, so that memory stays flat however large they are.

use std::io;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};

use crate::{
    mail::{
        address::{self, Address},
        compose::{self, Extra, File, Message, Piece, Purpose, Recipient, Transfer},
        html, reply,
        transfer::Base64Lines,
        typed::{self, Typed},
    },
    store::{self, blobs::Sha256, drafts::DraftRow},
};

use super::{
    super::{account::Account, error::Error, identities::Identity},
    Attachment, Draft, Fields, Importance, Options,
};

/// A message ready to go out.
pub(in crate::engine) struct Outgoing {
    /// The envelope's sender.
    pub(in crate::engine) from: String,
    /// Everybody who gets it, each once, as they are sent to.
    pub(in crate::engine) recipients: Vec<Address>,
    /// The Bcc line, for the copy that its writer keeps.
    pub(in crate::engine) bcc: String,
    /// Its identity.
    pub(in crate::engine) identity: Identity,
    /// It needs SMTPUTF8.
    pub(in crate::engine) smtputf8: bool,
    /// It has octets above 127.
    pub(in crate::engine) eight_bit: bool,
    /// The bytes.
    pub(in crate::engine) content: Content,
}

/// The bytes of a message, files still in their blobs.
#[derive(Clone)]
pub(in crate::engine) struct Content {
    /// Octets of the whole.
    pub(in crate::engine) size: u64,
    pieces: Vec<Owned>,
}

#[derive(Clone)]
enum Owned {
    Bytes(Bytes),
    Base64(Sha256),
    Verbatim(Sha256),
}

/// What is fixed at the first try and the same at each further one.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Fixed<'a> {
    /// Without angle brackets.
    pub(in crate::engine) message_id: &'a str,
    /// The Date header (ms), and the writer's zone at that time (minutes east of UTC).
    pub(in crate::engine) date: i64,
    pub(in crate::engine) offset: i16,
    pub(in crate::engine) purpose: Purpose,
    /// It goes to nobody but those that it names: the identity's Bcc gets no copy.
    pub(in crate::engine) alone: bool,
    /// Names the draft in the copy for the Drafts folder.
    pub(in crate::engine) mark: Option<&'a str>,
}

impl Account {
    /// The message that a draft makes.
    ///
    /// # Errors
    /// [`Error::Unsendable`] with what its writer has to mend.
    pub(in crate::engine) async fn outgoing(
        &self,
        row: &DraftRow,
        fixed: Fixed<'_>,
    ) -> Result<Outgoing, Error> {
        let fields = Fields::of(row);
        let strict = fixed.purpose == Purpose::Send;
        let identity = self.identity_of(&fields).await?;
        let from = from(&identity, &fields);
        let read = |text: &str| recipients(text, strict);
        let (to, cc, mut bcc) = (read(&fields.to)?, read(&fields.cc)?, read(&fields.bcc)?);
        if strict && !fixed.alone {
            bcc.extend(read(&identity.bcc)?);
        }
        let reply_to = match fields.reply_to.trim().is_empty() {
            true => read(&identity.reply_to)?,
            false => read(&fields.reply_to)?,
        };
        let store = &self.0.shared.store;
        let rows = store::drafts::attachments::list(store, self.0.user, row.id.get()).await?;
        let kept: Vec<(Attachment, Sha256)> = rows
            .into_iter()
            .map(|row| (row.sha256, Attachment::from(row)))
            .map(|(sha256, file)| (file, sha256))
            .collect();
        let body = self.body(row, &fields, &kept).await?;
        let mut files = Vec::new();
        for (file, sha256) in &kept {
            let transfer = match file.media_type.as_str() {
                "message/rfc822" => self.survey(sha256).await?,
                _ => Transfer::Base64,
            };
            files.push(File {
                name: &file.name,
                media_type: &file.media_type,
                cid: file.inline.then_some(file.cid.as_str()),
                size: file.size,
                transfer,
                key: *sha256,
            });
        }
        let named = |file: &File<'_, Sha256>| {
            file.cid
                .is_some_and(|cid| body.cids.iter().any(|own| own == cid))
        };
        // A picture that is in the text no longer has left with its words.
        files.retain(|file| file.cid.is_none() || named(file));
        let (inline, attachments): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| file.cid.is_some());
        let extra = extra(&fields.options, &from, fixed.mark);
        let message = Message {
            from: vec![from.clone()],
            sender: None,
            reply_to,
            to,
            cc,
            bcc,
            subject: &fields.subject,
            date_ms: fixed.date,
            offset_minutes: fixed.offset,
            message_id: fixed.message_id,
            in_reply_to: match row.in_reply_to.is_empty() {
                true => &[],
                false => std::slice::from_ref(&row.in_reply_to),
            },
            references: &row.references,
            text: &body.text,
            html: body.html.as_deref(),
            inline: &inline,
            attachments: &attachments,
            extra: &extra,
        };
        let smtputf8 = compose::needs_smtputf8(&message);
        let options = compose::Options {
            purpose: fixed.purpose,
            smtputf8,
            seed: seed(fixed.message_id),
        };
        let assembled = compose::assemble(&message, &options)
            .map_err(|error| Error::Unsendable(error.into()))?;
        let (size, eight_bit) = (assembled.size(), assembled.needs_8bit());
        let pieces = assembled.pieces.into_iter().map(|piece| match piece {
            Piece::Bytes(bytes) => Owned::Bytes(bytes.into()),
            Piece::Base64(file) => Owned::Base64(file.key),
            Piece::Verbatim(file) => Owned::Verbatim(file.key),
        });
        let everybody = [&message.to, &message.cc, &message.bcc];
        Ok(Outgoing {
            recipients: unique(
                everybody
                    .into_iter()
                    .flatten()
                    .flat_map(Recipient::mailboxes),
            ),
            bcc: field(&message.bcc),
            from: from.email,
            content: Content {
                size,
                pieces: pieces.collect(),
            },
            identity,
            smtputf8,
            eight_bit,
        })
    }

    /// The message's bytes, one after the other.
    pub(in crate::engine) fn bytes_of(
        &self,
        content: Content,
    ) -> impl Stream<Item = Result<Bytes, Error>> + Send + use<> {
        let (files, user) = (self.0.shared.files.clone(), self.0.user);
        stream::iter(content.pieces)
            .then(move |piece| {
                let files = files.clone();
                async move {
                    Ok::<_, Error>(match piece {
                        Owned::Bytes(bytes) => stream::iter([Ok(bytes)]).boxed(),
                        Owned::Verbatim(sha256) => files
                            .read(user, &sha256, 0)
                            .await?
                            .map_err(Error::from)
                            .boxed(),
                        Owned::Base64(sha256) => {
                            let read = files.read(user, &sha256, 0).await?;
                            in_lines(read.map_err(Error::from)).boxed()
                        }
                    })
                }
            })
            .try_flatten()
    }

    /// Whether a message that goes along can do so as it is.
    async fn survey(&self, sha256: &Sha256) -> Result<Transfer, Error> {
        let mut survey = compose::Survey::new();
        let read = self.0.shared.files.read(self.0.user, sha256, 0).await?;
        let mut read = std::pin::pin!(read);
        while let Some(piece) = read.try_next().await? {
            survey.push(&piece);
        }
        Ok(survey.finish())
    }

    pub(in crate::engine) async fn identity_of(&self, fields: &Fields) -> Result<Identity, Error> {
        let identities = self.identities().await?;
        chosen(&identities, fields).cloned().ok_or(Error::NotFound)
    }

    /// Whom each of these drafts would be from, in their order.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn senders<'a>(
        &self,
        drafts: impl Iterator<Item = &'a Draft>,
    ) -> Result<Vec<Address>, Error> {
        let identities = self.identities().await?;
        let sender = |draft: &Draft| {
            let identity = chosen(&identities, &draft.fields)?;
            Some(from(identity, &draft.fields))
        };
        let senders = drafts.map(|draft| sender(draft).ok_or(Error::NotFound));
        senders.collect()
    }

    async fn body(
        &self,
        row: &DraftRow,
        fields: &Fields,
        files: &[(Attachment, Sha256)],
    ) -> Result<Body, Error> {
        if !fields.html {
            return Ok(Body {
                text: fields.text.clone(),
                ..Body::default()
            });
        }
        let quote = match fields.quotes {
            true => self.quote(row).await?,
            false => None,
        };
        let written = fields.rich.clone();
        let cids: Vec<String> = files.iter().map(|(file, _)| file.cid.clone()).collect();
        let work = move || {
            let known = |id: &str| cids.iter().any(|own| own == id).then(|| id.to_owned());
            html::clean_written(&written, &known)
        };
        let written = self.0.shared.taking_apart.run(work).await?;
        let written = written.ok_or(Error::Invalid("draft-too-complex"))?;
        let mut body = Body {
            text: written.text,
            html: Some(written.html.to_string()),
            cids: written.cids,
        };
        if let (Some(quote), Some(html)) = (quote, &mut body.html) {
            html.push_str("<br>");
            html.push_str(&quote.html);
            body.text.push_str("\n\n");
            body.text.push_str(&quote.text);
            // The quote names what came along with it.
            let within = files.iter().map(|(file, _)| file.cid.clone());
            body.cids
                .extend(within.filter(|cid| !cid.is_empty() && quote.html.contains(cid.as_str())));
        }
        Ok(body)
    }
}

/// A body in both its forms.
#[derive(Default)]
struct Body {
    text: String,
    html: Option<String>,
    /// The pictures that the HTML names.
    cids: Vec<String>,
}

/// Why a message can't be sent, for its writer to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsendable {
    /// Nobody to send to.
    NoRecipients,
    /// An entry of To, Cc, Bcc or Reply-To is no address.
    Address(String),
    /// The server takes no more; octets.
    TooLarge {
        /// What the message has.
        size: u64,
        /// What the server takes.
        limit: u64,
    },
    /// It can't be written at all.
    Impossible,
}

impl From<compose::Error> for Unsendable {
    fn from(error: compose::Error) -> Self {
        match error {
            compose::Error::Address { email, .. } | compose::Error::NeedsSmtputf8(email) => {
                Self::Address(email)
            }
            compose::Error::NoAuthor | compose::Error::MessageId => Self::Impossible,
        }
    }
}

/// What a field names. A draft's copy leaves out what can't be understood; what is sent may not.
fn recipients(text: &str, strict: bool) -> Result<Vec<Recipient>, Error> {
    let mut known = Vec::new();
    for entry in typed::parse(text) {
        match entry {
            Typed::Unclear { text, .. } if strict => {
                return Err(Error::Unsendable(Unsendable::Address(text)));
            }
            entry => known.extend(entry.recipient()),
        }
    }
    Ok(known)
}

/// The identity that a draft names, else the default one.
fn chosen<'a>(identities: &'a [Identity], fields: &Fields) -> Option<&'a Identity> {
    let named = fields.identity;
    let named = named.and_then(|id| identities.iter().find(|own| own.id == id));
    named.or(identities.first())
}

/// The address in From: the identity's, or another of the person's own.
fn from(identity: &Identity, fields: &Fields) -> Address {
    let own = [identity.email.clone()];
    let other = fields.from_email.trim();
    // What a form says is not believed: only what belongs to the identity.
    let email = match reply::own::Own::new(&own).has(other) {
        true => other.to_owned(),
        false => identity.email.clone(),
    };
    Address {
        name: Some(identity.name.clone()).filter(|name| !name.trim().is_empty()),
        email,
    }
}

fn extra<'a>(options: &Options, from: &Address, mark: Option<&'a str>) -> Vec<Extra<'a>> {
    let mut extra = Vec::new();
    match options.importance {
        Importance::Normal => {}
        Importance::High => extra.push(Extra::Importance(compose::Importance::High)),
        Importance::Low => extra.push(Extra::Importance(compose::Importance::Low)),
    }
    if options.receipt {
        extra.push(Extra::Receipt(from.clone()));
    }
    extra.extend(mark.map(Extra::Draft));
    extra
}

/// Each mailbox once.
fn unique<'a>(addresses: impl Iterator<Item = &'a Address>) -> Vec<Address> {
    let mut known = std::collections::HashSet::new();
    addresses
        .filter(|one| known.insert(address::key(&one.email)))
        .cloned()
        .collect()
}

fn field(recipients: &[Recipient]) -> String {
    let entries: Vec<Typed> = recipients.iter().cloned().map(Typed::from).collect();
    typed::to_field_text(&entries)
}

/// Random enough for boundaries, and the same for every copy of a message.
fn seed(message_id: &str) -> [u8; 16] {
    let digest = super::super::secrets::sha256(message_id.as_bytes());
    let mut seed = [0; 16];
    seed.copy_from_slice(digest.first_chunk::<16>().unwrap_or(&[0; 16]));
    seed
}

/// base64 in lines of 76, as it is read.
fn in_lines(
    read: impl Stream<Item = Result<Bytes, Error>> + Send,
) -> impl Stream<Item = Result<Bytes, Error>> + Send {
    let begun = (Box::pin(read), Some(Base64Lines::new()));
    stream::unfold(begun, |(mut read, mut lines)| async move {
        let mut current = lines.take()?;
        match read.next().await {
            Some(Ok(piece)) => {
                let encoded = current.push(&piece);
                Some((Ok(encoded.into()), (read, Some(current))))
            }
            Some(Err(error)) => Some((Err(error), (read, None))),
            None => Some((Ok(current.finish().into()), (read, None))),
        }
    })
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::other(error)
    }
}
