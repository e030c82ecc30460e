//! The application: builds what the doors need, listens, serves, and stops with grace.

mod connections;
mod crowd;
mod listener;

use std::{sync::Arc, time::Duration};

use anyhow::Context;

use crate::{
    api,
    clock::Clock,
    config::Config,
    engine::{Engine, Policy, nodes::Presence},
    store::Store,
    web,
};

use self::{connections::Patience, crowd::Crowd};

pub use listener::Listener;

/// How long open requests may go on after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Connections to PostgreSQL, or readers of SQLite.
const DATABASE_CONNECTIONS: u32 = 8;

/// The assembled application.
pub struct App {
    engine: Engine,
    router: axum::Router,
    crowd: Crowd,
    presence: Presence,
}

impl App {
    /// Opens the store (bringing its tables up to date), reads or makes the server's key, and
    /// builds the routes.
    ///
    /// # Errors
    /// When the database or the key file can't be used; says which and why.
    pub async fn new(config: Config, clock: Clock) -> anyhow::Result<Self> {
        Self::with_policy(config, clock, Policy::public()).await
    }

    /// As [`App::new`], with another policy of where people may lead us. For tests, whose servers
    /// are on this machine.
    ///
    /// # Errors
    /// As [`App::new`].
    pub async fn with_policy(config: Config, clock: Clock, policy: Policy) -> anyhow::Result<Self> {
        let config = Arc::new(config);
        let store = Store::open(&config.database_url, DATABASE_CONNECTIONS)
            .await
            .context("Opening the database")?;
        store.migrate().await.context("Preparing the database")?;
        let engine = Engine::with_policy(Arc::clone(&config), store, clock, policy)?;
        let checked = engine.check_files().await;
        checked.context("Storing a file at blob_url")?;
        let presence = engine.join().await?;
        let pages = web::router(&config, engine.clone())?;
        let programs = api::router(&config, engine.clone())?;
        let router = axum::Router::new()
            .nest_service(&format!("{}/api/v1", config.base_path()), programs)
            .fallback_service(pages);
        let crowd = Crowd::new(&config.trusted_proxies, crowd::MOST);
        Ok(Self {
            engine,
            router,
            crowd,
            presence,
        })
    }

    /// The engine, for tests and commands.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The routes, for tests that need no socket.
    pub fn router(&self) -> axum::Router {
        self.router.clone()
    }

    /// Serves until `stop` is done, then lets open requests finish for some seconds.
    pub async fn serve(self, listener: Listener, stop: impl Future<Output = ()>) {
        let keeper = tokio::spawn(self.engine.clone().keep_house());
        let news = tokio::spawn(self.engine.clone().run_news());
        let mut presence = self.presence;
        let mut outbox = tokio::spawn(self.engine.clone().run_outbox());
        let mut collecting = tokio::spawn(self.engine.clone().run_collecting());
        let mut telling = tokio::spawn(self.engine.clone().run_webhooks());
        let open = connections::accept(
            listener,
            &self.router,
            self.crowd,
            Patience::default(),
            stop,
        );
        let open = tokio::select! {
            open = open => open,
            never = self.engine.clone().stay(&mut presence) => never,
        };
        // Event streams never end by themselves.
        self.engine.close();
        keeper.abort();
        news.abort();
        let ended = async {
            tokio::join!(open.shutdown(), async {
                // Messages that are being handed over.
                let _ended = (&mut outbox).await;
                // What has come is filed, and others may go on.
                let _ended = (&mut collecting).await;
                // What is being told to others.
                let _ended = (&mut telling).await;
            })
        };
        let _cut = tokio::time::timeout(GRACE, ended).await;
        outbox.abort();
        collecting.abort();
        telling.abort();
        self.engine.leave(presence).await;
    }
}
