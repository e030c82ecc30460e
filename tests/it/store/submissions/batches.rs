//! What is claimed without a draft of its own: mail merges, and what may exist only once.

use restante::store::{
    Store,
    drafts::{self, DraftRow},
    id::DraftId,
    submissions::{
        self, Claim, CopyState, NewSubmission, RecipientState, State, SubmissionRow,
        mailing::{self, TakenBack},
        queue, recipients,
    },
};
use tokio::task::JoinSet;

use super::super::{
    database::{Database, both},
    writing::{Person, claimed, draft, person, sending},
};

both!(
    a_mailing_is_claimed_once_and_whole,
    a_mailing_is_taken_back_as_far_as_it_can_be,
    a_draft_goes_with_the_last_of_its_mailing,
    a_draft_outlives_a_mailing_that_was_given_up,
    two_that_are_filed_at_once_end_a_mailing,
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

/// A mailing of this draft to three people.
async fn mailing(store: &Store, a: Person, row: &DraftRow) -> [SubmissionRow; 3] {
    let to = ["x", "y", "z"].map(|name| [format!("{name}@example.org")]);
    let batch: Vec<_> = to
        .iter()
        .map(|to| NewSubmission {
            draft: None,
            recipients: to,
            ..sending(a, row)
        })
        .collect();
    let draft = (row.id, row.revision);
    let claim = submissions::claim_batch(store, draft, &batch, 2)
        .await
        .unwrap();
    assert!(matches!(claim, Claim::New(_)), "{claim:?}");
    let mut all = submissions::list(store, a.account, 3).await.unwrap();
    all.reverse();
    all.try_into().unwrap()
}

/// Sends the one that is due first.
async fn send(store: &Store, a: Person) -> SubmissionRow {
    let row = queue::take(store, a.account, "who", 20, 90)
        .await
        .unwrap()
        .unwrap();
    assert!(queue::mark_final(store, row.id, "who", 21).await.unwrap());
    assert!(queue::sent(store, row.id, "who", "250", 22).await.unwrap());
    row
}

async fn is_there(store: &Store, row: &DraftRow) -> bool {
    let found = drafts::get(store, row.user_id, row.id.get()).await.unwrap();
    found.is_some()
}

async fn a_mailing_is_taken_back_as_far_as_it_can_be(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    let [_, _, last] = mailing(&store, a, &row).await;
    let last = last.id.get();
    let other = claimed(&store, &sending(a, &draft(&store, a, "other", 1).await)).await;
    // The first is under way already, and its end may have gone out.
    let taken = queue::take(&store, a.account, "who", 20, 90).await.unwrap();
    let taken = taken.unwrap();
    queue::mark_final(&store, taken.id, "who", 21)
        .await
        .unwrap();
    let back = async |user, id| mailing::take_back(&store, user, id, 3).await.unwrap();
    assert_eq!(back(b.user, last).await, None, "another's");
    let done = TakenBack {
        draft: Some(row.id),
        count: 3,
        gone: 1,
    };
    assert_eq!(back(a.user, last).await, Some(done));
    assert_eq!(
        back(a.user, last).await,
        None,
        "there is nothing left of it"
    );
    let all = submissions::list(&store, a.account, 9).await.unwrap();
    let states: Vec<State> = all.iter().map(|one| one.state).collect();
    assert_eq!(
        states,
        [
            State::Pending,
            State::Cancelled,
            State::Cancelled,
            State::Sending
        ]
    );
    // The draft is one again, under another revision, and knows whom it is too late for.
    let now = drafts::get(&store, a.user, row.id.get())
        .await
        .unwrap()
        .unwrap();
    assert!(now.revision > row.revision);
    let listed = drafts::list(&store, a.account, None, 9).await.unwrap();
    assert!(listed.iter().any(|one| one.id == row.id));
    let reached = async || {
        let reached = mailing::reached(&store, a.user, row.id.get())
            .await
            .unwrap();
        let told = reached.into_iter().map(|one| (one.email, one.state));
        told.collect::<Vec<_>>()
    };
    let x = "x@example.org".to_owned();
    assert_eq!(reached().await, [(x.clone(), State::Sending)]);
    queue::unconfirmed(&store, taken.id, "who", "", 22)
        .await
        .unwrap();
    assert_eq!(reached().await, [(x.clone(), State::Unconfirmed)]);
    // Given up, nobody knows either.
    queue::give_up(&store, a.user, taken.id.get(), 23)
        .await
        .unwrap();
    assert_eq!(reached().await, [(x, State::Unconfirmed)]);
    assert_eq!(
        mailing::reached(&store, b.user, row.id.get())
            .await
            .unwrap(),
        []
    );
    // What belongs to no mailing is nobody's part.
    assert_eq!(back(a.user, other.id.get()).await, None);
}

async fn ends(store: &Store, sent: &SubmissionRow) -> Option<DraftId> {
    mailing::draft_that_ends_with(store, sent).await.unwrap()
}

async fn a_draft_goes_with_the_last_of_its_mailing(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    let [lead, _, last] = mailing(&store, a, &row).await;
    let file = async |id| queue::file(&store, id, CopyState::Done, 30).await.unwrap();
    for _ in 0..2 {
        let sent = send(&store, a).await;
        assert_eq!(ends(&store, &sent).await, None);
        assert!(file(sent.id).await);
        assert!(is_there(&store, &row).await, "others are owed");
    }
    let refused = [(0, RecipientState::Refused, "550 no")];
    recipients::set(&store, lead.id, &refused, 3).await.unwrap();
    assert_eq!(
        submissions::counts(&store, a.account).await.unwrap(),
        (1, 1)
    );
    // Off the list, and known as long as the draft asks.
    assert!(
        queue::remove_sent(&store, a.user, lead.id.get(), 31)
            .await
            .unwrap()
    );
    assert_eq!(
        submissions::list(&store, a.account, 9).await.unwrap().len(),
        2
    );
    let counts = submissions::counts(&store, a.account).await;
    assert_eq!(counts.unwrap(), (1, 0), "what is off the list is no mark");
    let late = queue::KEPT_FOR + 99;
    assert_eq!(queue::prune(&store, late).await.unwrap(), 0);
    assert_eq!(
        mailing::reached(&store, a.user, row.id.get())
            .await
            .unwrap()
            .len(),
        2,
        "the one that was refused was not reached"
    );
    // Nothing of it can be claimed or changed meanwhile.
    let again = submissions::claim_batch(&store, (row.id, 7), &[sending(a, &row)], 3).await;
    assert!(matches!(again, Ok(Claim::Already(found)) if found.id == lead.id));
    assert!(
        !drafts::delete(&store, a.user, row.id.get(), 3)
            .await
            .unwrap()
    );

    let sent = send(&store, a).await;
    assert_eq!(sent.id, last.id);
    assert_eq!(ends(&store, &sent).await, Some(row.id));
    assert!(file(sent.id).await);
    assert!(!is_there(&store, &row).await);
    assert_eq!(queue::prune(&store, late).await.unwrap(), 3);
}

async fn a_draft_outlives_a_mailing_that_was_given_up(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    mailing(&store, a, &row).await;
    // The first fails, and holds the draft all the same.
    let lead = queue::take(&store, a.account, "who", 20, 90)
        .await
        .unwrap()
        .unwrap();
    queue::mark_final(&store, lead.id, "who", 21).await.unwrap();
    queue::failed(&store, lead.id, "who", "no", 22)
        .await
        .unwrap();
    let held = submissions::of_draft(&store, a.user, row.id.get())
        .await
        .unwrap();
    assert_eq!(held.map(|row| row.id), Some(lead.id));
    assert_eq!(drafts::list(&store, a.account, None, 9).await.unwrap(), []);
    queue::give_up(&store, a.user, lead.id.get(), 23)
        .await
        .unwrap();
    for _ in 0..2 {
        let sent = send(&store, a).await;
        assert!(
            !drafts::delete(&store, a.user, row.id.get(), 24)
                .await
                .unwrap()
        );
        queue::file(&store, sent.id, CopyState::Done, 24)
            .await
            .unwrap();
    }
    let left = drafts::list(&store, a.account, None, 9).await.unwrap();
    assert_eq!(left.len(), 1, "what did not go out is a draft");
    let reached = mailing::reached(&store, a.user, row.id.get())
        .await
        .unwrap();
    let emails: Vec<&str> = reached.iter().map(|one| one.email.as_str()).collect();
    assert_eq!(emails, ["y@example.org", "z@example.org"]);
}

async fn two_that_are_filed_at_once_end_a_mailing(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    mailing(&store, a, &row).await;
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let (store, sent) = (store.clone(), send(&store, a).await);
        tasks.spawn(async move {
            queue::file(&store, sent.id, CopyState::Done, 30)
                .await
                .unwrap()
        });
    }
    assert_eq!(tasks.join_all().await, [true; 3]);
    assert!(!is_there(&store, &row).await);
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
    let answers = [(0, RecipientState::Refused, "550 no")];
    recipients::set(&store, one.id, &answers, 20).await.unwrap();
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
    let to = recipients::list(&store, one.id).await.unwrap();
    assert!(!to.is_empty());
    assert!(
        to.iter()
            .all(|to| to.state == RecipientState::Pending && to.reply.is_empty()),
        "{to:?}"
    );
}
