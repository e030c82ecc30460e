//! `POST /m/{mailbox}/seen`: all messages of a folder are read.

use axum::response::Response;

use crate::{
    engine::bulk::Task,
    mail::{id::MailboxId, keyword, query::Filter},
    web::{
        error::Error,
        flash::{self, Said},
        path::Path,
        signed_in::SignedIn,
        state::Web,
    },
};

/// More than this are marked behind the page, as a job.
const AT_ONCE: u32 = 1000;

/// See the module's description.
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
) -> Result<Response, Error> {
    let account = &signed_in.account;
    let unread = account.mailbox(mailbox).await?.unread;
    let said = if unread > AT_ONCE {
        let filter = Filter::NotKeyword(keyword::SEEN.to_owned());
        let mark = Task::Mark {
            add: vec![keyword::SEEN.to_owned()],
            remove: Vec::new(),
        };
        let begun = account.begin_bulk(Some(mailbox), Some(filter), vec![mark]);
        let _job = begun.await?;
        Said::done("done-reading", usize::try_from(unread).unwrap_or_default())
    } else {
        Said::done("done-read", account.mark_all_read(mailbox).await?)
    };
    Ok(flash::redirect(&web, &format!("/m/{mailbox}"), Some(&said)))
}
