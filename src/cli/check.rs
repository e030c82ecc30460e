//! `restante check`: says whether the configuration holds, server by server.

use restante::config::Config;

pub(crate) async fn run(_config: &Config) -> anyhow::Result<()> {
    Ok(())
}
