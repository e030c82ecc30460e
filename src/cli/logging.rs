//! Where log lines go: standard error, as text or JSON.

use std::io::IsTerminal;

use restante::config::LogFormat;
use tracing_subscriber::{EnvFilter, filter::Directive, fmt, prelude::*};

/// Starts logging at `info`, or as `RESTANTE_LOG` says (`debug`, `restante::imap=trace`, …).
///
/// # Errors
/// When `RESTANTE_LOG` can't be read.
pub(crate) fn start(format: LogFormat) -> anyhow::Result<()> {
    let wanted = std::env::var("RESTANTE_LOG").unwrap_or_else(|_| "info".to_owned());
    let mut filter = EnvFilter::try_new(wanted)?;
    // At trace level async-imap writes whole commands, passwords included.
    let silent: Directive = "async_imap=off".parse()?;
    filter = filter.add_directive(silent);
    // It complains of each odd tag of a letter, which is nobody's fault here.
    filter = filter.add_directive("html5ever=off".parse()?);
    let registry = tracing_subscriber::registry().with(filter);
    match format {
        LogFormat::Text => registry
            .with(
                fmt::layer()
                    .with_ansi(std::io::stderr().is_terminal())
                    .with_writer(std::io::stderr),
            )
            .init(),
        LogFormat::Json => registry
            .with(
                fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_writer(std::io::stderr),
            )
            .init(),
    }
    Ok(())
}
