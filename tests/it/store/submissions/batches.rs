//! What is claimed without a draft of its own: mail merges, and what may exist only once.

use restante::store::submissions::{self, Claim, NewSubmission, State, SubmissionRow, queue};
use tokio::task::JoinSet;

use super::super::{
    database::{Database, both},
    writing::{claimed, draft, person, sending},
};

both!(
    a_mailing_is_claimed_once_and_whole,
    a_mailing_is_taken_back_as_far_as_it_can_be,
    one_of_two_without_a_draft_wins,
    what_failed_goes_again_as_it_was,
);

async fn a_mailing_is_claimed_once_and_whole(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    let draft = (row.id, row.revision);
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let (store, row) = (store.clone(), row.clone());
        tasks.spawn(async move {
            let one = NewSubmission {
                draft: None,
                ..sending(a, &row)
            };
            let batch = [one; 3];
            submissions::claim_batch(&store, draft, &batch, 2)
                .await
                .unwrap()
        });
    }
    let claims = tasks.join_all().await;
    let new = claims.iter().filter(|claim| matches!(claim, Claim::New(_)));
    assert_eq!(new.count(), 1);
    let all = submissions::list(&store, a.account, 9).await.unwrap();
    let lead = all.last().unwrap();
    assert_eq!((all.len(), lead.draft_id), (3, Some(row.id)));
    assert!(all.iter().all(|one| one.merge_of == Some(lead.id)));
    assert!(
        all.iter()
            .all(|one| one.draft_id.is_none() == (one.id != lead.id))
    );
    // Another revision is as good as claimed while this one is on its way.
    let again = submissions::claim_batch(&store, (row.id, 7), &[sending(a, &row)], 3).await;
    assert!(matches!(again, Ok(Claim::Already(_))), "{again:?}");
}

async fn a_mailing_is_taken_back_as_far_as_it_can_be(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    let one = NewSubmission {
        draft: None,
        ..sending(a, &row)
    };
    submissions::claim_batch(&store, (row.id, row.revision), &[one; 3], 2)
        .await
        .unwrap();
    let other = claimed(&store, &sending(a, &draft(&store, a, "other", 1).await)).await;
    // The first is under way already.
    let taken = queue::take(&store, a.account, "who", 20, 90).await.unwrap();
    let taken = taken.unwrap();
    let all = submissions::list(&store, a.account, 9).await.unwrap();
    let last = all.iter().find(|one| one.id != other.id).unwrap().id.get();
    let foreign = queue::cancel_batch(&store, b.user, last, 3).await.unwrap();
    assert_eq!(foreign, []);
    let back = queue::cancel_batch(&store, a.user, last, 3).await.unwrap();
    assert_eq!(back.len(), 2);
    let states: Vec<State> = submissions::list(&store, a.account, 9)
        .await
        .unwrap()
        .iter()
        .map(|one: &SubmissionRow| one.state)
        .collect();
    assert_eq!(
        states,
        [
            State::Pending,
            State::Cancelled,
            State::Cancelled,
            State::Sending
        ]
    );
    assert_eq!(
        taken.draft_id,
        Some(row.id),
        "the draft goes with the first"
    );
    // What belongs to no mailing is nobody's part.
    let alone = queue::cancel_batch(&store, a.user, other.id.get(), 3).await;
    assert_eq!(alone.unwrap(), []);
}

async fn one_of_two_without_a_draft_wins(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let (store, row) = (store.clone(), row.clone());
        tasks.spawn(async move {
            let new = NewSubmission {
                draft: None,
                message_id: "receipt@example.org",
                ..sending(a, &row)
            };
            submissions::claim(&store, &new, 2).await.unwrap()
        });
    }
    let claims = tasks.join_all().await;
    let new = claims.iter().filter(|claim| matches!(claim, Claim::New(_)));
    assert_eq!(new.count(), 1);
    // Taken back it may be claimed once more.
    let all = submissions::list(&store, a.account, 9).await.unwrap();
    let [known] = all.as_slice() else {
        panic!("{all:?}")
    };
    queue::cancel(&store, a.user, known.id.get(), 3)
        .await
        .unwrap()
        .unwrap();
    let new = NewSubmission {
        draft: None,
        message_id: "receipt@example.org",
        ..sending(a, &row)
    };
    claimed(&store, &new).await;
}

async fn what_failed_goes_again_as_it_was(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    super::upload(&store, a.user, 1, 1).await;
    let new = NewSubmission {
        blob: Some((super::hash(1), 20)),
        ..sending(a, &row)
    };
    let one = claimed(&store, &new).await;
    let id = one.id.get();
    assert!(!queue::again(&store, a.user, id, 3).await.unwrap());
    queue::take(&store, a.account, "who", 20, 90).await.unwrap();
    queue::failed(&store, one.id, "who", "no", 21)
        .await
        .unwrap();
    assert!(!queue::again(&store, b.user, id, 22).await.unwrap());
    assert!(queue::again(&store, a.user, id, 22).await.unwrap());
    let now = submissions::get(&store, a.user, id).await.unwrap().unwrap();
    assert_eq!(
        (now.state, now.next_at, now.attempts, now.final_at),
        (State::Pending, 22, 0, None)
    );
    assert_eq!(now.sha256, one.sha256);
}
