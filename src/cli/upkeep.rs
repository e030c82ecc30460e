//! `restante reindex` and `restante verify`: local mail made again from what is stored, and what is
//! stored compared with what arrived.

use std::sync::Arc;

use anyhow::ensure;
use restante::{clock::Clock, config::Config, engine::Engine, store::Store};

/// Makes folders, keywords and lists of all local mail again.
pub(crate) async fn reindex(config: Config) -> anyhow::Result<()> {
    let done = engine(config).await?.reindex().await?;
    println!(
        "{} mailboxes: {} folders and {} messages are made again.",
        done.accounts, done.folders, done.messages
    );
    ensure!(
        done.damaged == 0,
        "{} messages are missing or not as they arrived",
        done.damaged
    );
    Ok(())
}

/// Compares every stored file with its sha256.
pub(crate) async fn verify(config: Config) -> anyhow::Result<()> {
    let verified = engine(config).await?.verify_files().await?;
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
