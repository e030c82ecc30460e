//! What needs no mail server.

use std::sync::Arc;

use super::*;
use crate::{
    clock::Clock,
    config::Config,
    store::{Store, sessions::NewSession, users},
};

/// Another node ends a session; here the sessions of others end all the time meanwhile.
#[tokio::test]
async fn the_endings_of_others_do_not_hide_that_a_session_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("x.db").display());
    let store = Store::open(&url, 2).await.unwrap();
    store.migrate().await.unwrap();
    let config = Config {
        secret_key_file: folder.path().join("secret.key"),
        blob_url: format!("file:{}", folder.path().join("blobs").display()),
        ..Config::default()
    };
    let engine = Engine::new(Arc::new(config), store.clone(), Clock::fixed(1)).unwrap();
    let user = users::find_or_create(&store, "anna@example.org", 1).await;
    let user = user.unwrap().id;
    let begin = async |hash: [u8; 32]| {
        let new = NewSession {
            hash: &hash,
            expires_at: 1000,
            stay_signed_in: false,
            label: "",
            network: "",
        };
        store::sessions::create(&store, user, &new, 1)
            .await
            .unwrap()
    };
    let (id, other) = (begin([1; 32]).await, begin([2; 32]).await);
    let session = Session {
        id,
        user,
        address: String::new(),
        stay_signed_in: false,
        renew_cookie: false,
    };
    let recheck = Duration::from_millis(100);
    let over = engine.session_over_within(&session, recheck);
    let mut over = std::pin::pin!(over);
    let mut others = tokio::time::interval(recheck / 10);
    others.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut endings = 0;
    loop {
        tokio::select! {
            () = &mut over => break,
            _ = others.tick() => {
                endings += 1;
                engine.0.ended.send(other).unwrap();
            }
        }
        if endings == 3 {
            store::sessions::revoke(&store, user, id.get())
                .await
                .unwrap();
        }
        assert!(endings < 500, "nobody has looked");
    }
    assert!(endings >= 3, "it was there at first");
}
