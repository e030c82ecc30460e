//! A server sees no more connections than it is to, over all accounts: what rests gives way.

use std::time::Duration;

use restante::{
    imap::{
        budget::Budget,
        client::Client,
        connect::{Connector, Login, Secret},
        error::Error,
        limits::Limits,
    },
    net::{Endpoint, Security},
};

use crate::support::dovecot::{Dovecot, PASSWORD};

/// A client of somebody whom nobody else is.
fn client(limits: Limits, budget: &Budget) -> Client {
    let dovecot = Dovecot::shared();
    let connector = Connector {
        endpoint: Endpoint::new("127.0.0.1", dovecot.port("IMAP"), Security::Plain),
        login: Login {
            user: dovecot.user().address,
            secret: Secret::Password(PASSWORD.to_owned().into()),
        },
        limits,
    };
    Client::within(connector, budget)
}

#[tokio::test]
async fn a_connection_that_rests_gives_way() {
    let budget = Budget::default();
    budget.allow(2);
    let accounts: Vec<Client> = (0..5).map(|_| client(Limits::default(), &budget)).collect();
    let open = || {
        let all = accounts.iter().map(|account| account.connections());
        all.map(|one| one.busy + one.resting + one.watching)
            .sum::<usize>()
    };
    for account in accounts.iter().chain(&accounts) {
        account.verify().await.unwrap();
        assert!(open() <= 2, "{}", open());
    }
    // All at once, they wait for each other.
    let all = accounts.iter().map(|account| account.folders());
    for folders in futures_util::future::join_all(all).await {
        assert!(!folders.unwrap().is_empty());
        assert!(open() <= 2, "{}", open());
    }
}

#[tokio::test]
async fn where_no_place_comes_free_it_is_said() {
    let budget = Budget::default();
    budget.allow(0);
    let limits = || Limits {
        wait: Duration::from_millis(300),
        ..Limits::default()
    };
    let one = client(limits(), &budget);
    assert_eq!(one.verify().await.unwrap_err(), Error::Busy);
    budget.allow(1);
    one.verify().await.unwrap();
    // Other servers are not concerned.
    let other = client(limits(), &Budget::default());
    other.verify().await.unwrap();
}
