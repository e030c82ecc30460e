//! A copy of everything that is kept, made while it is in use: the database at one moment, and the
//! blobs that it names at that moment, each compared with its sha256. Blobs that are there already
//! cost a look at their size.
//!
//! A blob that nothing names any more stays for a day, so that those of the copied database are
//! there still when their turn comes. Only who is forgotten goes at once: then the database is
//! copied anew.

use std::{
    collections::HashSet,
    fs::{self, DirBuilder, File, TryLockError},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};

use crate::{
    config::Config,
    store::{
        self, Store,
        backup::Snapshot,
        blobs::Sha256,
        files::{Copied, Files, hex},
        id::UserId,
    },
};

/// How often the database is copied anew because somebody was forgotten meanwhile.
const TRIES: usize = 3;

/// What is to be copied where.
#[derive(Clone, Debug)]
pub struct Order {
    /// The folder; one from before is brought up to date.
    pub to: PathBuf,
    /// An earlier copy beside it: what has not changed becomes a hard link to what lies there.
    pub earlier: Option<PathBuf>,
    /// The server's key as well.
    pub with_key: bool,
    /// Blobs alone, because the database is copied by other means.
    pub files_only: bool,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Blobs copied now.
    pub copied: u64,
    /// Octets of these.
    pub bytes: u64,
    /// Hard links to an earlier copy.
    pub linked: u64,
    /// There already.
    pub kept: u64,
    /// Removed from the copy, for nothing names them any more.
    pub removed: usize,
    /// Missing or not what arrived, by the user's number and their sha256.
    pub damaged: Vec<(i64, String)>,
}

/// Copies what these settings keep.
///
/// # Errors
/// When the copy can't be written, and what the database says. The copy from before is whole
/// still.
pub async fn backup(config: &Config, order: &Order) -> anyhow::Result<Done> {
    let target = &order.to;
    let mut folders = DirBuilder::new();
    let made = folders.recursive(true).mode(0o700).create(target);
    made.with_context(|| format!("Making the folder {}", target.display()))?;
    let source = config.blob_url.strip_prefix("file:").unwrap_or_default();
    ensure!(
        !is_same(target, &config.data_dir) && !is_same(&target.join("blobs"), Path::new(source)),
        "{} is where Restante itself keeps this",
        target.display()
    );
    if let Some(earlier) = &order.earlier {
        // Made anew it would be empty, and everything be copied without a word.
        let is_one = earlier.join("blobs").is_dir();
        ensure!(is_one, "{} is no earlier backup", earlier.display());
    }
    let _lock = lock(target)?;
    let copy = Copy {
        store: Store::open(&config.database_url, 2).await?,
        url: &config.database_url,
        from: Files::of(config)?,
        to: files_of(target)?,
        earlier: order.earlier.as_deref().map(files_of).transpose()?,
    };
    let done = match order.files_only {
        true => copy.files_only().await?,
        false => copy.everything(target).await?,
    };
    copy.store.close().await;
    if order.with_key {
        let key = fs::read(&config.secret_key_file);
        let key = key.context("Reading the server's key")?;
        write_key(&target.join("secret.key"), &key).context("Copying the server's key")?;
    }
    File::open(target)?.sync_all()?;
    Ok(done)
}

struct Copy<'a> {
    store: Store,
    url: &'a str,
    from: Files,
    to: Files,
    earlier: Option<Files>,
}

impl Copy<'_> {
    async fn files_only(&self) -> anyhow::Result<Done> {
        let mut state = self.store.state().await?;
        let (copied, _) = self.blobs(&mut state).await?;
        state.close().await;
        // What other copies of the database name is not known here.
        Ok(done(&copied, 0))
    }

    async fn everything(&self, target: &Path) -> anyhow::Result<Done> {
        let name = self.store.copy_name();
        let new = target.join(format!("{name}.new"));
        let mut tries = 1..=TRIES;
        let (copied, known) = loop {
            let again = tries.next().is_some_and(|number| number < TRIES);
            let mut state = self.store.copy(&new, self.url).await?;
            let outcome = self.blobs(&mut state).await;
            state.close().await;
            let (copied, known) = outcome?;
            if !(again && self.has_changed(&copied.damaged).await?) {
                break (copied, known);
            }
        };
        File::open(&new)?.sync_all()?;
        fs::rename(&new, target.join(name))?;
        File::open(target)?.sync_all()?;
        // What only the copy before named can go now, and not sooner.
        let removed = copied.unwanted.len();
        self.to.forget(copied.unwanted.clone()).await?;
        self.to.remove_strangers(known, Duration::ZERO).await?;
        Ok(done(&copied, removed))
    }

    /// The blobs of a state of the database, and whose they are.
    async fn blobs(&self, state: &mut Snapshot) -> anyhow::Result<(Copied, HashSet<UserId>)> {
        let mut copied = Copied::default();
        let users = state.users().await?;
        for user in &users {
            for shelf in 0..=u8::MAX {
                let wanted = state.on_shelf(*user, shelf).await?;
                let (to, earlier) = (&self.to, self.earlier.as_ref());
                let done = self.from.copy_shelf(to, earlier, *user, shelf, wanted);
                copied.add(done.await?);
            }
        }
        Ok((copied, users.into_iter().collect()))
    }

    /// Is one of these known no more?
    async fn has_changed(&self, missing: &[(UserId, Sha256)]) -> anyhow::Result<bool> {
        for (user, sha256) in missing {
            if store::blobs::get(&self.store, *user, sha256)
                .await?
                .is_none()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn done(copied: &Copied, removed: usize) -> Done {
    let damaged = copied.damaged.iter();
    Done {
        copied: copied.copied,
        bytes: copied.bytes,
        linked: copied.linked,
        kept: copied.kept,
        removed,
        damaged: damaged
            .map(|(user, sha256)| (user.get(), hex(sha256)))
            .collect(),
    }
}

fn files_of(folder: &Path) -> anyhow::Result<Files> {
    let url = format!("file:{}", folder.join("blobs").display());
    Files::open(&url).with_context(|| format!("Opening {}", folder.display()))
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Two that write into one folder would take away each other's files.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let lock = File::create(folder.join(".lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => bail!("another backup into this folder is under way"),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn write_key(path: &Path, key: &[u8]) -> std::io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};

    let mut options = fs::OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(path)?;
    file.write_all(key)?;
    file.sync_all()
}
