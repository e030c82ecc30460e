//! The folders as the side bar shows them: those with a role first, in one order everywhere;
//! then the person's own as a tree.

use std::{borrow::Borrow, collections::HashMap};

use crate::{
    engine::outbox::Counts,
    mail::{
        id::MailboxId,
        mailbox::{Mailbox, Role},
    },
    web::{mailbox::place, page::Ui, settings::collection::Mark},
};

#[cfg(test)]
mod tests;

/// Deeper folders are shown at this depth; nothing is lost but the indentation.
const DEEPEST: usize = 8;

/// The order of the first group.
const ROLES: [Role; 8] = [
    Role::Inbox,
    Role::Flagged,
    Role::Drafts,
    Role::Sent,
    Role::Archive,
    Role::All,
    Role::Junk,
    Role::Trash,
];

/// All folders of the account.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The folders with a role and what lies in them.
    pub main: Vec<Folder>,
    /// All others.
    pub others: Vec<Folder>,
    /// What is on its way; shown while there is anything.
    pub outbox: Counts,
    /// How collecting is going; shown while there is anything to say.
    pub collecting: Option<Mark>,
    /// Every account with its folders, where there is more than one; else empty.
    pub branches: Vec<Branch>,
    /// The page shows all inboxes.
    pub in_all: bool,
}

/// The folders of one account among several.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The account.
    pub account: i64,
    /// What it is called.
    pub name: String,
    /// Its colour; empty for none.
    pub color: String,
    /// Its folders, as far as they are known.
    pub tree: Tree,
    /// Why they are not known, or may have changed. A whole sentence.
    pub note: Option<String>,
}

/// One line of the tree.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The id in URLs.
    pub id: MailboxId,
    /// The name shown.
    pub name: String,
    /// The names of the folders above, joined by " / "; empty at the top.
    pub above: String,
    /// What it is for.
    pub role: Option<Role>,
    /// 0 at the top.
    pub depth: usize,
    /// Unread messages.
    pub unread: u32,
    /// All messages.
    pub total: u32,
    /// False where the folder only holds others.
    pub selectable: bool,
    /// Whether the person wants to see it by default.
    pub subscribed: bool,
    /// The folder whose list is open.
    pub current: bool,
    /// The folder it lies in.
    pub parent: Option<MailboxId>,
    /// Whether a list of folders within follows, and whether it is unfolded at first.
    pub children: Children,
    /// How many lists end after this line.
    pub closes: usize,
    /// It is in an account beside the one that the page is about: keys lead to the own one, and
    /// messages can't be moved there.
    pub is_beside: bool,
}

/// What lies within a folder of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Children {
    /// Nothing.
    None,
    /// Folders, folded away.
    Folded,
    /// Folders, shown.
    Open,
}

impl Tree {
    /// Sorts the folders of an account. Hidden ones are left out unless they are open, have a
    /// role or hold a visible one; `everything` keeps them all, for the page that arranges them.
    pub fn new(
        ui: &Ui,
        mailboxes: &[Mailbox],
        current: Option<MailboxId>,
        everything: bool,
    ) -> Self {
        let mut within: HashMap<Option<MailboxId>, Vec<&Mailbox>> = HashMap::new();
        let inbox = mailboxes
            .iter()
            .find(|mailbox| mailbox.role == Some(Role::Inbox))
            .map(|mailbox| mailbox.id);
        for mailbox in mailboxes {
            // Servers that keep everything below INBOX would otherwise show one deep tree.
            let parent = mailbox.parent.filter(|parent| Some(*parent) != inbox);
            // What lies in a folder that is not listed stands at the top.
            let parent = parent.filter(|parent| mailboxes.iter().any(|m| m.id == *parent));
            within.entry(parent).or_default().push(mailbox);
        }
        for list in within.values_mut() {
            list.sort_by_cached_key(|mailbox| mailbox.name.to_lowercase());
        }
        let walk = Walk {
            ui,
            within,
            current,
            everything,
        };
        let mut main: Vec<&Mailbox> = mailboxes.iter().filter(|m| m.role.is_some()).collect();
        main.sort_by_key(|mailbox| ROLES.iter().position(|role| Some(*role) == mailbox.role));
        let roots = walk.within.get(&None).cloned().unwrap_or_default();
        Self {
            main: walk.lines(main),
            others: walk.lines(roots.into_iter().filter(|m| m.role.is_none()).collect()),
            outbox: Counts::default(),
            collecting: None,
            branches: Vec::new(),
            in_all: false,
        }
    }

    /// The same tree beside that of the account that the page is about.
    #[must_use]
    pub fn beside(mut self) -> Self {
        for folder in self.main.iter_mut().chain(&mut self.others) {
            folder.is_beside = true;
        }
        self
    }

    /// The lines of all accounts.
    pub fn everywhere(&self) -> Vec<Folder> {
        match self.branches.is_empty() {
            true => self.all().cloned().collect(),
            false => {
                let trees = self.branches.iter().map(|branch| &branch.tree);
                trees.flat_map(Tree::all).cloned().collect()
            }
        }
    }

    /// Unread messages in all inboxes.
    pub fn unread_everywhere(&self) -> u32 {
        let trees = self.branches.iter().map(|branch| &branch.tree);
        let inboxes = trees.flat_map(|tree| &tree.main);
        let inboxes = inboxes.filter(|folder| folder.role == Some(Role::Inbox));
        inboxes.map(|folder| folder.unread).sum()
    }

    /// The same tree with what is on its way.
    #[must_use]
    pub fn with_outbox(self, outbox: Counts) -> Self {
        Self { outbox, ..self }
    }

    /// The same tree with how collecting is going.
    #[must_use]
    pub fn with_collecting(self, collecting: Option<Mark>) -> Self {
        Self { collecting, ..self }
    }

    /// Whether a folder of the server shows what is starred; else a search does.
    pub fn has_starred(&self) -> bool {
        self.main
            .iter()
            .any(|folder| folder.role == Some(Role::Flagged))
    }

    /// Whether there is anything in the outbox that one would look for.
    pub fn has_outbox(&self) -> bool {
        self.outbox.waiting + self.outbox.troubled > 0
    }

    /// Whether a message did not go out.
    pub fn has_unsent(&self) -> bool {
        self.outbox.troubled > 0
    }

    /// What stands beside the outbox: what did not go out, else what waits.
    pub fn outbox_count(&self) -> u32 {
        match self.outbox.troubled {
            0 => self.outbox.waiting,
            troubled => troubled,
        }
    }

    /// The same in words, for those who hear the page.
    pub fn outbox_words(&self, ui: &Ui) -> String {
        let key = match self.has_unsent() {
            true => "folder-outbox-unsent",
            false => "folder-outbox-waiting",
        };
        ui.tn(key, self.outbox_count())
    }

    /// Every line, for lists of targets.
    pub fn all(&self) -> impl Iterator<Item = &Folder> {
        self.main.iter().chain(&self.others)
    }

    /// Where a message that lies in `from` can go.
    pub fn targets(&self, from: impl Borrow<MailboxId>) -> Vec<&Folder> {
        let from = *from.borrow();
        self.all()
            .filter(|folder| folder.selectable && folder.id != from)
            .filter(|folder| !matches!(folder.role, Some(Role::All | Role::Flagged)))
            .collect()
    }
}

impl Folder {
    /// The path of the folder's page.
    pub fn path(&self) -> String {
        format!("/m/{}", self.id)
    }

    /// The icon beside the name.
    pub fn icon(&self) -> &'static str {
        place::icon(self.role)
    }

    /// Drafts count what lies there, others what is unread.
    pub fn count(&self) -> u32 {
        match self.role {
            Some(Role::Drafts) => self.total,
            Some(Role::Trash | Role::Sent | Role::All) => 0,
            _ => self.unread,
        }
    }

    /// Whether the count is worth a mark.
    pub fn has_count(&self) -> bool {
        self.count() > 0
    }

    /// The count as it stands beside the name: no wider than four figures.
    pub fn count_label(&self, ui: &Ui) -> String {
        match self.count() {
            0..=9999 => ui.number(self.count()),
            more => ui.t1("folder-count-thousands", "count", ui.number(more / 1000)),
        }
    }

    /// The count in words, for those who hear the page.
    pub fn count_words(&self, ui: &Ui) -> String {
        let key = match self.role {
            Some(Role::Drafts) => "folder-drafts-count",
            _ => "folder-unread-count",
        };
        ui.tn(key, self.count())
    }

    /// Whether rows may be dropped here.
    pub fn takes_mail(&self) -> bool {
        let real = self.selectable && !matches!(self.role, Some(Role::All | Role::Flagged));
        real && !self.is_beside
    }

    /// Whether lines follow that lie within this one.
    pub fn has_children(&self) -> bool {
        self.children != Children::None
    }

    /// Whether they are shown at first.
    pub fn is_open(&self) -> bool {
        self.children == Children::Open
    }

    /// For `data-depth`, which the style sheet knows up to eight.
    pub fn indent(&self) -> usize {
        self.depth.min(DEEPEST)
    }

    /// The key sequence that leads here, as the script finds it.
    pub fn key(&self) -> Option<&'static str> {
        match self.role.filter(|_| !self.is_beside)? {
            Role::Inbox => Some("go-inbox"),
            Role::Flagged => Some("go-starred"),
            Role::Drafts => Some("go-drafts"),
            Role::Sent => Some("go-sent"),
            Role::Archive | Role::All => Some("go-archive"),
            Role::Junk => Some("go-junk"),
            Role::Trash => Some("go-trash"),
        }
    }
}

struct Walk<'a> {
    ui: &'a Ui,
    within: HashMap<Option<MailboxId>, Vec<&'a Mailbox>>,
    current: Option<MailboxId>,
    everything: bool,
}

impl<'a> Walk<'a> {
    /// Depth first, with a stack of our own: names come from a server, so depth is not ours.
    fn lines(&self, roots: Vec<&'a Mailbox>) -> Vec<Folder> {
        let mut lines: Vec<Folder> = Vec::new();
        let mut stack = vec![roots.into_iter()];
        let mut names: Vec<String> = Vec::new();
        while let Some(level) = stack.last_mut() {
            let Some(mailbox) = level.next() else {
                stack.pop();
                names.pop();
                if let (Some(last), false) = (lines.last_mut(), stack.is_empty()) {
                    last.closes += 1;
                }
                continue;
            };
            if !self.is_shown(mailbox) {
                continue;
            }
            let inner = self.inner(mailbox);
            let line = self.line(mailbox, &names, !inner.is_empty());
            if !inner.is_empty() {
                names.push(line.name.clone());
                stack.push(inner.into_iter());
            }
            lines.push(line);
        }
        lines
    }

    fn inner(&self, mailbox: &Mailbox) -> Vec<&'a Mailbox> {
        if mailbox.role == Some(Role::Inbox) {
            return Vec::new();
        }
        let inner = self.within.get(&Some(mailbox.id));
        inner
            .into_iter()
            .flatten()
            // A folder with a role stands in the first group, wherever it lies.
            .filter(|inner| inner.role.is_none() && self.is_shown(inner))
            .copied()
            .collect()
    }

    fn line(&self, mailbox: &Mailbox, names: &[String], has_children: bool) -> Folder {
        Folder {
            id: mailbox.id,
            name: place::name(self.ui, mailbox.role, &mailbox.name),
            above: names.join(" / "),
            role: mailbox.role,
            depth: names.len(),
            unread: mailbox.unread,
            total: mailbox.total,
            selectable: mailbox.selectable,
            subscribed: mailbox.subscribed,
            current: self.current == Some(mailbox.id),
            parent: mailbox.parent,
            children: match (has_children, self.everything || self.leads_on(mailbox)) {
                (false, _) => Children::None,
                (true, true) => Children::Open,
                (true, false) => Children::Folded,
            },
            closes: 0,
            is_beside: false,
        }
    }

    /// `[Gmail]` and its like, whose every folder has a role, are no use in the second group.
    fn is_hollow(&self, mailbox: &Mailbox) -> bool {
        !mailbox.selectable && !self.any_below(mailbox, |m| m.selectable && m.role.is_none())
    }

    fn is_shown(&self, mailbox: &Mailbox) -> bool {
        if self.is_hollow(mailbox) && !self.everything {
            return false;
        }
        self.everything
            || mailbox.subscribed
            || mailbox.role.is_some()
            || self.any_below(mailbox, |m| m.subscribed || self.current == Some(m.id))
    }

    /// Does the open folder, or unread mail, lie below?
    fn leads_on(&self, mailbox: &Mailbox) -> bool {
        self.any_below(mailbox, |m| {
            m.id != mailbox.id && (self.current == Some(m.id) || m.unread > 0)
        })
    }

    fn any_below(&self, mailbox: &Mailbox, wanted: impl Fn(&Mailbox) -> bool) -> bool {
        let mut stack = vec![mailbox];
        // Each folder has one parent, so the walk ends; a loop among parents is not reachable
        // from the top.
        while let Some(mailbox) = stack.pop() {
            if wanted(mailbox) {
                return true;
            }
            stack.extend(self.within.get(&Some(mailbox.id)).into_iter().flatten());
        }
        false
    }
}
