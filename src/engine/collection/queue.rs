//! Whose mail is collected when: one task per process looks, and begins one for each account whose
//! time has come, eight at once. The database decides which process collects for an account.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, task::JoinSet};

use crate::{
    mail::mailbox::Role,
    store::{
        self,
        accounts::{AccountKind, AccountRow},
        collector::account,
        id::AccountId,
        local,
    },
};

use super::super::{
    Engine,
    account::Account,
    collector::{Collector, Failure, Lost, LostWords, Reason, Run, Speak, Task},
    error::Error,
    local::owner,
    secrets, sessions,
    upstream::{self, Credential},
};

/// How often is looked without being woken: other processes may have set a time, and a clock may
/// have been set.
const LOOK: Duration = Duration::from_secs(5);
/// Accounts that one process collects for at once. Each takes a connection and some megabytes.
const AT_ONCE: usize = 8;
/// How long one waits that can't be collected for before somebody does something (ms).
const PAUSE: i64 = 3600 * 1000;
/// Accounts looked at in one go.
const LOOKED_AT: i64 = 50;

/// The collecting of this process.
#[derive(Debug)]
pub(in crate::engine) struct Collecting {
    wake: Notify,
    /// Accounts being collected for, and how to stop it.
    running: Mutex<HashMap<AccountId, Arc<Notify>>>,
    /// The name of the setting that says in which language, and the words.
    speech: OnceLock<(&'static str, Speak)>,
}

impl Collecting {
    pub(in crate::engine) fn new() -> Self {
        Self {
            wake: Notify::new(),
            running: Mutex::default(),
            speech: OnceLock::new(),
        }
    }

    /// Something may be due now.
    pub(in crate::engine) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Ends the run of an account, if it is here.
    pub(super) fn stop(&self, account: AccountId) {
        if let Some(stop) = self.running().get(&account) {
            stop.notify_one();
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<AccountId, Arc<Notify>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Says with which words people are told of messages that can't be collected, and in which of
    /// their settings these words find the language. Once, at the start.
    pub fn speak_of_lost_mail(&self, setting: &'static str, speak: Speak) {
        let _said_before = self.0.shared.collecting.speech.set((setting, speak));
    }

    /// Collects what is due until we stop. What is under way then is stopped: what has come is
    /// filed, and the account is free for others.
    pub async fn run_collecting(self) {
        let mut tasks = JoinSet::new();
        let mut closing = pin!(self.closing());
        loop {
            if let Err(error) = self.begin_collecting(&mut tasks).await {
                tracing::warn!(%error, "What is to be collected could not be read");
            }
            let mut look = pin!(tokio::time::sleep(LOOK));
            let closes = loop {
                tokio::select! {
                    () = &mut closing => break true,
                    () = self.0.shared.collecting.wake.notified() => break false,
                    () = &mut look => break false,
                    // One that did nothing is due still, and would be begun again without a pause.
                    Some(did) = tasks.join_next() => if did.unwrap_or(false) { break false },
                }
            };
            if closes {
                break;
            }
        }
        let running: Vec<_> = self
            .0
            .shared
            .collecting
            .running()
            .values()
            .cloned()
            .collect();
        running.iter().for_each(|stop| stop.notify_one());
        while tasks.join_next().await.is_some() {}
    }

    /// Begins to collect for those whose turn it is: who uses their account now, and who allows it
    /// at any time.
    async fn begin_collecting(&self, tasks: &mut JoinSet<bool>) -> Result<(), Error> {
        let now = self.now();
        for used in self.0.registry.all() {
            if used.is_collected() && used.is_attended() {
                let row = account::get(self.store(), used.0.id).await?;
                if row.is_some_and(|row| !row.paused && row.next_at <= now)
                    && !self.is_at_work(used.0.id).await?
                {
                    self.begin_one(used.0.id, Some(used), tasks);
                }
            }
        }
        for row in account::due(self.store(), now, LOOKED_AT).await? {
            // Another process may be at it: it would only take a place here.
            if !self.is_at_work(row.account_id).await? {
                self.begin_one(row.account_id, None, tasks);
            }
        }
        Ok(())
    }

    fn begin_one(&self, id: AccountId, used: Option<Account>, tasks: &mut JoinSet<bool>) {
        let collecting = &self.0.shared.collecting;
        if tasks.len() >= AT_ONCE || collecting.running().contains_key(&id) {
            return;
        }
        let stop = Arc::new(Notify::new());
        collecting.running().insert(id, Arc::clone(&stop));
        let engine = self.clone();
        tasks.spawn(async move {
            let outcome = engine.collect(id, used, &stop).await;
            let did = matches!(outcome, Ok(Some(_)));
            match outcome {
                Ok(Some(run)) => tracing::debug!(account.id = id.get(), ?run, "Collected"),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(account.id = id.get(), %error, "Collecting failed");
                }
            }
            engine.0.shared.collecting.running().remove(&id);
            did
        });
    }

    /// One run.
    async fn collect(
        &self,
        id: AccountId,
        used: Option<Account>,
        stop: &Notify,
    ) -> Result<Option<Run>, Error> {
        let Some(row) = store::accounts::by_id(self.store(), id).await? else {
            return Ok(None);
        };
        let config = &self.0.shared.config;
        let servers = self.0.shared.servers_of(&row);
        let servers = servers.filter(|_| row.kind == AccountKind::Pop3);
        let Some(servers) = servers else {
            // The operator may bring it back.
            account::set_next(self.store(), row.id, self.now() + PAUSE).await?;
            return Err(Error::Invalid("login-server-gone"));
        };
        let data_key = match used {
            Some(used) => Some(used.0.data_key.clone()),
            None => self.collecting_data_key(&row).await?,
        };
        let opened = data_key.and_then(|key| Some((sessions::open_credential(&row, &key)?, key)));
        let Some((kept, data_key)) = opened else {
            return self.needs_password(&row).await.map(|()| None);
        };
        let secret = self.0.shared.proof(&row, &data_key, kept);
        let credential = Credential {
            user: servers.user.clone(),
            secret,
        };
        let connector = upstream::collecting(&servers, &credential, &config.limits)?;
        let Some(connector) = connector else {
            account::set_next(self.store(), row.id, self.now() + PAUSE).await?;
            return Err(Error::Invalid("login-server-kind"));
        };
        let owner = owner(&row);
        let here = self.0.shared.local(owner);
        let folders = local::folders::list(self.store(), owner).await?;
        let inbox = folders.iter().find(|one| one.role == Some(Role::Inbox));
        let collector = Collector {
            store: self.store().clone(),
            files: self.0.shared.files.clone(),
            clock: self.0.shared.clock.clone(),
            thread_key: here.thread_key,
        };
        let speech = self.0.shared.collecting.speech.get();
        let (setting, speak) = speech.copied().unwrap_or(("", wordless));
        let wishes = self.setting(row.user_id, setting).await?;
        let task = Task {
            owner,
            address: &row.address,
            speak,
            wishes: &wishes,
            connector: &connector,
            inbox: inbox.ok_or(Error::NotFound)?.id,
            quota: here.quota,
            who: &self.0.shared.name.taker(),
            dice: u32::from_be_bytes(secrets::random()),
        };
        let outcome = collector.collect(task, stop.notified()).await;
        let metrics = &self.0.shared.metrics;
        match &outcome {
            Ok(Some(run)) => metrics.collected(None, run.filed),
            Ok(None) => {}
            Err(failure) => failure
                .reason()
                .into_iter()
                .for_each(|reason| metrics.collected(Some(reason), 0)),
        }
        match outcome {
            Ok(run) => Ok(run),
            Err(Failure::Stopped | Failure::Superseded) => Ok(None),
            Err(Failure::Server(error)) => Err(error.into()),
            Err(Failure::Store(error)) => Err(error.into()),
        }
    }

    /// Nobody can open the password: its owner has to come by.
    async fn needs_password(&self, row: &AccountRow) -> Result<(), Error> {
        let now = self.now();
        let reason = Reason::NeedsPassword.as_str();
        account::finished(self.store(), row.id, reason, now + PAUSE, now).await?;
        Ok(())
    }
}

/// Where no door has any: what there is to know.
fn wordless(_: &str, lost: &Lost) -> LostWords {
    LostWords {
        subject: lost.uidl.clone(),
        text: String::new(),
    }
}
