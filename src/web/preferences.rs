//! What a person has chosen in the settings: one JSON text per user, read with tolerance, so that
//! an older or newer release can read it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    engine::{self, Engine, sessions::UserId},
    mail::{id::MailboxId, sort::Sort},
};

use super::{
    i18n::Language,
    page::{Accent, Contrast, Density, Theme},
    settings::{
        keys::Keys,
        reading::{Advance, Lists, MarkRead, PAGE_SIZES},
        writing::Writes,
    },
};

/// The name of the row in the settings table.
pub(crate) const NAME: &str = engine::settings::PAGES;

/// The longest time for taking a sent message back, in seconds.
const UNDO_MOST: u32 = 60;

/// Folders whose order is remembered.
const ORDERS_MOST: usize = 200;

/// All choices, as words. Unknown words are the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Preferences {
    /// A language's code; empty: as the browser asks.
    pub(crate) language: String,
    pub(crate) theme: String,
    pub(crate) contrast: String,
    pub(crate) accent: String,
    pub(crate) density: String,
    /// Messages on a page of a list; 0: the default.
    pub(crate) page_size: u16,
    pub(crate) mark_read: String,
    pub(crate) advance: String,
    /// `conversations` for lists with a row for each; else one for each message.
    pub(crate) lists: String,
    /// `never` where senders who want to be told are not heard.
    pub(crate) receipts: String,
    /// Whether those who write are collected, to be offered as recipients.
    pub(crate) collects: Option<bool>,
    /// `off` where letters and signs are no shortcuts.
    pub(crate) keys: String,
    /// `text` for messages that begin plain.
    pub(crate) writes: String,
    /// Seconds in which a sent message can be taken back.
    pub(crate) undo_seconds: Option<u32>,
    /// Names of the orders in which folders are listed, by folder; the newest first where none is
    /// named.
    pub(crate) orders: BTreeMap<String, String>,
    /// IANA name as chosen; empty: as the browser says.
    pub(crate) zone: String,
    /// IANA name that the browser gave at the last sign-in.
    pub(crate) browser_zone: String,
}

impl Preferences {
    /// Reads the stored text; what can't be read is the default.
    pub(crate) fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Keeps them for this person.
    pub(crate) async fn save(&self, engine: &Engine, user: UserId) -> Result<(), engine::Error> {
        engine.set_setting(user, NAME, &self.to_json()).await
    }

    pub(crate) fn language(&self) -> Option<Language> {
        Language::from_code(&self.language)
    }

    pub(crate) fn theme(&self) -> Theme {
        Theme::from_word(&self.theme)
    }

    pub(crate) fn contrast(&self) -> Contrast {
        Contrast::from_word(&self.contrast)
    }

    pub(crate) fn accent(&self) -> Accent {
        Accent::from_word(&self.accent)
    }

    pub(crate) fn density(&self) -> Density {
        Density::from_word(&self.density)
    }

    pub(crate) fn page_size(&self) -> u16 {
        match PAGE_SIZES.contains(&self.page_size) {
            true => self.page_size,
            false => 50,
        }
    }

    /// In which order a folder is listed.
    pub(crate) fn order(&self, mailbox: MailboxId) -> Sort {
        let name = self.orders.get(&mailbox.to_string());
        name.and_then(|name| Sort::parse(name)).unwrap_or_default()
    }

    /// Lists a folder in this order from now on.
    pub(crate) fn set_order(&mut self, mailbox: MailboxId, sort: Sort) {
        self.orders.remove(&mailbox.to_string());
        if sort != Sort::default() {
            // Of folders that are gone there may be many.
            if self.orders.len() >= ORDERS_MOST {
                self.orders.pop_first();
            }
            let name = sort.name().to_owned();
            self.orders.insert(mailbox.to_string(), name);
        }
    }

    /// Lists have a row for each conversation.
    pub(crate) fn shows_talks(&self) -> bool {
        self.lists() == Lists::Conversations
    }

    pub(crate) fn lists(&self) -> Lists {
        Lists::from_word(&self.lists)
    }

    /// Whether to ask when a sender wants to be told.
    pub(crate) fn asks_for_receipts(&self) -> bool {
        self.receipts != "never"
    }

    /// Which keys are shortcuts.
    pub(crate) fn keys(&self) -> Keys {
        Keys::from_word(&self.keys)
    }

    /// Whether those who write are collected.
    pub(crate) fn collects(&self) -> bool {
        self.collects.unwrap_or(true)
    }

    pub(crate) fn writes(&self) -> Writes {
        Writes::from_word(&self.writes)
    }

    /// New messages begin with formatting.
    pub(crate) fn writes_rich(&self) -> bool {
        self.writes() == Writes::Rich
    }

    /// Seconds in which a sent message can be taken back.
    pub(crate) fn undo_seconds(&self) -> u32 {
        self.undo_seconds.unwrap_or(10).min(UNDO_MOST)
    }

    pub(crate) fn mark_read(&self) -> MarkRead {
        MarkRead::from_word(&self.mark_read)
    }

    pub(crate) fn advance(&self) -> Advance {
        Advance::from_word(&self.advance)
    }

    /// The zone for this person's times: chosen, else the browser's, else the server's.
    pub(crate) fn zone(&self, fallback: &str) -> jiff::tz::TimeZone {
        let names = [self.zone.as_str(), &self.browser_zone, fallback];
        names
            .into_iter()
            .filter(|name| !name.is_empty())
            .find_map(|name| jiff::tz::TimeZone::get(name).ok())
            .unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_the_default() {
        for text in ["", "[]", "{\"pageSize\":-1}", "{\"markRead\":7}"] {
            assert_eq!(
                Preferences::from_json(text),
                Preferences::default(),
                "{text}"
            );
        }
        let odd = Preferences::from_json("{\"pageSize\":7,\"theme\":\"dark\",\"new\":1}");
        assert_eq!((odd.page_size(), odd.theme()), (50, Theme::Dark));
        assert_eq!(odd.zone("Mars/Olympus"), jiff::tz::TimeZone::UTC);
    }

    #[test]
    fn choices_survive_their_text() {
        let chosen = Preferences {
            language: "fr".to_owned(),
            page_size: 100,
            advance: "list".to_owned(),
            ..Preferences::default()
        };
        let read = Preferences::from_json(&chosen.to_json());
        assert_eq!(read, chosen);
        assert_eq!(
            (read.language(), read.advance()),
            (Some(Language::French), Advance::List)
        );
    }
}
