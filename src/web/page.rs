//! What all pages share: who reads, in which language and dress, and under which path.

use std::{borrow::Cow, fmt, sync::Arc};

use fluent_bundle::FluentValue;
use jiff::tz::TimeZone;

use super::{assets, i18n::Language, settings::keys::Keys};
use crate::engine::accounts::{Keeping, Standings};

mod count;
mod dress;
mod icon;

pub use count::Count;
pub use dress::{Accent, Contrast, Density, Theme};
pub use icon::Icon;

/// The reader and the reader's wishes; part of every page.
#[derive(Clone, Debug)]
pub struct Ui {
    /// The language of all words.
    pub language: Language,
    /// The base path: empty at the root, else `/mail` without a slash at the end.
    pub base: String,
    /// Light, dark or as the system says.
    pub theme: Theme,
    /// More contrast, or as the system says.
    pub contrast: Contrast,
    /// The hue of what can be pressed.
    pub accent: Accent,
    /// How much air rows have.
    pub density: Density,
    /// Which keys are shortcuts.
    pub keys: Keys,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// Milliseconds since 1970 UTC, from the application's clock.
    pub now: i64,
    /// Who is signed in; `None` on the pages before.
    pub address: Option<String>,
    /// Mail of theirs is collected from a POP3 server.
    pub collected: bool,
    /// They may have accounts beside the one signed in with.
    pub adds_accounts: bool,
    /// Their accounts, in their order; empty before sign-in.
    pub accounts: Standings,
    /// The account that the page is about; 0 before sign-in.
    pub account: i64,
    /// What the last action did, said once.
    pub flash: Option<Flash>,
}

/// A sentence on what has just happened, with the way back if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// A whole sentence in the reader's language.
    pub sentence: String,
    /// True when something failed: stays until it is closed.
    pub problem: bool,
    /// The token that `POST /undo` takes.
    pub undo: Option<String>,
}

impl Ui {
    /// Somebody who has not signed in yet: defaults for everything but language and path.
    pub fn stranger(language: Language, base: impl Into<String>, now: i64) -> Self {
        Self {
            language,
            base: base.into(),
            theme: Theme::default(),
            contrast: Contrast::default(),
            accent: Accent::default(),
            density: Density::default(),
            keys: Keys::default(),
            zone: TimeZone::UTC,
            now,
            address: None,
            collected: false,
            adds_accounts: false,
            accounts: Arc::default(),
            account: 0,
            flash: None,
        }
    }

    /// The words for `key`.
    pub fn t(&self, key: &str) -> String {
        self.word(key).into_owned()
    }

    /// As [`Ui::t`], without a copy: templates write hundreds on each page.
    pub fn word(&self, key: &str) -> Cow<'static, str> {
        self.language.word(key)
    }

    /// The words for `key`, counting `$count` things.
    pub fn tn(&self, key: &str, count: impl Count) -> String {
        self.language.text(key, &[("count", count.value())])
    }

    /// The words for `key`, counting `$count` things, with one word put in.
    pub fn tn1(&self, key: &str, count: impl Count, name: &str, value: &str) -> String {
        let args = [("count", count.value()), (name, FluentValue::from(value))];
        self.language.text(key, &args)
    }

    /// The words for `key` with one word of ours or of the mail put in.
    pub fn t1(&self, key: &str, name: &str, value: impl AsRef<str>) -> String {
        self.language
            .text(key, &[(name, FluentValue::from(value.as_ref()))])
    }

    /// The words for `key` with two words put in.
    pub fn t2(
        &self,
        key: &str,
        first: &str,
        first_value: impl AsRef<str>,
        second: &str,
        second_value: impl AsRef<str>,
    ) -> String {
        self.language.text(
            key,
            &[
                (first, FluentValue::from(first_value.as_ref())),
                (second, FluentValue::from(second_value.as_ref())),
            ],
        )
    }

    /// A count with the language's grouping of digits.
    pub fn number(&self, number: impl Count) -> String {
        self.language.number(number.whole())
    }

    /// A path of ours under the base path.
    pub fn url(&self, path: impl AsRef<str>) -> String {
        format!("{}{}", self.base, path.as_ref())
    }

    /// The same of a path that is not put together before it is written.
    pub fn below<'a>(&'a self, path: impl fmt::Display + 'a) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| write!(f, "{}{path}", self.base))
    }

    /// The address of an embedded file.
    pub fn asset(&self, name: &str) -> String {
        format!("{}{}", self.base, assets::url(name))
    }

    /// Letters and signs are no shortcuts.
    pub fn has_keys_off(&self) -> bool {
        self.keys == Keys::Off
    }

    /// Whether there is more than one account to choose from.
    pub fn has_accounts(&self) -> bool {
        self.accounts.len() > 1
    }

    /// The address of the account that the page is about.
    pub fn account_address(&self) -> &str {
        let current = self.accounts.iter().find(|one| one.id == self.account);
        current.map_or(self.signed_in_as(), |one| &one.address)
    }

    /// How long messages lie in Trash and Junk of the account that the page is about; `None` where its
    /// mail lies on a server. Where there is something to say, what is deleted for good can be
    /// brought back for a while.
    pub fn keeping(&self) -> Option<Keeping> {
        let current = self.accounts.iter().find(|one| one.id == self.account);
        current.and_then(|one| one.keeping)
    }

    /// What a path without an id carries on, so that it stays with the account that the page is
    /// about; empty for the one signed in with.
    pub fn account_tail(&self) -> String {
        let current = self.accounts.iter().find(|one| one.id == self.account);
        match current {
            Some(one) if !one.is_primary => format!("?account={}", one.id),
            _ => String::new(),
        }
    }

    /// The same behind what stands behind `?` already.
    pub fn account_more(&self) -> String {
        self.account_tail().replace('?', "&")
    }

    /// An icon. Decoration only: words or a label stand beside it.
    pub fn icon(&self, name: &'static str) -> Icon<'_> {
        Icon::new(&self.base, name)
    }

    /// The signed-in address, empty before sign-in.
    pub fn signed_in_as(&self) -> &str {
        self.address.as_deref().unwrap_or_default()
    }

    /// The letter on the account's button.
    pub fn initial(&self) -> String {
        let first = self.signed_in_as().chars().find(|c| c.is_alphanumeric());
        first
            .map(|c| c.to_uppercase().to_string())
            .unwrap_or_default()
    }
}
