//! Many people at once: what they wait, and what memory they take.

use std::{
    io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;

use crate::{
    bare::Bare,
    dovecot::{PASSWORD, User},
    house::{House, Program},
    http::{Browser, Wish, quoted},
    table::{self, Pair, millis, percentile},
};

/// Memory by the occasion: PSS and RSS in MiB.
type Memory = Vec<(String, (f64, f64))>;

/// Opens a connection, signs in and follows to the list; returns the list's path.
fn arrive(browser: &mut Browser, user: &User) -> io::Result<String> {
    let after = browser.sign_in(&user.address, PASSWORD)?.location;
    let home = browser.get(after.as_deref().unwrap_or("/"), Wish::default())?;
    let list = home.location.ok_or(io::ErrorKind::NotFound)?;
    browser.get(&list, Wish::default())?.ok()?;
    Ok(list)
}

/// Each signs in for the first time and sees the list.
pub(crate) fn sign_in(
    house: &House,
    imap: u16,
    crowd: &[User],
    messages: usize,
) -> anyhow::Result<()> {
    let turns = crowd.len().saturating_sub(2);
    let pair = Pair::take(
        turns,
        |turn| {
            let user = crowd.get(turn).ok_or(io::ErrorKind::NotFound)?;
            let mut browser = Browser::open(house.address)?;
            arrive(&mut browser, user)?;
            let key = browser.key().unwrap_or_default();
            Ok(house.account(key).map_err(io::Error::other)?.round_trips())
        },
        |turn| {
            let user = crowd.get(turn).ok_or(io::ErrorKind::NotFound)?;
            let mut bare = Bare::sign_in(imap, &user.address, PASSWORD)?;
            bare.run(&["SELECT INBOX"])?;
            let newest = messages - 49;
            let fetch = format!("FETCH {newest}:* {}", bare.row());
            bare.run(&[&fetch]).map(drop)
        },
    )?;
    table::line("sign in and list of 50", messages, &pair);
    Ok(())
}

/// All ask for their lists again and again; first each time from the server, then with a page
/// open that listens.
pub(crate) fn load(house: &House, crowd: &[User], time: Duration) -> anyhow::Result<()> {
    let mut browsers = Vec::new();
    for user in crowd {
        let mut browser = Browser::open(house.address)?;
        let path = arrive(&mut browser, user)?;
        browsers.push((browser, path));
    }
    report("list of 50", &mut browsers, time)?;
    let mut open = Vec::new();
    for (browser, path) in &browsers {
        let mailbox = path.trim_start_matches("/m/");
        open.push(
            browser
                .again()?
                .listen(&format!("/events?mailbox={mailbox}"))?,
        );
    }
    thread::sleep(Duration::from_secs(1));
    report("list of 50, vouched for by IDLE", &mut browsers, time)
}

fn report(name: &str, browsers: &mut [(Browser, String)], time: Duration) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut times = lists(browsers, begun + time)?;
    let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let (middle, slow) = (percentile(&times, 50), percentile(&times, 95));
    println!(
        "| {name} | {rate:.0} | {} | {} |",
        millis(middle),
        millis(slow)
    );
    Ok(())
}

/// Everybody asks until the time is up; returns how long each took.
fn lists(browsers: &mut [(Browser, String)], end: Instant) -> anyhow::Result<Vec<Duration>> {
    thread::scope(|scope| {
        let everybody: Vec<_> = browsers
            .iter_mut()
            .map(|(browser, path)| {
                scope.spawn(move || {
                    let mut times = Vec::new();
                    while Instant::now() < end {
                        let (took, _) = table::timed(|| browser.get(path, Wish::default())?.ok())?;
                        times.push(took);
                    }
                    io::Result::Ok(times)
                })
            })
            .collect();
        let mut all = Vec::new();
        for one in everybody {
            let times = one.join().ok().context("a thread ended")?;
            all.extend(times?);
        }
        Ok(all)
    })
}

/// Starts the program and looks at its memory: idle, with everybody signed in and reading, and
/// after some seconds of load.
pub(crate) fn memory(config: &Path, crowd: &[User]) -> anyhow::Result<Memory> {
    let program = Program::start(config)?;
    let mut found = Vec::new();
    Browser::open(program.address)?.get("/login", Wish::default())?;
    thread::sleep(Duration::from_millis(500));
    found.push(("idle".to_owned(), program.memory()?));
    let mut browsers = Vec::new();
    for user in crowd {
        let mut browser = Browser::open(program.address)?;
        let path = arrive(&mut browser, user)?;
        let wish = Wish {
            plain: true,
            ..Wish::default()
        };
        let page = browser.get(&path, wish)?.text();
        for id in quoted(&page, " id=\"e-").take(3) {
            browser
                .get(&format!("{path}/{id}"), Wish::default())?
                .ok()?;
        }
        browsers.push((browser, path));
    }
    thread::sleep(Duration::from_millis(500));
    let users = crowd.len();
    found.push((format!("{users} signed in, reading"), program.memory()?));
    let mut open = Vec::new();
    for (browser, path) in &browsers {
        let mailbox = path.trim_start_matches("/m/");
        open.push(
            browser
                .again()?
                .listen(&format!("/events?mailbox={mailbox}"))?,
        );
    }
    lists(&mut browsers, Instant::now() + Duration::from_secs(3))?;
    thread::sleep(Duration::from_millis(500));
    let busy = format!("{users} with open pages, after thousands of lists");
    found.push((busy, program.memory()?));
    Ok(found)
}
