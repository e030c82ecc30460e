//! `restante reindex` and `restante verify`: local mail made again from what is stored, and what is
//! stored compared with what arrived.

use std::sync::Arc;

use anyhow::ensure;
use restante::{
    clock::Clock,
    config::Config,
    engine::Engine,
    store::{Store, local::rebuild::RECOVERED},
};

/// Makes folders, keywords and lists of all local mail again.
pub(crate) async fn reindex(config: Config) -> anyhow::Result<()> {
    let done = engine(config).await?.reindex().await?;
    println!(
        "{} mailboxes: {} folders and {} messages are made again.",
        done.accounts, done.folders, done.messages
    );
    if done.recovered > 0 {
        println!(
            "{} messages lay in no folder, and are in \"{RECOVERED}\" now.",
            done.recovered
        );
    }
    let troubles = [
        (done.damaged, "messages are missing or not as they arrived"),
        (done.unreadable, "entries of the journal can't be read"),
        (done.failed, "mailboxes or messages could not be made again"),
    ];
    let troubles: Vec<String> = troubles
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    ensure!(troubles.is_empty(), "{}", troubles.join("; "));
    Ok(())
}

/// Looks through the database, and compares every stored file with its sha256.
pub(crate) async fn verify(config: Config) -> anyhow::Result<()> {
    let verified = engine(config).await?.verify_files().await?;
    println!("The database is sound.");
    println!("{} stored files are as they arrived.", verified.good);
    for (user, name) in &verified.damaged {
        println!("damaged or missing: {name} of user {user}");
    }
    ensure!(
        verified.damaged.is_empty(),
        "{} stored files are missing or not as they arrived",
        verified.damaged.len()
    );
    Ok(())
}

async fn engine(config: Config) -> anyhow::Result<Engine> {
    let store = Store::open(&config.database_url, 2).await?;
    store.migrate().await?;
    Engine::new(Arc::new(config), store, Clock::system())
}
