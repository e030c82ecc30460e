//! Each failure of the engine in a sentence. For programmers: in English, and about the request.

use std::borrow::Cow;

use crate::engine::{error::Problem as Trouble, writing::Unsendable};

use super::{Fault, Problem};

/// What the engine's word for an invalid request means.
pub(super) fn of_invalid(key: &'static str) -> Cow<'static, str> {
    let sentence = match key {
        "account-color" => "The colour is none of those that there are.",
        "account-host" => "That is no name of a server.",
        "account-server-kind" => "IMAP or POP3 and SMTP, with TLS or STARTTLS.",
        "account-servers-listed" => "The operator allows no other servers than those listed.",
        "account-no-provider" => "No service vouches for that address on those servers.",
        "account-too-many" => "There are as many accounts as one person may have.",
        "account-twice" => "There is an account of that address already.",
        "account-user" => "The user name is too long, or has control characters.",
        "account-name" => "The account's name is too long, or has control characters.",
        "already-in-trash" => "The message is in Trash already: delete it for good.",
        "bulk-busy" => "Another change to many messages of this account is being made.",
        "deleted-elsewhere" => "The mail lies on a server, where what is deleted is gone.",
        "delete-only-from-trash" => "Only what lies in Trash or Junk can be deleted for good.",
        "draft-address" => "An address can't be sent to.",
        "draft-line-too-long" => "A field of addresses or the subject is too long.",
        "draft-quota" => "There is no room for more files.",
        "draft-too-complex" => "The HTML is too complex to be checked.",
        "draft-too-long" => "The text is too long for a message.",
        "draft-too-many-files" => "A message can have 500 files at most.",
        "folder-flat" => "The mail server has no mailboxes within mailboxes.",
        "folder-holds-others" => "The mailbox holds others: move or delete those first.",
        "folder-inbox-stays" => "The inbox keeps its name and place.",
        "folder-inside-itself" => "A mailbox can't lie inside itself.",
        "folder-name-delimiter" => "The name has a character that separates mailboxes.",
        "folder-name-invalid" => "A name has 1 to 200 characters and no control characters.",
        "folder-role-stays" => "A mailbox with a role can't be deleted.",
        "grant-denied" => "The person did not agree there.",
        "grant-not-awaited" => "It took too long, was used before, or is somebody else's.",
        "grant-other-mailbox" => "The mail server did not accept it for that address.",
        "grant-passing" => "What was given would not last.",
        "grant-refused" => "The service refused.",
        "identity-address-invalid" => "That is no mail address.",
        "identity-last" => "One identity has to stay.",
        "identity-too-long" => "The name, the Bcc or a signature is too long.",
        "keeping-days-wrong" => "Days are 1 to 3650, or null for ever.",
        "keeping-elsewhere" => "The mail lies on a server, which keeps Trash as it likes.",
        "login-not-an-address" => "That is no mail address.",
        "login-unknown-domain" => "No server is named for that domain.",
        "login-server-gone" => "The operator has taken this account's mail server away.",
        "no-smtp" => "The operator has named no server that would send.",
        "not-empty" => "The mailbox holds messages: say onDestroyRemoveEmails=true.",
        "nothing-selected" => "No message is named.",
        "login-server-kind" => "The operator has named a mail server of another kind instead.",
        "upload-broken" => "The body ended too early.",
        "transfer-busy" => "Another import or copy of this account is running.",
        "transfer-empty" => "There is no file.",
        "transfer-files" => "Files of other imports take too much room.",
        "transfer-same-account" => "That is the same account.",
        "receipt-impossible" => "The message can't be answered with a receipt.",
        "template-nameless" => "A template needs a name.",
        "template-too-long" => {
            "A name or subject has 300 characters, a body 100,000 octets at most."
        }
        "template-too-many" => "There are 200 templates already: delete one first.",
        "quota-not-told" => "The mail server does not say how much room there is.",
        "token-expired" => "That end has passed.",
        "token-name" => "A name has 1 to 100 characters and no control characters.",
        "token-scopeless" => "A token needs one scope at least.",
        "token-too-many" => "There are 100 tokens already: revoke one first.",
        "too-many-selected" => "At most 500 messages can be named.",
        "webhook-account" => "An account is none of yours.",
        "webhook-address" => "Webhooks go to public addresses, at port 443.",
        "webhook-too-many" => "There are 20 webhooks already: delete one first.",
        "webhook-type" => "A type is none that is told, or the list of them is empty.",
        "webhook-url" => "That is no https address, or it has a user name.",
        _ => return Cow::Owned(format!("That can't be: {key}.")),
    };
    Cow::Borrowed(sentence)
}

/// What trouble with a mail server means.
pub(super) fn of_trouble(problem: Trouble) -> &'static str {
    match problem {
        Trouble::UnknownHost => "The mail server's name can't be found.",
        Trouble::Unreachable => "The mail server can't be reached.",
        Trouble::Timeout => "The mail server does not answer.",
        Trouble::Tls => "The mail server's certificate can't be trusted.",
        Trouble::NoStartTls => "The mail server offers no encryption.",
        Trouble::Disconnected => "The connection to the mail server broke.",
        Trouble::Protocol => "The mail server said something that makes no sense.",
        Trouble::WrongPassword => "The mail server did not accept the password.",
        Trouble::PasswordExpired => "The password has expired.",
        Trouble::Unavailable => "The mail server has trouble of its own.",
        Trouble::Limit => "The mail server allows no more connections now.",
        Trouble::InUse => "The mailbox is in use by another program.",
        Trouble::TooSoon => "The mail server wants some time between two sign-ins.",
        Trouble::SignInDisabled => "The mail server does not take passwords here.",
        Trouble::Busy => "Many things are being done for this account at once.",
        Trouble::ContactAdmin => "The mail server asks to contact its operator.",
        Trouble::NoPermission => "The mail server does not allow that.",
        Trouble::OverQuota => "The mailbox is full.",
        Trouble::AlreadyExists => "There is a mailbox of that name already.",
        Trouble::Refused => "The mail server refused. Nothing was changed.",
        Trouble::AccountPassword => "This account's password has to be given again.",
        Trouble::GrantGone => "This account's permission has to be given again.",
        Trouble::Provider => "Who gives permissions can't be reached, or makes no sense.",
    }
}

/// What is wrong with a message that was to be sent.
pub(super) fn of_unsendable(why: &Unsendable) -> Problem {
    match why {
        Unsendable::NoRecipients => {
            Problem::invalid("no_recipients", "The message goes to nobody.")
                .with(Fault::new("/to", "There is no recipient."))
        }
        Unsendable::Address(_) => Problem::invalid("draft_address", "An address can't be sent to.")
            .with(Fault::new("/to", "An address can't be sent to.")),
        Unsendable::TooLarge { .. } => Problem::too_large(),
        Unsendable::Impossible => {
            Problem::invalid("impossible", "The message can't be written as it is.")
        }
    }
}
