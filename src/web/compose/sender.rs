//! Whom one can write as where there are several accounts: everybody of every account. A draft lies
//! in the account of who writes it, and goes there when another is chosen.

use crate::{
    engine::{self, accounts::Subject, identities::Identity},
    web::{compose::form::Sent, error::Error, signed_in::SignedIn},
};

/// The identities of the accounts beside that of the draft. One that can't be opened has none.
pub(crate) async fn others(signed_in: &SignedIn) -> Result<Vec<Identity>, Error> {
    let mut all = Vec::new();
    if !signed_in.has_several() {
        return Ok(all);
    }
    for standing in signed_in.standings.iter() {
        if standing.id == signed_in.account.id() {
            continue;
        }
        match signed_in.beside(standing.id).await {
            Ok(account) if account.sends() => all.extend(account.identities().await?),
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(%error, account.id = standing.id, "Nobody writes from an account");
            }
        }
    }
    Ok(all)
}

/// Turns to the account in which a new draft begins: that of the message it comes from, whose
/// files it takes; else that of who writes it.
pub(crate) async fn begin(signed_in: &mut SignedIn, sent: &Sent) -> Result<(), Error> {
    let from = sent
        .reference()
        .map(|from| Subject::Mailbox(from.email.mailbox));
    let writer = sent.fields().identity.map(Subject::Identity);
    match from.or(writer) {
        Some(subject) => turn(signed_in, subject).await,
        None => Ok(()),
    }
}

/// Takes a draft into the account of who writes it now, and turns there.
pub(crate) async fn follow(signed_in: &mut SignedIn, draft: i64, sent: &Sent) -> Result<(), Error> {
    if !signed_in.has_several() {
        return Ok(());
    }
    turn(signed_in, Subject::Draft(draft)).await?;
    let Some(writer) = sent.fields().identity else {
        return Ok(());
    };
    let to = match signed_in.with(Subject::Identity(writer)).await {
        Ok(to) => to,
        // That identity is gone: the account's own default takes its place, as ever.
        Err(engine::Error::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if to.id() != signed_in.account.id() && signed_in.account.hand_draft(draft, &to).await? {
        signed_in.turn_to(to);
    }
    Ok(())
}

/// What is gone leaves the request where it is.
async fn turn(signed_in: &mut SignedIn, subject: Subject) -> Result<(), Error> {
    match signed_in.turn_to_holder(subject).await {
        Err(Error::NotFound) => Ok(()),
        turned => turned,
    }
}
