//! What stands behind a list's path: words searched for, and the edge of the window. Rows and
//! actions carry it on, so that one comes back to where one was.

use std::num::NonZeroU32;

use serde::Deserialize;

use crate::{
    engine::list::{Anchor, Window},
    mail::{id::MailboxId, query, sort::Sort},
    web::{mailbox::list::Position, preferences::Preferences},
};

/// More words than this are cut; no search needs them.
const QUERY_MOST: usize = 500;

/// `?q=…&before=…&after=…`; what can't be read counts as absent.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct ListAddress {
    #[serde(default)]
    q: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    all: String,
    #[serde(default)]
    from: String,
}

impl ListAddress {
    /// The words searched for, as typed.
    pub(crate) fn query(&self) -> String {
        self.q.trim().chars().take(QUERY_MOST).collect()
    }

    /// The list is one over all accounts.
    pub(crate) fn is_merged(&self) -> bool {
        !self.all.is_empty()
    }

    /// The same words in a list over all accounts.
    pub(crate) fn merged(self) -> Self {
        let all = "1".to_owned();
        Self { all, ..self }
    }

    /// Where a page of such a list begins; empty at the top.
    pub(crate) fn from(&self) -> &str {
        &self.from
    }

    /// Where the window begins.
    pub(crate) fn position(&self) -> Position {
        let uid = |text: &str| text.parse::<NonZeroU32>().ok();
        match (uid(&self.before), uid(&self.after)) {
            (Some(uid), _) => Position::Before(uid),
            (None, Some(uid)) => Position::After(uid),
            (None, None) => Position::Newest,
        }
    }

    /// What the engine is asked for, on this day of the reader's.
    pub(crate) fn window(
        &self,
        mailbox: MailboxId,
        preferences: &Preferences,
        today: i64,
    ) -> Window {
        let query = self.query();
        Window {
            mailbox,
            // What was found is always listed newest first.
            sort: match query.is_empty() {
                true => preferences.order(mailbox),
                false => Sort::default(),
            },
            filter: (!query.is_empty()).then(|| query::parse_at(&query, today)),
            anchor: match self.position() {
                Position::Newest => Anchor::Newest,
                Position::Before(uid) => Anchor::Before(uid.get()),
                Position::After(uid) => Anchor::After(uid.get()),
            },
            limit: u32::from(preferences.page_size()),
        }
    }
}
