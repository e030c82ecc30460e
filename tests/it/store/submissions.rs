//! Submissions: claimed once, with what was claimed.

mod batches;
mod queue;
mod upkeep;
mod uses;

use restante::store::{
    drafts::{self, Saved, attachments},
    error::Error,
    submissions::{
        self, Claim, CopyState, MarkState, NewSubmission, RecipientState, State, recipients,
    },
};
use tokio::task::JoinSet;

use super::{
    database::{Database, both},
    writing::{about, claimed, draft, file, hash, person, sending, upload, uses},
};

both!(
    a_claim_keeps_what_it_was_given,
    one_of_two_claims_at_once_wins,
    a_draft_on_its_way_is_left_alone,
    claims_of_what_is_not_there_are_refused,
    submissions_are_their_users_own,
    recipients_have_their_outcomes,
    the_outbox_is_counted,
);

async fn a_claim_keeps_what_it_was_given(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    upload(&store, a.user, 1, 1).await;
    let first = claimed(&store, &sending(a, &draft(&store, a, "first", 1).await)).await;
    let new = NewSubmission {
        reference_email: "email",
        reference_action: "reply",
        mark_state: MarkState::Pending,
        unattended: true,
        merge_of: Some(first.id),
        blob: Some((hash(1), 20)),
        ..sending(a, &row)
    };
    let made = claimed(&store, &new).await;
    assert_eq!((made.draft_id, made.revision), (Some(row.id), 1));
    assert_eq!((made.sha256, made.size), (Some(hash(1)), 20));
    assert_eq!(
        (made.state, made.attempts, made.final_at),
        (State::Pending, 0, None)
    );
    assert_eq!((made.send_at, made.next_at, made.created_at), (10, 10, 2));
    assert_eq!(
        (made.copy_state, made.mark_state),
        (CopyState::Pending, MarkState::Pending)
    );
    assert_eq!(
        (
            made.reference_email.as_str(),
            made.reference_action.as_str()
        ),
        ("email", "reply")
    );
    assert_eq!((made.unattended, made.merge_of), (true, Some(first.id)));
    assert_eq!(
        (made.mail_from.as_str(), made.subject.as_str()),
        ("a@example.org", "subject")
    );
    assert_eq!(uses(&store, a.user, 1).await, Some(1));

    let whole = NewSubmission { draft: None, ..new };
    let whole = claimed(&store, &whole).await;
    assert_eq!((whole.draft_id, whole.revision), (None, 0));
    assert_eq!(uses(&store, a.user, 1).await, Some(2));
}

async fn one_of_two_claims_at_once_wins(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        let row = row.clone();
        tasks.spawn(async move {
            submissions::claim(&store, &sending(a, &row), 2)
                .await
                .unwrap()
        });
    }
    let claims = tasks.join_all().await;
    let (new, already): (Vec<_>, Vec<_>) = claims
        .into_iter()
        .partition(|claim| matches!(claim, Claim::New(_)));
    assert_eq!((new.len(), already.len()), (1, 7));
    let Claim::New(won) = &new[0] else {
        panic!("{new:?}")
    };
    assert!(
        already
            .iter()
            .all(|claim| *claim == Claim::Already(won.clone()))
    );
}

async fn a_draft_on_its_way_is_left_alone(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    upload(&store, a.user, 1, 1).await;
    let row = draft(&store, a, "one", 1).await;
    let id = row.id.get();
    let added = attachments::add(&store, a.user, id, &file(1, "x"), 1)
        .await
        .unwrap();
    let (attached, revision) = added.unwrap();
    let attached = attached.id.get();
    let row = drafts::get(&store, a.user, id).await.unwrap().unwrap();
    claimed(&store, &sending(a, &row)).await;

    assert_eq!(drafts::list(&store, a.account, None, 9).await.unwrap(), []);
    let due = drafts::copies::due(&store, a.account, 99).await.unwrap();
    assert_eq!(due, [], "no copy of what is on its way");
    let save = async |subject| {
        drafts::save(&store, a.user, id, revision, &about(subject), 3)
            .await
            .unwrap()
    };
    assert_eq!(save("two").await, Some(Saved::Conflict(row.clone())));
    assert_eq!(save("one").await, Some(Saved::Done(row.clone())));
    assert_eq!(
        attachments::add(&store, a.user, id, &file(1, "y"), 3)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        attachments::remove(&store, a.user, id, attached, 3)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        attachments::rename(&store, a.user, id, attached, "z", 3)
            .await
            .unwrap(),
        None
    );
    assert!(!drafts::delete(&store, a.user, id, 3).await.unwrap());
    assert_eq!(drafts::get(&store, a.user, id).await.unwrap(), Some(row));
}

async fn claims_of_what_is_not_there_are_refused(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    let (id, user, account) = (row.id, b.user, b.account);
    let new = sending(a, &row);
    for refused in [
        NewSubmission {
            draft: Some((id, 2)),
            ..new
        },
        NewSubmission {
            user,
            account,
            ..new
        },
        NewSubmission { account, ..new },
        NewSubmission {
            user,
            draft: None,
            ..new
        },
        NewSubmission {
            blob: Some((hash(1), 20)),
            ..new
        },
    ] {
        let claim = submissions::claim(&store, &refused, 2).await;
        assert!(matches!(claim, Err(Error::Gone)), "{refused:?}: {claim:?}");
    }
    assert!(drafts::delete(&store, a.user, id.get(), 2).await.unwrap());
    let claim = submissions::claim(&store, &new, 2).await;
    assert!(matches!(claim, Err(Error::Gone)), "{claim:?}");
    assert_eq!(submissions::list(&store, a.account, 9).await.unwrap(), []);
}

async fn submissions_are_their_users_own(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let one = claimed(&store, &sending(a, &draft(&store, a, "one", 1).await)).await;
    let two = claimed(&store, &sending(a, &draft(&store, a, "two", 1).await)).await;
    assert_eq!(
        submissions::get(&store, a.user, one.id.get())
            .await
            .unwrap(),
        Some(one.clone())
    );
    assert_eq!(
        submissions::get(&store, b.user, one.id.get())
            .await
            .unwrap(),
        None
    );
    let by_id = async |account| {
        submissions::by_message_id(&store, account, "m@example.org")
            .await
            .unwrap()
    };
    assert_eq!(by_id(a.account).await, Some(two.clone()));
    assert_eq!(by_id(b.account).await, None);
    assert_eq!(
        submissions::list(&store, a.account, 1).await.unwrap(),
        std::slice::from_ref(&two)
    );
    assert_eq!(
        submissions::list(&store, a.account, 9).await.unwrap(),
        [two, one]
    );
    assert_eq!(submissions::list(&store, b.account, 9).await.unwrap(), []);
}

async fn recipients_have_their_outcomes(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = claimed(&store, &sending(a, &draft(&store, a, "one", 1).await)).await;
    let list = async || {
        let rows = recipients::list(&store, row.id).await.unwrap();
        rows.into_iter()
            .map(|row| (row.ordinal, row.email, row.state, row.reply))
            .collect::<Vec<_>>()
    };
    let outcome = |ordinal, email: &str, state, reply: &str| {
        (ordinal, email.to_owned(), state, reply.to_owned())
    };
    let pending = RecipientState::Pending;
    assert_eq!(
        list().await,
        [
            outcome(0, "b@example.org", pending, ""),
            outcome(1, "c@example.org", pending, "")
        ]
    );
    let outcomes = [
        (1, RecipientState::Refused, "550 no"),
        (7, RecipientState::Accepted, ""),
    ];
    recipients::set(&store, row.id, &outcomes, 3).await.unwrap();
    assert_eq!(
        list().await,
        [
            outcome(0, "b@example.org", pending, ""),
            outcome(1, "c@example.org", RecipientState::Refused, "550 no"),
        ]
    );
}

async fn the_outbox_is_counted(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let counts = async |person: super::writing::Person| {
        submissions::counts(&store, person.account).await.unwrap()
    };
    assert_eq!(counts(a).await, (0, 0));
    let mut ids = Vec::new();
    for subject in ["one", "two", "three", "four", "five"] {
        let row = draft(&store, a, subject, 1).await;
        ids.push(claimed(&store, &sending(a, &row)).await.id);
    }
    assert_eq!(counts(a).await, (5, 0));
    let take = async || {
        let taken = submissions::queue::take(&store, a.account, "me", 20, 90).await;
        taken.unwrap().unwrap().id
    };
    let now = 21;
    let id = take().await;
    assert_eq!(counts(a).await, (5, 0), "one is being sent");
    submissions::queue::sent(&store, id, "me", "250", now)
        .await
        .unwrap();
    let id = take().await;
    submissions::queue::failed(&store, id, "me", "no", now)
        .await
        .unwrap();
    let id = take().await;
    submissions::queue::unconfirmed(&store, id, "me", "", now)
        .await
        .unwrap();
    assert_eq!(counts(a).await, (2, 2));
    let last = ids[4].get();
    submissions::queue::cancel(&store, a.user, last, now)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(counts(a).await, (1, 2));
    assert_eq!(counts(b).await, (0, 0), "another's");
}
