//! A folder in another order than that of arrival. The server sorts it whole, once for each state
//! of the folder; a window is cut out of that.
//!
//! Cost: one round trip to sort, none while IDLE vouches for the folder; one for the rows.

use std::{collections::HashMap, sync::Arc};

use crate::{
    imap::{error::Error as ImapError, sort::Sorted},
    mail::{mailbox::Mailbox, query::Filter},
};

use super::{
    super::{
        super::{
            caches::SortPlace,
            error::Error,
            list::{Anchor, Window},
        },
        Rows,
    },
    Imap,
};

impl Imap {
    pub(in crate::engine::mailstore) async fn sorted(
        &self,
        mailbox: &Mailbox,
        window: &Window,
        generation: Option<u64>,
    ) -> Result<Rows, Error> {
        let key = SortPlace {
            account: self.account,
            mailbox: mailbox.id,
            filter: window.filter.clone(),
            sort: window.sort,
        };
        let known = self.caches.sorted.get(&key);
        let sorted = match &known {
            Some(known) if generation.is_some() && known.0 == generation => Arc::clone(&known.1),
            _ => {
                let everything = Filter::And(Vec::new());
                let filter = window.filter.as_ref().unwrap_or(&everything);
                let sorted = self.client.sort(&mailbox.path, filter, window.sort).await;
                let sorted = Arc::new(match sorted {
                    Err(ImapError::Unsupported("SORT")) => {
                        return Err(Error::Invalid("sort-not-offered"));
                    }
                    other => other?,
                });
                let kept = (generation, Arc::clone(&sorted));
                self.caches.sorted.insert(key, kept);
                sorted
            }
        };
        let former = known.as_ref().map(|known| &*known.1);
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let range = range(&sorted, former, window.anchor, limit).ok_or(Error::NotFound)?;
        let (offset, end) = (range.start, range.end);
        let uids = sorted.uids.get(range).unwrap_or_default();
        let rows = self.by_uids(mailbox, sorted.uid_validity, uids).await?;
        let mut rows: HashMap<u32, _> = rows
            .into_iter()
            .map(|row| (row.placement.uid, row))
            .collect();
        Ok(Rows {
            rows: uids.iter().filter_map(|uid| rows.remove(uid)).collect(),
            total: u32::try_from(sorted.uids.len()).unwrap_or(u32::MAX),
            offset: u32::try_from(offset).unwrap_or(u32::MAX),
            has_older: end < sorted.uids.len(),
        })
    }
}

/// The window's places. Where the message of the anchor is gone, what stood next to it in the former
/// order and is still there holds its place. `None` where nobody knows that.
fn range(
    sorted: &Sorted,
    former: Option<&Sorted>,
    anchor: Anchor,
    limit: usize,
) -> Option<std::ops::Range<usize>> {
    let all = sorted.uids.len();
    let place = |uid: u32| sorted.uids.iter().position(|own| *own == uid);
    let next = |uid: u32, down: bool| {
        let former = former.filter(|former| former.uid_validity == sorted.uid_validity)?;
        let at = former.uids.iter().position(|own| *own == uid)?;
        let (above, below) = former.uids.split_at(at);
        // Any number of neighbours may have gone as well.
        let places: HashMap<u32, usize> = sorted.uids.iter().copied().zip(0..).collect();
        let mut above = above.iter().rev().filter_map(|uid| places.get(uid));
        let mut below = below.iter().filter_map(|uid| places.get(uid));
        match down {
            true => Some(below.next().copied().unwrap_or(all)),
            false => Some(above.next().map_or(0, |at| at + 1)),
        }
    };
    match anchor {
        Anchor::Newest => Some(0..limit.min(all)),
        Anchor::Before(uid) => {
            let first = place(uid).map(|at| at + 1).or_else(|| next(uid, true))?;
            Some(first..first.saturating_add(limit).min(all))
        }
        Anchor::After(uid) => {
            let end = place(uid).or_else(|| next(uid, false))?;
            Some(end.saturating_sub(limit)..end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_keep_their_place_when_messages_come_and_go() {
        let sorted = |uids: &[u32]| Sorted {
            uid_validity: 1,
            uids: uids.to_vec(),
        };
        let before = sorted(&[5, 3, 9, 1, 7]);
        let cut = |now: &Sorted, anchor| range(now, Some(&before), anchor, 2);
        assert_eq!(cut(&before, Anchor::Newest), Some(0..2));
        assert_eq!(cut(&before, Anchor::Before(3)), Some(2..4));
        assert_eq!(cut(&before, Anchor::Before(7)), Some(5..5));
        assert_eq!(cut(&before, Anchor::After(9)), Some(0..2));
        // One has come above, and the anchor has gone.
        let after = sorted(&[11, 5, 9, 1, 7]);
        assert_eq!(cut(&after, Anchor::Before(3)), Some(2..4));
        assert_eq!(cut(&after, Anchor::After(3)), Some(0..2));
        assert_eq!(cut(&after, Anchor::Before(4)), None);
        // All below it has gone.
        assert_eq!(cut(&sorted(&[5]), Anchor::Before(3)), Some(1..1));
        let elsewhere = Sorted {
            uid_validity: 2,
            ..after
        };
        assert_eq!(cut(&elsewhere, Anchor::Before(3)), None);
    }
}
