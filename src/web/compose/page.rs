//! The form that a message is written in: a page of its own, or its frame in a panel over the list.
//!
//! Without a script the message is written as plain text and files come with the form. A message
//! that is to be formatted is drawn as plain text as well until there is a draft; the script turns
//! to `rich` when it starts (`format` says what is wanted, the hidden field what is sent).
//!
//! Beside the buttons of the form, `action` may be `remove:<id>`: save, and let that attachment go.

use askama::Template;

use crate::web::{
    compose::{
        attached::{Attached, Kept},
        values::{Action, Format, Importance, Values},
    },
    page::Ui,
};

/// The page; the block `panel` is the frame alone, for a request with `Turbo-Frame: compose`.
#[derive(Template)]
#[template(path = "compose/edit.html", blocks = ["panel"])]
pub struct ComposePage {
    /// The reader.
    pub ui: Ui,
    /// The draft's number, once there is one.
    pub draft: Option<i64>,
    /// What the fields hold.
    pub values: Values,
    /// Who the person may write as; at least one.
    pub senders: Vec<Sender>,
    /// Parts of the original that go along; empty once there is a draft.
    pub kept: Vec<Kept>,
    /// What the draft holds.
    pub attachments: Vec<Attached>,
    /// The original below the text.
    pub quote: Option<Quote>,
    /// Number and name of the person's templates.
    pub templates: Vec<(i64, String)>,
    /// What must be mended before it can be sent.
    pub problems: Vec<Problem>,
    /// What is asked once before it is sent.
    pub warnings: Vec<Warning>,
    /// What fits.
    pub limits: Limits,
    /// What is sent later goes out with nobody signed in.
    pub unattended: bool,
    /// Something to say above the form, such as that this is a copy.
    pub notice: Option<String>,
    /// Where the way back leads: the message, else the folder.
    pub back: String,
}

/// A name and address to write as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// What the form sends: `<number>` or `<number>:<address>`.
    pub value: String,
    /// The name, may be empty.
    pub name: String,
    /// The address.
    pub email: String,
    /// The signature as plain text, without the line of dashes above it; may be empty.
    pub signature: String,
    /// The signature as sanitised HTML; may be empty when there is none.
    pub signature_html: String,
}

/// The original that is quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// The path of its document.
    pub path: String,
    /// "Anna wrote on 12 March:", as it stands above the original.
    pub line: String,
}

/// What must be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field's name in the form; empty when it is no field's.
    pub field: String,
    /// What is wrong, a whole sentence.
    pub sentence: String,
}

/// What someone should know before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The word that `confirmed` takes.
    pub key: String,
    /// A whole sentence.
    pub sentence: String,
}

/// What fits, in octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// One file.
    pub upload: u64,
    /// A whole message as it is sent, base64 included; 0 when the server does not say.
    pub message: u64,
    /// What the draft holds so far.
    pub size: u64,
}

impl ComposePage {
    /// The title of the document: the subject, else what is being written.
    pub fn title(&self) -> String {
        if !self.values.subject.trim().is_empty() {
            return self.values.subject.clone();
        }
        self.ui.t(match self.action() {
            None => "compose-new",
            Some(Action::Reply | Action::ReplyAll | Action::ReplyList) => "compose-reply",
            Some(Action::Forward | Action::ForwardAttached) => "compose-forward",
            Some(Action::Edit) => "compose-edit",
        })
    }

    fn action(&self) -> Option<Action> {
        self.values.reference.as_ref().map(|one| one.action)
    }

    /// An element's id: several forms stand on one page when they are panels.
    pub fn id(&self, name: &str) -> String {
        let own: String = self.values.key.chars().take(8).collect();
        format!("{name}-{own}")
    }

    /// Where the form is sent.
    pub fn form_path(&self) -> String {
        match self.draft {
            Some(id) => format!("/drafts/{id}"),
            None => "/drafts".to_owned(),
        }
    }

    /// The id of what it refers to, or nothing.
    pub fn reference(&self) -> &str {
        let reference = self.values.reference.as_ref();
        reference.map_or("", |one| one.email.as_str())
    }

    /// How it refers to that, or nothing.
    pub fn reference_action(&self) -> &'static str {
        self.action().map_or("", Action::as_str)
    }

    /// The format that the form sends as long as no script changes it.
    pub fn sent_format(&self) -> Format {
        match self.draft {
            Some(_) => self.values.format,
            None => Format::Text,
        }
    }

    /// A draft with formatting can't be changed without a script, only turned to plain text.
    pub fn needs_script(&self) -> bool {
        self.sent_format() == Format::Html
    }

    /// What is wrong with a field.
    pub fn problem(&self, field: &str) -> Option<&str> {
        let mut problems = self.problems.iter();
        let found = problems.find(|problem| problem.field == field);
        found.map(|problem| problem.sentence.as_str())
    }

    /// Problems of no field.
    pub fn general_problems(&self) -> impl Iterator<Item = &Problem> {
        let named = [
            "to", "cc", "bcc", "reply_to", "subject", "send_at", "identity",
        ];
        let problems = self.problems.iter();
        problems.filter(move |problem| !named.contains(&problem.field.as_str()))
    }

    /// The keys of the warnings, as `confirmed` takes them.
    pub fn warning_keys(&self) -> String {
        let keys: Vec<&str> = self.warnings.iter().map(|one| one.key.as_str()).collect();
        keys.join(",")
    }

    /// Files, without pictures that stand in the text.
    pub fn files(&self) -> impl Iterator<Item = &Attached> {
        self.attachments.iter().filter(|one| !one.inline)
    }

    /// Pictures that stand in the text.
    pub fn pictures(&self) -> impl Iterator<Item = &Attached> {
        self.attachments.iter().filter(|one| one.inline)
    }

    /// The recipients' fields, in the order of the form.
    pub fn recipients(&self) -> [Recipients<'_>; 4] {
        let values = &self.values;
        [
            ("to", "field-to", &values.to, false),
            ("cc", "field-cc", &values.cc, true),
            ("bcc", "field-bcc", &values.bcc, true),
            ("reply_to", "field-reply-to", &values.reply_to, true),
        ]
        .map(|(name, label, value, optional)| Recipients {
            name,
            label: self.ui.t(label),
            value,
            problem: self.problem(name),
            folds: optional && value.is_empty() && self.problem(name).is_none(),
        })
    }

    /// The time that sending later begins with.
    pub fn send_at(&self) -> String {
        match self.values.send_at.is_empty() {
            true => self.ui.tomorrow_morning(),
            false => self.values.send_at.clone(),
        }
    }

    /// Is this the sender that is chosen?
    pub fn is_chosen(&self, sender: &Sender) -> bool {
        sender.value == self.values.identity
    }

    /// How pressing it can be, with the words for it.
    pub fn importances(&self) -> [(Importance, String); 3] {
        Importance::ALL.map(|one| {
            let key = match one {
                Importance::Low => "importance-low",
                Importance::Normal => "importance-normal",
                Importance::High => "importance-high",
            };
            (one, self.ui.t(key))
        })
    }
}

/// One field of recipients.
pub struct Recipients<'a> {
    /// Its name in the form.
    pub name: &'static str,
    /// Its label.
    pub label: String,
    /// What was typed.
    pub value: &'a str,
    /// What is wrong with it.
    pub problem: Option<&'a str>,
    /// It is empty and seldom needed: shown on demand where scripts run.
    pub folds: bool,
}

impl Sender {
    /// The name with the address, as mail programs write it.
    pub fn label(&self) -> String {
        match self.name.is_empty() {
            true => self.email.clone(),
            false => format!("{} <{}>", self.name, self.email),
        }
    }
}

impl Quote {
    /// The path of the original as plain text.
    pub fn as_text(&self) -> String {
        let joint = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{joint}as=text", self.path)
    }
}
