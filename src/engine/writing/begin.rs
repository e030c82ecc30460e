//! What a new message begins with: nothing, a link's wishes, or another message.

use std::sync::Arc;

use crate::mail::{
    address::Address,
    compose::{self, Recipient},
    email::EmailSummary,
    html,
    mailto::Mailto,
    part::Part,
    plan::AttachmentKind,
    reply::{
        self,
        again::again,
        forward::Label,
        identity::Answering,
        own::Own,
        recipients::{Answer, recipients},
        subject,
    },
    typed,
};

use super::{
    super::{account::Account, error::Error, identities::Identity, read::Opened},
    Action, Fields, Importance, Options, Reference, quote,
};

/// Words that go into a message, in its writer's language.
pub trait Phrases: Send + Sync {
    /// `On 3 May 2026, Anna wrote:`
    fn wrote(&self, original: &EmailSummary) -> String;
    /// The line above a message that is passed on.
    fn forwarded(&self) -> String;
    /// The word for a field of it, without a colon.
    fn label(&self, label: Label) -> String;
    /// When it was written, for that field.
    fn date(&self, original: &EmailSummary) -> String;
    /// The name of a file that a message without a subject becomes.
    fn untitled(&self) -> String;
}

/// A message before its first save. Nothing of it is stored.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    /// What the form begins with.
    pub fields: Fields,
    /// Where it comes from.
    pub reference: Option<Reference>,
    /// Parts of the original that can go along.
    pub parts: Vec<OriginalPart>,
    /// Pictures in the text of a message that is written once more, and the Content-ID by which
    /// the text refers to each. They go along as long as it does.
    pub pictures: Vec<(OriginalPart, String)>,
    /// The original can be quoted below.
    pub has_quote: bool,
    /// The address that would be answered says that nobody reads what comes there.
    pub no_reply: Option<String>,
    /// How many people would get it.
    pub recipients: usize,
    /// Whom one can write as, the default first.
    pub identities: Vec<Identity>,
    /// The message that it comes from.
    pub original: Option<Arc<Opened>>,
}

/// A part of the original that can go along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginalPart {
    /// Its section.
    pub section: String,
    /// Its name; empty for none.
    pub name: String,
    /// `type/subtype`.
    pub media_type: String,
    /// Octets, decoded as far as that can be told.
    pub size: u64,
}

impl Account {
    /// A new message, with what a `mailto:` link asks for.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn begin(&self, link: &Mailto, html: bool) -> Result<Beginning, Error> {
        let identities = self.identities().await?;
        let mut fields = Fields {
            identity: identities.first().map(|identity| identity.id),
            to: line(&link.to),
            cc: line(&link.cc),
            subject: link.subject.clone(),
            html,
            ..Fields::default()
        };
        fields.set_body(&link.body, identities.first());
        Ok(Beginning {
            fields,
            identities,
            ..Beginning::default()
        })
    }

    /// A message that comes from another.
    ///
    /// # Errors
    /// As [`Account::open`].
    pub async fn begin_from(
        &self,
        reference: Reference,
        html: bool,
        phrases: &dyn Phrases,
    ) -> Result<Beginning, Error> {
        let opened = self.open(reference.email).await?;
        let identities = self.identities().await?;
        let own: Vec<String> = identities.iter().map(|own| own.email.clone()).collect();
        let mut beginning = match reference.action {
            Action::Edit => edited(&opened, Own::new(&own), &identities, html),
            action => answered(&opened, Own::new(&own), &identities, action, html, phrases),
        };
        beginning.reference = Some(reference);
        beginning.original = Some(opened);
        beginning.identities = identities;
        Ok(beginning)
    }
}

/// An answer, or a message passed on.
fn answered(
    opened: &Opened,
    own: Own<'_>,
    identities: &[Identity],
    action: Action,
    html: bool,
    phrases: &dyn Phrases,
) -> Beginning {
    let header = opened.fields();
    let answering = reply::identity::identity(&header, own, 0);
    let to = match action {
        Action::Reply => Some(Answer::Sender),
        Action::ReplyAll => Some(Answer::All),
        Action::ReplyList => Some(Answer::List),
        Action::Forward | Action::ForwardAsAttachment | Action::Edit => None,
    };
    let people = to.map(|answer| recipients(&header, own, answer));
    let people = people.unwrap_or_default();
    let original = &opened.summary.subject;
    let quotes = action != Action::ForwardAsAttachment;
    let mut fields = Fields {
        to: line(&people.to),
        cc: line(&people.cc),
        subject: match action.is_forward() {
            true => subject::forward(original),
            false => subject::reply(original),
        },
        html,
        quotes: quotes && html,
        ..Fields::default()
    };
    let identity = fields.answer_as(&answering, identities);
    // Without a script a formatted message is written as text as well.
    let quoted = match quotes {
        true => quote::text_of(opened, action, phrases),
        false => String::new(),
    };
    fields.set_body("", identity);
    if !quoted.is_empty() {
        fields.text.push_str("\n\n");
        fields.text.push_str(&quoted);
    }
    Beginning {
        has_quote: quotes && html,
        parts: match action {
            Action::Forward => parts(opened),
            _ => Vec::new(),
        },
        no_reply: people.no_reply,
        recipients: people.to.len() + people.cc.len(),
        fields,
        ..Beginning::default()
    }
}

/// The same message once more.
fn edited(opened: &Opened, own: Own<'_>, identities: &[Identity], html: bool) -> Beginning {
    let again = again(&opened.fields(), own, 0);
    let mut fields = Fields {
        to: line(&again.to),
        cc: line(&again.cc),
        bcc: line(&again.bcc),
        reply_to: line(&again.reply_to),
        subject: again.subject.clone(),
        html,
        options: Options {
            importance: match again.importance {
                None => Importance::Normal,
                Some(compose::Importance::High) => Importance::High,
                Some(compose::Importance::Low) => Importance::Low,
            },
            receipt: again.receipt,
            ..Options::default()
        },
        ..Fields::default()
    };
    fields.answer_as(&again.from, identities);
    let body = quote::body_of(opened);
    fields.html = html && body.rich.is_some();
    fields.rich = body.rich.unwrap_or_default();
    fields.text = body.text;
    let shown = body.pictures.into_iter().filter(|_| fields.html);
    let pictures = shown.filter_map(|(section, cid)| {
        let part = opened.part(&section)?;
        Some((original(part), cid))
    });
    Beginning {
        pictures: pictures.collect(),
        fields,
        parts: parts(opened),
        ..Beginning::default()
    }
}

impl Fields {
    /// Writes as the identity that was written to, from the very address.
    fn answer_as<'i>(
        &mut self,
        answering: &Answering,
        identities: &'i [Identity],
    ) -> Option<&'i Identity> {
        let identity = identities.get(answering.identity);
        self.identity = identity.map(|identity| identity.id);
        self.from_email = answering.email.clone().unwrap_or_default();
        identity
    }

    /// The body: a template's, then the signature.
    pub(in crate::engine) fn begin_with(
        &mut self,
        text: &str,
        rich: &str,
        identity: Option<&Identity>,
    ) {
        self.set_body(text.trim_end(), identity);
        if self.html {
            self.rich = format!("{rich}{}", rich_body("", identity));
        }
    }

    /// The body: a text, then the signature.
    fn set_body(&mut self, text: &str, identity: Option<&Identity>) {
        let signature = identity.map(|identity| identity.text_signature.trim_end());
        self.text = text.to_owned();
        if let Some(signature) = signature.filter(|signature| !signature.is_empty()) {
            self.text.push_str("\n\n-- \n");
            self.text.push_str(signature);
            self.text.push('\n');
        }
        if self.html {
            self.rich = rich_body(text, identity);
        }
    }
}

/// What a signature begins with in HTML.
pub(in crate::engine) const SIGNATURE: &str = r#"<div class="signature">"#;

/// The same as HTML. The signature has a mark, so that another identity's can take its place.
fn rich_body(text: &str, identity: Option<&Identity>) -> String {
    let mut rich = rich_lines(text);
    let signature = identity.map(Identity::rich_signature).unwrap_or_default();
    if !signature.is_empty() {
        rich.push_str("<div><br></div>");
        rich.push_str(SIGNATURE);
        rich.push_str(&signature);
        rich.push_str("</div>");
    }
    rich
}

/// Lines of text as the editor makes them.
pub(in crate::engine) fn rich_lines(text: &str) -> String {
    let lines = text.split('\n').map(|line| match line.trim_end() {
        "" => "<div><br></div>".to_owned(),
        line => format!("<div>{}</div>", html::escape(line)),
    });
    lines.collect()
}

fn parts(opened: &Opened) -> Vec<OriginalPart> {
    let plan = opened.plan();
    let files = plan
        .attachments
        .iter()
        .filter(|attachment| attachment.kind != AttachmentKind::Key);
    let parts = files.map(|attachment| OriginalPart {
        size: attachment.decoded_size(),
        ..original(attachment.part)
    });
    parts.collect()
}

fn original(part: &Part) -> OriginalPart {
    OriginalPart {
        section: part.section.clone(),
        name: part.filename.clone().unwrap_or_default(),
        media_type: part.media_type.clone(),
        size: part.size,
    }
}

/// Addresses as a field shows them.
fn line(addresses: &[Address]) -> String {
    let entries: Vec<_> = addresses
        .iter()
        .cloned()
        .map(|address| typed::Typed::from(Recipient::Mailbox(address)))
        .collect();
    typed::to_field_text(&entries)
}
