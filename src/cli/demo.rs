//! `restante demo`: somebody with an invented mailbox, nothing to install and nothing to configure.
//! Everything lies in one folder, which is removed at the end unless it was named.

use std::{
    fs,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context;
use bytes::Bytes;
use clap::Args;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use restante::{
    app::{App, Listener},
    clock::Clock,
    config::Config,
    engine::{Engine, Error, local::Deposit, secrets},
    mail::sample,
};
use secrecy::SecretString;

const ADDRESS: &str = "demo@example.org";
const PASSWORD: &str = "demo";

/// How to show it.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where to keep everything; what is there already is shown again. Without it, a folder that
    /// is removed at the end.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The port on this machine; without it, a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many messages to invent.
    #[arg(long, default_value_t = 400)]
    messages: usize,
}

pub(crate) async fn run(demo: Demo, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let (folder, removed) = match demo.data {
        Some(folder) => (folder, None),
        None => {
            let name = format!("restante-demo-{}", secrets::random_word());
            let folder = std::env::temp_dir().join(name);
            (folder.clone(), Some(Removed(folder)))
        }
    };
    let mut stop = std::pin::pin!(stop);
    make(&folder)?;
    let listener = Listener::bind(&format!("127.0.0.1:{}", demo.port)).await?;
    let url = format!("http://{}", listener.address());
    let config = settings(&folder, &url)?;
    let app = App::new(config, Clock::system()).await?;
    let is_new = !folder.join("filled").exists();
    if is_new {
        println!("Inventing {} messages …", demo.messages);
        tokio::select! {
            filled = fill(app.engine(), demo.messages) => filled?,
            () = &mut stop => return Ok(()),
        }
        fs::write(folder.join("filled"), "")?;
    }
    println!(
        "\n  Restante is running, with an invented mailbox.\n\n    Open      {url}\n    \
         Address   {ADDRESS}\n    Password  {PASSWORD}\n\n  Messages to {ADDRESS} arrive; \
         to anybody else nothing is sent.\n  Ctrl-C ends it{}.\n",
        match removed.is_some() {
            true => " and removes everything",
            false => "",
        }
    );
    app.serve(listener, stop).await;
    drop(removed);
    Ok(())
}

fn settings(folder: &Path, url: &str) -> anyhow::Result<Config> {
    let variables = [
        ("RESTANTE_PUBLIC_URL", url.to_owned()),
        ("RESTANTE_DATA_DIR", folder.display().to_string()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value));
    Config::load(None, variables.into_iter())
}

/// Makes the person and the messages.
async fn fill(engine: &Engine, count: usize) -> anyhow::Result<()> {
    let password = SecretString::from(PASSWORD);
    engine.set_local_password(ADDRESS, &password).await?;
    // Several at once, for each waits for the disk.
    let messages = stream::iter(sample::mailbox(engine.now(), 1, count));
    let filed = messages.map(|message| async move {
        let raw = Bytes::from(addressed(&message.raw));
        let deposit = Deposit {
            folder: &message.folder,
            keywords: &message.keywords,
            received_at: Some(message.received_at),
        };
        let pieces = stream::iter([Ok::<_, Error>(raw)]);
        engine.deposit(ADDRESS, &deposit, pieces).await
    });
    let mut filed = std::pin::pin!(filed.buffered(16));
    while filed.try_next().await?.is_some() {}
    Ok(())
}

/// The invented letters are to somebody of another address.
fn addressed(raw: &[u8]) -> Vec<u8> {
    let owner = sample::OWNER_ADDRESS.as_bytes();
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(first) = rest.first() {
        if let Some(after) = rest.strip_prefix(owner) {
            out.extend_from_slice(ADDRESS.as_bytes());
            rest = after;
        } else {
            out.push(*first);
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    out
}

fn make(folder: &Path) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.with_context(|| format!("Making the folder {}", folder.display()))
}

/// A folder that goes when this does.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        // What is left of it is in the system's own folder for such.
        let _left = fs::remove_dir_all(&self.0);
    }
}
