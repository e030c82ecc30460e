//! The header fields of a message, those of its body excepted.

use super::{
    AutoSubmitted, Error, Extra, Importance, Message, Options, Purpose, Recipient, id,
    writer::Writer,
};
use crate::mail::{
    address::{self, Address},
    header,
};

/// All fields in order, each ended by CRLF.
pub(super) fn headers<K>(message: &Message<'_, K>, options: &Options) -> Result<String, Error> {
    if message.from.is_empty() {
        return Err(Error::NoAuthor);
    }
    if !id::is_sound(message.message_id) {
        return Err(Error::MessageId);
    }
    let mut fields = Fields {
        out: String::new(),
        utf8: options.smtputf8,
    };
    let keep = options.purpose == Purpose::Keep;
    let date = header::date_text(message.date_ms, message.offset_minutes);
    fields.tokens("Date", [date.as_str()]);
    fields.mailboxes("From", &message.from)?;
    fields.mailboxes("Sender", message.sender.as_slice())?;
    fields.recipients("Reply-To", &message.reply_to)?;
    fields.recipients("To", &message.to)?;
    let only_hidden = message.to.is_empty() && message.cc.is_empty() && !message.bcc.is_empty();
    if only_hidden && !keep {
        // Some servers add an address of their own where there is no To.
        fields.tokens("To", ["undisclosed-recipients:;"]);
    }
    fields.recipients("Cc", &message.cc)?;
    if keep {
        fields.recipients("Bcc", &message.bcc)?;
    }
    fields.tokens("Message-ID", [format!("<{}>", message.message_id).as_str()]);
    fields.ids("In-Reply-To", message.in_reply_to);
    fields.ids("References", message.references);
    let mut subject = Writer::new("Subject");
    subject.text(message.subject, options.smtputf8);
    fields.out.push_str(&subject.finish());
    for extra in message.extra {
        fields.extra(extra, keep)?;
    }
    fields.tokens("MIME-Version", ["1.0"]);
    Ok(fields.out)
}

/// The Bcc field alone.
pub(super) fn bcc(list: &[Recipient], utf8: bool) -> Result<String, Error> {
    let mut fields = Fields {
        out: String::new(),
        utf8,
    };
    fields.recipients("Bcc", list)?;
    Ok(fields.out)
}

struct Fields {
    out: String,
    utf8: bool,
}

impl Fields {
    /// Tokens that need no encoding.
    fn tokens<'t>(&mut self, name: &str, tokens: impl IntoIterator<Item = &'t str>) {
        let mut writer = Writer::new(name);
        tokens.into_iter().for_each(|token| writer.token(token));
        self.out.push_str(&writer.finish());
    }

    fn ids(&mut self, name: &str, ids: &[String]) {
        let ids = id::kept(ids);
        if !ids.is_empty() {
            self.tokens(name, ids.iter().map(String::as_str));
        }
    }

    fn recipients(&mut self, name: &str, list: &[Recipient]) -> Result<(), Error> {
        if list.is_empty() {
            return Ok(());
        }
        let mut writer = Writer::new(name);
        for (index, recipient) in list.iter().enumerate() {
            if index > 0 {
                writer.glue(",");
            }
            match recipient {
                Recipient::Mailbox(address) => self.mailbox(&mut writer, address)?,
                Recipient::Group { name, members } => {
                    match name.trim().is_empty() {
                        true => writer.token("\"\""),
                        false => writer.phrase(name, self.utf8),
                    }
                    writer.glue(":");
                    self.list(&mut writer, members)?;
                    writer.glue(";");
                }
            }
        }
        self.out.push_str(&writer.finish());
        Ok(())
    }

    fn mailboxes(&mut self, name: &str, list: &[Address]) -> Result<(), Error> {
        if list.is_empty() {
            return Ok(());
        }
        let mut writer = Writer::new(name);
        self.list(&mut writer, list)?;
        self.out.push_str(&writer.finish());
        Ok(())
    }

    fn list(&self, writer: &mut Writer, list: &[Address]) -> Result<(), Error> {
        for (index, address) in list.iter().enumerate() {
            if index > 0 {
                writer.glue(",");
            }
            self.mailbox(writer, address)?;
        }
        Ok(())
    }

    fn mailbox(&self, writer: &mut Writer, address: &Address) -> Result<(), Error> {
        let sound = address::check(&address.email).map_err(|fault| Error::Address {
            email: address.email.clone(),
            fault,
        })?;
        if sound.needs_smtputf8() && !self.utf8 {
            return Err(Error::NeedsSmtputf8(address.email.clone()));
        }
        match address.name.as_deref().map(str::trim) {
            None | Some("") => writer.token(&sound.sent),
            Some(name) => {
                writer.phrase(name, self.utf8);
                writer.token(&format!("<{}>", sound.sent));
            }
        }
        Ok(())
    }

    fn extra(&mut self, extra: &Extra<'_>, keep: bool) -> Result<(), Error> {
        match extra {
            Extra::Importance(importance) => {
                let (word, number) = match importance {
                    Importance::High => ("high", "1"),
                    Importance::Low => ("low", "5"),
                };
                self.tokens("Importance", [word]);
                self.tokens("X-Priority", [number]);
            }
            Extra::Receipt(address) => {
                self.mailboxes("Disposition-Notification-To", std::slice::from_ref(address))?;
            }
            Extra::AutoSubmitted(why) => {
                let word = match why {
                    AutoSubmitted::Generated => "auto-generated",
                    AutoSubmitted::Replied => "auto-replied",
                };
                self.tokens("Auto-Submitted", [word]);
            }
            Extra::Draft(id) if keep => {
                let fits = |c: &char| c.is_ascii_alphanumeric() || *c == '-' || *c == '_';
                let id: String = id.chars().filter(fits).take(50).collect();
                self.tokens("X-Restante-Draft", [id.as_str()]);
            }
            Extra::Draft(_) => {}
        }
        Ok(())
    }
}
