//! Jobs: their owner's own, one at a time for an account, and taken up after a break.

use restante::store::{
    error::Error,
    jobs::{self, By, JobKind, JobState, Report, SILENCE, TRIES},
    local::Owner,
};

use super::{
    database::{Database, both},
    writing::person,
};

both!(
    jobs_are_kept_per_user,
    one_at_a_time,
    a_job_is_taken_up,
    a_job_goes_on_by_itself,
);

async fn jobs_are_kept_per_user(Database { store, .. }: Database) {
    let (a, b) = (
        person(&store, "a@example.org").await,
        person(&store, "b@example.org").await,
    );
    let owner = Owner {
        user: a.user,
        account: a.account,
    };
    let row = jobs::begin(&store, owner, JobKind::Import, "{}", "w", 5)
        .await
        .unwrap();
    assert_eq!(
        (row.state, row.kind, row.created_at),
        (JobState::Running, JobKind::Import, 5)
    );
    let id = row.id.get();
    assert_eq!(
        jobs::get(&store, a.user, id).await.unwrap(),
        Some(row.clone())
    );
    assert_eq!(jobs::get(&store, b.user, id).await.unwrap(), None);
    assert_eq!(jobs::list(&store, b.user, 10).await.unwrap(), []);
    assert!(!jobs::stop(&store, b.user, id).await.unwrap());
    let report = Report {
        done: 3,
        known: 1,
        failed: 1,
        progress: 10,
        total: 20,
        failures_json: "[[\"a\\u0000\",\"b\"]]",
        reason: "",
    };
    let told = jobs::report(&store, row.id, "w", JobState::Running, &report, 6).await;
    assert_eq!(told.unwrap(), Some(false));
    let told = jobs::report(&store, row.id, "other", JobState::Running, &report, 6).await;
    assert_eq!(told.unwrap(), None, "it is not theirs");
    assert!(jobs::stop(&store, a.user, id).await.unwrap());
    let told = jobs::report(&store, row.id, "w", JobState::Running, &report, 7).await;
    assert_eq!(told.unwrap(), Some(true));
    let told = jobs::report(&store, row.id, "w", JobState::Cancelled, &report, 8).await;
    assert_eq!(told.unwrap(), Some(true));
    let now = jobs::get(&store, a.user, id).await.unwrap().unwrap();
    assert_eq!(
        (now.state, now.done, now.total, now.updated_at),
        (JobState::Cancelled, 3, 20, 8)
    );
    assert!(
        !jobs::stop(&store, a.user, id).await.unwrap(),
        "it has ended"
    );
}

async fn one_at_a_time(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let owner = Owner {
        user: a.user,
        account: a.account,
    };
    let begin = async |kind, now| jobs::begin(&store, owner, kind, "{}", "w", now).await;
    let first = begin(JobKind::Import, 5).await.unwrap();
    assert!(matches!(
        begin(JobKind::Copy, 6).await,
        Err(Error::Conflict)
    ));
    begin(JobKind::Export, 6).await.unwrap();
    assert_eq!(first.state_at(5 + SILENCE), JobState::Running);
    assert_eq!(first.state_at(6 + SILENCE), JobState::Interrupted);
    // Its process is gone.
    begin(JobKind::Import, 6 + SILENCE).await.unwrap();
    let other = person(&store, "b@example.org").await.account;
    let export = begin(JobKind::Export, 6 + SILENCE).await.unwrap().id;
    let reopen = async |account, id| jobs::reopen(&store, account, id, "v", 7).await.unwrap();
    assert!(!reopen(other, export).await);
    assert!(reopen(a.account, export).await);
    assert!(!reopen(a.account, first.id).await, "that is no export");
    for at in 0..60 {
        begin(JobKind::Export, 7 + SILENCE + at).await.unwrap();
    }
    let kept = jobs::list(&store, a.user, 1000).await.unwrap();
    assert!(kept.iter().all(|row| row.id != first.id), "it is forgotten");
}

async fn a_job_is_taken_up(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let owner = Owner {
        user: a.user,
        account: a.account,
    };
    let row = jobs::begin(&store, owner, JobKind::Import, "{\"a\":1}", "w", 5)
        .await
        .unwrap();
    let resume = async |now| {
        let id = row.id.get();
        jobs::resume(&store, owner, id, By::Owner, "v", now).await
    };
    assert!(
        matches!(resume(6).await, Err(Error::Conflict)),
        "it is running"
    );
    let again = resume(6 + SILENCE).await.unwrap().unwrap();
    assert_eq!(
        (again.state, again.task_json.as_str()),
        (JobState::Running, "{\"a\":1}")
    );
    let report = Report {
        failures_json: "[]",
        ..Report::default()
    };
    let told = jobs::report(&store, row.id, "w", JobState::Done, &report, 7 + SILENCE).await;
    assert_eq!(told.unwrap(), None, "the one before has lost it");
    let told = jobs::report(&store, row.id, "v", JobState::Done, &report, 7 + SILENCE).await;
    assert_eq!(told.unwrap(), Some(false));
    assert_eq!(
        resume(8 + SILENCE).await.unwrap(),
        None,
        "nothing is left to do"
    );
}

async fn a_job_goes_on_by_itself(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let owner = Owner {
        user: a.user,
        account: a.account,
    };
    let row = jobs::begin(&store, owner, JobKind::Import, "{\"a\":1}", "w", 5);
    let id = row.await.unwrap().id;
    let resume = async |by, now| jobs::resume(&store, owner, id.get(), by, "v", now).await;
    let found = async |now| {
        let found = jobs::interrupted(&store, now, 10).await.unwrap();
        let found = found.into_iter();
        found
            .map(|row| (row.id, row.user_id, row.task_json))
            .collect::<Vec<_>>()
    };
    let silence = SILENCE + 1;
    assert_eq!(found(5 + SILENCE).await, [], "somebody works on it");
    let mut now = 5;
    for _ in 0..TRIES {
        now += silence;
        assert_eq!(found(now).await, [(id, a.user, "{\"a\":1}".to_owned())]);
        assert!(resume(By::Itself, now).await.unwrap().is_some());
        assert_eq!(found(now + 1).await, [], "it was taken up");
        let again = resume(By::Itself, now + 1).await;
        assert!(matches!(again, Err(Error::Conflict)), "once");
    }
    now += silence;
    assert_eq!(found(now).await, [], "it was tried often enough");
    assert_eq!(resume(By::Itself, now).await.unwrap(), None);
    // Its owner can still, and then it goes on by itself once more.
    assert!(resume(By::Owner, now).await.unwrap().is_some());
    now += silence;
    assert_eq!(found(now).await.len(), 1);
    assert_eq!(found(now + 8 * 24 * 60 * 60 * 1000).await, [], "long ago");
    // Whoever wants it to end does not find it at work again.
    assert!(jobs::stop(&store, a.user, id.get()).await.unwrap());
    assert_eq!(found(now).await, []);
    assert_eq!(resume(By::Itself, now).await.unwrap(), None);
    assert!(resume(By::Owner, now).await.unwrap().is_some());
    let report = Report {
        failures_json: "[]",
        ..Report::default()
    };
    let told = jobs::report(&store, id, "v", JobState::Failed, &report, now).await;
    assert_eq!(told.unwrap(), Some(false));
    assert_eq!(found(now + silence).await, [], "what has failed is told");
}
