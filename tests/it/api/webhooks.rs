//! Programs elsewhere that are told what changes: signed, in order, again until it has arrived, and
//! at no address of ours.

mod bounds;
mod elsewhere;

use std::time::Duration;

use restante::clock::Clock;
use serde_json::{Value, json};

use crate::{
    contract::{Place, mail},
    support::{
        app::Settings,
        letter::letter,
        receiver::{Receiver, Told},
    },
};

use super::Program;

const PATIENCE: Duration = Duration::from_secs(30);
const START: i64 = 1_790_000_000_000;
const HOUR: i64 = 60 * 60 * 1000;

/// Somebody with a message, whose changes a receiver may be told.
struct Scene {
    place: Place,
    program: Program,
    receiver: Receiver,
    inbox: String,
    email: String,
}

impl Scene {
    async fn new() -> Self {
        Self::at(Clock::system()).await
    }

    async fn at(clock: Clock) -> Self {
        Self::with(Settings::default(), clock).await
    }

    async fn with(settings: Settings, clock: Clock) -> Self {
        let receiver = Receiver::start().await;
        let settings = settings.policy(receiver.policy());
        let raw = letter("Very secret").text("Text.").raw();
        let app = settings.start_at(clock).await;
        let place = Place::local(app, &[mail("INBOX", 1, raw)]).await;
        let program = Program::of(&place).await;
        let inbox = program.role("inbox").await;
        let email = program.email(&inbox, "Very secret").await;
        Self {
            place,
            program,
            receiver,
            inbox,
            email,
        }
    }

    async fn hook(&self, more: Value) -> Value {
        let mut new = json!({"url": self.receiver.url()});
        let members = more.as_object().unwrap().clone();
        new.as_object_mut().unwrap().extend(members);
        self.program.post("/webhooks", &new).await.ok()
    }

    /// The message is starred, or is not any more.
    async fn change(&self, flagged: bool) {
        let path = format!("{}/emails/{}", self.program.account, self.email);
        let patch = json!({"keywords": {"$flagged": flagged}});
        self.program.patch(&path, &patch).await.ok();
    }

    /// What a path says, once it fits.
    async fn until(&self, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                last = self.program.get(path).await.ok();
                if fits(&last) {
                    return;
                }
                // Nobody is told when a delivery has been noted.
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        assert!(waited.await.is_ok(), "{path} stays {last}");
        last
    }
}

fn path(hook: &Value) -> String {
    format!("/webhooks/{}", hook["id"].as_str().unwrap())
}

/// What the documentation says that a receiver does, done by the interpreter that it is written for.
async fn verified(secret: &str, told: &Told, age: u32) -> bool {
    let text = include_str!("../../../docs/webhooks.md");
    let program = text.split("```python\n").nth(1).unwrap();
    let program = program.split("```").next().unwrap();
    let ask = format!(
        "{program}\nimport os\nprint(verify(os.environ['SECRET'], os.environ['SIGNATURE'], \
         os.environ['BODY'].encode(), now=int(os.environ['NOW'])))"
    );
    let signature = told.header("restante-signature").to_owned();
    let at = signature.split(&['=', ','][..]).nth(1).unwrap();
    let now = at.parse::<u64>().unwrap() + u64::from(age);
    let mut line = std::process::Command::new("python3");
    line.args(["-c", &ask])
        .env("SECRET", secret)
        .env("SIGNATURE", signature)
        .env("BODY", &told.body)
        .env("NOW", now.to_string());
    let run = tokio::task::spawn_blocking(move || line.output().unwrap());
    let run = run.await.unwrap();
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    said.trim() == "True"
}

#[tokio::test]
async fn what_changes_is_told_and_signed() {
    let mut scene = Scene::new().await;
    let _hooks = scene.place.app.hooks();
    let hook = scene.hook(json!({})).await;
    let secret = hook["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("rwh_"), "{hook}");
    assert_eq!(
        (&hook["status"], &hook["reason"]),
        (&json!("active"), &Value::Null)
    );
    scene.change(true).await;
    let told = scene.receiver.next().await;
    assert!(
        told.head.starts_with("POST /in?box=1 HTTP/1.1\r\n"),
        "{}",
        told.head
    );
    assert_eq!(told.header("content-type"), "application/json");
    let body = told.json();
    assert_eq!(body["deliveryId"], told.header("restante-delivery"));
    assert_eq!(body["webhookId"], hook["id"]);
    assert_eq!(
        (&body["kind"], &body["reset"]),
        (&json!("changes"), &json!(false))
    );
    let event = &body["events"][0];
    assert_eq!(event["type"], "Email");
    assert_eq!(event["mailboxId"], scene.inbox);
    assert!(
        scene
            .program
            .account
            .ends_with(event["accountId"].as_str().unwrap())
    );
    // Its state is one that /changes takes, and nothing has happened after the last.
    let last = body["events"].as_array().unwrap().last().unwrap();
    let since = format!(
        "{}/changes?since={}",
        scene.program.account,
        last["newState"].as_str().unwrap()
    );
    scene.program.get(&since).await.ok();
    for secret in ["Very secret", "Text.", &scene.place.address] {
        assert!(
            !told.body.contains(secret) && !told.head.contains(secret),
            "{told:?}"
        );
    }
    // The signature, by a computation that is not ours.
    let signature = told.header("restante-signature");
    let key = format!("kid={}", hook["keyId"].as_str().unwrap());
    assert!(signature.contains(&key), "{signature}");
    assert!(verified(&secret, &told, 0).await);
    assert!(!verified("rwh_other", &told, 0).await);
    assert!(
        !verified(&secret, &told, 301).await,
        "an old one sent again"
    );
    let forged = Told {
        body: told.body.replace("Email", "email"),
        ..told.clone()
    };
    assert!(!verified(&secret, &forged, 0).await);
    // The log says so, and nothing else says the secret.
    let log = format!("{}/deliveries", path(&hook));
    let fits = |log: &Value| log["items"][0]["status"] == "delivered";
    let log = scene.until(&log, fits).await;
    let one = &log["items"][0];
    assert_eq!(one["id"], body["deliveryId"]);
    assert_eq!(
        (&one["httpStatus"], &one["attempts"]),
        (&json!(204), &json!(1))
    );
    assert_eq!(one["error"], Value::Null);
    let shown = scene.program.get(&path(&hook)).await;
    assert!(!shown.text().contains(&secret));
    // Another secret signs from now on.
    let patch = json!({"newSecret": true});
    let renewed = scene.program.patch(&path(&hook), &patch).await.ok();
    let other = renewed["secret"].as_str().unwrap().to_owned();
    assert_ne!(renewed["keyId"], hook["keyId"]);
    let tested = scene
        .program
        .post(&format!("{}/test", path(&hook)), &json!({}))
        .await
        .ok();
    assert_eq!(
        (&tested["kind"], &tested["status"]),
        (&json!("test"), &json!("delivered"))
    );
    let told = scene.receiver.next().await;
    assert_eq!(told.json()["kind"], "test");
    assert_eq!(told.json()["events"], json!([]));
    assert!(verified(&other, &told, 0).await);
    assert!(!verified(&secret, &told, 0).await);
    scene.program.delete(&path(&hook)).await.ok();
    scene.change(false).await;
    scene.program.get(&path(&hook)).await.problem(404);
    assert!(scene.receiver.more().is_none());
}

#[tokio::test]
async fn a_receiver_in_trouble_is_tried_again_and_then_paused() {
    let mut scene = Scene::at(Clock::fixed(START)).await;
    let _hooks = scene.place.app.hooks();
    let hook = scene.hook(json!({})).await;
    let path = path(&hook);
    scene.receiver.answers(500);
    scene.change(true).await;
    let mut ids = Vec::new();
    for failures in 1..=9 {
        let told = scene.receiver.next().await;
        ids.push(told.json()["deliveryId"].clone());
        let shown = scene
            .until(&path, |hook| hook["failures"] == failures)
            .await;
        if failures < 9 {
            assert_eq!(shown["status"], "active", "{shown}");
            assert!(shown["nextAttemptAt"].is_string());
            scene.place.app.clock().advance(5 * HOUR);
            // Looks at once, and changes nothing.
            scene.program.patch(&path, &json!({})).await.ok();
        }
    }
    let shown = scene.program.get(&path).await.ok();
    assert_eq!(
        (&shown["status"], &shown["reason"]),
        (&json!("paused"), &json!("failing"))
    );
    ids.dedup();
    assert_eq!(ids.len(), 1, "the same for each try");
    let log = scene.program.get(&format!("{path}/deliveries")).await.ok();
    let one = &log["items"][0];
    assert_eq!(
        (&one["status"], &one["attempts"]),
        (&json!("pending"), &json!(9))
    );
    assert_eq!(
        (&one["error"], &one["httpStatus"]),
        (&json!("status"), &json!(500))
    );
    // Paused, it is told nothing, and a test is.
    scene.place.app.clock().advance(24 * HOUR);
    scene.change(false).await;
    scene.receiver.answers(204);
    let tested = scene
        .program
        .post(&format!("{path}/test"), &json!({}))
        .await
        .ok();
    assert_eq!(tested["status"], "delivered");
    assert_eq!(scene.receiver.next().await.json()["kind"], "test");
    assert!(scene.receiver.more().is_none());
    // It goes on where it has stopped: first with what did not arrive.
    scene
        .program
        .patch(&path, &json!({"status": "active"}))
        .await
        .ok();
    assert_eq!(scene.receiver.next().await.json()["deliveryId"], ids[0]);
    let next = scene.receiver.next().await.json();
    assert_ne!(next["deliveryId"], ids[0]);
    let shown = scene.until(&path, |hook| hook["failures"] == 0).await;
    assert_eq!(
        (&shown["status"], &shown["reason"]),
        (&json!("active"), &Value::Null)
    );
    // One that says that it is gone is believed.
    scene.receiver.answers(410);
    scene.change(true).await;
    scene.receiver.next().await;
    let shown = scene.until(&path, |hook| hook["status"] == "paused").await;
    assert_eq!(shown["reason"], "gone");
}

#[tokio::test]
async fn what_was_missed_is_told_and_what_is_lost_is_said() {
    let mut scene = Scene::at(Clock::fixed(START)).await;
    let hook = scene.hook(json!({})).await;
    // Nobody tells anything meanwhile.
    scene.change(true).await;
    scene.change(false).await;
    let hooks = scene.place.app.hooks();
    let told = scene.receiver.next().await.json();
    assert!(told["events"].as_array().unwrap().len() >= 2, "{told}");
    let is_told = |hook: &Value| hook["items"][0]["status"] == "delivered";
    scene
        .until(&format!("{}/deliveries", path(&hook)), is_told)
        .await;
    // The program ends while it waits for an answer, and another takes that up.
    scene.receiver.answers(0);
    scene.change(true).await;
    let first = scene.receiver.next().await.json();
    drop(hooks);
    scene.receiver.answers(204);
    scene.place.app.restart().await;
    scene.program.point_at(scene.place.app.app().router());
    scene.place.app.clock().advance(61_000);
    let hooks = scene.place.app.hooks();
    assert_eq!(scene.receiver.next().await.json(), first);
    scene
        .until(&format!("{}/deliveries", path(&hook)), is_told)
        .await;
    drop(hooks);
    // Events are kept for a day.
    scene.change(false).await;
    scene.place.app.clock().advance(25 * HOUR);
    let keeping = scene.place.app.housekeeping();
    let state = format!("{}/changes?since=1", scene.program.account);
    let waited = tokio::time::timeout(PATIENCE, async {
        while scene.program.get(&state).await.status != 410 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    waited.await.expect("they are forgotten");
    drop(keeping);
    let _hooks = scene.place.app.hooks();
    let told = scene.receiver.next().await.json();
    assert_eq!(
        (&told["reset"], &told["events"]),
        (&json!(true), &json!([]))
    );
}
