//! Accounts whose mail server takes no password: Dovecot looks up access tokens, and a small service
//! of the tests' own gives them.

mod adding;
mod refused;
mod tokens;

use restante::clock::Clock;
use serde_json::Value;

use crate::support::{
    app::{Settings, TestApp},
    browser::{Answer, Browser},
    dovecot::{Dovecot, User},
    provider::Provider,
};

/// Where accounts are of which the service vouches.
const DOMAIN: &str = "post.test";

/// Somebody who is signed in, and a second mailbox of theirs that takes access tokens.
struct Desk {
    provider: Provider,
    app: TestApp,
    clock: Clock,
    first: User,
    second: User,
    browser: Browser,
}

impl Desk {
    async fn new() -> Self {
        Self::with(&imap()).await
    }

    /// The service's entry has these further lines.
    async fn with(more: &str) -> Self {
        let provider = Provider::start();
        let settings = Settings::default().oauth(&provider, more);
        let settings = settings.policy(provider.policy());
        Self::of(provider, settings).await
    }

    async fn of(provider: Provider, settings: Settings) -> Self {
        let clock = Clock::fixed(1_796_000_000_000);
        let app = settings.start_at(clock.clone()).await;
        let dovecot = Dovecot::shared();
        let (first, second) = (dovecot.user(), dovecot.user_at(DOMAIN));
        let browser = app.signed_in(&first).await;
        Self {
            provider,
            app,
            clock,
            first,
            second,
            browser,
        }
    }

    /// Goes to the service: the address there.
    async fn leave(&mut self) -> String {
        let address = self.second.address.clone();
        let fields = [("address", address.as_str())];
        let answer = self
            .browser
            .post("/settings/accounts/sign-in", &fields)
            .await;
        address_of(&answer)
    }

    /// Goes there, agrees, and comes back.
    async fn agree(&mut self) -> Answer {
        let address = self.leave().await;
        let back = self.provider.agree(&address, &self.second.address);
        self.browser.get(&path(&back)).await
    }

    /// The same, to the end; gives the account's number.
    async fn added(&mut self) -> String {
        let answer = self.agree().await;
        assert_eq!(answer.status, 303, "{}", answer.words());
        let location = answer.location().unwrap();
        location.rsplit('/').next().unwrap().to_owned()
    }

    /// Everything is anew but what is stored.
    async fn restart(&mut self) {
        self.app.restart().await;
        self.app.reconnect(&mut self.browser);
    }

    /// What each of the account's servers says to a new sign-in: `incoming ok`, or a code.
    async fn verify(&mut self, id: &str) -> Vec<String> {
        let path = format!("/api/v1/accounts/{id}/verify");
        let request = self.browser.sending(&path, "application/json", "".into());
        let answer = self.browser.finish(request).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let json: Value = serde_json::from_slice(&answer.body).unwrap();
        let verdict = |one: &Value| {
            let code = one["code"].as_str().unwrap_or("ok");
            format!("{} {code}", one["server"].as_str().unwrap())
        };
        json["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(verdict)
            .collect()
    }

    /// What the page of accounts says.
    async fn accounts(&mut self) -> String {
        self.browser.page("/settings/accounts").await.words()
    }
}

/// The shared Dovecot, where mail is read and handed over.
fn imap() -> String {
    let dovecot = Dovecot::shared();
    servers(&format!(
        "imap = 'imaps://127.0.0.1:{}'",
        dovecot.port("IMAPS")
    ))
}

/// The same for POP3.
fn pop3() -> String {
    let dovecot = Dovecot::shared();
    servers(&format!(
        "pop3 = 'pop3s://127.0.0.1:{}'",
        dovecot.port("POP3S")
    ))
}

fn servers(incoming: &str) -> String {
    let dovecot = Dovecot::shared();
    let (smtp, ca) = (dovecot.port("SUBMISSIONS"), dovecot.ca_pem());
    format!(
        "domains = ['{DOMAIN}']\n{incoming}\nsmtp = 'smtps://127.0.0.1:{smtp}'\ntls_ca = {ca:?}"
    )
}

/// Where the page between here and there leads.
fn address_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.words());
    let refresh = answer.header("refresh").strip_prefix("0; url=").unwrap();
    let link = answer.text().replace("&#38;", "&").replace("&amp;", "&");
    assert!(link.contains(&format!("href=\"{refresh}\"")), "{link}");
    refresh.to_owned()
}

/// The path of an address here, with what stands behind `?`.
fn path(url: &url::Url) -> String {
    assert_eq!(url.path(), "/oauth/callback");
    format!("{}?{}", url.path(), url.query().unwrap())
}
