//! Messages into the folders of an account: folders made as they are needed, and nothing twice.
//!
//! Whether a message is there already is told here by its sha256. Of a folder on a server all
//! messages are listed once (one round trip for 200), and the same is what has the same Message-ID,
//! size and date; without a Message-ID, what has the same octets besides.

use std::collections::{BTreeSet, HashMap, HashSet};

use tokio::task::JoinHandle;

use crate::{
    engine::{
        account::Account,
        error::{Error, Problem},
        events::Happened,
        list::Anchor,
        mailstore::{Arrived, Local, Located, Mailstore, Whole},
        secrets,
    },
    mail::{
        email::EmailSummary,
        header::{self, Field},
        id::{EmailId, MailboxId},
        keyword::{self, Keywords},
        mailbox::{Mailbox, Role, role_names},
        message,
    },
};

use super::gather::Gathered;

/// Folders that one transfer makes.
const FOLDERS_MOST: usize = 1000;
/// Folders inside of one another; what lies deeper goes into the deepest.
const DEPTH_MOST: usize = 10;
/// Characters of a folder's name.
const NAME_MOST: usize = 100;
/// Messages of one step through a folder.
pub(super) const STEP: u32 = 200;
/// Messages after which whoever listens is told.
const TELL_EVERY: usize = 100;
/// Messages without a Message-ID that are compared octet by octet.
const COMPARED_MOST: usize = 20;

/// What is known of a message beside its octets.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    pub(super) keywords: Keywords,
    /// When it was received (ms); `None` lets the message say so itself.
    pub(super) received_at: Option<i64>,
}

/// See the module's description.
pub(super) struct Filer {
    account: Account,
    /// All goes into this folder.
    into: Option<Mailbox>,
    folders: HashMap<Vec<String>, Mailbox>,
    made: usize,
    known: HashMap<MailboxId, Known>,
    touched: BTreeSet<MailboxId>,
    untold: usize,
}

/// What lies in a folder on a server.
#[derive(Debug, Default)]
struct Known {
    named: HashSet<[u8; 16]>,
    /// By size; with the second.
    nameless: HashMap<u64, Vec<(i64, EmailId)>>,
}

impl Known {
    fn add(&mut self, row: &EmailSummary) {
        match &row.message_id {
            Some(name) => self.add_named(name, row.size, row.received_at),
            None => self.add_nameless(row.size, row.received_at, row.placement),
        }
    }

    /// Once with the date, and once without, for those that tell none.
    fn add_named(&mut self, name: &str, size: u64, at: i64) {
        let keys = [Some(at), None].map(|at| key(name, size, at));
        self.named.extend(keys);
    }

    fn add_nameless(&mut self, size: u64, at: i64, placement: EmailId) {
        let alike = self.nameless.entry(size).or_default();
        alike.push((at.div_euclid(1000), placement));
    }
}

fn key(message_id: &str, size: u64, at: Option<i64>) -> [u8; 16] {
    let second = at.map(|at| at.div_euclid(1000));
    let hash = secrets::sha256(format!("{size} {second:?} {message_id}").as_bytes());
    let mut key = [0; 16];
    key.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    key
}

impl Marks {
    /// Keywords that a message can have.
    fn words(&self) -> Vec<&str> {
        let words = self.keywords.0.iter().map(String::as_str);
        words.filter(|word| keyword::is_valid(word)).collect()
    }
}

impl Account {
    fn here(&self) -> Result<&Local, Error> {
        match &self.0.mailstore {
            Mailstore::Local(local) => Ok(local),
            Mailstore::Imap(_) => Err(Error::NotFound),
        }
    }
}

impl Filer {
    pub(super) fn new(account: &Account, into: Option<Mailbox>) -> Self {
        Self {
            account: account.clone(),
            into,
            folders: HashMap::new(),
            made: 0,
            known: HashMap::new(),
            touched: BTreeSet::new(),
            untold: 0,
        }
    }

    /// The folder of these names, from the top down; made when missing.
    pub(super) async fn folder(&mut self, names: &[String]) -> Result<Mailbox, Error> {
        if let Some(into) = &self.into {
            return Ok(into.clone());
        }
        if let Some(known) = self.folders.get(names) {
            return Ok(known.clone());
        }
        let found = self.find_or_make(names).await?;
        self.folders.insert(names.to_vec(), found.clone());
        Ok(found)
    }

    async fn find_or_make(&mut self, names: &[String]) -> Result<Mailbox, Error> {
        let account = self.account.clone();
        let list = account.mailboxes().await?;
        let with_role = |role| list.iter().find(|one| one.role == Some(role)).cloned();
        let mut names = names.iter().map(String::as_str).peekable();
        let mut at = None;
        match names.peek() {
            None => return account.mailbox_for(Role::Inbox).await,
            Some(first) if first.eq_ignore_ascii_case("inbox") => {
                names.next();
                at = Some(account.mailbox_for(Role::Inbox).await?);
            }
            Some(first) => {
                // "Gesendet" goes to where this account has what it sends.
                let role = role_names::role_by_name(first).map(|(role, _)| role);
                let own = role.and_then(with_role);
                let same = list
                    .iter()
                    .any(|one| one.parent.is_none() && one.name == **first);
                if let Some(own) = own.filter(|_| !same) {
                    names.next();
                    at = Some(own);
                }
            }
        }
        for name in names.take(DEPTH_MOST) {
            at = Some(self.inside(at.as_ref(), name).await?);
        }
        at.filter(|mailbox| mailbox.selectable)
            .ok_or(Error::NotFound)
    }

    /// The folder of this name inside of another, or at the top.
    async fn inside(&mut self, above: Option<&Mailbox>, name: &str) -> Result<Mailbox, Error> {
        let account = self.account.clone();
        let list = account.mailboxes().await?;
        let delimiter = list.iter().find_map(|mailbox| mailbox.delimiter);
        let name = clean(name, delimiter);
        let parent = above.map(|above| above.id);
        let path = match account.path_of(&list, &name, parent).await {
            // A server without folders in folders: side by side then.
            Err(Error::Invalid("folder-flat")) => {
                let above = above.map_or("", |above| above.name.as_str());
                let name = clean(&format!("{above} {name}"), delimiter);
                return Box::pin(self.inside(None, &name)).await;
            }
            path => path?,
        };
        let find = |list: &[Mailbox]| list.iter().find(|mailbox| mailbox.path == path).cloned();
        if let Some(found) = find(&list) {
            return Ok(found);
        }
        if self.made >= FOLDERS_MOST {
            return Err(Error::Invalid("transfer-too-many-folders"));
        }
        self.made += 1;
        match account.create_mailbox(&name, parent).await {
            Ok(_)
            | Err(Error::Upstream {
                problem: Problem::AlreadyExists,
                ..
            }) => {}
            Err(error) => return Err(error),
        }
        find(&account.mailboxes_now().await?).ok_or(Error::NotFound)
    }

    /// Is a message that lies elsewhere in this folder too, as far as its row tells? Without a
    /// Message-ID it does not.
    pub(super) async fn knows(
        &mut self,
        mailbox: &Mailbox,
        row: &EmailSummary,
    ) -> Result<bool, Error> {
        let Some(name) = &row.message_id else {
            return Ok(false);
        };
        let key = key(name, row.size, Some(row.received_at));
        Ok(self.known(mailbox).await?.named.contains(&key))
    }

    /// When a message says that it was received (ms), and when it counts as received.
    fn dates(&self, marks: &Marks, fields: &[Field<'_>]) -> (Option<i64>, i64) {
        let now = self.account.now();
        let says = || {
            let sent = header::first(fields, "Date").and_then(header::date);
            message::received_at(fields).or(sent.map(|(at, _)| at))
        };
        // What tells no date, or one to come, gets another at each try: it is compared without.
        let told = marks.received_at.or_else(says);
        let told = told.filter(|at| *at <= now).map(|at| at.max(0));
        (told, told.unwrap_or(now.max(0)))
    }

    /// Whether a message may wait for others that are filed with it: a small one, for a folder here.
    pub(super) fn can_wait(&self, message: &Gathered) -> bool {
        self.account.0.mailstore.is_local() && message.whole().is_some()
    }

    /// A message that [`Filer::can_wait`], as it is filed with others.
    pub(super) fn whole(
        &self,
        mailbox: &Mailbox,
        marks: &Marks,
        message: &Gathered,
    ) -> Option<Whole> {
        Some(Whole {
            mailbox: mailbox.id,
            keywords: marks.words().into_iter().collect(),
            received_at: self.dates(marks, &message.fields()).1,
            octets: message.whole()?,
            sha256: message.sha256,
        })
    }

    /// Begins to write messages.
    pub(super) fn arrive(&self, all: Vec<Whole>) -> JoinHandle<Result<Arrived, Error>> {
        let account = self.account.clone();
        tokio::spawn(async move { account.here()?.arrive(all).await })
    }

    /// Files messages that are written; says of each whether it is new in its folder.
    pub(super) async fn file_arrived(&self, arrived: &Arrived) -> Result<Vec<bool>, Error> {
        self.account.here()?.file(arrived).await
    }

    /// Puts a message into a folder; false when it is there already.
    pub(super) async fn file(
        &mut self,
        mailbox: &Mailbox,
        marks: &Marks,
        message: &Gathered,
    ) -> Result<bool, Error> {
        let fields = message.fields();
        let (told, at) = self.dates(marks, &fields);
        let words = marks.words();
        let account = self.account.clone();
        let mailstore = &account.0.mailstore;
        if let Mailstore::Local(local) = mailstore {
            if local.holds(mailbox.id, &message.sha256).await? {
                return Ok(false);
            }
            let incoming = message.as_it_is().await?;
            mailstore
                .append(mailbox, &words, Some(at), incoming)
                .await?;
            self.filed(mailbox).await;
            return Ok(true);
        }
        let name = header::first(&fields, "Message-ID").and_then(header::message_id);
        let size = message.survey.size_in_crlf();
        let known = self.known(mailbox).await?;
        match &name {
            Some(name) if known.named.contains(&key(name, size, told)) => return Ok(false),
            Some(_) => {}
            None => {
                let alike = known.nameless.get(&size).into_iter().flatten();
                let fits = |second: i64| told.is_none_or(|at| at.div_euclid(1000) == second);
                let alike = alike.filter(|(second, _)| fits(*second));
                let alike: Vec<EmailId> = alike.map(|(_, placement)| *placement).collect();
                if self.is_among(mailbox, &alike, message).await? {
                    return Ok(false);
                }
            }
        }
        let incoming = message.in_crlf().await?;
        let placed = mailstore.append(mailbox, &words, Some(at), incoming).await;
        let placed = match placed {
            Ok(placed) => placed,
            Err(error) => {
                // Nobody knows whether it is there: the folder is to be looked at anew.
                self.known.remove(&mailbox.id);
                return Err(error);
            }
        };
        let known = self.known.entry(mailbox.id).or_default();
        match (name, placed) {
            (Some(name), _) => known.add_named(&name, size, at),
            (None, Some((uid_validity, uid))) => {
                let placement = EmailId {
                    mailbox: mailbox.id,
                    uid_validity,
                    uid,
                };
                known.add_nameless(size, at, placement);
            }
            (None, None) => {}
        }
        self.filed(mailbox).await;
        Ok(true)
    }

    /// Is it one of these, octet by octet?
    async fn is_among(
        &self,
        mailbox: &Mailbox,
        alike: &[EmailId],
        message: &Gathered,
    ) -> Result<bool, Error> {
        if alike.is_empty() {
            return Ok(false);
        }
        let (shared, user) = (&self.account.0.shared, self.account.0.user);
        let own = message.sha256_in_crlf().await?;
        for placement in alike.iter().take(COMPARED_MOST) {
            let located = Located {
                mailbox: mailbox.clone(),
                placement: *placement,
            };
            let octets = self.account.0.mailstore.section(&located, "").await?;
            let other = match Gathered::of(shared, user, octets, u64::MAX).await {
                Ok(other) => other,
                Err(Error::Vanished | Error::NotFound) => continue,
                Err(error) => return Err(error),
            };
            let same = other.sha256_in_crlf().await? == own;
            other.finish().await;
            if same {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn known(&mut self, mailbox: &Mailbox) -> Result<&mut Known, Error> {
        if !self.known.contains_key(&mailbox.id) {
            let mut known = Known::default();
            let mut anchor = Anchor::After(0);
            let mailstore = &self.account.0.mailstore;
            loop {
                let window = mailstore.window(mailbox, anchor, STEP).await?;
                window.rows.iter().for_each(|row| known.add(row));
                match window.rows.first() {
                    Some(newest) if window.offset > 0 => {
                        anchor = Anchor::After(newest.placement.uid);
                    }
                    _ => break,
                }
            }
            self.known.insert(mailbox.id, known);
        }
        Ok(self.known.entry(mailbox.id).or_default())
    }

    /// A message has come into a folder.
    pub(super) async fn filed(&mut self, mailbox: &Mailbox) {
        self.touched.insert(mailbox.id);
        self.untold += 1;
        if self.untold >= TELL_EVERY {
            self.tell().await;
        }
    }

    /// Tells whoever listens what has come since.
    pub(super) async fn tell(&mut self) {
        let touched = std::mem::take(&mut self.touched).into_iter();
        let touched: Vec<Happened> = touched.map(|id| Happened::created(id, &[])).collect();
        self.untold = 0;
        if !touched.is_empty() {
            self.account.refiled(&touched).await;
        }
    }
}

/// A name that a folder can have: what comes from an archive is anybody's.
fn clean(name: &str, delimiter: Option<char>) -> String {
    let clean = header::clean::clean(name);
    let letters = clean.chars().map(|letter| match letter {
        '/' | '\\' => '-',
        letter if Some(letter) == delimiter => '-',
        // What IMAP takes for patterns.
        '*' | '%' => '_',
        letter => letter,
    });
    let name: String = letters.take(NAME_MOST).collect();
    let name = name.trim().trim_start_matches(['.', '~', '#']).trim();
    match name {
        "" => "-".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_folders_can_have() {
        for (name, expected) in [
            ("Work", "Work"),
            ("../../etc", "------etc"),
            ("a.b", "a-b"),
            ("a\r\nb\u{202e}c", "a bc"),
            ("*%", "__"),
            ("", "-"),
            ("Réunion d\u{2019}été", "Réunion d\u{2019}été"),
        ] {
            assert_eq!(clean(name, Some('.')), expected, "{name}");
        }
        assert_eq!(clean("..", Some('/')), "-");
        assert_eq!(clean(".hidden", Some('/')), "hidden");
        assert_eq!(clean(&"x".repeat(500), None).len(), NAME_MOST);
    }
}
