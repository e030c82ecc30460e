//! `restante import` and `restante export`: mail from files into an account, and out again.

use std::{
    fs::File,
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, anyhow, bail, ensure};
use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use futures_util::TryStreamExt as _;
use restante::{
    clock::Clock,
    config::Config,
    engine::{
        Account, Engine, Error,
        transfer::{Ended, Format, Progress, Source},
    },
    mail::{id::MailboxId, mailbox::Role},
    store::Store,
};
use secrecy::SecretString;
use tokio::io::AsyncWriteExt as _;

/// How often progress is said.
const EVERY: Duration = Duration::from_secs(2);

/// What to take in.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Whose mail it becomes. Where that lies on a server, the password is read from the first line
    /// of standard input.
    address: String,
    /// An mbox, .eml, zip or tar file (packed by gzip or not), or a folder: a Maildir, or files of
    /// mail.
    path: PathBuf,
    /// Put everything into this folder, instead of into those that it comes from.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
}

/// What to write.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Whose mail. Where that lies on a server, the password is read from the first line of
    /// standard input.
    address: String,
    /// As what: `mbox` (one for each folder; several in a zip archive), `maildir` (in a tar archive)
    /// or `zip` (each message a file).
    #[arg(long, value_parser = PossibleValuesParser::new(Format::ALL.map(Format::as_str))
        .try_map(|name| Format::from_name(&name).ok_or("no such format")))]
    format: Format,
    /// This folder alone.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
    /// The file to write, which must not be there yet.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(crate) async fn import(import: Import, config: Config) -> anyhow::Result<()> {
    let Import {
        address,
        path,
        folder,
    } = import;
    let is_folder = path.is_dir();
    let source = if is_folder {
        Source::Folder(path)
    } else {
        let opened = File::open(&path);
        let file = opened.with_context(|| format!("Opening {}", path.display()))?;
        let name = path.file_name().unwrap_or_default();
        Source::File {
            file,
            name: name.to_string_lossy().into_owned(),
        }
    };
    let account = account(&address, config).await?;
    let into = match folder {
        Some(path) => Some(find(&account, &path).await?),
        None => None,
    };
    let progress = Arc::new(Progress::default());
    let imported = shown(&progress, account.import_all(source, into, &progress)).await;
    for failure in progress.failures() {
        eprintln!("not imported: {} ({})", failure.item, said(&failure.reason));
    }
    println!(
        "{} messages are imported, {} were there already, {} could not be.",
        progress.done(),
        progress.known(),
        progress.failed()
    );
    let ended = imported.map_err(in_words)?;
    ensure!(ended == Ended::Done, "it was stopped");
    ensure!(progress.failed() == 0, "not everything could be imported");
    Ok(())
}

pub(crate) async fn export(export: Export, config: Config) -> anyhow::Result<()> {
    let Export {
        address,
        format,
        folder,
        output,
    } = export;
    let account = account(&address, config).await?;
    let only = match folder {
        Some(path) => Some(find(&account, &path).await?),
        None => None,
    };
    let mut options = tokio::fs::OpenOptions::new();
    let made = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&output);
    let made = made.await;
    let mut file = made.with_context(|| format!("Making {}", output.display()))?;
    let progress = Arc::new(Progress::default());
    let written = async {
        let export = account.export(only, format, Arc::clone(&progress)).await?;
        let mut octets = export.octets;
        while let Some(piece) = octets.try_next().await? {
            file.write_all(&piece).await.map_err(anyhow::Error::from)?;
        }
        file.sync_all().await.map_err(anyhow::Error::from)?;
        Ok::<_, Error>(())
    };
    let written = shown(&progress, written).await;
    if let Err(error) = written {
        // Half of a mailbox looks like all of it.
        let _left = tokio::fs::remove_file(&output).await;
        return Err(in_words(error));
    }
    println!("{} messages are in {}.", progress.done(), output.display());
    Ok(())
}

/// The account, by the operator's right or by its password.
async fn account(address: &str, config: Config) -> anyhow::Result<Account> {
    let store = Store::open(&config.database_url, 2).await?;
    store.migrate().await?;
    let has_server = config.server_for(address).is_some();
    let engine = Engine::new(Arc::new(config), store, Clock::system())?;
    let here = engine.account_here(address).await;
    if let Some(account) = here.map_err(in_words)? {
        return Ok(account);
    }
    ensure!(
        has_server,
        "nobody here has the address {address}, and no server is configured for it"
    );
    eprintln!(
        "The mail of {address} lies on a server: its password is read from the first line of \
         standard input."
    );
    let mut password = String::new();
    std::io::stdin().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    ensure!(!password.is_empty(), "there was no password");
    let password = SecretString::from(password);
    let opened = engine.account_there(address, password).await;
    opened.map_err(in_words)
}

/// A folder by its path, or `inbox`.
async fn find(account: &Account, path: &str) -> anyhow::Result<MailboxId> {
    let list = account.mailboxes_now().await.map_err(in_words)?;
    let is_inbox = |role| path.eq_ignore_ascii_case("inbox") && role == Some(Role::Inbox);
    let found = list
        .iter()
        .find(|one| one.path == path || is_inbox(one.role));
    match found {
        Some(found) => Ok(found.id),
        None => bail!("there is no folder {path}"),
    }
}

/// Does the work, and says how far it is where somebody looks on.
async fn shown<T>(progress: &Progress, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let mut ticks = tokio::time::interval(EVERY);
    let looked_at = std::io::stderr().is_terminal();
    loop {
        tokio::select! {
            done = &mut work => {
                if looked_at {
                    eprintln!();
                }
                return done;
            }
            _ = ticks.tick(), if looked_at => {
                let share = match progress.size() {
                    0 => String::new(),
                    size => format!(" ({} %)", (progress.read() * 100 / size).min(100)),
                };
                eprint!("\r{} messages{share} …", progress.done() + progress.known());
                let _unseen = std::io::stderr().flush();
            }
        }
    }
}

fn in_words(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(key) => anyhow!("{}", said(key)),
        Error::NotFound => anyhow!("there is no such folder"),
        other => other.into(),
    }
}

/// What a reason means, for an operator.
fn said(reason: &str) -> &str {
    match reason {
        "draft-quota" => "the quota is used up (limits.quota_mib)",
        "login-not-an-address" => "that is no mail address",
        "login-server-gone" | "login-server-kind" => "its server is not configured any more",
        "problem-over-quota" => "there is no room (for mail that lives here: limits.quota_mib)",
        "transfer-broken" => "it can't be read to its end",
        "transfer-failed" => "the log has the cause",
        "transfer-gone" => "its folder is gone",
        "transfer-no-message" => "it is no message",
        "transfer-no-room" => "the quota is used up (limits.quota_mib)",
        "transfer-packed" => "it is encrypted, or packed in an unknown way",
        "transfer-too-deep" => "it lies too deep",
        "transfer-too-large" => "it is larger than limits.message_mib",
        "transfer-too-many" => "there is too much in it",
        "transfer-too-many-folders" => "too many folders would have to be made",
        "transfer-unknown-kind" => "the file is neither mail nor an archive of mail",
        other => other,
    }
}
