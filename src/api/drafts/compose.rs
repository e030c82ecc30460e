//! What a program writes, as a draft: fields, files, and what it takes from another message.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{
        id::{BlobId, Number},
        problem::Problem,
    },
    engine::{
        Account, Error as EngineError,
        identities::Identity,
        writing::{self, Creation, Described, Draft, Fields, Options},
    },
    mail::{
        address::Address,
        compose::Recipient,
        reply::own::{Match, Own},
        typed::{self, Typed},
    },
};

use super::{Reference, phrases::Plain};

/// Addresses of one field.
const PEOPLE_MOST: usize = 1000;
/// Files of a message.
const FILES_MOST: usize = 500;

/// A message to be written.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DraftMessage)]
pub(crate) struct Message {
    /// Who writes; without it the account's default, or who was written to.
    pub(crate) identity_id: Option<Number>,
    /// Whom recipients see it come from: the address of an identity, or another that belongs to one
    /// (`anna+shop@…`, any of a whole domain). Without a name, or with that of the identity.
    #[schema(max_items = 1)]
    pub(crate) from: Option<Vec<Person>>,
    /// Whom it goes to. With a reference, absence takes those that it answers.
    #[schema(max_items = 1000)]
    pub(crate) to: Option<Vec<Person>>,
    /// Who gets a copy.
    #[schema(max_items = 1000)]
    pub(crate) cc: Option<Vec<Person>>,
    /// Who gets a copy that others don't see.
    #[schema(max_items = 1000)]
    pub(crate) bcc: Option<Vec<Person>>,
    /// Where answers are to go.
    #[schema(max_items = 1000)]
    pub(crate) reply_to: Option<Vec<Person>>,
    /// The subject. With a reference, absence takes that one's.
    #[schema(max_length = 65_536)]
    pub(crate) subject: Option<String>,
    /// The plain text. A message has `text` or `html`; of both, `html` counts and `text` is made
    /// of it.
    #[schema(max_length = 4_194_304)]
    pub(crate) text: Option<String>,
    /// The HTML. It is made safe before it is sent.
    #[schema(max_length = 4_194_304)]
    pub(crate) html: Option<String>,
    /// Its files, all of them.
    #[schema(max_items = 500)]
    pub(crate) attachments: Option<Vec<NewFile>>,
    /// The message that it answers or passes on. Fixed when the draft is begun.
    pub(crate) reference: Option<Reference>,
    /// Ask its readers to say that they have read it (RFC 8098).
    pub(crate) receipt: Option<bool>,
    /// Ask servers to report that it has arrived (RFC 3461).
    pub(crate) delivery_report: Option<bool>,
    /// How much it matters; `normal` without it.
    pub(crate) importance: Option<Importance>,
}

/// How much a message matters to its writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Importance {
    /// As others.
    Normal,
    /// More.
    High,
    /// Less.
    Low,
}

/// Somebody.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAddress)]
pub(crate) struct Person {
    /// The name.
    #[serde(default)]
    #[schema(max_length = 1000)]
    name: Option<String>,
    /// The address.
    #[schema(max_length = 320)]
    email: String,
}

/// A file to attach.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewDraftFile)]
pub(crate) struct NewFile {
    /// Its octets: uploaded, or of a message or a part of one.
    blob_id: BlobId,
    /// Its name.
    #[serde(default)]
    #[schema(max_length = 255)]
    name: String,
    /// Its media type.
    #[serde(default, rename = "type")]
    #[schema(max_length = 127)]
    kind: String,
    /// `inline` for a picture in the HTML, else `attachment`.
    #[serde(default)]
    disposition: Option<Place>,
    /// What the HTML calls an inline picture by: `<img src="cid:…">`.
    #[serde(default)]
    #[schema(max_length = 200)]
    cid: Option<String>,
}

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = FilePlace)]
pub(crate) enum Place {
    /// In the HTML.
    Inline,
    /// Beside the text.
    Attachment,
}

/// Who writes.
struct Sender {
    identity: i64,
    /// An own address that is not the identity's; `""` for the identity's.
    email: String,
}

impl Sender {
    fn of(from: &[Person], identities: &[Identity]) -> Result<Self, Problem> {
        let [person] = from else {
            return Err(Problem::unfit("/from", "A message is from one address."));
        };
        let emails: Vec<String> = identities.iter().map(|one| one.email.clone()).collect();
        let email = person.email.trim();
        let found = Own::new(&emails).find(email);
        let identity = found.and_then(|(index, how)| Some((identities.get(index)?, how)));
        let Some((identity, how)) = identity else {
            return Err(Problem::unfit(
                "/from/0/email",
                "No identity has that address.",
            ));
        };
        let name = person.name.as_deref().unwrap_or_default().trim();
        if !name.is_empty() && name != identity.name.trim() {
            return Err(Problem::unfit(
                "/from/0/name",
                "The name is that of the identity.",
            ));
        }
        Ok(Self {
            identity: identity.id,
            email: match how {
                Match::Exact => String::new(),
                Match::Tagged | Match::Domain => email.to_owned(),
            },
        })
    }
}

impl Message {
    /// It takes something from mail that is there: who may not read must not learn of it this way.
    pub(crate) fn reads(&self) -> bool {
        let mut files = self.attachments.iter().flatten();
        self.reference.is_some() || files.any(|file| !matches!(file.blob_id, BlobId::Stored(_)))
    }

    /// A new draft of it. The same key makes the same draft.
    pub(crate) async fn create(&self, account: &Account, key: &str) -> Result<Draft, Problem> {
        let sender = self.check(account).await?;
        let rich = self.html.is_some();
        let mut keep = Vec::new();
        let reference = self.reference.map(|given| writing::Reference {
            email: given.email_id,
            action: given.action.into(),
        });
        let mut fields = Fields {
            html: rich,
            ..Fields::default()
        };
        if let (Some(reference), Some(given)) = (reference, self.reference) {
            let begun = account.begin_from(reference, rich, &Plain).await;
            let begun = begun.map_err(|error| match error {
                EngineError::NotFound | EngineError::Vanished => {
                    Problem::unfit("/reference/emailId", "There is no such message.")
                }
                error => error.into(),
            })?;
            fields = begun.fields;
            keep = begun.parts.into_iter().map(|part| part.section).collect();
            fields.quotes &= given.quote;
            if !rich && reference.action != writing::Action::Edit {
                let quoted = match given.quote {
                    true => account.quoted(reference, &Plain).await?.text().to_owned(),
                    false => String::new(),
                };
                fields.text = match quoted.is_empty() {
                    true => String::new(),
                    false => format!("\n\n{quoted}"),
                };
                let own = self.text.clone().unwrap_or_default();
                fields.text.insert_str(0, &own);
            } else if let Some(text) = &self.text {
                text.clone_into(&mut fields.text);
            }
        } else {
            fields.text = self.text.clone().unwrap_or_default();
        }
        self.onto(&mut fields, sender);
        let creation = Creation {
            key,
            fields: &fields,
            reference,
            keep: &keep,
            phrases: &Plain,
        };
        let draft = account.create_draft(creation).await?;
        let added = self.attachments.as_deref().unwrap_or_default();
        // A draft that a first try had made has its files already.
        if draft.attachments.len() < keep.len() + added.len() {
            for file in added {
                file.attach(account, draft.id).await?;
            }
        }
        Ok(account.draft(draft.id).await?)
    }

    /// The same draft with this in it.
    pub(crate) async fn replace(&self, account: &Account, before: Draft) -> Result<Draft, Problem> {
        let sender = self.check(account).await?;
        if let Some(reference) = &self.reference
            && before.reference.map(|known| known.email) != Some(reference.email_id)
        {
            let detail = "What a draft comes from is fixed when it is begun.";
            return Err(Problem::unfit("/reference", detail));
        }
        let mut fields = Fields {
            identity: None,
            to: String::new(),
            cc: String::new(),
            bcc: String::new(),
            reply_to: String::new(),
            subject: String::new(),
            text: self.text.clone().unwrap_or_default(),
            rich: String::new(),
            html: self.html.is_some(),
            options: Options::default(),
            ..before.fields.clone()
        };
        fields.quotes = match &self.reference {
            Some(reference) => reference.quote && before.has_quote && fields.html,
            None => before.fields.quotes && fields.html,
        };
        self.onto(&mut fields, sender);
        account
            .replace_draft(before.id, before.revision, &fields)
            .await?;
        if let Some(wanted) = &self.attachments {
            let is_kept = |file: &writing::Attachment| {
                let same = |new: &NewFile| {
                    new.blob_id == BlobId::Stored(file.blob)
                        && new.is_inline() == file.inline
                        && (new.name.is_empty() || new.name == file.name)
                };
                wanted.iter().any(same)
            };
            for file in before.attachments.iter().filter(|file| !is_kept(file)) {
                account.detach(before.id, file.id).await?;
            }
            let has = |new: &&NewFile| {
                let same = |file: &&writing::Attachment| {
                    new.blob_id == BlobId::Stored(file.blob) && is_kept(file)
                };
                before.attachments.iter().any(|file| same(&file))
            };
            for file in wanted.iter().filter(|new| !has(new)) {
                file.attach(account, before.id).await?;
            }
        }
        Ok(account.draft(before.id).await?)
    }

    /// Can it be written at all? And who writes, if that is said.
    async fn check(&self, account: &Account) -> Result<Option<Sender>, Problem> {
        let mut sender = None;
        if self.identity_id.is_some() || self.from.is_some() {
            let mut all = account.identities().await?;
            if let Some(identity) = self.identity_id {
                all.retain(|known| known.id == identity.0);
                if all.is_empty() {
                    return Err(Problem::unfit("/identityId", "There is no such identity."));
                }
                sender = Some(Sender {
                    identity: identity.0,
                    email: String::new(),
                });
            }
            if let Some(from) = self.from.as_deref().filter(|from| !from.is_empty()) {
                sender = Some(Sender::of(from, &all)?);
            }
        }
        for (name, people) in [
            ("to", &self.to),
            ("cc", &self.cc),
            ("bcc", &self.bcc),
            ("replyTo", &self.reply_to),
        ] {
            let people = people.as_deref().unwrap_or_default();
            if people.len() > PEOPLE_MOST {
                return Err(Problem::unfit(
                    format!("/{name}"),
                    "Those are more than 1000.",
                ));
            }
            let long = |person: &Person| {
                let name = person.name.as_deref().unwrap_or_default();
                person.email.chars().count() > 320 || name.chars().count() > 1000
            };
            if people.iter().any(long) {
                return Err(Problem::unfit(
                    format!("/{name}"),
                    "That is too long for an address.",
                ));
            }
        }
        let files = self.attachments.as_deref().unwrap_or_default();
        if files.len() > FILES_MOST {
            return Err(Problem::unfit("/attachments", "Those are more than 500."));
        }
        for (index, file) in files.iter().enumerate() {
            let cid = file.cid.as_deref().unwrap_or_default();
            if file.name.chars().count() > 255 || cid.chars().count() > 200 {
                let pointer = format!("/attachments/{index}");
                return Err(Problem::unfit(&pointer, "Its name or cid is too long."));
            }
            let found = match &file.blob_id {
                BlobId::Stored(blob) => account.blob_size(*blob).await.map(drop),
                BlobId::Email(email) => account.open_known(*email).await.map(drop),
                BlobId::Part(email, section) => account.part(*email, section).await.map(drop),
            };
            match found {
                Ok(()) => {}
                Err(EngineError::NotFound | EngineError::Vanished) => {
                    let pointer = format!("/attachments/{index}/blobId");
                    return Err(Problem::unfit(&pointer, "There are no such octets."));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(sender)
    }

    /// What is said, over what is there.
    fn onto(&self, fields: &mut Fields, sender: Option<Sender>) {
        if let Some(sender) = sender {
            fields.identity = Some(sender.identity);
            fields.from_email = sender.email;
        }
        for (given, field) in [
            (&self.to, &mut fields.to),
            (&self.cc, &mut fields.cc),
            (&self.bcc, &mut fields.bcc),
            (&self.reply_to, &mut fields.reply_to),
        ] {
            if let Some(people) = given {
                *field = line(people);
            }
        }
        if let Some(subject) = &self.subject {
            subject.clone_into(&mut fields.subject);
        }
        if let Some(html) = &self.html {
            html.clone_into(&mut fields.rich);
        }
        let chosen = &mut fields.options;
        chosen.receipt = self.receipt.unwrap_or(chosen.receipt);
        chosen.delivery_report = self.delivery_report.unwrap_or(chosen.delivery_report);
        chosen.importance = self.importance.map_or(chosen.importance, Into::into);
    }
}

impl NewFile {
    fn is_inline(&self) -> bool {
        self.disposition == Some(Place::Inline)
    }

    async fn attach(&self, account: &Account, draft: i64) -> Result<(), Problem> {
        let cid = self.cid.as_deref().filter(|_| self.is_inline());
        let described = |name: &'_ str, kind: &'_ str| -> (String, String) {
            let or = |own: &str, other: &str| match own.is_empty() {
                true => other.to_owned(),
                false => own.to_owned(),
            };
            (or(&self.name, name), or(&self.kind, kind))
        };
        let (blob, (name, kind)) = match &self.blob_id {
            BlobId::Stored(blob) => (*blob, described("file", "application/octet-stream")),
            BlobId::Email(email) => {
                let octets = account.raw(*email).await?;
                let (blob, _) = account.store_blob(octets).await?;
                (blob, described("message.eml", "message/rfc822"))
            }
            BlobId::Part(email, section) => {
                let download = account.part(*email, section).await?;
                let name = download.part.filename.clone().unwrap_or_default();
                let kind = download.part.media_type.clone();
                let (blob, _) = account.store_blob(download.octets).await?;
                (blob, described(&name, &kind))
            }
        };
        let described = Described {
            name: &name,
            media_type: &kind,
            cid,
        };
        account.attach_blob(draft, blob, described).await?;
        Ok(())
    }
}

/// People as a field holds them. What can't be sent to is kept, and told when it is to be sent.
fn line(people: &[Person]) -> String {
    let entry = |person: &Person| {
        Typed::from(Recipient::Mailbox(Address {
            name: person.name.clone().filter(|name| !name.is_empty()),
            email: person.email.trim().to_owned(),
        }))
    };
    let entries: Vec<Typed> = people.iter().map(entry).collect();
    typed::to_field_text(&entries)
}

impl From<Importance> for writing::Importance {
    fn from(importance: Importance) -> Self {
        match importance {
            Importance::Normal => Self::Normal,
            Importance::High => Self::High,
            Importance::Low => Self::Low,
        }
    }
}

impl From<writing::Importance> for Importance {
    fn from(importance: writing::Importance) -> Self {
        match importance {
            writing::Importance::Normal => Self::Normal,
            writing::Importance::High => Self::High,
            writing::Importance::Low => Self::Low,
        }
    }
}
