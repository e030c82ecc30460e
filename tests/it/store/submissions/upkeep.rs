//! After the sending: the copy, the mark, and letting go.

use restante::store::{
    Store, blobs, drafts,
    submissions::{self, Claim, CopyState, MarkState, NewSubmission, SubmissionRow, queue},
};

use crate::store::{
    database::{Database, both},
    writing::{Person, claimed, draft, hash, person, sending, upload, uses},
};

both!(
    copies_and_marks_are_due_once_sent,
    settling_lets_go_of_everything,
    old_submissions_are_pruned,
);

/// A submission with a blob of its own that was sent.
async fn sent(store: &Store, person: Person) -> SubmissionRow {
    sent_with(store, person, CopyState::Pending).await
}

async fn sent_with(store: &Store, person: Person, copy_state: CopyState) -> SubmissionRow {
    upload(store, person.user, 1, 1).await;
    let draft = draft(store, person, "one", 1).await;
    let new = NewSubmission {
        blob: Some((hash(1), 20)),
        copy_state,
        mark_state: MarkState::Pending,
        ..sending(person, &draft)
    };
    let row = claimed(store, &new).await;
    let taken = queue::take(store, person.account, "me", 20, 30)
        .await
        .unwrap();
    assert_eq!(taken.unwrap().id, row.id);
    row
}

async fn finish(store: &Store, row: &SubmissionRow) {
    assert!(queue::sent(store, row.id, "me", "250", 21).await.unwrap());
}

async fn copies_and_marks_are_due_once_sent(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let due = async |account| {
        let copies = queue::copies_due(&store, account, 9).await.unwrap();
        let marks = queue::marks_due(&store, account, 9).await.unwrap();
        (copies.len(), marks.len())
    };
    let row = sent(&store, a).await;
    assert_eq!(due(a.account).await, (0, 0), "not sent yet");
    finish(&store, &row).await;
    assert_eq!(due(a.account).await, (1, 1));
    assert_eq!(due(b.account).await, (0, 0));
    assert_eq!(queue::copies_due(&store, a.account, 0).await.unwrap(), []);
    assert!(
        queue::file(&store, row.id, CopyState::Done, 22)
            .await
            .unwrap()
    );
    assert_eq!(due(a.account).await, (0, 1));
    assert!(
        queue::set_mark_state(&store, row.id, MarkState::Failed, 23)
            .await
            .unwrap()
    );
    assert_eq!(due(a.account).await, (0, 0));
    let row = submissions::get(&store, a.user, row.id.get())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.copy_state, row.mark_state),
        (CopyState::Done, MarkState::Failed)
    );
}

async fn settling_lets_go_of_everything(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = sent(&store, a).await;
    let draft = row.draft_id.unwrap();
    let file = async |state| queue::file(&store, row.id, state, 40).await.unwrap();
    assert!(!file(CopyState::Done).await, "not sent yet");
    finish(&store, &row).await;
    for state in [CopyState::Pending, CopyState::Failed] {
        assert!(!file(state).await, "nothing else has these bytes");
    }
    assert_eq!(uses(&store, a.user, 1).await, Some(1));
    for _ in 0..2 {
        assert!(file(CopyState::ByServer).await);
        assert_eq!(uses(&store, a.user, 1).await, Some(0));
    }
    assert_eq!(
        drafts::get(&store, a.user, draft.get()).await.unwrap(),
        None
    );
    assert_eq!(
        blobs::sweep(&store, 41, 9).await.unwrap(),
        [(a.user, hash(1))]
    );

    // A click that comes this late is told so.
    let late = NewSubmission {
        draft: Some((draft, 1)),
        account: a.account,
        user: a.user,
        ..sending(a, &self::draft(&store, a, "other", 1).await)
    };
    let claim = submissions::claim(&store, &late, 50).await.unwrap();
    assert!(matches!(claim, Claim::Already(found) if found.id == row.id));
}

async fn old_submissions_are_pruned(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let mut rows = Vec::new();
    for state in [CopyState::None, CopyState::Failed] {
        let row = sent_with(&store, a, state).await;
        assert!(queue::sent(&store, row.id, "me", "250", 30).await.unwrap());
        rows.push(row);
    }
    let cancelled = claimed(&store, &sending(a, &draft(&store, a, "two", 1).await)).await;
    queue::cancel(&store, a.user, cancelled.id.get(), 31)
        .await
        .unwrap();
    let pending = claimed(&store, &sending(a, &draft(&store, a, "three", 1).await)).await;

    let prune = async |now| queue::prune(&store, queue::KEPT_FOR + now).await.unwrap();
    assert_eq!(prune(30).await, 0);
    assert_eq!(prune(31).await, 1);
    let first = rows[0].draft_id.unwrap().get();
    assert_eq!(drafts::get(&store, a.user, first).await.unwrap(), None);
    assert_eq!(uses(&store, a.user, 1).await, Some(1));
    assert_eq!(prune(99).await, 1);
    let left = submissions::list(&store, a.account, 9).await.unwrap();
    let left: Vec<_> = left.iter().map(|row| row.id).collect();
    assert_eq!(left, [pending.id, rows[1].id], "what was not copied stays");
    let draft = cancelled.draft_id.unwrap().get();
    assert!(drafts::get(&store, a.user, draft).await.unwrap().is_some());
}
