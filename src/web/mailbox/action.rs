//! What can be done to messages, whether one is open or many are chosen: what the forms call it,
//! what the engine does, and what is said about it.

use std::str::FromStr;

use crate::{
    engine::{Account, change::Filed, chosen::Chosen},
    mail::{id::MailboxId, keyword, mailbox::Role},
    web::{error::Error, flash::Said, mailbox::place, page::Ui},
};

/// The verb of a form: the end of its path, or its field `action`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Archive,
    Trash,
    Junk,
    NotJunk,
    /// For good; asked before.
    Delete,
    Seen,
    Unseen,
    Star,
    Unstar,
    Move,
    Copy,
}

/// What was done.
#[derive(Clone, Debug, Default)]
pub(crate) struct Done {
    /// What to say; `None` for what one sees anyway.
    pub(crate) said: Option<Said>,
    /// The messages have left the folder.
    pub(crate) left: bool,
    /// Folders may count differently now.
    pub(crate) counts: bool,
    /// The label that all of them have now, or none.
    pub(crate) label: Option<(String, bool)>,
}

impl FromStr for Verb {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        Ok(match word {
            "archive" => Self::Archive,
            "trash" => Self::Trash,
            "junk" => Self::Junk,
            "not-junk" => Self::NotJunk,
            "delete" | "deletion" => Self::Delete,
            "seen" => Self::Seen,
            "unseen" => Self::Unseen,
            "star" => Self::Star,
            "unstar" => Self::Unstar,
            "move" => Self::Move,
            "copy" => Self::Copy,
            _ => return Err(Error::NotFound),
        })
    }
}

impl Verb {
    /// The same with a form's `value=false` read as its opposite.
    pub(crate) fn with_value(self, on: bool) -> Self {
        match (self, on) {
            (Self::Seen, false) => Self::Unseen,
            (Self::Star, false) => Self::Unstar,
            (verb, _) => verb,
        }
    }

    /// Does it to messages.
    pub(crate) async fn apply(
        self,
        account: &Account,
        ui: &Ui,
        chosen: Chosen,
        target: Option<MailboxId>,
    ) -> Result<Done, Error> {
        let target = target.ok_or(Error::Invalid("choose-folder"));
        match self {
            Self::Archive => Ok(Done::filed("done-archived", account.archive(chosen).await?)),
            Self::Trash => Ok(Done::filed("done-trashed", account.trash(chosen).await?)),
            Self::Junk => Ok(Done::filed("done-junk", account.junk(chosen).await?)),
            Self::NotJunk => Ok(Done::filed(
                "done-not-junk",
                account.not_junk(chosen).await?,
            )),
            Self::Delete => Ok(Done::filed("done-deleted", account.delete(chosen).await?)),
            Self::Seen => keywords(account, chosen, &[keyword::SEEN], &[]).await,
            Self::Unseen => keywords(account, chosen, &[], &[keyword::SEEN]).await,
            Self::Star => keywords(account, chosen, &[keyword::FLAGGED], &[]).await,
            Self::Unstar => keywords(account, chosen, &[], &[keyword::FLAGGED]).await,
            Self::Move => {
                let target = target?;
                let mut done = Done::filed("done-moved", account.move_to(chosen, target).await?);
                let name = folder_name(account, ui, target).await?;
                done.said = done.said.map(|said| said.in_folder(name));
                Ok(done)
            }
            Self::Copy => {
                let target = target?;
                let count = account.copy_to(chosen, target).await?;
                let said = Said::done("done-copied", count);
                let said = Some(said.in_folder(folder_name(account, ui, target).await?));
                Ok(Done {
                    said,
                    counts: true,
                    ..Done::default()
                })
            }
        }
    }
}

impl Done {
    /// The same done in two accounts.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            said: match (self.said, other.said) {
                (Some(one), Some(other)) => Some(one.and(other)),
                (one, other) => one.or(other),
            },
            left: self.left || other.left,
            counts: self.counts || other.counts,
            label: None,
        }
    }

    fn filed(key: &str, filed: Filed) -> Self {
        let left = filed.count > 0;
        let said = Said::done(key, filed.count).with_undo(filed.undo);
        Self {
            said: left.then_some(said),
            left,
            counts: left,
            label: None,
        }
    }
}

async fn keywords(
    account: &Account,
    chosen: Chosen,
    add: &[&str],
    remove: &[&str],
) -> Result<Done, Error> {
    account.set_keywords(chosen, add, remove).await?;
    Ok(Done {
        said: None,
        left: false,
        label: None,
        counts: [add, remove].concat().contains(&keyword::SEEN),
    })
}

async fn folder_name(account: &Account, ui: &Ui, id: MailboxId) -> Result<String, Error> {
    let mailbox = account.mailbox(id).await?;
    let role: Option<Role> = mailbox.role;
    Ok(place::name(ui, role, &mailbox.name))
}
