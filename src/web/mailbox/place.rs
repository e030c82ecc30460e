//! The folder one stands in, and what can be done with mail there.

use crate::{
    mail::{
        id::MailboxId,
        mailbox::{Mailbox, Role},
    },
    web::page::Ui,
};

/// A folder as the list, the reader and the questions name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The id in URLs.
    pub id: MailboxId,
    /// The name that people see: the role's where it has one.
    pub name: String,
    /// What it is for.
    pub role: Option<Role>,
}

impl Place {
    /// The place that a folder is, named in the reader's language.
    pub fn new(ui: &Ui, mailbox: &Mailbox) -> Self {
        Self {
            id: mailbox.id,
            name: name(ui, mailbox.role, &mailbox.name),
            role: mailbox.role,
        }
    }

    /// The path of the folder's page.
    pub fn path(&self) -> String {
        format!("/m/{}", self.id)
    }

    /// Archiving makes sense everywhere but where mail is archived or not yet sent.
    pub fn can_archive(&self) -> bool {
        !matches!(
            self.role,
            Some(Role::Archive | Role::All | Role::Drafts | Role::Trash)
        )
    }

    /// Whether mail here is already called junk.
    pub fn is_junk(&self) -> bool {
        self.role == Some(Role::Junk)
    }

    /// Nobody sends junk to himself.
    pub fn can_junk(&self) -> bool {
        !matches!(self.role, Some(Role::Junk | Role::Sent | Role::Drafts))
    }

    /// From here nothing leads back: deleting asks first.
    pub fn deletes_for_good(&self) -> bool {
        matches!(self.role, Some(Role::Trash | Role::Junk))
    }

    /// What lies here is not sent yet: it is gone on with, not answered.
    pub fn is_drafts(&self) -> bool {
        self.role == Some(Role::Drafts)
    }

    /// What lies here was sent.
    pub fn is_sent(&self) -> bool {
        self.role == Some(Role::Sent)
    }

    /// Rows here say to whom, not from whom.
    pub fn is_outgoing(&self) -> bool {
        matches!(self.role, Some(Role::Sent | Role::Drafts))
    }

    /// The words under an empty list.
    pub fn empty_sentence(&self) -> &'static str {
        match self.role {
            Some(Role::Inbox) => "list-empty-inbox",
            Some(Role::Archive | Role::All) => "list-empty-archive",
            Some(Role::Drafts) => "list-empty-drafts",
            Some(Role::Sent) => "list-empty-sent",
            Some(Role::Junk) => "list-empty-junk",
            Some(Role::Trash) => "list-empty-trash",
            Some(Role::Flagged) => "list-empty-flagged",
            None => "list-empty",
        }
    }

    /// Whether an empty list offers to write; others lead to the inbox.
    pub fn offers_writing(&self) -> bool {
        self.role == Some(Role::Inbox) || self.is_outgoing()
    }

    /// The icon beside the name.
    pub fn icon(&self) -> &'static str {
        icon(self.role)
    }
}

/// What people call a folder: the role's name in their language, else the folder's own.
pub fn name(ui: &Ui, role: Option<Role>, own: &str) -> String {
    match role {
        Some(Role::Inbox) => ui.t("folder-inbox"),
        Some(Role::Drafts) => ui.t("folder-drafts"),
        Some(Role::Sent) => ui.t("folder-sent"),
        Some(Role::Archive) => ui.t("folder-archive"),
        Some(Role::Junk) => ui.t("folder-junk"),
        Some(Role::Trash) => ui.t("folder-trash"),
        Some(Role::All) => ui.t("folder-all"),
        Some(Role::Flagged) => ui.t("folder-flagged"),
        None => own.to_owned(),
    }
}

/// The icon of a role, in Lucide's names.
pub fn icon(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Inbox) => "inbox",
        Some(Role::Drafts) => "file-pen-line",
        Some(Role::Sent) => "send",
        Some(Role::Archive) => "archive",
        Some(Role::Junk) => "shield-alert",
        Some(Role::Trash) => "trash-2",
        Some(Role::All) => "mails",
        Some(Role::Flagged) => "star",
        None => "folder",
    }
}
