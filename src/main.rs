//! The `restante` command: reads arguments and settings, sets up logging, and hands over.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::run(cli::Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("restante: {error:#}");
            ExitCode::FAILURE
        }
    }
}
