//! Who collects, when, and how that goes.

use restante::store::{
    accounts::Sealed,
    collector::{
        Policy,
        account::{self, Shown, began, due, finished, listed, provide, set_next, set_policy},
        lease_name,
    },
    leases,
};
use tokio::task::JoinSet;

use super::take;
use crate::store::{
    database::{Database, both},
    writing::person,
};

both!(
    one_of_many_gets_the_lease,
    a_lease_that_ran_out_is_taken_over,
    a_lease_is_given_back,
    an_account_begins_with_keeping_everything,
    every_policy_survives,
    a_run_leaves_what_people_see,
    what_is_due_and_not_paused,
);

async fn one_of_many_gets_the_lease(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.account;
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let store = store.clone();
        tasks.spawn(async move { take(&store, a, &format!("process {number}"), 1).await });
    }
    let taken = tasks.join_all().await;
    assert_eq!(taken.iter().flatten().count(), 1);
    let b = person(&store, "b@example.org").await.account;
    assert!(
        take(&store, b, "process 1", 1).await.is_some(),
        "another account"
    );
}

async fn a_lease_that_ran_out_is_taken_over(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.account;
    let first = take(&store, a, "first", 1).await.unwrap();
    assert!(
        take(&store, a, "first", 2).await.is_none(),
        "two tasks have two names"
    );
    assert!(leases::renew(&store, &first, 500, 2000).await.unwrap());
    assert!(take(&store, a, "second", 1999).await.is_none());
    let second = take(&store, a, "second", 2000).await.unwrap();
    assert!(!leases::renew(&store, &first, 2001, 9000).await.unwrap());
    leases::release(&store, &first).await.unwrap();
    assert!(
        leases::renew(&store, &second, 2001, 9000).await.unwrap(),
        "not the first's to give"
    );
    // Nobody took it, and it has run out all the same.
    assert!(!leases::renew(&store, &second, 9000, 9999).await.unwrap());
}

async fn a_lease_is_given_back(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.account;
    let first = take(&store, a, "first", 1).await.unwrap();
    leases::release(&store, &first).await.unwrap();
    let again = take(&store, a, "first", 2).await.unwrap();
    assert_ne!(first, again, "what the earlier one still writes is refused");
    assert!(!leases::renew(&store, &first, 3, 9).await.unwrap());
    assert!(lease_name(a).starts_with("pop3:"));
}

async fn an_account_begins_with_keeping_everything(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.account;
    assert_eq!(account::get(&store, a).await.unwrap(), None);
    let row = provide(&store, a).await.unwrap();
    assert_eq!(row.policy(), Policy::Keep);
    assert!(!row.background && !row.paused && !row.without_uidl);
    assert_eq!(
        (row.interval_minutes, row.failures, row.next_at),
        (15, 0, 0)
    );
    set_policy(&store, a, Policy::AfterDays(3)).await.unwrap();
    assert_eq!(
        provide(&store, a).await.unwrap().policy(),
        Policy::AfterDays(3)
    );
}

async fn every_policy_survives(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.account;
    provide(&store, a).await.unwrap();
    for policy in [
        Policy::AfterDays(0),
        Policy::AfterDays(30),
        Policy::AboveSize(500),
        Policy::WhenDeletedHere,
        Policy::WhenLeavesInbox,
        Policy::Keep,
    ] {
        set_policy(&store, a, policy).await.unwrap();
        assert_eq!(provide(&store, a).await.unwrap().policy(), policy);
    }
}

async fn a_run_leaves_what_people_see(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.account;
    provide(&store, a).await.unwrap();
    began(&store, a, 100).await.unwrap();
    let shown = Shown {
        capabilities_json: "{\"UIDL\":\"\"}",
        login_delay: 300,
        without_uidl: true,
        count: 9,
        bytes: 99,
    };
    listed(&store, a, shown, 7).await.unwrap();
    account::set_progress(&store, a, 3).await.unwrap();
    let row = provide(&store, a).await.unwrap();
    assert_eq!((row.progress_done, row.progress_total), (3, 7));
    assert_eq!(
        (row.remote_count, row.remote_bytes, row.login_delay),
        (9, 99, 300)
    );
    assert!(row.without_uidl && row.capabilities_json.contains("UIDL"));
    assert_eq!((row.started_at, row.finished_at), (Some(100), None));
    for (error, failures, succeeded) in [
        ("inUse", 1, None),
        ("cutOff", 2, None),
        ("", 0, Some(200)),
        ("tls", 1, Some(200)),
    ] {
        finished(&store, a, error, 900, 200).await.unwrap();
        let row = provide(&store, a).await.unwrap();
        assert_eq!((row.last_error.as_str(), row.failures), (error, failures));
        assert_eq!(
            (row.succeeded_at, row.finished_at, row.next_at),
            (succeeded, Some(200), 900)
        );
    }
    began(&store, a, 300).await.unwrap();
    let row = provide(&store, a).await.unwrap();
    assert_eq!(
        (row.finished_at, row.progress_done, row.progress_total),
        (None, 0, 0)
    );
}

async fn what_is_due_and_not_paused(Database { store, .. }: Database) {
    let mut accounts = Vec::new();
    for (name, next_at) in [("a", 30), ("b", 10), ("c", 20), ("d", 99)] {
        let account = person(&store, &format!("{name}@example.org")).await.account;
        provide(&store, account).await.unwrap();
        set_next(&store, account, next_at).await.unwrap();
        accounts.push(account);
    }
    let key = Sealed(vec![7; 72]);
    for account in &accounts[1..] {
        account::set_schedule(&store, *account, 5, Some(&key))
            .await
            .unwrap();
    }
    account::set_paused(&store, accounts[2], true)
        .await
        .unwrap();
    let found = due(&store, 50, 10).await.unwrap();
    let found: Vec<_> = found.iter().map(|row| row.account_id).collect();
    assert_eq!(found, [accounts[1]], "the first waits for its owner");
    assert_eq!(due(&store, 99, 1).await.unwrap().len(), 1);
    let row = provide(&store, accounts[2]).await.unwrap();
    assert!(row.paused && row.background && row.interval_minutes == 5);
}
