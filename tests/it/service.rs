//! What an operator relies on: backups, probes and figures, proxies in front, the log and what
//! reads it, and an end in good order.

mod backup;
mod ban;
mod bucket;
mod interrupted;
mod log;
mod memory;
mod metrics;
mod nodes;
mod proxies;
mod stopping;
