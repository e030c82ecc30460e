//! `restante user`: the people who have signed in.

use anyhow::Context;
use clap::Subcommand;
use restante::store::{self, Store};

/// What to do with people.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List them.
    List,
    /// Forget one: sessions, settings and everything else kept here. The mail on the person's
    /// own server stays as it is.
    Delete {
        /// The address that the person signs in with.
        address: String,
    },
}

pub(crate) async fn run(command: Command, store: &Store) -> anyhow::Result<()> {
    store.migrate().await?;
    match command {
        Command::List => {
            for user in store::users::list(store).await? {
                println!("{}", user.address);
            }
        }
        Command::Delete { address } => {
            let user = store::users::find(store, &address).await?;
            let user = user.with_context(|| format!("nobody has signed in with {address}"))?;
            store::users::delete(store, user.id).await?;
            println!("{address} is forgotten.");
        }
    }
    Ok(())
}
