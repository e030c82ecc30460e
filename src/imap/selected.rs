//! The selected folder's state, kept up to date from everything the server says.

use std::collections::VecDeque;

use super::wire::{code::Code, response::Response};

/// A selected folder (RFC 9051 §6.3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// Its path, decoded, as it was asked for.
    pub mailbox: String,
    /// How many messages it holds.
    pub exists: u32,
    /// While this stays the same, a UID means the same message.
    pub uid_validity: u32,
    /// Every message to come has this UID or a higher one; `None` where the server (Courier)
    /// does not say.
    pub uid_next: Option<u32>,
    /// The last change's mark; `None` without CONDSTORE.
    pub highest_modseq: Option<u64>,
    /// Nothing can be changed in it.
    pub read_only: bool,
    /// The flags that can be kept, as on the wire (`\Seen`, `$Forwarded`, ...).
    pub permanent_flags: Vec<String>,
    /// New keywords can be made up (`\*`).
    pub any_keyword: bool,
    /// Places of messages seen lately, as (sequence number, UID), so that the next page needs no
    /// search. Empty after any removal.
    pub(super) marks: VecDeque<(u32, u32)>,
    /// The connection knows of messages up to this UID, if they exist.
    pub(super) horizon: u32,
}

/// Marks kept at most: some pages.
const MAX_MARKS: usize = 256;

/// A SELECT under way.
#[derive(Debug)]
pub(super) struct Selecting {
    state: Selected,
    told_permanent: bool,
}

impl Selected {
    pub(super) fn observe(&mut self, response: &Response) {
        match response {
            Response::Exists(n) => self.exists = *n,
            Response::Expunge(_) => {
                self.exists = self.exists.saturating_sub(1);
                self.marks.clear();
            }
            Response::Vanished {
                earlier: false,
                uids,
            } => {
                let gone = u32::try_from(uids.count()).unwrap_or(u32::MAX);
                self.exists = self.exists.saturating_sub(gone);
                self.marks.clear();
            }
            Response::Status {
                code: Some(code), ..
            } => self.note(code),
            Response::Fetch(fetched) => {
                if let Some(uid) = fetched.uid {
                    if self.marks.len() >= MAX_MARKS {
                        self.marks.pop_front();
                    }
                    self.marks.push_back((fetched.seq, uid));
                    self.horizon = self.horizon.max(uid);
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, code: &Code) {
        match code {
            // While selected as well: the folder was rebuilt under us, and whoever expects the
            // old one is told so.
            Code::UidValidity(n) => self.uid_validity = *n,
            Code::UidNext(n) => self.uid_next = Some(*n),
            Code::HighestModSeq(n) => self.highest_modseq = Some(*n),
            Code::NoModSeq => self.highest_modseq = None,
            Code::ReadOnly => self.read_only = true,
            Code::ReadWrite => self.read_only = false,
            Code::PermanentFlags(flags) => {
                self.any_keyword = flags.iter().any(|flag| flag == "\\*");
                self.permanent_flags = flags
                    .iter()
                    .filter(|flag| *flag != "\\*")
                    .cloned()
                    .collect();
            }
            _ => {}
        }
    }
}

impl Selecting {
    pub(super) fn new(mailbox: &str) -> Self {
        let state = Selected {
            mailbox: mailbox.to_owned(),
            ..Selected::default()
        };
        Self {
            state,
            told_permanent: false,
        }
    }

    /// Takes in what the server says before the SELECT is answered. True at `[CLOSED]`: what was
    /// said before it was about the folder left behind.
    pub(super) fn observe(&mut self, response: &Response) -> bool {
        match response {
            Response::Status {
                code: Some(Code::Closed),
                ..
            } => {
                *self = Self::new(&self.state.mailbox);
                return true;
            }
            // RFC 9051 §7.1: without PERMANENTFLAGS all flags can be kept.
            Response::Flags(flags) if !self.told_permanent => {
                self.state.permanent_flags.clone_from(flags);
            }
            Response::Status {
                code: Some(Code::PermanentFlags(_)),
                ..
            } => {
                self.told_permanent = true;
                self.state.observe(response);
            }
            _ => self.state.observe(response),
        }
        false
    }

    /// The SELECT was answered OK, with this code. `None` without UIDVALIDITY, as nothing could
    /// be addressed then.
    pub(super) fn finish(mut self, code: Option<&Code>) -> Option<Selected> {
        if let Some(code) = code {
            self.state.note(code);
        }
        let known = self.state.uid_next.map_or(0, |next| next.saturating_sub(1));
        self.state.horizon = self.state.horizon.max(known);
        (self.state.uid_validity != 0).then_some(self.state)
    }
}
