//! One message of a conversation leaves the folder, and others of it stay: without a script the page
//! that comes next is theirs.

use restante::mail::mailbox::Role;

use super::{filled, values};

#[tokio::test]
async fn the_page_goes_on_within_the_conversation() {
    let mut place = filled().await;
    let inbox = place.path(Role::Inbox).await;
    let value = values(&place.inbox().await).remove(0);
    let ids: Vec<&str> = value.split(',').collect();
    assert_eq!(ids.len(), 3);
    // The next one; where none comes after it, the one before.
    for (leaving, verb, next) in [(1, "archive", 2), (2, "trash", 0)] {
        let path = format!("{inbox}/{}/{verb}", ids[leaving]);
        let done = place.browser.post(&path, &[]).await;
        assert_eq!(done.location().unwrap(), format!("{inbox}/{}", ids[next]));
    }
    // The last of it leads to the next conversation.
    let path = format!("{inbox}/{}/junk", ids[0]);
    let done = place.browser.post(&path, &[]).await;
    let next = place.browser.page(&done.location().unwrap()).await;
    assert!(next.words().contains("What is new."), "{}", next.words());
    assert_eq!(place.counts(Role::Inbox).await.0, 1);
}
