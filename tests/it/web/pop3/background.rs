//! Collecting with nobody signed in: only for who has allowed it.

use restante::clock::Clock;
use sqlx::{Connection as _, SqliteConnection};
use tokio::time::{Duration, sleep, timeout};

use super::{PAGE, PATIENCE, deliver};
use crate::support::{
    app::{Settings, TestApp},
    browser::Browser,
    dovecot::{Dovecot, User},
};

const START: i64 = 1_795_000_000_000;
const HOUR: i64 = 60 * 60 * 1000;

async fn allow(browser: &mut Browser, yes: bool) {
    let mut fields = vec![("interval", "15")];
    fields.extend(yes.then_some(("background", "1")));
    let answer = browser.post(PAGE, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = browser.page(PAGE).await;
    let form = crate::support::form::Form::of(&page, "form");
    assert_eq!(form.value("background") == "1", yes);
}

async fn database(app: &TestApp) -> SqliteConnection {
    let url = format!("sqlite:{}", app.data().join("restante.db").display());
    SqliteConnection::connect(&url).await.unwrap()
}

/// Messages of this person that are here.
async fn stored(app: &TestApp, user: &User) -> i64 {
    let sql = "SELECT COUNT(*) FROM placements p JOIN messages m ON m.id = p.message_id
        JOIN accounts a ON a.id = m.account_id
        WHERE a.address = $1";
    let mut db = database(app).await;
    let count = sqlx::query_scalar(sql).bind(&user.address);
    count.fetch_one(&mut db).await.unwrap()
}

async fn until_stored(app: &TestApp, user: &User, count: i64) {
    let waited = timeout(PATIENCE, async {
        // Nobody is there to be told.
        while stored(app, user).await != count {
            sleep(Duration::from_millis(50)).await;
        }
    });
    waited.await.expect("it is collected");
}

#[tokio::test]
async fn mail_comes_with_nobody_signed_in_for_who_allows_it() {
    let mut app = Settings::collecting("").start_at(Clock::fixed(START)).await;
    let (user, ada) = (Dovecot::shared().user(), Dovecot::shared().user());
    let mut browser = app.signed_in(&user).await;
    let mut hers = app.signed_in(&ada).await;
    allow(&mut browser, false).await;
    allow(&mut hers, true).await;
    app.restart().await;
    app.clock().advance(3 * HOUR);
    deliver(&user, "For who is away");
    deliver(&ada, "For Ada");
    {
        let _collecting = app.collecting();
        until_stored(&app, &ada, 1).await;
        assert_eq!(stored(&app, &user).await, 0);
        // Back with the session that they had.
        app.reconnect(&mut browser);
        browser.visit("/").await;
        until_stored(&app, &user, 1).await;
    }

    // Taken away, the key opens nothing.
    app.reconnect(&mut hers);
    allow(&mut hers, false).await;
    let sql = "SELECT COUNT(*) FROM pop3_accounts WHERE data_key IS NOT NULL";
    let mut db = database(&app).await;
    let keys: i64 = sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap();
    assert_eq!(keys, 0);
    allow(&mut browser, true).await;
    app.restart().await;
    app.clock().advance(3 * HOUR);
    deliver(&user, "For who is away again");
    deliver(&ada, "For Ada again");
    let _collecting = app.collecting();
    until_stored(&app, &user, 2).await;
    assert_eq!(stored(&app, &ada).await, 1);
}

/// The key file was exchanged: what it sealed is of no use, and the page says what to do.
#[tokio::test]
async fn a_key_that_no_longer_opens_is_told() {
    let mut app = Settings::collecting("").start_at(Clock::fixed(START)).await;
    let user = Dovecot::shared().user();
    let mut browser = app.signed_in(&user).await;
    allow(&mut browser, true).await;
    std::fs::remove_file(app.data().join("secret.key")).unwrap();
    app.restart().await;
    app.clock().advance(3 * HOUR);
    {
        let _collecting = app.collecting();
        let waited = timeout(PATIENCE, async {
            let sql = "SELECT COUNT(*) FROM pop3_accounts WHERE last_error = 'needsPassword'";
            let mut db = database(&app).await;
            while sqlx::query_scalar::<_, i64>(sql)
                .fetch_one(&mut db)
                .await
                .unwrap()
                == 0
            {
                sleep(Duration::from_millis(50)).await;
            }
        });
        waited.await.expect("it is noted");
    }
    app.reconnect(&mut browser);
    let page = browser.page(PAGE).await.words();
    assert!(
        page.contains("can no longer open your password by itself"),
        "{page}"
    );
}
