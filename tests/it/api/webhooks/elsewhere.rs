//! What another process on the same PostgreSQL changes: that wakes whoever tells webhooks.

use std::time::Duration;

use restante::{
    clock::Clock,
    engine::secrets::Key,
    store::{
        accounts,
        events::{self, Action, NewEvent},
    },
};
use serde_json::json;

use super::Scene;
use crate::{
    store::database::{self, Database},
    support::app::Settings,
};

/// Far below what is waited for without being woken, and above what a busy machine takes.
const SOON: Duration = Duration::from_secs(12);

#[tokio::test]
async fn what_another_process_changes_is_told_at_once() {
    database::with_postgres(true, told_at_once).await;
}

async fn told_at_once(db: Database) {
    let settings = Settings::default().top(&format!("database_url = {:?}", db.url));
    let mut scene = Scene::with(settings, Clock::system()).await;
    let engine = scene.place.app.app().engine().clone();
    let news = tokio::spawn(engine.clone().run_news());
    let _hooks = scene.place.app.hooks();
    scene.hook(json!({"types": ["Mailbox"]})).await;
    let key = Key::from_text(scene.place.browser.session_cookie()).unwrap();
    let user = engine.session(&key).await.unwrap().unwrap().user;
    let account = accounts::list(&db.store, user).await.unwrap()[0].id;
    for object in ["1", "2", "3"] {
        let event = NewEvent {
            account: Some(account),
            kind: "Mailbox",
            action: Action::Created,
            object,
            mailbox: None,
        };
        let now = scene.place.app.clock().now();
        events::append(&db.store, user, &[event], now)
            .await
            .unwrap();
        let told = tokio::time::timeout(SOON, scene.receiver.next()).await;
        let told = told.expect("it is told at once");
        assert_eq!(told.json()["events"][0]["type"], "Mailbox");
    }
    news.abort();
}
