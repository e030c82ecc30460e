//! What each page costs, beside the bare IMAP commands behind it: `cargo bench` prints a table.
//! Nothing is held to a time here; docs/performance.md says how to read it.
//!
//! `cargo bench -- --quick` takes some seconds and small folders, to see that the bench itself
//! works. Dovecot must be installed.

#[path = "pages/bare.rs"]
mod bare;
#[path = "pages/cold.rs"]
mod cold;
#[path = "pages/crowd.rs"]
mod crowd;
#[expect(
    dead_code,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "written for the tests, which panic, and use more of it"
)]
#[path = "../tests/it/support/dovecot.rs"]
mod dovecot;
#[path = "pages/house.rs"]
mod house;
#[path = "pages/http.rs"]
mod http;
#[path = "pages/mail.rs"]
mod mail;
#[path = "../tests/it/support/maildir.rs"]
mod maildir;
#[path = "pages/one.rs"]
mod one;
/// What the tests' Dovecot has beside passwords, and this one has not.
mod provider {
    pub(crate) fn introspection() -> &'static str {
        ""
    }
}
/// The same for mail that goes out.
mod relay {
    pub(crate) fn address() -> &'static str {
        ""
    }
}
#[path = "pages/table.rs"]
mod table;
#[expect(clippy::expect_used, reason = "written for the tests, which panic")]
#[path = "../tests/it/support/wrapped.rs"]
mod wrapped;

use std::{env, time::Duration};

use crate::{
    dovecot::{Dovecot, User},
    house::House,
};

/// The default.
const CACHE_MIB: u32 = 12;

/// How much is measured.
struct Plan {
    sizes: &'static [usize],
    turns: usize,
    users: usize,
    messages_each: usize,
    load: Duration,
}

const WHOLE: Plan = Plan {
    sizes: &[200, 10_000, 100_000],
    turns: 40,
    users: 32,
    messages_each: 1000,
    load: Duration::from_secs(4),
};

const QUICK: Plan = Plan {
    sizes: &[200, 2000],
    turns: 8,
    users: 4,
    messages_each: 200,
    load: Duration::from_secs(1),
};

fn main() -> anyhow::Result<()> {
    // `cargo test --benches` runs this too, without `--bench`.
    let quick = env::args().any(|word| word == "--quick") || !env::args().any(|w| w == "--bench");
    let plan = if quick { QUICK } else { WHOLE };

    eprintln!("Writing mail and warming the server's index");
    let server = Dovecot::shared();
    let people = plan.sizes.iter().map(|size| {
        let letters = Some(size) == plan.sizes.get(1);
        Ok((*size, mail::person(server, *size, letters)?))
    });
    let people: Vec<(usize, User)> = people.collect::<anyhow::Result<_>>()?;
    let crowd = (0..plan.users).map(|_| mail::person(server, plan.messages_each, false));
    let crowd: Vec<User> = crowd.collect::<std::io::Result<_>>()?;

    let folder = tempfile::tempdir()?;
    let imap = server.port("IMAP");
    let settings =
        |name: &str, cache_mib| house::settings(&folder.path().join(name), imap, cache_mib);
    let memory = crowd::memory(&settings("program", CACHE_MIB)?, &crowd)?;
    let house = House::start(&settings("house", CACHE_MIB)?)?;
    // What a list costs that nobody has looked at before.
    let forgetful = House::start(&settings("forgetful", 0)?)?;
    table::head();
    for (size, user) in &people {
        one::first_time(&forgetful, imap, user, *size, plan.turns)?;
        one::measure(&house, imap, user, *size, plan.turns)?;
    }
    crowd::sign_in(&house, imap, &crowd, plan.messages_each)?;
    println!(
        "\n| {} users at once | a second | p50, ms | p95, ms |",
        plan.users
    );
    println!("|---|--:|--:|--:|");
    crowd::load(&house, &crowd, plan.load)?;
    println!("\n| memory of the program | PSS, MiB | RSS, MiB |\n|---|--:|--:|");
    for (when, (pss, rss)) in memory {
        println!("| {when} | {pss:.1} | {rss:.1} |");
    }
    println!("\n| cold load | requests | kB on the wire |\n|---|--:|--:|");
    for (what, requests, octets) in cold::load(&house, &crowd)? {
        println!(
            "| {what} | {requests} | {:.1} |",
            f64::from(octets) / 1000.0
        );
    }
    Ok(())
}
