//! Listings of servers as they are, and what is made of them.

use super::*;
use crate::engine::collector::sample::{Row, listing, rows};

/// What is new: UIDL, occurrence, number.
fn new(plan: &Plan) -> Vec<(String, i64, u32)> {
    let of = |(row, number): &(NewRow, Number)| (row.uidl.clone(), row.occurrence, number.get());
    plan.new.iter().map(of).collect()
}

/// What is known: row and number, and whether it may be deleted.
fn known(plan: &Plan) -> Vec<(i64, u32, bool)> {
    let of = |one: &Match| (one.row.get(), one.number.get(), one.certain);
    plan.known.iter().map(of).collect()
}

fn numbers(fetches: &[Fetch]) -> Vec<u32> {
    fetches.iter().map(|fetch| fetch.number.get()).collect()
}

#[test]
fn what_is_new_is_what_the_ledger_has_not() {
    let rows = rows(&[
        Row::stored("b", 10),
        Row::seen("c", 10),
        Row::stored("x", 10),
    ]);
    let plan = plan(
        &listing(&[("a", 10), ("b", 10), ("c", 10), ("d", 10)]),
        &rows,
        0,
    );
    assert_eq!(new(&plan), [("a".into(), 1, 1), ("d".into(), 1, 4)]);
    assert_eq!(known(&plan), [(1, 2, true)]);
    assert_eq!(numbers(&plan.pending), [3]);
    assert!(plan.nameless.is_empty());
}

/// A mark "all up to this one" would bring everything again, or skip what lies before it.
#[test]
fn the_last_message_may_vanish_and_numbers_may_change() {
    let rows = rows(&[
        Row::stored("a", 10),
        Row::stored("b", 10),
        Row::stored("c", 10),
    ]);
    let plan = plan(&listing(&[("b", 10), ("new", 10), ("a", 10)]), &rows, 0);
    assert_eq!(new(&plan), [("new".into(), 1, 2)]);
    assert_eq!(known(&plan), [(2, 1, true), (1, 3, true)]);
}

#[test]
fn an_empty_maildrop_changes_nothing() {
    let rows = rows(&[Row::stored("a", 10)]);
    let plan = plan(&listing(&[]), &rows, 0);
    assert!(plan.new.is_empty() && plan.known.is_empty() && plan.touch.is_empty());
}

/// Cyrus has given a UIDL to another message.
#[test]
fn a_uidl_with_another_size_is_another_message() {
    let rows = rows(&[Row::stored("a", 10).bytes(1)]);
    let changed = plan(&listing(&[("a", 11)]), &rows, 0);
    assert_eq!(new(&changed), [("a".into(), 2, 1)]);
    assert!(
        known(&changed).is_empty(),
        "the old row is not this message"
    );
}

#[test]
fn two_messages_under_one_uidl_are_two_and_stay_on_the_server() {
    let two = [("a", 10), ("a", 20)];
    let first = plan(&listing(&two), &[], 0);
    assert_eq!(new(&first), [("a".into(), 1, 1), ("a".into(), 2, 2)]);
    let second = Row {
        occurrence: 2,
        ..Row::stored("a", 20)
    };
    let rows = rows(&[Row::stored("a", 10), second]);
    let again = plan(&listing(&two), &rows, 0);
    assert!(again.new.is_empty());
    assert_eq!(known(&again), [(1, 1, false), (2, 2, false)]);
    // One of them is gone: which one is told by the size.
    let one = plan(&listing(&[("a", 20)]), &rows, 0);
    assert_eq!(known(&one), [(2, 1, true)]);
    // Three of the same size.
    let three = plan(&listing(&[("a", 10), ("a", 10), ("a", 10)]), &rows, 0);
    assert_eq!(new(&three), [("a".into(), 3, 2), ("a".into(), 4, 3)]);
}

#[test]
fn without_a_size_the_uidl_is_believed_but_nothing_deleted() {
    let rows = rows(&[Row::stored("a", 10)]);
    assert_eq!(
        known(&plan(&listing(&[("a", -1)]), &rows, 0)),
        [(1, 1, false)]
    );
}

#[test]
fn without_uidl_all_is_known_by_its_bytes() {
    let rows = rows(&[Row::stored("", 10)]);
    let all = plan(&listing(&[("", 10), ("b", 10), ("", 20)]), &rows, 0);
    assert_eq!(numbers(&all.nameless), [1, 3]);
    assert_eq!(new(&all), [("b".into(), 1, 2)]);
    assert!(known(&all).is_empty());
}

#[test]
fn what_the_server_has_not_deleted_after_all_is_known_and_not_fetched() {
    let row = Row {
        state: State::Deleted,
        ..Row::stored("a", 10)
    };
    let rows = rows(&[row]);
    let plan = plan(&listing(&[("a", 10)]), &rows, 0);
    assert_eq!(known(&plan), [(1, 1, true)]);
    assert!(plan.new.is_empty() && plan.pending.is_empty());
}

#[test]
fn rows_are_touched_once_a_day() {
    let seen = |last_seen_at| Row {
        last_seen_at,
        ..Row::stored("a", 10)
    };
    let now = TOUCH_AFTER * 3;
    for (last, touched) in [(0, 1), (now - TOUCH_AFTER, 1), (now - TOUCH_AFTER + 1, 0)] {
        let rows = rows(&[seen(last)]);
        let plan = plan(&listing(&[("a", 10)]), &rows, now);
        assert_eq!(plan.touch.len(), touched, "{last}");
    }
}

#[test]
fn newest_first_then_big_ones_then_what_failed() {
    let fetch = |number: u32, size, attempts| Fetch {
        number: number.into(),
        row: None,
        size,
        attempts,
    };
    let fetches = vec![
        fetch(1, 10, 0),
        fetch(2, BIG * 9, 0),
        fetch(3, BIG, 0),
        fetch(4, 10, 2),
        fetch(5, 10, 7),
        fetch(6, 10, 3),
        fetch(7, 10, 4),
        fetch(8, 0, 0),
    ];
    assert_eq!(
        numbers(&order(fetches, &HashSet::new())),
        [8, 1, 3, 2, 4, 6, 7, 5]
    );
    assert!(order(Vec::new(), &HashSet::new()).is_empty());
}

#[test]
fn what_failed_three_times_is_tried_once_a_day() {
    let now = TOUCH_AFTER * 3;
    for (attempts, last_seen_at, tried) in [
        (2, now, true),
        (3, now, false),
        (3, now - TOUCH_AFTER, true),
        (9, now - TOUCH_AFTER + 1, false),
    ] {
        let row = Row {
            attempts,
            last_seen_at,
            ..Row::seen("a", 10)
        };
        let plan = plan(&listing(&[("a", 10), ("b", 10)]), &rows(&[row]), now);
        assert_eq!(
            (plan.pending.len(), plan.waiting.len()),
            (usize::from(tried), usize::from(!tried))
        );
        assert_eq!(plan.new.len(), 1, "it blocks nothing");
    }
}

/// Gmail lists some 250 at a time, the others after these were retrieved.
#[test]
fn a_server_that_lists_a_few_at_a_time_is_drained() {
    let names: Vec<String> = (0..1000).map(|at| format!("m{at}")).collect();
    let mut ledger: Vec<Row> = Vec::new();
    for part in names.chunks(250) {
        let listed: Vec<(&str, i64)> = part.iter().map(|name| (name.as_str(), 10)).collect();
        let found = plan(&listing(&listed), &rows(&ledger), 0);
        assert_eq!(found.new.len(), 250);
        ledger.extend(
            found
                .new
                .iter()
                .map(|(new, _)| Row::stored(&new.uidl, new.size)),
        );
    }
    // "recent:" lists all of the last thirty days again.
    let listed: Vec<(&str, i64)> = names.iter().map(|name| (name.as_str(), 10)).collect();
    assert!(plan(&listing(&listed), &rows(&ledger), 0).new.is_empty());
}
