//! What somebody says while a session lasts counts before it deletes anything.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use restante::store::collector::Policy;
use tokio::sync::Notify;

use super::{
    home::Home,
    maildrop::{Bent, Maildrop},
};

const THREE: [(&str, &str); 3] = [
    ("a", "Subject: a\r\n"),
    ("b", "Subject: b\r\n"),
    ("c", "Subject: c\r\n"),
];

/// There may be hours between the beginning of a session and its end.
#[tokio::test]
async fn what_its_owner_says_meanwhile_counts_before_anything_is_deleted() {
    for change in ["policy", "pause"] {
        let (asked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let waits = Arc::new(AtomicBool::new(false));
        let bent = (Arc::clone(&asked), Arc::clone(&go_on), Arc::clone(&waits));
        let server = Maildrop::start("UIDL", &THREE, move |command, _| {
            let (asked, go_on, waits) = &bent;
            let now = command == "UIDL" && waits.load(Ordering::SeqCst);
            now.then(|| Bent::Wait(Arc::clone(asked), Arc::clone(go_on)))
        })
        .await;
        let (home, _dir) = Home::new().await;
        home.set_policy(Policy::AfterDays(0)).await;
        home.collect(&server.connector()).await.unwrap();
        waits.store(true, Ordering::SeqCst);
        let connector = server.connector();
        let changing = async {
            asked.notified().await;
            match change {
                "policy" => home.set_policy(Policy::Keep).await,
                _ => home.set_paused(true).await,
            }
            go_on.notify_one();
        };
        let (run, ()) = tokio::join!(home.collect(&connector), changing);
        assert!(run.is_ok_and(|run| run.deleted == 0) || change == "pause");
        assert_eq!((server.heard("DELE"), server.count()), (0, 3), "{change}");
        assert!(home.deletions().await.is_empty(), "{change}");
        // And as they were, it goes on.
        waits.store(false, Ordering::SeqCst);
        home.set_paused(false).await;
        home.set_policy(Policy::AfterDays(0)).await;
        assert_eq!(home.collect(&connector).await.unwrap().deleted, 3);
    }
}
