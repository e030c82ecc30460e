//! What a reader should know before believing a message, and what is merely good to know.

use crate::web::page::Ui;

/// A warning: something about the header is not as it seems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caution {
    /// There are several From fields, or one that can't be read.
    SenderUnclear,
    /// The sender's name is itself an address, another one.
    NameIsAddress {
        /// The address in the name.
        name: String,
        /// The address that the message comes from.
        address: String,
    },
    /// The name or address mixes alphabets, or held characters that can't be seen.
    Disguised {
        /// The address in its plain (punycode) form.
        address: String,
    },
    /// The sender's name or address held characters that can't be seen or that turn text round.
    Hidden,
    /// Replies go to somebody else.
    ReplyElsewhere {
        /// Where they go.
        address: String,
    },
    /// The receiving server says that another domain vouches for it, and the sender's does not.
    SentBy {
        /// That domain.
        address: String,
    },
    /// The receiving server says that the sender's domain does not vouch for it.
    NotAuthentic,
    /// Parts of the message could not be read.
    Malformed,
}

/// A quiet line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// It came through a mailing list.
    List {
        /// The list's name or id.
        name: String,
    },
    /// The list says where to leave it.
    Unsubscribe {
        /// An https address.
        href: String,
    },
    /// The list can be left by one request, after a question.
    UnsubscribeAtOnce,
    /// The list is left by a message, which is shown before it is sent.
    UnsubscribeByMail {
        /// To whom; one address.
        to: String,
        /// Its subject.
        subject: String,
        /// Its text.
        body: String,
    },
    /// It carries a signature that was not checked.
    Signed,
    /// It is encrypted.
    Encrypted,
    /// It carries an invitation to a meeting.
    Invitation,
}

impl Caution {
    /// The warning in a sentence or two.
    pub fn sentence(&self, ui: &Ui) -> String {
        match self {
            Self::SenderUnclear => ui.t("caution-sender-unclear"),
            Self::NameIsAddress { name, address } => {
                ui.t2("caution-name-is-address", "name", name, "address", address)
            }
            Self::Disguised { address } => ui.t1("caution-disguised", "address", address),
            Self::Hidden => ui.t("caution-hidden"),
            Self::ReplyElsewhere { address } => {
                ui.t1("caution-reply-elsewhere", "address", address)
            }
            Self::SentBy { address } => ui.t1("caution-sent-by", "address", address),
            Self::NotAuthentic => ui.t("caution-not-authentic"),
            Self::Malformed => ui.t("caution-malformed"),
        }
    }
}

impl Note {
    /// The line in words.
    pub fn sentence(&self, ui: &Ui) -> String {
        match self {
            Self::List { name } => ui.t1("note-list", "name", name),
            Self::Unsubscribe { .. } | Self::UnsubscribeAtOnce => ui.t("note-unsubscribe"),
            Self::UnsubscribeByMail { .. } => ui.t("note-unsubscribe-mail"),
            Self::Signed => ui.t("note-signed"),
            Self::Encrypted => ui.t("note-encrypted"),
            Self::Invitation => ui.t("note-invitation"),
        }
    }

    /// Where the line leads outside, if it does.
    pub fn href(&self) -> Option<&str> {
        match self {
            Self::Unsubscribe { href } => Some(href),
            _ => None,
        }
    }

    /// It asks before something is done.
    pub fn asks(&self) -> bool {
        *self == Self::UnsubscribeAtOnce
    }

    /// The path of the form for the message that it is about, filled in.
    pub fn letter(&self, ui: &Ui) -> Option<String> {
        let Self::UnsubscribeByMail { to, subject, body } = self else {
            return None;
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, text) in [("to", to), ("subject", subject), ("body", body)] {
            query.append_pair(name, text);
        }
        Some(format!("/compose?{}{}", query.finish(), ui.account_more()))
    }

    /// The icon before it.
    pub fn icon(&self) -> &'static str {
        match self {
            Self::List { .. } => "mails",
            Self::Unsubscribe { .. } | Self::UnsubscribeAtOnce | Self::UnsubscribeByMail { .. } => {
                "mail-minus"
            }
            Self::Signed => "badge-check",
            Self::Encrypted => "lock",
            Self::Invitation => "calendar",
        }
    }
}
