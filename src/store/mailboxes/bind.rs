//! Which row belongs to which folder of a listing.

use std::collections::{HashMap, HashSet};

use super::{LONGEST_NAME, MailboxRow, SeenMailbox};

/// The folders of a listing that can have a row: each name once, and storable.
pub(super) fn usable<'a>(seen: &[SeenMailbox<'a>]) -> Vec<SeenMailbox<'a>> {
    let mut names = HashSet::new();
    let once = seen
        .iter()
        .filter(|seen| is_storable(seen.name) && names.insert(comparable(seen.name)))
        .copied();
    let mut usable: Vec<_> = once.collect();
    // A lasting id that two folders claim is none: names decide then.
    let mut claims: HashMap<&str, u32> = HashMap::new();
    for seen in &usable {
        if let Some(id) = seen.remote_id {
            *claims.entry(id).or_default() += 1;
        }
    }
    for seen in &mut usable {
        let alone = |id: &&str| is_storable(id) && claims.get(id) == Some(&1);
        seen.remote_id = seen.remote_id.filter(alone);
    }
    usable
}

/// For each folder of the listing the index of its row; `None` for a new folder. No row is given
/// twice. Of rows that fit equally well the last one wins.
pub(super) fn bind(rows: &[MailboxRow], seen: &[SeenMailbox<'_>]) -> Vec<Option<usize>> {
    let mut by_remote_id = HashMap::new();
    let mut by_name = HashMap::new();
    let mut gone = HashMap::new();
    let (there, vanished): (Vec<_>, Vec<_>) = rows
        .iter()
        .enumerate()
        .partition(|(_, row)| row.gone_at.is_none());
    // Rows that are there come last, so that they win over vanished ones of the same id.
    for (index, row) in vanished.iter().chain(&there) {
        if !row.remote_id.is_empty() {
            by_remote_id.insert(row.remote_id.as_str(), *index);
        }
    }
    for (index, row) in &there {
        by_name.insert(comparable(&row.name), *index);
    }
    for (index, row) in &vanished {
        gone.insert((comparable(&row.name), row.uid_validity), *index);
    }

    let mut taken = HashSet::new();
    let mut bound: Vec<Option<usize>> = seen
        .iter()
        .map(|seen| {
            let index = *by_remote_id.get(seen.remote_id?)?;
            taken.insert(index).then_some(index)
        })
        .collect();
    for (slot, seen) in bound.iter_mut().zip(seen) {
        let name = comparable(seen.name);
        if slot.is_none() {
            // Also when the lasting ids differ: a server that has changed its kind of id keeps the
            // folders, and a folder made anew under the old name has another UIDVALIDITY.
            *slot = by_name
                .get(&name)
                .copied()
                .filter(|index| taken.insert(*index));
        }
        if slot.is_none() {
            // Nothing was ever read in a folder whose UIDVALIDITY is not known (0), so that one by
            // its name is as good as it.
            let returned = gone.get(&(name, seen.uid_validity)).copied();
            *slot = returned
                .filter(|index| rows.get(*index).is_some_and(|row| same_id(row, seen)))
                .filter(|index| taken.insert(*index));
        }
    }
    bound
}

/// False when both have a lasting id and these differ: then they are two folders.
fn same_id(row: &MailboxRow, seen: &SeenMailbox<'_>) -> bool {
    row.remote_id.is_empty() || seen.remote_id.is_none_or(|id| id == row.remote_id)
}

/// Can this be stored and indexed in both databases?
pub(super) fn is_storable(name: &str) -> bool {
    !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains('\0')
}

/// INBOX is the one name without regard to case (RFC 9051 §5.1).
pub(super) fn is_inbox(name: &str) -> bool {
    name.eq_ignore_ascii_case("INBOX")
}

fn comparable(name: &str) -> &str {
    if is_inbox(name) { "INBOX" } else { name }
}

#[cfg(test)]
mod tests;
