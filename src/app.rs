//! The application: builds what the doors need, listens, serves, and stops with grace.

mod listener;

use std::{future::Future, sync::Arc, time::Duration};

use anyhow::Context;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;

use crate::{
    clock::Clock,
    config::Config,
    engine::Engine,
    store::Store,
    web::{self, Peer},
};

pub use listener::Listener;

/// How long open requests may go on after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Connections to PostgreSQL, or readers of SQLite.
const DATABASE_CONNECTIONS: u32 = 8;

/// The assembled application.
pub struct App {
    engine: Engine,
    router: axum::Router,
}

impl App {
    /// Opens the store (bringing its tables up to date), reads or makes the server's key, and
    /// builds the routes.
    ///
    /// # Errors
    /// When the database or the key file can't be used; says which and why.
    pub async fn new(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let config = Arc::new(config);
        let store = Store::open(&config.database_url, DATABASE_CONNECTIONS)
            .await
            .context("Opening the database")?;
        store.migrate().await.context("Preparing the database")?;
        let engine = Engine::new(Arc::clone(&config), store, clock)?;
        let router = web::router(&config, engine.clone())?;
        Ok(Self { engine, router })
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
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(
        self,
        listener: Listener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> anyhow::Result<()> {
        let engine = self.engine.clone();
        let keeper = tokio::spawn(engine.clone().keep_house());
        let outbox = tokio::spawn(engine.clone().run_outbox());
        let (stopping, mut stopped) = tokio::sync::watch::channel(false);
        let signal = async move {
            stop.await;
            // Event streams never end by themselves.
            engine.close();
            let _unheard = stopping.send(true);
        };
        let service: IntoMakeServiceWithConnectInfo<_, Peer> =
            self.router.into_make_service_with_connect_info();
        let serving = axum::serve(listener, service).with_graceful_shutdown(signal);
        let grace = async move {
            let _gone = stopped.wait_for(|stopping| *stopping).await.is_err();
            tokio::time::sleep(GRACE).await;
        };
        let served = tokio::select! {
            served = serving => served.context("Serving"),
            () = grace => Ok(()),
        };
        keeper.abort();
        outbox.abort();
        served
    }
}
