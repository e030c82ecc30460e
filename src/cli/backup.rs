//! `restante backup`: everything that is kept, copied while it is in use.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use restante::{
    config::Config,
    engine::backup::{self, Order},
};

/// What to copy where.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The folder. Made when missing; an earlier backup in it is brought up to date, and stays
    /// whole until the new one is.
    folder: PathBuf,
    /// An earlier backup in another folder of the same disk: what has not changed becomes a hard
    /// link to what lies there.
    #[arg(long, value_name = "FOLDER")]
    earlier: Option<PathBuf>,
    /// Copy secret.key as well. With it whoever has the backup can try passwords.
    #[arg(long)]
    with_key: bool,
    /// Copy the stored files alone, after the database was copied by other means. What nothing
    /// names any more stays in the folder.
    #[arg(long)]
    files_only: bool,
}

pub(crate) async fn run(backup: Backup, config: Config) -> anyhow::Result<()> {
    let order = Order {
        to: backup.folder,
        earlier: backup.earlier,
        with_key: backup.with_key,
        files_only: backup.files_only,
    };
    let done = backup::backup(&config, &order).await?;
    if !order.files_only {
        println!("The database is copied.");
    }
    println!(
        "{} stored files: {} copied ({} octets), {} linked, {} there already; {} removed.",
        done.copied + done.linked + done.kept,
        done.copied,
        done.bytes,
        done.linked,
        done.kept,
        done.removed
    );
    for (user, name) in &done.damaged {
        println!("damaged or missing: {name} of user {user}");
    }
    ensure!(
        done.damaged.is_empty(),
        "{} stored files are missing or not as they arrived; the rest is copied",
        done.damaged.len()
    );
    Ok(())
}
