//! Whom an answer goes to (RFC 5322 §3.6.3, RFC 2369 §3.4).

use super::{Unique, complete, own::Own};
use crate::mail::{
    address::{self, Address},
    header::{self, Field},
    mailto,
};

/// Whom to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Who wrote it; of a message that one sent oneself, whom it went to.
    Sender,
    /// Everybody who has it.
    All,
    /// The mailing list alone.
    List,
}

/// The recipients of an answer: complete addresses, none twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// To; empty when the message names nobody who could be answered.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// One of `to` says that nobody reads what is sent there.
    pub no_reply: Option<String>,
}

/// The address that posts to the mailing list of this message; `None` when it comes from none, or
/// from one that takes no posts (`List-Post: NO`).
pub fn list_post(fields: &[Field<'_>]) -> Option<Address> {
    let raw = header::first(fields, "List-Post")?;
    let text: String = String::from_utf8_lossy(&header::unfold(raw))
        .split_whitespace()
        .collect();
    let links = text.split('<').skip(1).take(16);
    links
        .filter_map(|rest| mailto::parse(rest.split('>').next()?))
        .find_map(|link| link.to.into_iter().next())
}

/// The recipients of an answer. With [`Answer::List`] on a message that has no list to post to,
/// the recipients are empty; [`list_post`] says so before.
pub fn recipients(fields: &[Field<'_>], own: Own<'_>, answer: Answer) -> Recipients {
    let (to, cc) = match answer {
        Answer::List => (list_post(fields).into_iter().collect(), Vec::new()),
        Answer::Sender => (sender(fields, own), Vec::new()),
        Answer::All => all(fields, own),
    };
    let mut unique = Unique::default();
    let mut to = unique.of(to);
    let mut cc = unique.of(cc);
    if to.is_empty() {
        to = std::mem::take(&mut cc);
    }
    let no_reply = to.iter().find(|one| is_no_reply(&one.email));
    Recipients {
        no_reply: no_reply.map(|one| one.email.clone()),
        to,
        cc,
    }
}

/// Whether an address says of itself that nobody reads what comes there.
pub fn is_no_reply(email: &str) -> bool {
    const WORDS: [&str; 14] = [
        "noreply",
        "donotreply",
        "dontreply",
        "doesnotreply",
        "nepasrepondre",
        "nichtantworten",
        "keineantwort",
        "noresponder",
        "norispondere",
        "nonrispondere",
        "naoresponda",
        "nieodpowiadaj",
        "nietbeantwoorden",
        "mailerdaemon",
    ];
    let local = email.rsplit_once('@').map_or(email, |(local, _)| local);
    let letters: String = local
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    WORDS.iter().any(|word| letters.contains(word))
}

fn sender(fields: &[Field<'_>], own: Own<'_>) -> Vec<Address> {
    if is_from(fields, own) {
        let to = others(complete(fields, "To"), own);
        let cc = || others(complete(fields, "Cc"), own);
        // A note to oneself is answered to oneself.
        return first_of([to, cc(), complete(fields, "To"), complete(fields, "From")]);
    }
    author(fields)
}

fn all(fields: &[Field<'_>], own: Own<'_>) -> (Vec<Address>, Vec<Address>) {
    let to = || others(complete(fields, "To"), own);
    let cc = || others(complete(fields, "Cc"), own);
    if is_from(fields, own) {
        let kept = (to(), cc());
        return match kept.0.is_empty() && kept.1.is_empty() {
            true => (sender(fields, own), Vec::new()),
            false => kept,
        };
    }
    // Who writes to a list says here whether they want a copy beside the list's. Elsewhere the
    // field would only be another way to lead answers astray.
    let followup = complete(fields, "Mail-Followup-To");
    if is_from_list(fields) && !followup.is_empty() {
        return match others(followup.clone(), own) {
            others if others.is_empty() => (followup, Vec::new()),
            others => (others, Vec::new()),
        };
    }
    let mut everybody = author(fields);
    let list = list_post(fields);
    let reply_to = complete(fields, "Reply-To");
    // Taken out of Reply-To for the author's sake: the list is among all, even when To and Cc do
    // not name it.
    everybody.extend(
        reply_to
            .into_iter()
            .filter(|one| is_same(one, list.as_ref())),
    );
    everybody.extend(to());
    (everybody, cc())
}

/// Where the author wants answers.
fn author(fields: &[Field<'_>]) -> Vec<Address> {
    let list = list_post(fields);
    let mut reply_to = complete(fields, "Reply-To");
    // Many lists put themselves there; an answer to one is then sent to all.
    reply_to.retain(|one| !is_same(one, list.as_ref()));
    first_of([
        complete(fields, "Mail-Reply-To"),
        reply_to,
        complete(fields, "From"),
        complete(fields, "Sender"),
    ])
}

fn is_same(one: &Address, other: Option<&Address>) -> bool {
    other.is_some_and(|other| address::key(&one.email) == address::key(&other.email))
}

fn is_from(fields: &[Field<'_>], own: Own<'_>) -> bool {
    complete(fields, "From")
        .iter()
        .any(|from| own.has(&from.email))
}

fn is_from_list(fields: &[Field<'_>]) -> bool {
    ["List-Id", "List-Post", "Mailing-List"]
        .iter()
        .any(|name| header::first(fields, name).is_some())
}

fn others(mut addresses: Vec<Address>, own: Own<'_>) -> Vec<Address> {
    addresses.retain(|one| !own.has(&one.email));
    addresses
}

fn first_of<const N: usize>(lists: [Vec<Address>; N]) -> Vec<Address> {
    lists
        .into_iter()
        .find(|list| !list.is_empty())
        .unwrap_or_default()
}
