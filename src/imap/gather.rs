//! Makes messages of the FETCH data of one request. A server may spread one message over several
//! responses, mix in news of other messages, and renumber in between.

use std::collections::HashMap;

use super::wire::{fetch::Fetched, response::Response};

/// The messages in `data` whose UID is known, each once, in the order in which they came first.
/// News of messages that nobody asked for are among them; callers pick theirs by UID.
pub(super) fn messages(data: Vec<Response>) -> Vec<Fetched> {
    let mut found: Vec<Fetched> = Vec::new();
    let mut by_uid: HashMap<u32, usize> = HashMap::new();
    for response in data {
        match response {
            Response::Fetch(new) => {
                let known = match new.uid {
                    Some(uid) => by_uid.get(&uid).copied(),
                    // A change of flags need not name the UID; the number then counts.
                    None => found.iter().rposition(|own| own.seq == new.seq),
                };
                match known.and_then(|at| found.get_mut(at)) {
                    Some(own) => merge(own, *new),
                    None => {
                        if let Some(uid) = new.uid {
                            by_uid.insert(uid, found.len());
                            found.push(*new);
                        }
                    }
                }
            }
            Response::Expunge(seq) => {
                for own in &mut found {
                    match own.seq.cmp(&seq) {
                        std::cmp::Ordering::Less => {}
                        // Gone, yet its data were true when they came.
                        std::cmp::Ordering::Equal => own.seq = 0,
                        std::cmp::Ordering::Greater => own.seq -= 1,
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// What comes later is newer; what it does not say stays.
fn merge(own: &mut Fetched, new: Fetched) {
    fn take<T>(own: &mut Option<T>, new: Option<T>) {
        if new.is_some() {
            *own = new;
        }
    }
    own.seq = new.seq;
    take(&mut own.flags, new.flags);
    take(&mut own.modseq, new.modseq);
    take(&mut own.size, new.size);
    take(&mut own.internal_date, new.internal_date);
    take(&mut own.envelope, new.envelope);
    take(&mut own.structure, new.structure);
    take(&mut own.preview, new.preview);
    take(&mut own.email_id, new.email_id);
    take(&mut own.thread_id, new.thread_id);
    take(&mut own.gm_msgid, new.gm_msgid);
    take(&mut own.gm_thrid, new.gm_thrid);
    take(&mut own.guid, new.guid);
    own.sections.extend(new.sections);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(lines: &[&'static str]) -> Vec<Response> {
        let parse = |line: &&'static str| Response::parse(format!("{line}\r\n").into());
        lines.iter().map(parse).collect()
    }

    #[test]
    fn pieces_of_one_message_come_together() {
        let found = messages(data(&[
            "* 3 FETCH (UID 30 FLAGS ())",
            "* 5 FETCH (FLAGS (\\Seen))",
            "* 3 FETCH (UID 30 RFC822.SIZE 7)",
            "* 3 FETCH (FLAGS (\\Seen))",
            "* 4 FETCH (UID 40)",
        ]));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].flags.as_deref(), Some(&["\\Seen".to_owned()][..]));
        assert_eq!((found[0].size, found[1].uid), (Some(7), Some(40)));
    }

    #[test]
    fn removals_renumber() {
        let found = messages(data(&[
            "* 3 FETCH (UID 30)",
            "* 4 FETCH (UID 40 FLAGS ())",
            "* 3 EXPUNGE",
            "* 3 FETCH (FLAGS (\\Flagged))",
        ]));
        assert_eq!((found[0].seq, found[1].seq), (0, 3));
        assert_eq!(found[0].flags, None);
        assert_eq!(
            found[1].flags.as_deref(),
            Some(&["\\Flagged".to_owned()][..])
        );
    }
}
