//! The commands.

mod backup;
mod check;
mod demo;
mod healthcheck;
mod logging;
mod transfer;
mod upkeep;
mod user;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use restante::{
    app::{App, Listener},
    clock::Clock,
    config::{self, Config},
    store::Store,
};
use tokio::signal::unix::{SignalKind, signal};

/// Webmail for any IMAP server, and for mail that lives here.
#[derive(Debug, Parser)]
#[command(version, after_long_help = settings_help())]
pub(crate) struct Arguments {
    /// The configuration file (TOML). Its settings and the variables that override them are
    /// listed by --help.
    #[arg(long, global = true, env = "RESTANTE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the webmail (what happens without a command, too).
    Serve,
    /// Show an invented mailbox: no mail server and no configuration needed.
    Demo(demo::Demo),
    /// Check the configuration, connect to each server and say what it offers.
    Check,
    /// Bring the database's tables up to date.
    Migrate,
    /// Make folders, keywords and lists of mail that lives here again, from what is stored.
    Reindex,
    /// Compare every stored file with what arrived.
    Verify,
    /// Copy everything that is kept into a folder, while it is in use; again: only what is new.
    Backup(backup::Backup),
    /// Ask the process that serves with these settings whether it answers.
    Healthcheck,
    /// Take mail from files into an account.
    Import(transfer::Import),
    /// Write an account's mail into a file.
    Export(transfer::Export),
    /// Print the document of the API (OpenAPI 3.1, JSON).
    Openapi,
    /// People who have signed in.
    #[command(subcommand)]
    User(user::Command),
}

pub(crate) fn run(arguments: Arguments) -> anyhow::Result<()> {
    let config = Config::load(arguments.config.as_deref(), std::env::vars())?;
    logging::start(config.log_format)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match arguments.command.unwrap_or(Command::Serve) {
            Command::Serve => serve(config).await,
            Command::Demo(demo) => demo::run(demo, told_to_stop()).await,
            Command::Check => check::run(&config).await,
            Command::Migrate => Ok(open(&config).await?.migrate().await?),
            Command::Reindex => upkeep::reindex(config).await,
            Command::Verify => upkeep::verify(config).await,
            Command::Backup(backup) => backup::run(backup, config).await,
            Command::Healthcheck => healthcheck::run(&config).await,
            Command::Import(import) => transfer::import(import, config).await,
            Command::Export(export) => transfer::export(export, config).await,
            Command::Openapi => {
                println!("{}", restante::api::json());
                Ok(())
            }
            Command::User(command) => user::run(command, config).await,
        }
    })
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let listener = Listener::bind(&config.listen).await?;
    let public_url = config.public_url.to_string();
    let app = App::new(config, Clock::system()).await?;
    tracing::info!(listen = listener.address(), public_url, "Restante is ready");
    app.serve(listener, told_to_stop()).await;
    Ok(())
}

async fn open(config: &Config) -> anyhow::Result<Store> {
    Ok(Store::open(&config.database_url, 2).await?)
}

/// SIGTERM from a service manager, SIGINT from a terminal.
/// Heard from this call on, not only while it is waited for.
fn told_to_stop() -> impl Future<Output = ()> {
    let signals = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    async move {
        let (Ok(mut term), Ok(mut int)) = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        tracing::info!("Stopping");
    }
}

fn settings_help() -> String {
    format!(
        "SETTINGS (the file that --config names; shown with their defaults)\n\n{}",
        config::EXAMPLE
    )
}
