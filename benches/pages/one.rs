//! One person and one folder: each page and action beside its bare commands.

use std::{io, sync::Arc, time::Duration};

use anyhow::Context as _;
use restante::{
    engine::{
        Account,
        list::{Anchor, Window},
    },
    mail::{
        id::{EmailId, MailboxId},
        mailbox::{Mailbox, Role},
        sort::Sort,
    },
};

use crate::{
    bare::Bare,
    dovecot::{PASSWORD, User},
    house::House,
    http::{Browser, Wish},
    mail::{LETTER_COUNT, LETTERS},
    table::{self, Pair},
};

const PAGE: u32 = 50;

/// What a browser asks for when a message is opened from the list.
const READER: Wish<'_> = Wish {
    frame: Some("reader"),
    stream: false,
    plain: false,
};

/// What it asks for when a button is pressed.
const BUTTON: Wish<'_> = Wish {
    frame: None,
    stream: true,
    plain: false,
};

struct Bench<'a> {
    house: &'a House,
    account: Account,
    browser: Browser,
    bare: Bare,
    messages: usize,
    turns: usize,
}

/// A list where nothing is kept in memory.
pub(crate) fn first_time(
    house: &House,
    imap: u16,
    user: &User,
    messages: usize,
    turns: usize,
) -> anyhow::Result<()> {
    let (mut bench, folders) = begin(house, imap, user, messages, turns)?;
    let inbox = with_role(&folders, Role::Inbox)?;
    let path = format!("/m/{inbox}");
    let commands = bench.newest_rows();
    bench.pages(
        "list of 50, for the first time",
        &path,
        &["NOOP", &commands],
    )
}

pub(crate) fn measure(
    house: &House,
    imap: u16,
    user: &User,
    messages: usize,
    turns: usize,
) -> anyhow::Result<()> {
    let (mut bench, folders) = begin(house, imap, user, messages, turns)?;
    let inbox = with_role(&folders, Role::Inbox)?;
    let archive = with_role(&folders, Role::Archive)?;
    bench.lists(inbox)?;
    let newest = bench.newest(inbox)?;
    bench.search(inbox)?;
    bench.open(inbox, newest)?;
    if let Some(letters) = folders.iter().find(|mailbox| mailbox.path == LETTERS) {
        bench.open_letters(letters.id)?;
    }
    bench.vouched(inbox)?;
    bench.star(inbox, newest)?;
    bench.move_away(inbox, archive, newest)
}

fn with_role(folders: &[Mailbox], role: Role) -> anyhow::Result<MailboxId> {
    let mut own = folders.iter().filter(|mailbox| mailbox.role == Some(role));
    Ok(own.next().context("a folder with that role")?.id)
}

fn begin<'h>(
    house: &'h House,
    imap: u16,
    user: &User,
    messages: usize,
    turns: usize,
) -> anyhow::Result<(Bench<'h>, Arc<Vec<Mailbox>>)> {
    let mut browser = Browser::open(house.address)?;
    browser.sign_in(&user.address, PASSWORD)?;
    let account = house.account(browser.key().context("a cookie")?)?;
    let mut bare = Bare::sign_in(imap, &user.address, PASSWORD)?;
    bare.run(&["SELECT INBOX"])?;
    let bench = Bench {
        house,
        account,
        browser,
        bare,
        messages,
        turns,
    };
    let folders = house.block_on(bench.account.mailboxes())?;
    Ok((bench, folders))
}

impl Bench<'_> {
    /// The bare command for the newest page.
    fn newest_rows(&self) -> String {
        let newest = self.messages - PAGE as usize + 1;
        format!("FETCH {newest}:* {}", self.bare.row())
    }

    fn lists(&mut self, inbox: MailboxId) -> anyhow::Result<()> {
        let path = format!("/m/{inbox}");
        let first = self.newest_rows();
        self.pages("list of 50", &path, &["NOOP", &first])?;
        let window = Window {
            mailbox: inbox,
            filter: None,
            sort: Sort::default(),
            anchor: Anchor::Newest,
            limit: PAGE,
        };
        let (house, account) = (self.house, self.account.clone());
        let pair = Pair::take(
            self.turns,
            |_| {
                counted(&account, || {
                    house
                        .block_on(account.list(&window))
                        .map(drop)
                        .map_err(io::Error::other)
                })
            },
            |_| self.bare.run(&["NOOP", &first]).map(drop),
        )?;
        table::line("list of 50, without the page", self.messages, &pair);
        let programs = format!("/api/v1/accounts/{}/emails", self.account.id());
        let listed = format!("{programs}?mailbox={inbox}&limit={PAGE}");
        let pair = Pair::take(
            self.turns,
            |_| {
                counted(&self.account, || {
                    self.browser.get(&listed, Wish::default())?.ok().map(drop)
                })
            },
            |_| {
                let listed = house.block_on(account.list(&window));
                listed.map(drop).map_err(io::Error::other)
            },
        )?;
        table::line(
            "API: list of 50, beside the engine alone",
            self.messages,
            &pair,
        );
        if self.messages > 20 * PAGE as usize {
            let last = self.messages - 19 * PAGE as usize;
            let path = format!("{path}?before={}", last + 1);
            let far = format!(
                "FETCH {}:{last} {}",
                last - PAGE as usize + 1,
                self.bare.row()
            );
            self.pages("list, page 20", &path, &["NOOP", &far])?;
        }
        Ok(())
    }

    /// A page beside its commands.
    fn pages(&mut self, name: &str, path: &str, commands: &[&str]) -> anyhow::Result<()> {
        let pair = Pair::take(
            self.turns,
            |_| {
                counted(&self.account, || {
                    self.browser.get(path, Wish::default())?.ok().map(drop)
                })
            },
            |_| self.bare.run(commands).map(drop),
        )?;
        table::line(name, self.messages, &pair);
        Ok(())
    }

    fn newest(&self, mailbox: MailboxId) -> anyhow::Result<EmailId> {
        let window = Window {
            mailbox,
            filter: None,
            sort: Sort::default(),
            anchor: Anchor::Newest,
            limit: PAGE,
        };
        let page = self.house.block_on(self.account.list(&window))?;
        Ok(page.rows.first().context("a message")?.placement)
    }

    fn search(&mut self, inbox: MailboxId) -> anyhow::Result<()> {
        let path = format!("/m/{inbox}?q=subject%3Aferry");
        self.pages(
            "search subject, first page",
            &path,
            &["UID SEARCH SUBJECT ferry"],
        )
    }

    fn open(&mut self, inbox: MailboxId, newest: EmailId) -> anyhow::Result<()> {
        let path = |turn: usize| format!("/m/{inbox}/{}", below(newest, turn));
        let uid = |turn: usize| below(newest, turn + 60).uid;
        let pair = Pair::take(
            self.turns,
            |turn| {
                counted(&self.account, || {
                    self.browser.get(&path(turn), READER)?.ok().map(drop)
                })
            },
            |turn| read(&mut self.bare, uid(turn)),
        )?;
        table::line("open plain", self.messages, &pair);
        let pair = Pair::take(
            self.turns,
            |turn| {
                counted(&self.account, || {
                    self.browser.get(&path(turn), READER)?.ok().map(drop)
                })
            },
            |turn| read(&mut self.bare, uid(turn)),
        )?;
        table::line("open plain again", self.messages, &pair);
        let programs = format!("/api/v1/accounts/{}/emails", self.account.id());
        let (house, account) = (self.house, self.account.clone());
        let pair = Pair::take(
            self.turns,
            |turn| {
                let path = format!("{programs}/{}", below(newest, turn));
                counted(&self.account, || {
                    self.browser.get(&path, Wish::default())?.ok().map(drop)
                })
            },
            |turn| {
                let opened = house.block_on(account.open(below(newest, turn)));
                opened.map(drop).map_err(io::Error::other)
            },
        )?;
        table::line(
            "API: open again, beside the engine alone",
            self.messages,
            &pair,
        );
        Ok(())
    }

    fn open_letters(&mut self, letters: MailboxId) -> anyhow::Result<()> {
        let newest = self.newest(letters)?;
        self.bare.run(&["SELECT Letters"])?;
        let turns = self.turns.min(LETTER_COUNT - 10);
        for name in ["open HTML of 40 kB", "open HTML of 40 kB again"] {
            let pair = Pair::take(
                turns,
                |turn| {
                    let path = format!("/m/{letters}/{}", below(newest, turn));
                    counted(&self.account, || {
                        self.browser.get(&path, READER)?.ok()?;
                        let document = format!("{path}/html/1");
                        self.browser.get(&document, Wish::default())?.ok().map(drop)
                    })
                },
                |turn| read(&mut self.bare, below(newest, turn).uid),
            )?;
            table::line(name, self.messages, &pair);
        }
        self.bare.run(&["SELECT INBOX"])?;
        Ok(())
    }

    /// The list while a page of the folder is open and listens.
    fn vouched(&mut self, inbox: MailboxId) -> anyhow::Result<()> {
        let events = format!("/events?mailbox={inbox}");
        let open = self.browser.again()?.listen(&events)?;
        let path = format!("/m/{inbox}");
        for _ in 0..200 {
            let trips = counted(&self.account, || {
                self.browser.get(&path, Wish::default()).map(drop)
            })?;
            if trips == 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let newest = self.messages - PAGE as usize + 1;
        let first = format!("FETCH {newest}:* {}", self.bare.row());
        self.pages("list of 50, vouched for by IDLE", &path, &["NOOP", &first])?;
        drop(open);
        Ok(())
    }

    fn star(&mut self, inbox: MailboxId, newest: EmailId) -> anyhow::Result<()> {
        let pair = Pair::take(
            self.turns / 2,
            |turn| {
                let path = format!("/m/{inbox}/{}/star", below(newest, turn));
                counted(&self.account, || {
                    self.browser
                        .post(&path, BUTTON, "value=true")?
                        .ok()
                        .map(drop)
                })
            },
            |turn| {
                let uid = below(newest, turn + 60).uid;
                let store = format!("UID STORE {uid} +FLAGS.SILENT (\\Flagged)");
                self.bare.run(&[&store]).map(drop)
            },
        )?;
        table::line("star", self.messages, &pair);
        Ok(())
    }

    fn move_away(
        &mut self,
        inbox: MailboxId,
        archive: MailboxId,
        newest: EmailId,
    ) -> anyhow::Result<()> {
        let pair = Pair::take(
            self.turns / 2,
            |turn| {
                let path = format!("/m/{inbox}/{}/move", below(newest, turn));
                let form = format!("to={archive}");
                counted(&self.account, || {
                    self.browser.post(&path, BUTTON, &form)?.ok().map(drop)
                })
            },
            |turn| {
                let uid = below(newest, turn + 60).uid;
                self.bare
                    .run(&[&format!("UID MOVE {uid} Archive")])
                    .map(drop)
            },
        )?;
        table::line("move", self.messages, &pair);
        Ok(())
    }
}

/// Reads a message as a page needs it: what it is made of first, its text then.
fn read(bare: &mut Bare, uid: u32) -> io::Result<()> {
    let head = format!(
        "UID FETCH {uid} (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER])"
    );
    bare.run(&[&head])?;
    bare.run(&[&format!("UID FETCH {uid} (BODY.PEEK[1])")])?;
    Ok(())
}

/// The message so many places below the newest; folders that were filled once have no gaps.
fn below(newest: EmailId, places: usize) -> EmailId {
    let places = u32::try_from(places).unwrap_or(u32::MAX);
    EmailId {
        uid: newest.uid.saturating_sub(places).max(1),
        ..newest
    }
}

/// Does something and says how many round trips it took.
fn counted(account: &Account, work: impl FnOnce() -> io::Result<()>) -> io::Result<u64> {
    let before = account.round_trips();
    work()?;
    Ok(account.round_trips() - before)
}
