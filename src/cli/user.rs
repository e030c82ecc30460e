//! `restante user`: the people who have signed in.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::Subcommand;
use restante::{
    clock::Clock,
    config::Config,
    engine::{Engine, Error, local::PASSWORD_LEAST},
    store::{self, Store, files::Files},
};
use secrecy::SecretString;

/// What to do with people.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List them.
    List,
    /// Give somebody a mailbox that lives here, or another password to one who has it. The
    /// password is read from the first line of standard input.
    SetPassword {
        /// The address that the person signs in with.
        address: String,
    },
    /// Forget one: sessions, settings and everything else kept here, mail that lives here
    /// included. The mail on the person's own server stays as it is.
    Delete {
        /// The address that the person signs in with.
        address: String,
    },
}

pub(crate) async fn run(command: Command, config: Config) -> anyhow::Result<()> {
    let store = Store::open(&config.database_url, 2).await?;
    store.migrate().await?;
    let store = &store;
    match command {
        Command::SetPassword { address } => {
            let mut password = String::new();
            std::io::stdin().read_line(&mut password)?;
            let password = SecretString::from(password.trim_end_matches(['\r', '\n']));
            let engine = Engine::new(Arc::new(config), store.clone(), Clock::system())?;
            let set = engine.set_local_password(&address, &password).await;
            set.map_err(|error| match error {
                Error::Invalid("login-not-an-address") => anyhow!("{address} is no mail address"),
                Error::Invalid("password-too-short") => {
                    anyhow!("the password needs at least {PASSWORD_LEAST} characters")
                }
                Error::Invalid(_) => anyhow!(
                    "the mail of {address} lies on a server, which alone \
                    judges the password"
                ),
                other => other.into(),
            })?;
            println!("{address} can sign in.");
        }
        Command::List => {
            for user in store::users::list(store).await? {
                println!("{}", user.address);
            }
        }
        Command::Delete { address } => {
            let user = store::users::find(store, &address).await?;
            let user = user.with_context(|| format!("nobody has signed in with {address}"))?;
            store::users::delete(store, user.id).await?;
            Files::of(&config)?.remove_all(user.id).await?;
            println!("{address} is forgotten.");
        }
    }
    Ok(())
}
