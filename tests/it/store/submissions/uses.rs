//! A blob's `uses` is the number of rows that name it, whatever happens in whatever order.

use proptest::{
    prelude::{Just, Strategy, any, prop_oneof},
    strategy::ValueTree as _,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use restante::store::{
    Store, blobs,
    drafts::{self, NewDraft, attachments},
    submissions::{self, CopyState, NewSubmission, mailing, queue},
};

use crate::store::{
    database::{Database, Raw, both},
    writing::{Person, about, file, hash, new_draft, person, sending, upload},
};

both!(uses_are_the_rows_that_name_a_blob);

/// Something that happens. Numbers choose a blob, and among the drafts, attachments or
/// submissions that there are.
#[derive(Clone, Copy, Debug)]
enum Step {
    Upload(u8),
    Create(u8),
    Attach(usize, u8),
    Detach(usize, usize),
    Delete(usize),
    Claim(usize, u8),
    Mail(usize, u8),
    TakeBack(usize),
    Take,
    End(usize, u8),
    Withdraw(usize),
    Settle(usize, u8),
    Expire,
    Prune,
    Sweep,
}

fn step() -> impl Strategy<Value = Step> {
    let blob = || 0..4_u8;
    let index = || 0..6_usize;
    prop_oneof![
        2 => blob().prop_map(Step::Upload),
        3 => blob().prop_map(Step::Create),
        4 => (index(), blob()).prop_map(|(draft, blob)| Step::Attach(draft, blob)),
        2 => (index(), index()).prop_map(|(draft, file)| Step::Detach(draft, file)),
        1 => index().prop_map(Step::Delete),
        4 => (index(), blob()).prop_map(|(draft, blob)| Step::Claim(draft, blob)),
        3 => (index(), blob()).prop_map(|(draft, blob)| Step::Mail(draft, blob)),
        2 => index().prop_map(Step::TakeBack),
        4 => Just(Step::Take),
        4 => (index(), any::<u8>()).prop_map(|(row, how)| Step::End(row, how)),
        2 => index().prop_map(Step::Withdraw),
        3 => (index(), any::<u8>()).prop_map(|(row, how)| Step::Settle(row, how)),
        1 => Just(Step::Expire),
        1 => Just(Step::Prune),
        1 => Just(Step::Sweep),
    ]
}

/// Sequences, steps in each, and the seed that makes every run the same.
const SEQUENCES: usize = 12;
const STEPS: usize = 60;
const SEED: [u8; 32] = [7; 32];

async fn uses_are_the_rows_that_name_a_blob(db: Database) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &SEED);
    let mut runner = TestRunner::new_with_rng(Default::default(), rng);
    let raw = db.raw().await;
    for sequence in 0..SEQUENCES {
        let person = person(&db.store, &format!("u{sequence}@example.org")).await;
        let mut done = Vec::new();
        for now in (0..).take(STEPS) {
            let step = step().new_tree(&mut runner).unwrap().current();
            done.push(step);
            apply(&db.store, person, step, now).await;
            check(&raw, person, &done).await;
        }
        clear(&db.store, &raw, person).await;
    }
}

/// Does the step, or nothing when there is nothing to do it to: refusals are no matter here.
async fn apply(store: &Store, person: Person, step: Step, now: i64) {
    let Person { user, account } = person;
    let drafts = drafts::list(store, account, None, 99).await.unwrap();
    let rows = submissions::list(store, account, 99).await.unwrap();
    match step {
        Step::Upload(blob) => drop(upload(store, user, blob, now).await),
        Step::Create(blob) => {
            let fields = about("x");
            let new = NewDraft {
                quote: Some(hash(blob)),
                ..new_draft("", &fields)
            };
            drop(drafts::create(store, account, user, &new, now).await);
        }
        Step::Attach(draft, blob) => {
            if let Some(draft) = drafts.get(draft) {
                let new = file(blob, "x");
                drop(attachments::add(store, user, draft.id.get(), &new, now).await);
            }
        }
        Step::Detach(draft, index) => {
            if let Some(draft) = drafts.get(draft).map(|draft| draft.id.get()) {
                let files = attachments::list(store, user, draft).await.unwrap();
                if let Some(file) = files.get(index) {
                    let removed = attachments::remove(store, user, draft, file.id.get(), now).await;
                    assert!(removed.unwrap().is_some());
                }
            }
        }
        Step::Delete(draft) => {
            if let Some(draft) = drafts.get(draft) {
                assert!(
                    drafts::delete(store, user, draft.id.get(), now)
                        .await
                        .unwrap()
                );
            }
        }
        Step::Claim(draft, blob) => {
            if let Some(draft) = drafts.get(draft) {
                let new = NewSubmission {
                    blob: Some((hash(blob), 20)),
                    send_at: now,
                    ..sending(person, draft)
                };
                drop(submissions::claim(store, &new, now).await);
            }
        }
        Step::Mail(draft, blob) => {
            if let Some(draft) = drafts.get(draft) {
                let one = |blob| NewSubmission {
                    draft: None,
                    blob: Some((hash(blob), 20)),
                    send_at: now,
                    ..sending(person, draft)
                };
                let batch = [one(blob), one((blob + 1) % 4), one(blob)];
                let revision = (draft.id, draft.revision);
                drop(submissions::claim_batch(store, revision, &batch, now).await);
            }
        }
        Step::TakeBack(row) => {
            if let Some(row) = rows.get(row).map(|row| row.id.get()) {
                mailing::take_back(store, user, row, now).await.unwrap();
            }
        }
        Step::Take => drop(
            queue::take(store, account, "me", now, now + 4)
                .await
                .unwrap(),
        ),
        Step::End(row, how) => {
            if let Some(row) = rows.get(row) {
                let (id, who) = (row.id, "me");
                match how % 4 {
                    0 => drop(queue::mark_final(store, id, who, now).await.unwrap()),
                    1 => drop(queue::failed(store, id, who, "", now).await.unwrap()),
                    2 => drop(queue::later(store, id, who, "", now, now).await.unwrap()),
                    _ => drop(queue::sent(store, id, who, "", now).await.unwrap()),
                }
            }
        }
        Step::Withdraw(row) => {
            if let Some(row) = rows.get(row).map(|row| row.id.get()) {
                drop(queue::cancel(store, user, row, now).await.unwrap());
                drop(queue::give_up(store, user, row, now).await.unwrap());
            }
        }
        Step::Settle(row, how) => {
            if let Some(row) = rows.get(row) {
                let state = [CopyState::Done, CopyState::Failed][usize::from(how % 2)];
                queue::file(store, row.id, state, now).await.unwrap();
            }
        }
        Step::Expire => drop(queue::expire(store, now).await.unwrap()),
        Step::Prune => drop(
            queue::prune(store, queue::KEPT_FOR + now - 10)
                .await
                .unwrap(),
        ),
        Step::Sweep => drop(blobs::sweep(store, now - 5, 2).await.unwrap()),
    }
}

/// Counts what names each blob of the user, and compares.
async fn check(raw: &Raw, person: Person, done: &[Step]) {
    let user = person.user.get();
    let rows = |table: &str, column: &str| {
        format!(
            "(SELECT count(*) FROM {table} r
              WHERE r.user_id = b.user_id AND r.{column} = b.sha256)"
        )
    };
    let count = format!(
        "{} + {} + {}",
        rows("drafts", "quote_sha256"),
        rows("draft_attachments", "sha256"),
        rows("submissions", "sha256"),
    );
    let wrong = raw
        .numbers(&format!(
            "SELECT b.uses - ({count}) FROM blobs b WHERE b.user_id = {user}
             AND (b.uses <> {count} OR b.uses < 0 OR (b.uses = 0) <> (b.unused_at IS NOT NULL))"
        ))
        .await;
    assert!(wrong.is_empty(), "{wrong:?} after {done:?}");
    let bytes = raw
        .numbers(&format!(
            "SELECT blob_bytes - (SELECT CAST(coalesce(sum(stored_size), 0) AS BIGINT)
                FROM blobs WHERE user_id = {user})
             FROM users WHERE id = {user}"
        ))
        .await;
    assert_eq!(bytes, [0], "{done:?}");
}

/// Ends everything: then nothing is left to the user.
async fn clear(store: &Store, raw: &Raw, person: Person) {
    let Person { user, account } = person;
    queue::expire(store, i64::MAX).await.unwrap();
    for row in submissions::list(store, account, 99).await.unwrap() {
        queue::cancel(store, user, row.id.get(), 99).await.unwrap();
        queue::give_up(store, user, row.id.get(), 99).await.unwrap();
        queue::file(store, row.id, CopyState::Done, 99)
            .await
            .unwrap();
    }
    for draft in drafts::list(store, account, None, 99).await.unwrap() {
        assert!(
            drafts::delete(store, user, draft.id.get(), 99)
                .await
                .unwrap()
        );
    }
    blobs::sweep(store, 100, 99).await.unwrap();
    assert_eq!(blobs::used_bytes(store, user).await.unwrap(), 0);
    let left = format!("SELECT count(*) FROM blobs WHERE user_id = {}", user.get());
    assert_eq!(raw.numbers(&left).await, [0]);
}
