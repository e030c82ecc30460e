//! What lists show of a message, from its own header rather than a server's ENVELOPE.

use std::sync::Arc;

use super::Message;
use crate::mail::{
    email::{Content, EmailSummary},
    header::{self, Field},
    id::EmailId,
    keyword::Keywords,
    plan, preview,
};

/// Summarises a parsed message. `received_at` is when it arrived (milliseconds since 1970 UTC),
/// which a message does not say of itself; see [`received_at`] for the next best thing.
pub fn summary(
    message: &Message<'_>,
    id: EmailId,
    keywords: Keywords,
    received_at: i64,
) -> EmailSummary {
    let fields = message.fields();
    let charset = message.root.charset.as_deref();
    let addresses = |name| {
        header::first(&fields, name)
            .map(header::addresses)
            .unwrap_or_default()
    };
    let from = addresses("From");
    let sent = header::first(&fields, "Date").and_then(header::date);
    let content = Content {
        size: message.raw.len() as u64,
        received_at,
        sent_at: sent.map(|(at, _)| at),
        sent_offset: sent.map(|(_, offset)| offset),
        sender: match addresses("Sender") {
            sender if sender == from => Vec::new(),
            sender => sender,
        },
        reply_to: match addresses("Reply-To") {
            reply_to if reply_to.is_empty() => from.clone(),
            reply_to => reply_to,
        },
        from,
        to: addresses("To"),
        cc: addresses("Cc"),
        bcc: addresses("Bcc"),
        subject: header::first(&fields, "Subject")
            .map(|raw| header::decode_text_as(raw, charset))
            .unwrap_or_default(),
        message_id: header::first(&fields, "Message-ID").and_then(header::message_id),
        in_reply_to: header::first(&fields, "In-Reply-To")
            .map(header::message_ids)
            .unwrap_or_default(),
        preview: preview::of_message(message),
        has_attachment: plan::has_attachment(&message.root),
        structure: Some(Arc::new(message.root.clone())),
    };
    EmailSummary::at(id, keywords, Arc::new(content))
}

/// When the last server on the way got the message: the date of the topmost Received field.
pub fn received_at(fields: &[Field<'_>]) -> Option<i64> {
    let raw = header::first(fields, "Received")?;
    let date = raw.rsplit(|byte| *byte == b';').next()?;
    header::date(date).map(|(at, _)| at)
}
