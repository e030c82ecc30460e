//! The side bar where somebody has several accounts: a tree for each, as far as it can be had soon.
//!
//! Cost: nothing from memory; else that of a tree for each account, all at once, for two seconds at
//! most ([`crate::engine::glance`]).

use futures_util::future::join_all;

use crate::{
    engine::{Account, Error as EngineError, accounts::Standing, outbox::Counts},
    mail::id::MailboxId,
    web::{
        error::Error,
        mailbox::tree::{Branch, Tree},
        settings::collection::Mark,
        signed_in::SignedIn,
    },
};

/// The tree of the account that the page is about, and the branches of all.
pub(crate) async fn tree(signed_in: &SignedIn, current: Option<MailboxId>) -> Result<Tree, Error> {
    let standings = signed_in.standings.iter();
    let opened = standings.map(|one| async move { (one, signed_in.beside(one.id).await) });
    let opened: Vec<(&Standing, Result<Account, EngineError>)> = join_all(opened).await;
    let branches = opened
        .iter()
        .map(|(standing, account)| branch(signed_in, standing, account, current));
    let branches = join_all(branches).await;
    let mut outbox = Counts::default();
    let mut collecting: Option<Mark> = None;
    for account in opened
        .iter()
        .filter_map(|(_, account)| account.as_ref().ok())
    {
        let counts = account.outbox_counts().await?;
        outbox.waiting += counts.waiting;
        outbox.troubled += counts.troubled;
        let is_worst = |mark: &Mark| mark.problem;
        if !collecting.as_ref().is_some_and(is_worst)
            && let Some(collection) = account.collection().await?
            && let Some(mark) = Mark::new(&signed_in.ui, &collection, Some(account.id()))
            && (mark.problem || collecting.is_none())
        {
            // One line stands for all: what went wrong goes before what is under way.
            collecting = Some(mark);
        }
    }
    let own = branches
        .iter()
        .find(|branch| branch.account == signed_in.account.id());
    let tree = own.map(|branch| branch.tree.clone()).unwrap_or_default();
    let tree = tree.with_outbox(outbox).with_collecting(collecting);
    Ok(Tree { branches, ..tree })
}

async fn branch(
    signed_in: &SignedIn,
    standing: &Standing,
    account: &Result<Account, EngineError>,
    current: Option<MailboxId>,
) -> Branch {
    let ui = &signed_in.ui;
    let (tree, note) = match account {
        Ok(account) => {
            let glance = account.glance().await;
            let tree = Tree::new(ui, &glance.mailboxes, current, false);
            let note = glance.problem.map(|problem| ui.t(problem.key()));
            (tree, note)
        }
        Err(EngineError::Upstream { problem, .. }) => (Tree::default(), Some(ui.t(problem.key()))),
        Err(EngineError::Invalid(key)) => (Tree::default(), Some(ui.t(key))),
        Err(error) => {
            tracing::warn!(%error, account.id = standing.id, "An account can't be opened");
            (Tree::default(), Some(ui.t("problem-unavailable")))
        }
    };
    let is_beside = standing.id != signed_in.account.id();
    Branch {
        account: standing.id,
        name: standing.label().to_owned(),
        color: standing.color.clone(),
        tree: match is_beside {
            true => tree.beside(),
            false => tree,
        },
        note,
    }
}
