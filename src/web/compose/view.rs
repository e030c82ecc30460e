//! From a draft, or what is to become one, to the page that shows it.

use crate::{
    engine::{
        Account,
        identities::Identity,
        writing::{self, Beginning, Draft, Fields},
    },
    web::{
        compose::{
            attached::{Attached, Kept},
            page::{ComposePage, Limits, Quote, Sender},
            values::{Format, Reference, Values},
        },
        error::Error,
        message::attachment::{self, Preview},
        page::Ui,
    },
};

/// The page of a message that is begun.
pub(crate) async fn begun(
    ui: Ui,
    account: &Account,
    beginning: &Beginning,
    others: &[Identity],
    (key, back): (String, String),
) -> Result<ComposePage, Error> {
    let reference = beginning.reference;
    let quote = reference.filter(|_| beginning.has_quote).map(|reference| {
        let action: super::values::Action = reference.action.into();
        let mailbox = reference.email.mailbox;
        Quote {
            path: format!(
                "/m/{mailbox}/{}/quote?action={}",
                reference.email,
                action.as_str()
            ),
            line: beginning
                .original
                .as_ref()
                .map(|original| {
                    writing::Phrases::wrote(&super::phrases::InWordsOf(&ui), &original.summary)
                })
                .unwrap_or_default(),
        }
    });
    let mut values = values(&beginning.fields, key, 0);
    values.reference = reference.map(shown);
    let mut pictures = Vec::new();
    for (part, cid) in reference.iter().flat_map(|_| &beginning.pictures) {
        let picture = picture(reference, part, cid);
        let (from, to) = (format!("cid:{cid}"), ui.url(&picture.path));
        values.rich = values.rich.replace(&from, &to);
        pictures.push(picture);
    }
    Ok(ComposePage {
        draft: None,
        senders: senders(&beginning.identities, others, &beginning.fields),
        kept: beginning.parts.iter().map(kept).collect(),
        attachments: pictures,
        quote,
        templates: templates(account).await?,
        problems: Vec::new(),
        warnings: Vec::new(),
        limits: limits(account, 0).await,
        unattended: account.is_unattended().await?,
        notice: None,
        values,
        back,
        ui,
    })
}

/// The page of a draft.
pub(crate) async fn drawn(
    ui: Ui,
    account: &Account,
    draft: &Draft,
    others: &[Identity],
    back: String,
) -> Result<ComposePage, Error> {
    let attachments: Vec<Attached> = draft
        .attachments
        .iter()
        .map(|file| attached(draft.id, file))
        .collect();
    let revision = u64::try_from(draft.revision).unwrap_or(0);
    let mut values = values(&draft.fields, draft.key.clone(), revision);
    values.rich = account.shown_rich(&draft.fields.rich).await?;
    for file in &attachments {
        if let Some(cid) = &file.cid {
            let (from, to) = (format!("cid:{cid}"), ui.url(&file.path));
            values.rich = values.rich.replace(&from, &to);
        }
    }
    values.reference = draft.reference.map(shown);
    let quote = draft.has_quote.then(|| Quote {
        path: format!("/drafts/{}/quote", draft.id),
        line: String::new(),
    });
    let size = draft.attachments.iter().map(|file| file.size).sum();
    Ok(ComposePage {
        draft: Some(draft.id),
        senders: senders(&account.identities().await?, others, &draft.fields),
        kept: Vec::new(),
        attachments,
        quote,
        templates: templates(account).await?,
        problems: Vec::new(),
        warnings: Vec::new(),
        limits: limits(account, size).await,
        unattended: account.is_unattended().await?,
        notice: draft.conflict_of.map(|_| ui.t("compose-conflict-copy")),
        values,
        back,
        ui,
    })
}

/// The fields as the form shows them.
fn values(fields: &Fields, key: String, revision: u64) -> Values {
    Values {
        key,
        revision,
        reference: None,
        identity: identity(fields),
        to: fields.to.clone(),
        cc: fields.cc.clone(),
        bcc: fields.bcc.clone(),
        reply_to: fields.reply_to.clone(),
        subject: fields.subject.clone(),
        format: match fields.html {
            true => Format::Html,
            false => Format::Text,
        },
        text: fields.text.clone(),
        rich: fields.rich.clone(),
        quotes: fields.quotes,
        receipt: fields.options.receipt,
        delivery_report: fields.options.delivery_report,
        importance: fields.options.importance.into(),
        send_at: String::new(),
    }
}

/// A file for page and script.
pub(crate) fn attached(draft: i64, file: &writing::Attachment) -> Attached {
    Attached {
        id: file.id,
        name: file.name.clone(),
        size: file.size,
        media_type: file.media_type.clone(),
        inline: file.inline,
        cid: Some(file.cid.clone()).filter(|cid| !cid.is_empty()),
        path: format!("/drafts/{draft}/attachments/{}", file.id),
    }
}

/// A picture of the original, where it lies: there is no draft yet that has it.
fn picture(
    reference: Option<writing::Reference>,
    part: &writing::OriginalPart,
    cid: &str,
) -> Attached {
    let place = reference.map(|from| format!("/m/{}/{}", from.email.mailbox, from.email));
    Attached {
        id: 0,
        name: part.name.clone(),
        size: part.size,
        media_type: part.media_type.clone(),
        inline: true,
        cid: Some(cid.to_owned()),
        path: format!(
            "{}/parts/{}?inline=1",
            place.unwrap_or_default(),
            part.section
        ),
    }
}

fn shown(reference: writing::Reference) -> Reference {
    Reference {
        email: reference.email.to_string(),
        action: reference.action.into(),
    }
}

fn identity(fields: &Fields) -> String {
    match (fields.identity, fields.from_email.as_str()) {
        (Some(id), "") => id.to_string(),
        (Some(id), email) => format!("{id}:{email}"),
        (None, _) => String::new(),
    }
}

fn senders(identities: &[Identity], others: &[Identity], fields: &Fields) -> Vec<Sender> {
    let mut senders = Vec::new();
    for own in identities.iter().chain(others) {
        // The very address that was written to stands before the identity's.
        if fields.identity == Some(own.id) && !fields.from_email.is_empty() {
            senders.push(sender(own, &fields.from_email, identity(fields)));
        }
        senders.push(sender(own, &own.email, own.id.to_string()));
    }
    senders
}

fn sender(own: &Identity, email: &str, value: String) -> Sender {
    Sender {
        value,
        name: own.name.clone(),
        email: email.to_owned(),
        signature: own.text_signature.trim_end().to_owned(),
        signature_html: own.rich_signature(),
    }
}

fn kept(part: &writing::OriginalPart) -> Kept {
    Kept {
        part: attachment::Attachment {
            section: part.section.clone(),
            name: Some(part.name.clone()).filter(|name| !name.is_empty()),
            media_type: part.media_type.clone(),
            size: part.size,
            preview: Preview::None,
        },
        is_kept: true,
    }
}

async fn templates(account: &Account) -> Result<Vec<(i64, String)>, Error> {
    let templates = account.templates().await?;
    Ok(templates
        .into_iter()
        .map(|one| (one.id, one.name))
        .collect())
}

async fn limits(account: &Account, size: u64) -> Limits {
    let message = account.message_most().await;
    // In base64 with its line ends a file is larger by 37 in a hundred (RFC 2045 §6.8).
    let upload = match message {
        0 => account.upload_most(),
        most => account.upload_most().min(most / 137 * 100),
    };
    Limits {
        upload,
        message,
        size,
    }
}
