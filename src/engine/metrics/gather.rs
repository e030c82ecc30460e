//! The page as a whole: what was counted, and what has a state at this moment.

use crate::store::{self, accounts::AccountKind};

use super::{
    super::{Engine, caches::CacheUse, error::Error},
    locked, process,
    text::Page,
};

pub(super) async fn all(engine: &Engine) -> Result<String, Error> {
    let waiting = store::submissions::queue::by_state(engine.store()).await?;
    let indexed = store::indexed::count(engine.store()).await?;
    let mut page = Page::default();
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    page.family("restante_build_info", "gauge", "The version that runs.")
        .sample("", &version, 1);
    let metrics = &engine.0.shared.metrics;
    locked(&metrics.requests).write(&mut page);
    accounts(engine, &mut page);
    let help = "Passwords that were judged, by outcome.";
    let mut family = page.family("restante_sign_ins_total", "counter", help);
    for (result, count) in &*locked(&metrics.sign_ins) {
        family.sample("", &[("result", result)], count);
    }
    caches(engine, &mut page);
    let help = "Messages on their way, by state.";
    let mut family = page.family("restante_outbox_messages", "gauge", help);
    for (state, count) in waiting {
        family.sample("", &[("state", &state)], count);
    }
    let help = "Messages on mail servers of which is known which belong together.";
    page.one("restante_indexed_messages", "gauge", help, indexed);
    let help = "Times that a POP3 server was collected from, by outcome.";
    let mut family = page.family("restante_collector_runs_total", "counter", help);
    for (outcome, count) in &*locked(&metrics.runs) {
        family.sample("", &[("outcome", outcome)], count);
    }
    let help = "Messages collected from POP3 servers.";
    let collected = *locked(&metrics.collected);
    page.one(
        "restante_collector_messages_total",
        "counter",
        help,
        collected,
    );
    blocking(engine, &mut page);
    let began = metrics.began;
    let whole = tokio::task::spawn_blocking(move || {
        process::write(&mut page, began);
        page.finish()
    });
    Ok(whole.await.map_err(anyhow::Error::from)?)
}

fn accounts(engine: &Engine, page: &mut Page) {
    let all = engine.0.registry.all();
    let help = "Accounts in use, by where their mail lies.";
    let mut family = page.family("restante_accounts", "gauge", help);
    for (kind, name) in [
        (AccountKind::Imap, "imap"),
        (AccountKind::Pop3, "pop3"),
        (AccountKind::Local, "local"),
    ] {
        let count = all.iter().filter(|account| account.0.kind == kind).count();
        family.sample("", &[("kind", name)], count);
    }
    let listeners: usize = all.iter().map(|account| account.listeners()).sum();
    let help = "Open streams of events.";
    page.one("restante_streams", "gauge", help, listeners);
    let help = "IMAP connections, by what they do.";
    let mut family = page.family("restante_imap_connections", "gauge", help);
    let mut connections = [0; 3];
    for account in &all {
        let own = account.0.mailstore.connections();
        for (sum, one) in connections.iter_mut().zip(own) {
            *sum += one;
        }
    }
    for (state, count) in ["busy", "watching", "resting"].iter().zip(connections) {
        family.sample("", &[("state", state)], count);
    }
    let help = "Times that an IMAP server was asked and its answer awaited, sign-ins excepted.";
    let trips = engine.0.registry.round_trips();
    page.one("restante_imap_round_trips_total", "counter", help, trips);
}

fn caches(engine: &Engine, page: &mut Page) {
    let used = engine.0.shared.caches.use_of();
    let mut write = |name, kind, help, value: fn(&CacheUse) -> u64| {
        let mut family = page.family(name, kind, help);
        for (cache, used) in &used {
            family.sample("", &[("cache", cache)], value(used));
        }
    };
    let help = "Octets in a cache.";
    write("restante_cache_bytes", "gauge", help, |used| used.bytes);
    let help = "What was asked of a cache and there.";
    write("restante_cache_hits_total", "counter", help, |used| {
        used.hits
    });
    let help = "What was asked of a cache and not there.";
    write("restante_cache_misses_total", "counter", help, |used| {
        used.misses
    });
}

fn blocking(engine: &Engine, page: &mut Page) {
    let pools = [
        ("passwords", engine.0.stretching.load()),
        ("documents", engine.0.shared.taking_apart.load()),
    ];
    let help = "Work that keeps a core busy: how much is done at this moment.";
    let mut family = page.family("restante_blocking_working", "gauge", help);
    for (pool, (working, _)) in pools {
        family.sample("", &[("pool", pool)], working);
    }
    let help = "Work that keeps a core busy: how much waits for its turn.";
    let mut family = page.family("restante_blocking_waiting", "gauge", help);
    for (pool, (_, waiting)) in pools {
        family.sample("", &[("pool", pool)], waiting);
    }
}
