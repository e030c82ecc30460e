//! The outbox: one taker, claims that end, and what the owner decides meanwhile.

use restante::store::{
    Store, drafts,
    submissions::{self, Claim, NewSubmission, State, SubmissionRow, queue},
};
use tokio::task::JoinSet;

use crate::store::{
    database::{Database, both},
    writing::{Person, claimed, draft, hash, person, sending, upload, uses},
};

both!(
    what_is_due_is_found,
    the_longest_due_is_taken_first,
    one_of_two_takers_wins,
    takers_at_once_get_one_each,
    only_the_taker_ends_a_try,
    a_claim_that_ran_out_is_judged_by_its_end,
    cancelling_frees_the_draft,
    what_failed_is_claimed_anew,
    a_cancel_and_a_take_at_once_exclude_each_other,
    an_owner_decides_what_nobody_knows,
    a_failure_can_be_given_up,
    only_what_is_pending_is_rescheduled,
    others_decide_nothing,
    what_has_to_be_looked_after_is_listed_first,
    messages_are_counted_by_state,
);

async fn submitted(store: &Store, person: Person, send_at: i64) -> SubmissionRow {
    let draft = draft(store, person, "one", 1).await;
    let new = NewSubmission {
        send_at,
        ..sending(person, &draft)
    };
    claimed(store, &new).await
}

async fn taken(store: &Store, person: Person) -> SubmissionRow {
    let taken = queue::take(store, person.account, "me", 20, 30)
        .await
        .unwrap();
    taken.expect("something is due")
}

async fn state(store: &Store, row: &SubmissionRow) -> State {
    let row = submissions::get(store, row.user_id, row.id.get())
        .await
        .unwrap();
    row.expect("is there").state
}

async fn what_is_due_is_found(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let next = async |now| queue::next_due(&store, now).await.unwrap();
    assert_eq!(next(0).await, None);
    submitted(&store, a, 10).await;
    submitted(&store, a, 11).await;
    submitted(&store, b, 12).await;
    assert_eq!(next(9).await, Some(10));
    // What is due is not awaited.
    assert_eq!(next(10).await, Some(11));
    let due = async |now| queue::accounts_due(&store, now).await.unwrap();
    assert_eq!(due(9).await, []);
    assert_eq!(due(11).await, [a.account]);
    assert_eq!(due(12).await, [a.account, b.account]);
    taken(&store, a).await;
    assert_eq!(next(11).await, Some(12));
}

async fn messages_are_counted_by_state(Database { store, .. }: Database) {
    assert_eq!(queue::by_state(&store).await.unwrap(), []);
    for address in ["a@example.org", "b@example.org", "c@example.org"] {
        let person = person(&store, address).await;
        submitted(&store, person, 10).await;
        if address.starts_with('c') {
            taken(&store, person).await;
        }
    }
    let counted = queue::by_state(&store).await.unwrap();
    let counted: Vec<_> = counted
        .iter()
        .map(|(state, count)| (state.as_str(), *count))
        .collect();
    assert_eq!(counted, [("pending", 2), ("sending", 1)]);
}

async fn the_longest_due_is_taken_first(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let later = submitted(&store, a, 15).await;
    let sooner = submitted(&store, a, 12).await;
    let take = async |now| {
        queue::take(&store, a.account, "me", now, now + 10)
            .await
            .unwrap()
    };
    assert_eq!(take(11).await, None);
    let first = take(20).await.unwrap();
    assert_eq!(
        (first.id, first.state, first.attempts),
        (sooner.id, State::Sending, 1)
    );
    assert_eq!((first.claimed_by.as_str(), first.claimed_until), ("me", 30));
    assert_eq!(take(20).await.unwrap().id, later.id);
    assert_eq!(take(20).await, None);
}

async fn one_of_two_takers_wins(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    submitted(&store, a, 10).await;
    let takes = at_once(&store, a, 8).await;
    assert_eq!(takes.iter().flatten().count(), 1);
}

async fn takers_at_once_get_one_each(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    for _ in 0..4 {
        submitted(&store, a, 10).await;
    }
    let takes = at_once(&store, a, 4).await;
    let mut ids: Vec<_> = takes.iter().flatten().map(|row| row.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4, "{takes:?}");
}

async fn at_once(store: &Store, person: Person, takers: usize) -> Vec<Option<SubmissionRow>> {
    let mut tasks = JoinSet::new();
    for taker in 0..takers {
        let store = store.clone();
        tasks.spawn(async move {
            let who = format!("taker {taker}");
            queue::take(&store, person.account, &who, 20, 30)
                .await
                .unwrap()
        });
    }
    tasks.join_all().await
}

async fn only_the_taker_ends_a_try(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = submitted(&store, a, 10).await;
    let id = row.id;
    assert!(
        !queue::sent(&store, id, "", "250", 20).await.unwrap(),
        "nobody has taken it"
    );
    assert!(!queue::mark_final(&store, id, "", 20).await.unwrap());
    taken(&store, a).await;
    for other in ["", "you"] {
        assert!(!queue::extend(&store, id, other, 99).await.unwrap());
        assert!(!queue::mark_final(&store, id, other, 21).await.unwrap());
        assert!(!queue::sent(&store, id, other, "", 21).await.unwrap());
        assert!(!queue::later(&store, id, other, "", 50, 21).await.unwrap());
        assert!(!queue::failed(&store, id, other, "", 21).await.unwrap());
        assert!(!queue::unconfirmed(&store, id, other, "", 21).await.unwrap());
    }
    assert!(queue::mark_final(&store, id, "me", 22).await.unwrap());
    assert!(
        queue::later(&store, id, "me", "451 busy", 50, 23)
            .await
            .unwrap()
    );
    let get = async || {
        submissions::get(&store, a.user, id.get())
            .await
            .unwrap()
            .unwrap()
    };
    let row = get().await;
    assert_eq!(
        (row.state, row.next_at, row.final_at),
        (State::Pending, 50, None)
    );
    assert_eq!(
        (row.last_reply.as_str(), row.claimed_by.as_str()),
        ("451 busy", "")
    );
    assert!(
        !queue::extend(&store, id, "me", 99).await.unwrap(),
        "the claim has ended"
    );
    assert_eq!(
        queue::take(&store, a.account, "me", 49, 60).await.unwrap(),
        None
    );
    let again = queue::take(&store, a.account, "me", 50, 60)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(again.attempts, 2);
    assert!(queue::mark_final(&store, id, "me", 51).await.unwrap());
    assert!(queue::sent(&store, id, "me", "250 ok", 52).await.unwrap());
    let row = get().await;
    assert_eq!(
        (row.state, row.sent_at, row.final_at),
        (State::Sent, Some(52), Some(51))
    );
    assert!(!queue::failed(&store, id, "me", "", 53).await.unwrap());
}

async fn a_claim_that_ran_out_is_judged_by_its_end(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let early = submitted(&store, a, 10).await;
    let late = submitted(&store, a, 11).await;
    let alive = submitted(&store, a, 12).await;
    for _ in 0..3 {
        taken(&store, a).await;
    }
    assert!(queue::mark_final(&store, late.id, "me", 25).await.unwrap());
    assert!(queue::extend(&store, alive.id, "me", 99).await.unwrap());
    assert_eq!(
        queue::expire(&store, 30).await.unwrap(),
        [],
        "30 is still theirs"
    );
    let mut expired = queue::expire(&store, 31).await.unwrap();
    expired.sort_by_key(|row| row.id);
    let [first, second] = expired.as_slice() else {
        panic!("{expired:?}")
    };
    assert_eq!(
        (first.id, first.state, first.next_at),
        (early.id, State::Pending, 31)
    );
    assert_eq!((second.id, second.state), (late.id, State::Unconfirmed));
    assert!(
        !queue::mark_final(&store, early.id, "me", 32).await.unwrap(),
        "too late"
    );
    assert!(!queue::sent(&store, late.id, "me", "250", 32).await.unwrap());
    let again = queue::take(&store, a.account, "you", 40, 50)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(again.id, early.id);
    assert_eq!(
        queue::take(&store, a.account, "you", 40, 50).await.unwrap(),
        None
    );
    assert_eq!(state(&store, &alive).await, State::Sending);
}

async fn cancelling_frees_the_draft(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    upload(&store, a.user, 1, 1).await;
    let row = draft(&store, a, "one", 1).await;
    let new = NewSubmission {
        blob: Some((hash(1), 20)),
        ..sending(a, &row)
    };
    let first = claimed(&store, &new).await;
    let cancelled = queue::cancel(&store, a.user, first.id.get(), 5)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (cancelled.state, cancelled.sha256),
        (State::Cancelled, None)
    );
    assert_eq!(uses(&store, a.user, 1).await, Some(0));
    assert_eq!(
        queue::cancel(&store, a.user, first.id.get(), 6)
            .await
            .unwrap(),
        None
    );
    let Claim::Already(found) = submissions::claim(&store, &new, 7).await.unwrap() else {
        panic!("a late click sends what was cancelled")
    };
    assert_eq!(found, cancelled);
    let listed = drafts::list(&store, a.account, None, 9).await.unwrap();
    assert_eq!((listed[0].id, listed[0].revision), (row.id, 2));
    let second = claimed(&store, &sending(a, &listed[0])).await;
    assert_ne!(second.id, first.id);
}

async fn what_failed_is_claimed_anew(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    upload(&store, a.user, 1, 1).await;
    let row = draft(&store, a, "one", 1).await;
    let new = NewSubmission {
        blob: Some((hash(1), 20)),
        ..sending(a, &row)
    };
    let first = claimed(&store, &new).await;
    taken(&store, a).await;
    queue::failed(&store, first.id, "me", "no", 21)
        .await
        .unwrap();
    let second = claimed(&store, &new).await;
    assert_eq!((second.state, second.revision), (State::Pending, 2));
    assert_eq!(state(&store, &first).await, State::Cancelled);
    assert_eq!(uses(&store, a.user, 1).await, Some(1));
    // Nobody sends the first one again, and a late click finds the second.
    let again = queue::again(&store, a.user, first.id.get(), 22).await;
    assert!(!again.unwrap());
    let claim = submissions::claim(&store, &new, 22).await.unwrap();
    assert!(matches!(claim, Claim::Already(found) if found.id == second.id));
}

async fn a_cancel_and_a_take_at_once_exclude_each_other(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    for _ in 0..16 {
        let row = submitted(&store, a, 10).await;
        let (cancelled, taken) = tokio::join!(
            queue::cancel(&store, a.user, row.id.get(), 20),
            queue::take(&store, a.account, "me", 20, 30),
        );
        let (cancelled, taken) = (cancelled.unwrap(), taken.unwrap());
        assert!(
            cancelled.is_some() != taken.is_some(),
            "{cancelled:?} {taken:?}"
        );
    }
}

async fn an_owner_decides_what_nobody_knows(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let mut lost = Vec::new();
    for _ in 0..2 {
        let row = submitted(&store, a, 10).await;
        taken(&store, a).await;
        queue::mark_final(&store, row.id, "me", 21).await.unwrap();
        assert!(
            queue::unconfirmed(&store, row.id, "me", "lost", 22)
                .await
                .unwrap()
        );
        lost.push(row);
    }
    assert_eq!(
        queue::take(&store, a.account, "me", 99, 99).await.unwrap(),
        None
    );
    assert_eq!(
        queue::cancel(&store, a.user, lost[0].id.get(), 23)
            .await
            .unwrap(),
        None
    );
    let draft = drafts::get(&store, a.user, lost[0].draft_id.unwrap().get())
        .await
        .unwrap();
    let new = sending(a, &draft.unwrap());
    let claim = submissions::claim(&store, &new, 23).await.unwrap();
    assert!(
        matches!(claim, Claim::Already(_)),
        "never sent again by itself"
    );

    assert!(
        queue::confirm(&store, a.user, lost[0].id.get(), 24)
            .await
            .unwrap()
    );
    assert!(
        !queue::confirm(&store, a.user, lost[0].id.get(), 24)
            .await
            .unwrap()
    );
    let sent = submissions::get(&store, a.user, lost[0].id.get())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((sent.state, sent.sent_at), (State::Sent, Some(21)));
    let given_up = queue::give_up(&store, a.user, lost[1].id.get(), 24)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(given_up.state, State::Cancelled);
    let listed = drafts::list(&store, a.account, None, 9).await.unwrap();
    let listed: Vec<_> = listed
        .iter()
        .map(|row| (Some(row.id), row.revision))
        .collect();
    assert_eq!(listed, [(lost[1].draft_id, 2)]);
}

async fn a_failure_can_be_given_up(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    for give_up in [true, false] {
        let row = submitted(&store, a, 10).await;
        taken(&store, a).await;
        assert!(
            queue::failed(&store, row.id, "me", "550 no", 21)
                .await
                .unwrap()
        );
        let done = if give_up {
            queue::give_up(&store, a.user, row.id.get(), 22).await
        } else {
            queue::cancel(&store, a.user, row.id.get(), 22).await
        };
        assert_eq!(done.unwrap().unwrap().state, State::Cancelled);
    }
}

async fn only_what_is_pending_is_rescheduled(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = submitted(&store, a, 10).await;
    assert!(
        queue::reschedule(&store, a.user, row.id.get(), 15, 3)
            .await
            .unwrap()
    );
    let moved = submissions::get(&store, a.user, row.id.get())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((moved.send_at, moved.next_at), (15, 15));
    assert_eq!(
        queue::take(&store, a.account, "me", 14, 30).await.unwrap(),
        None
    );
    taken(&store, a).await;
    assert!(
        !queue::reschedule(&store, a.user, row.id.get(), 40, 21)
            .await
            .unwrap()
    );
}

async fn others_decide_nothing(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let row = submitted(&store, a, 10).await;
    let id = row.id.get();
    assert_eq!(queue::cancel(&store, b.user, id, 5).await.unwrap(), None);
    assert!(!queue::reschedule(&store, b.user, id, 50, 5).await.unwrap());
    assert_eq!(
        queue::take(&store, b.account, "me", 20, 30).await.unwrap(),
        None
    );
    taken(&store, a).await;
    queue::unconfirmed(&store, row.id, "me", "", 21)
        .await
        .unwrap();
    assert_eq!(queue::give_up(&store, b.user, id, 22).await.unwrap(), None);
    assert!(!queue::confirm(&store, b.user, id, 22).await.unwrap());
    assert_eq!(state(&store, &row).await, State::Unconfirmed);
}

async fn what_has_to_be_looked_after_is_listed_first(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let failed = submitted(&store, a, 10).await.id;
    taken(&store, a).await;
    assert!(queue::failed(&store, failed, "me", "no", 21).await.unwrap());
    let sent = submitted(&store, a, 10).await.id;
    taken(&store, a).await;
    assert!(queue::sent(&store, sent, "me", "ok", 21).await.unwrap());
    let waits = submitted(&store, a, 10).await.id;
    let listed = async |limit| {
        let rows = submissions::list(&store, a.account, limit).await.unwrap();
        rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(9).await, [waits, sent, failed]);
    assert_eq!(listed(2).await, [waits, failed]);
    assert_eq!(listed(1).await, [failed]);
}
