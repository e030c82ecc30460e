//! The settings' own navigation.

use crate::web::page::Ui;

/// A page of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Language, theme, density.
    Appearance,
    /// Lists and reading.
    Reading,
    /// Beginning and sending messages.
    Writing,
    /// Accounts beside the one signed in with.
    Accounts,
    /// Names and addresses to write as.
    Identities,
    /// Texts that are written often.
    Templates,
    /// People to write to.
    Contacts,
    /// Collecting from a POP3 server.
    Collection,
    /// Folders.
    Folders,
    /// Mail from files, and into files.
    Transfer,
    /// Where one is signed in.
    Sessions,
    /// What programs sign in with.
    Tokens,
    /// Programs elsewhere that are told what changes.
    Webhooks,
    /// The keyboard.
    Keys,
}

const SECTIONS: [Section; 14] = [
    Section::Appearance,
    Section::Reading,
    Section::Writing,
    Section::Accounts,
    Section::Identities,
    Section::Templates,
    Section::Contacts,
    Section::Collection,
    Section::Folders,
    Section::Transfer,
    Section::Sessions,
    Section::Tokens,
    Section::Webhooks,
    Section::Keys,
];

impl Section {
    /// The sections that this reader has, in order.
    pub fn shown(ui: &Ui) -> Vec<Self> {
        let mut shown = SECTIONS.to_vec();
        shown.retain(|one| match one {
            Self::Collection => ui.collected,
            Self::Accounts => ui.adds_accounts,
            _ => true,
        });
        shown
    }

    /// Its name.
    pub fn name(self, ui: &Ui) -> String {
        ui.t(match self {
            Self::Appearance => "settings-appearance",
            Self::Reading => "settings-reading",
            Self::Writing => "settings-writing",
            Self::Accounts => "settings-accounts",
            Self::Identities => "settings-identities",
            Self::Templates => "settings-templates",
            Self::Contacts => "settings-contacts",
            Self::Collection => "settings-collection",
            Self::Folders => "folders-title",
            Self::Transfer => "settings-transfer",
            Self::Sessions => "settings-sessions",
            Self::Tokens => "settings-tokens",
            Self::Webhooks => "settings-webhooks",
            Self::Keys => "settings-keys",
        })
    }

    /// Its path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Appearance => "/settings/appearance",
            Self::Reading => "/settings/reading",
            Self::Writing => "/settings/writing",
            Self::Accounts => "/settings/accounts",
            Self::Identities => "/settings/identities",
            Self::Templates => "/settings/templates",
            Self::Contacts => "/settings/contacts",
            Self::Collection => "/settings/collection",
            Self::Folders => "/folders",
            Self::Transfer => "/settings/transfer",
            Self::Sessions => "/settings/sessions",
            Self::Tokens => "/settings/tokens",
            Self::Webhooks => "/settings/webhooks",
            Self::Keys => "/settings/keys",
        }
    }

    /// Its icon.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Appearance => "palette",
            Self::Reading => "book-open",
            Self::Writing => "square-pen",
            Self::Accounts => "mails",
            Self::Identities => "user-pen",
            Self::Templates => "file-text",
            Self::Contacts => "contact",
            Self::Collection => "download",
            Self::Folders => "folder",
            Self::Transfer => "folder-input",
            Self::Sessions => "monitor-smartphone",
            Self::Tokens => "file-key",
            Self::Webhooks => "webhook",
            Self::Keys => "keyboard",
        }
    }
}
