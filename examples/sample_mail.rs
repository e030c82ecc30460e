//! Writes the sample mailbox as a Maildir++ for Dovecot:
//!
//! ```text
//! cargo run --example sample_mail -- <maildir> [count] [--bulk <folder> <count>]...
//! ```

#[path = "../tests/it/support/maildir.rs"]
mod maildir;

use std::{env, path::Path};

use anyhow::{Context as _, Result, bail};
use restante::{
    clock::Clock,
    mail::sample::{self, SampleMessage},
};

/// One seed, so that each start shows the same mailbox.
const SEED: u64 = 7;

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let root = arguments.next().context("which directory?")?;
    let mut maildir = maildir::Maildir::new(Path::new(&root));
    let now = Clock::system().now();
    let mut count = 300;
    while let Some(argument) = arguments.next() {
        if argument == "--bulk" {
            let folder = arguments.next().context("--bulk which folder?")?;
            let count = arguments.next().context("--bulk how many?")?.parse()?;
            for message in sample::bulk(now, SEED, count) {
                maildir.write(&SampleMessage {
                    folder: folder.clone(),
                    ..message
                })?;
            }
        } else if let Ok(number) = argument.parse() {
            count = number;
        } else {
            bail!("unknown argument {argument}");
        }
    }
    if count > 0 {
        for folder in sample::FOLDERS {
            maildir.folder(folder)?;
        }
    }
    for message in sample::mailbox(now, SEED, count) {
        maildir.write(&message)?;
    }
    println!("{} messages in {root}", maildir.written());
    Ok(())
}
