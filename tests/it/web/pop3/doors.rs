//! Who gets in, whatever the server says.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use restante::store::{Store, accounts, collector, leases, users};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::PATIENCE;
use crate::{
    pop3::maildrop::{Bent, Maildrop},
    support::{
        app::{Settings, TestApp},
        browser::Browser,
    },
};

const ANNA: &str = "anna@example.org";

/// Told when it was asked, and to go on.
type Hold = (Arc<Notify>, Arc<Notify>);

/// A server that answers PASS in these words, when there are any, and else knows one password.
struct Door {
    server: Maildrop,
    says: Arc<Mutex<Option<&'static str>>>,
    /// RETR waits while there is one: asked, go on.
    held: Arc<Mutex<Option<Hold>>>,
    app: TestApp,
}

impl Door {
    async fn new(tries: u32) -> Self {
        let says = Arc::new(Mutex::new(None));
        let words = Arc::clone(&says);
        let held: Arc<Mutex<Option<Hold>>> = Arc::default();
        let holding = Arc::clone(&held);
        let letters = [("a", "Subject: A letter\r\n")];
        let offers = "UIDL,USER,RESP-CODES,AUTH-RESP-CODE";
        let server = Maildrop::start(offers, &letters, move |command, _| {
            if command.starts_with("RETR") {
                let (asked, go_on) = holding.lock().unwrap().clone()?;
                return Some(Bent::Wait(asked, go_on));
            }
            let password = command.strip_prefix("PASS ")?;
            let words: Option<&str> = *words.lock().unwrap();
            match words {
                Some(words) => Some(Bent::Say(format!("{words}\r\n"))),
                None => (password != "secret")
                    .then(|| Bent::Say("-ERR [AUTH] no such password\r\n".to_owned())),
            }
        })
        .await;
        let url = format!("pop3+insecure://127.0.0.1:{}", server.port());
        let top = format!("limits.sign_in_failures = {tries}");
        let settings = Settings::empty().pop3("example.org", &url, "");
        Self {
            app: settings.top(&top).start().await,
            server,
            says,
            held,
        }
    }

    fn say(&self, words: Option<&'static str>) {
        *self.says.lock().unwrap() = words;
    }

    /// The words of the page, or `None` for somebody who is in.
    async fn knock(&self, password: &str) -> Option<String> {
        let mut browser = self.app.browser();
        let answer = browser.sign_in(ANNA, password).await;
        (answer.status != 303).then(|| answer.words())
    }

    /// Nobody collects: else our own session would vouch for the last good password.
    async fn until_at_rest(&self) {
        let url = format!("sqlite:{}", self.app.data().join("restante.db").display());
        let store = Store::open(&url, 1).await.unwrap();
        let user = users::find(&store, ANNA).await.unwrap().unwrap();
        let accounts = accounts::list(&store, user.id).await.unwrap();
        let name = collector::lease_name(accounts[0].id);
        let waiting = async {
            while leases::is_held(&store, &name, self.app.clock().now())
                .await
                .unwrap()
            {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, waiting).await.unwrap();
    }

    async fn signed_in(&self) -> Browser {
        let mut browser = self.app.browser();
        let answer = browser.sign_in(ANNA, "secret").await;
        assert_eq!(answer.status, 303, "{}", answer.words());
        browser
    }
}

const TROUBLE: [(&str, &str); 4] = [
    ("-ERR [IN-USE] locked", "open in another program"),
    ("-ERR [LOGIN-DELAY] wait", "only every few minutes"),
    ("-ERR [SYS/TEMP] on fire", "can’t check passwords just now"),
    ("-ERR [SYS/PERM] POP is off", "POP is off"),
];

#[tokio::test]
async fn strangers_hear_why_the_server_does_not_let_them_in() {
    let door = Door::new(9).await;
    for (says, expected) in TROUBLE {
        door.say(Some(says));
        let words = door.knock("secret").await.expect("refused");
        assert!(words.contains(expected), "{says}: {words}");
    }
    // That was not one wrong password.
    door.say(None);
    let words = door.knock("wrong").await.expect("refused");
    assert!(
        words.contains("did not accept this address and password"),
        "{words}"
    );
    assert_eq!(door.knock("secret").await, None);
}

#[tokio::test]
async fn who_is_known_gets_in_while_the_server_can_not_judge() {
    let mut door = Door::new(9).await;
    let mut browser = door.signed_in().await;
    let collecting = door.app.collecting();
    super::until(&mut browser, "/", |page| page.subjects().len() == 1).await;
    door.until_at_rest().await;
    drop(collecting);
    for (says, expected) in TROUBLE {
        door.say(Some(says));
        assert_eq!(door.knock("secret").await, None, "{says}");
        let words = door.knock("wrong").await.expect("refused");
        assert!(words.contains(expected), "{says}: {words}");
    }
    // A server that says no is believed, and so is one that takes another password.
    door.say(Some("-ERR [AUTH] changed"));
    let words = door.knock("secret").await.expect("refused");
    assert!(
        words.contains("did not accept this address and password"),
        "{words}"
    );
    door.say(None);
    assert_eq!(door.knock("secret").await, None);
    // The provider is gone; the mail is here.
    door.server.stop().await;
    let mut browser = door.signed_in().await;
    assert_eq!(browser.visit("/").await.subjects(), ["A letter"]);
}

/// While the server can't judge, ours are the only eyes: guessing costs as ever.
#[tokio::test]
async fn guessing_is_counted_while_the_server_can_not_judge() {
    let door = Door::new(4).await;
    assert_eq!(door.knock("secret").await, None);
    door.say(Some("-ERR [IN-USE] locked"));
    let asked = || door.server.heard("PASS");
    for _ in 0..4 {
        let words = door.knock("wrong").await.expect("refused");
        assert!(words.contains("open in another program"), "{words}");
    }
    let before = asked();
    let words = door.knock("secret").await.expect("refused");
    assert!(words.contains("Too many tries"), "{words}");
    assert_eq!(asked(), before, "the throttle comes before the server");
}

/// Our own session has the maildrop locked, and the server has no words for that.
#[tokio::test]
async fn a_second_device_gets_in_while_mail_is_collected() {
    let door = Door::new(9).await;
    let mut browser = door.signed_in().await;
    browser.visit("/").await;
    let (asked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    *door.held.lock().unwrap() = Some((Arc::clone(&asked), Arc::clone(&go_on)));
    let _collecting = door.app.collecting();
    timeout(PATIENCE, asked.notified()).await.unwrap();
    door.say(Some("-ERR Login failed"));
    assert_eq!(door.knock("secret").await, None);
    assert!(door.knock("wrong").await.is_some());
    go_on.notify_one();
    super::until(&mut browser, "/", |page| page.subjects().len() == 1).await;
}

/// The password was changed at the provider, and given here: everything goes on with it.
#[tokio::test]
async fn a_changed_password_takes_the_place_of_the_old_one() {
    let door = Door::new(9).await;
    assert_eq!(door.knock("secret").await, None);
    door.say(Some("+OK any password"));
    assert_eq!(door.knock("changed").await, None);
    door.say(Some("-ERR [IN-USE] locked"));
    assert_eq!(door.knock("changed").await, None);
    assert!(door.knock("secret").await.is_some());
}
