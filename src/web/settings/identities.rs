//! The names and addresses that a person writes as.

use askama::Template;

use crate::web::{page::Ui, settings::nav::Section};

/// The page: all identities, and a form for one.
#[derive(Template)]
#[template(path = "settings/identities.html")]
pub struct IdentitiesPage {
    /// The reader.
    pub ui: Ui,
    /// All identities, the default one first.
    pub identities: Vec<Identity>,
    /// The one in the form: `id` empty for a new one.
    pub form: Identity,
    /// Why the form was refused.
    pub problem: Option<String>,
}

/// One identity (RFC 8621 §6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The id in URLs; empty when it is not stored yet.
    pub id: String,
    /// The name that recipients see.
    pub name: String,
    /// The address.
    pub email: String,
    /// Where answers go; empty: to the address.
    pub reply_to: String,
    /// The signature as plain text.
    pub signature: String,
    /// The one that new mail is written as.
    pub is_default: bool,
}

impl IdentitiesPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-identities")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Identities
    }

    /// Whether the form makes a new identity.
    pub fn is_new(&self) -> bool {
        self.form.id.is_empty()
    }

    /// Where the form goes.
    pub fn action(&self) -> String {
        match self.is_new() {
            true => self.ui.url("/settings/identities"),
            false => self.ui.url(&self.form.path()),
        }
    }
}

impl Identity {
    /// The path of this identity's form.
    pub fn path(&self) -> String {
        format!("/settings/identities/{}", self.id)
    }

    /// The name, else the address.
    pub fn label(&self) -> &str {
        if self.name.is_empty() {
            &self.email
        } else {
            &self.name
        }
    }
}
