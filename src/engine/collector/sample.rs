//! Listings and rows for tests.

use super::retention::Candidate;
use crate::{
    pop3::{Listed, Listing, Number, Uid},
    store::collector::ledger::{LedgerRow, Place, State},
};

/// A row of the ledger as tests write it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) uidl: String,
    pub(super) size: i64,
    pub(super) state: State,
    pub(super) occurrence: i64,
    pub(super) bytes: Option<u16>,
    pub(super) message: Option<i64>,
    pub(super) attempts: i64,
    pub(super) last_seen_at: i64,
}

impl Row {
    pub(super) fn seen(uidl: &str, size: i64) -> Self {
        Self {
            uidl: uidl.to_owned(),
            size,
            state: State::Seen,
            occurrence: 1,
            bytes: None,
            message: None,
            attempts: 0,
            last_seen_at: 0,
        }
    }

    pub(super) fn stored(uidl: &str, size: i64) -> Self {
        Self {
            state: State::Stored,
            ..Self::seen(uidl, size)
        }
    }

    /// What its bytes are; the same number, the same bytes.
    pub(super) fn bytes(self, bytes: u16) -> Self {
        Self {
            bytes: Some(bytes),
            ..self
        }
    }

    pub(super) fn message(self, message: i64) -> Self {
        Self {
            message: Some(message),
            ..self
        }
    }
}

/// Rows numbered from 1 on.
pub(super) fn rows(rows: &[Row]) -> Vec<LedgerRow> {
    let row = |(id, row): (i64, &Row)| LedgerRow {
        id: id.into(),
        uidl: row.uidl.clone(),
        occurrence: row.occurrence,
        size: row.size,
        state: row.state,
        sha256: row.bytes.map(|bytes| {
            let mut sha256 = [0; 32];
            sha256[..2].copy_from_slice(&bytes.to_be_bytes());
            sha256
        }),
        message_id: row.message.map(Into::into),
        attempts: row.attempts,
        last_error: String::new(),
        first_seen_at: 0,
        last_seen_at: row.last_seen_at,
        stored_at: row.bytes.map(|_| 1),
        delete_due_at: None,
        deleted_at: None,
        listed: true,
    };
    (1..).zip(rows).map(row).collect()
}

/// What could be deleted of these rows, all listed in this order.
pub(super) fn candidates(of: &[Row]) -> Vec<Candidate> {
    let candidate = |(number, row): (u32, LedgerRow)| Candidate {
        row: row.id,
        number: number.into(),
        uidl: row.uidl,
        size: row.size,
        sha256: row.sha256.unwrap(),
        state: row.state,
        stored_at: 1,
        place: Place::Inbox,
        confirmed: 0,
    };
    (1..).zip(rows(of)).map(candidate).collect()
}

/// A listing of these, numbered from 1 on; `""` for no UIDL, a negative size for none.
pub(super) fn listing(of: &[(&str, i64)]) -> Listing {
    let mut listing = Listing {
        has_uidl: true,
        ..Listing::default()
    };
    for (number, (uidl, size)) in (1..).zip(of) {
        listing.messages.push(Listed {
            number: Number::from(number),
            size: u64::try_from(*size).ok(),
            uid: Uid::new(uidl.as_bytes()),
        });
    }
    let mut uids: Vec<Uid> = listing
        .messages
        .iter()
        .filter_map(|one| one.uid.clone())
        .collect();
    uids.sort_unstable();
    let twice = uids.windows(2).filter(|pair| pair[0] == pair[1]);
    let mut twice: Vec<Uid> = twice.map(|pair| pair[0].clone()).collect();
    twice.dedup();
    listing.oddities.duplicates = twice;
    listing
}
