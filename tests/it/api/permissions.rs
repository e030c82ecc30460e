//! Accounts whose mail server takes no password, by a program: it is told where its person agrees,
//! and brings what they come back with.

use serde_json::{Map, Value, json};
use url::Url;

use super::Program;
use crate::{
    contract::{Kind, Place},
    support::{
        app::Settings,
        dovecot::{Dovecot, User},
        provider::Provider,
    },
};

const BEGIN: &str = "/account-permissions";
const FINISH: &str = "/account-permissions/completion";

/// A program, and what it works on.
struct Desk {
    provider: Provider,
    place: Place,
    second: User,
    program: Program,
}

impl Desk {
    async fn new() -> Self {
        let (provider, dovecot) = (Provider::start(), Dovecot::shared());
        let more = format!(
            "domains = ['post.test']\nimap = 'imaps://127.0.0.1:{}'\ntls_ca = {:?}",
            dovecot.port("IMAPS"),
            dovecot.ca_pem()
        );
        let settings = Settings::default().oauth(&provider, &more);
        let settings = settings.policy(provider.policy());
        let place = Place::at(Kind::Imap, &[], settings).await;
        Self {
            second: dovecot.user_at("post.test"),
            program: Program::of(&place).await,
            provider,
            place,
        }
    }

    /// Where the person agrees.
    async fn begin(&self, body: Value) -> String {
        let answer = self.program.post(BEGIN, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let json = answer.json();
        assert_eq!(json["provider"], "Post");
        assert!(json["expiresAt"].as_str().unwrap().ends_with('Z'));
        json["address"].as_str().unwrap().to_owned()
    }
}

/// What stood in the address.
fn brought(back: &Url) -> Value {
    let pairs = back.query_pairs().into_owned();
    let pairs: Map<String, Value> = pairs.map(|(name, value)| (name, json!(value))).collect();
    pairs.into()
}

#[tokio::test]
async fn a_program_brings_what_its_person_came_back_with() {
    let desk = Desk::new().await;
    let (program, email) = (&desk.program, desk.second.address.clone());
    let found = program
        .post("/discovery", &json!({"email": email}))
        .await
        .ok();
    assert_eq!(found["signIn"], json!(["oauth", "password"]));
    assert_eq!(found["provider"], "Post");
    let there = desk.begin(json!({"email": email})).await;
    let back = desk.provider.agree(&there, &email);
    let answer = program.post(FINISH, &brought(&back)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let account = answer.json();
    assert_eq!(account["email"], email.as_str());
    let signed_in = json!({"method": "oauth", "provider": "Post", "isGone": false});
    assert_eq!(account["signIn"], signed_in);
    let path = format!("/accounts/{}", account["id"].as_str().unwrap());
    assert!(answer.header("location").ends_with(&path));
    program.get(&format!("{path}/mailboxes")).await.ok();
    let again = program.post(FINISH, &brought(&back)).await;
    assert_eq!(again.problem(422), "grant_not_awaited");

    // Taken back, and given again.
    desk.provider.revoke(&email, true);
    let verify = format!("{path}/verify");
    program.post(&verify, &json!({})).await.ok();
    let gone = program.get(&path).await.ok();
    assert_eq!(gone["signIn"]["isGone"], true);
    let there = desk.begin(json!({"account": account["id"]})).await;
    assert_eq!(desk.provider.visited(&there)["login_hint"], email);
    let back = desk.provider.agree(&there, &email);
    let answer = program.post(FINISH, &brought(&back)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.json()["id"], account["id"]);
    assert_eq!(answer.json()["signIn"], signed_in);
    let verdicts = program.post(&verify, &json!({})).await.ok();
    assert_eq!(verdicts["items"][0]["ok"], true, "{verdicts}");
    let own = program.get(&program.account).await.ok();
    assert_eq!(own["signIn"]["method"], "password");
}

#[tokio::test]
async fn what_is_refused_is_said() {
    let desk = Desk::new().await;
    let (program, email) = (&desk.program, desk.second.address.clone());
    for (body, code) in [
        (json!({}), "login_not_an_address"),
        (json!({"email": "x"}), "login_not_an_address"),
        (json!({"email": desk.place.address}), "account_twice"),
        (json!({"email": "x@example.org"}), "account_no_provider"),
    ] {
        assert_eq!(
            program.post(BEGIN, &body).await.problem(422),
            code,
            "{body}"
        );
    }
    let own = program.account.rsplit('/').next().unwrap();
    for account in [own, "9999999"] {
        let answer = program.post(BEGIN, &json!({"account": account})).await;
        answer.problem(404);
    }
    let there = desk.begin(json!({"email": email})).await;
    let back = desk.provider.refuse(&there, "access_denied");
    let answer = program.post(FINISH, &brought(&back)).await;
    assert_eq!(answer.problem(422), "grant_denied");
    let answer = program
        .post(FINISH, &json!({"state": "x", "code": "y"}))
        .await;
    assert_eq!(answer.problem(422), "grant_not_awaited");
    desk.provider.answers(Some(String::new()));
    let there = desk.begin(json!({"email": email})).await;
    let back = desk.provider.agree(&there, &email);
    let answer = program.post(FINISH, &brought(&back)).await;
    assert_eq!(answer.problem(502), "upstream_unavailable");
    desk.provider.answers(None);
    // HTTP Basic may not.
    let basic = Program::basic(&desk.place);
    assert_eq!(
        basic
            .post(BEGIN, &json!({"email": email}))
            .await
            .problem(403),
        "scope_missing"
    );
    let list = program.get("/accounts").await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

/// What a program began a person ends in their browser; what a browser began is that browser's.
#[tokio::test]
async fn who_began_decides_who_ends() {
    let mut desk = Desk::new().await;
    let email = desk.second.address.clone();
    let stranger = Dovecot::shared().user();
    let there = desk.begin(json!({"email": email})).await;
    let back = desk.provider.agree(&there, &email);
    let path = format!("{}?{}", back.path(), back.query().unwrap());
    let mut other = desk.place.app.signed_in(&stranger).await;
    assert_eq!(other.get(&path).await.status, 422);
    assert_eq!(desk.place.browser.get(&path).await.status, 303);

    let third = Dovecot::shared().user_at("post.test");
    let fields = [("address", third.address.as_str())];
    let answer = desk
        .place
        .browser
        .post("/settings/accounts/sign-in", &fields)
        .await;
    let there = answer
        .header("refresh")
        .strip_prefix("0; url=")
        .unwrap()
        .to_owned();
    let back = desk.provider.agree(&there, &third.address);
    let answer = desk.program.post(FINISH, &brought(&back)).await;
    assert_eq!(answer.problem(422), "grant_not_awaited");
}
