//! What the form of a message sends. With files it is multipart, and the fields stand in front of
//! them, as in the page; without files a script may send it urlencoded.

use axum::{
    extract::{FromRequest, Multipart, Request, multipart},
    http::header,
};

use crate::{
    engine::writing::{self, Fields, Options, Reference},
    web::{
        compose::values::{Action, Importance},
        error::Error,
        fields::Form,
    },
};

/// Octets of all fields together, files not counted.
const FIELDS_MOST: usize = 12 << 20;

/// The fields, as far as they have come.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pairs: Vec<(String, String)>,
    octets: usize,
}

/// The form as it comes.
pub(crate) enum ComposeForm {
    /// All fields, no files.
    Fields(Sent),
    /// Fields and files, one after the other.
    Parts(Multipart),
}

impl<S: Send + Sync> FromRequest<S> for ComposeForm {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            let parts = Multipart::from_request(request, state).await;
            return Ok(Self::Parts(parts.map_err(|_| Error::BadRequest)?));
        }
        let Form(pairs) = Form::from_request(request, state).await?;
        Ok(Self::Fields(Sent { pairs, octets: 0 }))
    }
}

impl Sent {
    /// Takes a field that is no file.
    pub(crate) async fn take(&mut self, mut field: multipart::Field<'_>) -> Result<(), Error> {
        let name = field.name().unwrap_or_default().to_owned();
        let mut octets = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(|_| Error::BadRequest)? {
            self.octets += piece.len();
            if self.octets > FIELDS_MOST {
                return Err(Error::TooLarge);
            }
            octets.extend_from_slice(&piece);
        }
        let text = String::from_utf8(octets).map_err(|_| Error::BadRequest)?;
        self.pairs.push((name, text));
        Ok(())
    }

    /// Puts a text in the place of a field.
    pub(crate) fn put(&mut self, name: &str, text: String) {
        self.pairs.retain(|(own, _)| own != name);
        self.pairs.push((name.to_owned(), text));
    }

    /// The field of this name, lines ended by LF; empty when it was not sent.
    pub(crate) fn text(&self, name: &str) -> String {
        let found = self.pairs.iter().rev().find(|(own, _)| own == name);
        found
            .map(|(_, text)| text.replace("\r\n", "\n"))
            .unwrap_or_default()
    }

    /// All fields of this name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let found = self.pairs.iter().filter(|(own, _)| own == name);
        found.map(|(_, text)| text.clone()).collect()
    }

    /// Was it ticked?
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// The draft's revision that the form began from.
    pub(crate) fn revision(&self) -> i64 {
        self.text("revision").parse().unwrap_or(0)
    }

    /// What makes the creation happen once.
    pub(crate) fn key(&self) -> Result<String, Error> {
        let key = self.text("key");
        let fits = (16..=64).contains(&key.len())
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        match fits {
            true => Ok(key),
            false => Err(Error::BadRequest),
        }
    }

    /// The message that it comes from.
    pub(crate) fn reference(&self) -> Option<Reference> {
        Some(Reference {
            email: self.text("reference").parse().ok()?,
            action: Action::from_word(&self.text("reference_action"))?.into(),
        })
    }

    /// What the person wrote.
    pub(crate) fn fields(&self) -> Fields {
        let identity = self.text("identity");
        let (identity, from_email) = match identity.split_once(':') {
            Some((identity, email)) => (identity.parse().ok(), email.to_owned()),
            None => (identity.parse().ok(), String::new()),
        };
        Fields {
            identity,
            from_email,
            to: self.text("to"),
            cc: self.text("cc"),
            bcc: self.text("bcc"),
            reply_to: self.text("reply_to"),
            subject: one_line(&self.text("subject")),
            html: self.text("format") == "html",
            text: self.text("text"),
            rich: self.text("rich"),
            quotes: self.ticked("quotes"),
            options: Options {
                receipt: self.ticked("receipt"),
                delivery_report: self.ticked("delivery_report"),
                importance: Importance::from_word(&self.text("importance")).into(),
            },
        }
    }

    /// The warnings that the person has seen.
    pub(crate) fn has_confirmed(&self, key: &str) -> bool {
        self.text("confirmed").split(',').any(|own| own == key)
    }
}

/// A subject has no lines (T-SMTP-1).
fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

impl From<Action> for writing::Action {
    fn from(action: Action) -> Self {
        match action {
            Action::Reply => Self::Reply,
            Action::ReplyAll => Self::ReplyAll,
            Action::ReplyList => Self::ReplyList,
            Action::Forward => Self::Forward,
            Action::ForwardAttached => Self::ForwardAsAttachment,
            Action::Edit => Self::Edit,
        }
    }
}

impl From<writing::Action> for Action {
    fn from(action: writing::Action) -> Self {
        match action {
            writing::Action::Reply => Self::Reply,
            writing::Action::ReplyAll => Self::ReplyAll,
            writing::Action::ReplyList => Self::ReplyList,
            writing::Action::Forward => Self::Forward,
            writing::Action::ForwardAsAttachment => Self::ForwardAttached,
            writing::Action::Edit => Self::Edit,
        }
    }
}

impl From<Importance> for writing::Importance {
    fn from(importance: Importance) -> Self {
        match importance {
            Importance::Low => Self::Low,
            Importance::Normal => Self::Normal,
            Importance::High => Self::High,
        }
    }
}

impl From<writing::Importance> for Importance {
    fn from(importance: writing::Importance) -> Self {
        match importance {
            writing::Importance::Low => Self::Low,
            writing::Importance::Normal => Self::Normal,
            writing::Importance::High => Self::High,
        }
    }
}
