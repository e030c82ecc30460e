//! Searching a folder, newest messages first, so that the first page of results of a large
//! folder comes soon.

use std::time::Duration;

use jiff::civil::Date;
use tokio::time::Instant;

use super::{
    change::found,
    client::Client,
    connection::{Job, canonical},
    error::{Error, Reason},
    pool::Lease,
    wire::{command::Command, mutf7::Names, uidset::UidSet},
};
use crate::mail::{keyword, query::Filter};

/// What a search has found so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The folder's UIDVALIDITY.
    pub uid_validity: u32,
    /// Newest first.
    pub uids: Vec<u32>,
    /// There is nothing further: the whole folder (below `before`) has been searched.
    pub complete: bool,
    /// Ask with this `before` for more; `None` when complete.
    pub next_before: Option<u32>,
}

/// How many UIDs are searched at first.
const FIRST_SPAN: u32 = 1000;

/// The same where the server may have to read every message.
const FIRST_SPAN_OF_TEXTS: u32 = 200;

/// A span is never made smaller than this: then round trips would take the time.
const SMALLEST_SPAN: u32 = 50;

/// A span that took less than this is followed by a larger one.
const QUICK: Duration = Duration::from_millis(250);

/// A span that took longer than this is followed by a smaller one, such as would have taken half of
/// it.
const SLOW: Duration = Duration::from_secs(1);

/// After this time what has been found is handed over, if anything has been.
const PATIENCE: Duration = Duration::from_secs(5);

/// Conditions within each other.
const MAX_DEPTH: usize = 32;

impl Client {
    /// Messages that match, with UIDs below `before`, newest first, about `limit` of them.
    ///
    /// The folder is searched in spans of UIDs that grow while the server is quick and shrink while
    /// it is slow: 1 round trip for each, beside that for the SELECT when the folder is not selected. Ends when `limit` is
    /// reached, when nothing is left, or when something was found and 5 s have passed.
    pub async fn search(
        &self,
        mailbox: &str,
        filter: &Filter,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Found, Error> {
        let mailbox = canonical(mailbox);
        let mut lease = self.lease(Some(&mailbox)).await?;
        let reply = lease
            .run(&Job::inside(&mailbox, None, vec![Command::new("NOOP")]))
            .await?;
        reply.check()?;
        let Some(selected) = lease.selected.clone() else {
            return Err(Error::NoSuchMailbox);
        };
        let uid_validity = selected.uid_validity;
        let mut result = Found {
            uid_validity,
            uids: Vec::new(),
            complete: false,
            next_before: None,
        };
        let newest = match selected.uid_next {
            Some(next) => next.saturating_sub(1),
            None => newest_uid(&mut lease, &mailbox).await?,
        };
        // UIDNEXT is from the SELECT; messages that came since lie above it.
        let top = before.map_or(u32::MAX, |before| before.saturating_sub(1));
        let mut high = top;
        let mut span = match reads_texts(filter, 0) {
            true => FIRST_SPAN_OF_TEXTS,
            false => FIRST_SPAN,
        };
        let begun = Instant::now();
        while high > 0 && selected.exists > 0 {
            let low = high.min(newest).saturating_sub(span - 1).max(1);
            let asked = Instant::now();
            let place = (mailbox.as_str(), uid_validity, selected.exists);
            let set = UidSet::range(low, high);
            let uids = chunk(&mut lease, place, filter, &set).await?;
            result.uids.extend(uids);
            high = low - 1;
            let enough = result.uids.len() >= limit;
            if high > 0 && (enough || (!result.uids.is_empty() && begun.elapsed() > PATIENCE)) {
                result.next_before = Some(low);
                // What is beyond the limit is found again with the next page.
                if let Some(last) = limit.checked_sub(1).and_then(|at| result.uids.get(at)) {
                    result.next_before = Some(*last);
                    result.uids.truncate(limit);
                }
                return Ok(result);
            }
            span = next_span(span, asked.elapsed());
        }
        if let Some(last) = limit.checked_sub(1).and_then(|at| result.uids.get(at)) {
            let more = result.uids.len() > limit;
            result.next_before = more.then_some(*last);
            result.complete = !more;
            result.uids.truncate(limit);
        } else {
            result.complete = true;
        }
        Ok(result)
    }
}

/// The number of UIDs to search after `span` of them took so long. Where the server has an index
/// for the newest messages alone, or UIDs lie closer together further down, what was quick so far
/// says little.
fn next_span(span: u32, took: Duration) -> u32 {
    if took < QUICK {
        return span.saturating_mul(4);
    }
    if took <= SLOW {
        return span;
    }
    let aim = u128::from(span) * (SLOW / 2).as_millis() / took.as_millis().max(1);
    u32::try_from(aim)
        .unwrap_or(span)
        .max(SMALLEST_SPAN)
        .min(span)
}

/// Must a server without an index of texts read every message for this?
fn reads_texts(filter: &Filter, depth: usize) -> bool {
    match filter {
        _ if depth > MAX_DEPTH => true,
        Filter::And(inner) | Filter::Or(inner) | Filter::Not(inner) => {
            inner.iter().any(|filter| reads_texts(filter, depth + 1))
        }
        Filter::Text(_) | Filter::Body(_) => true,
        _ => false,
    }
}

/// Matches within a span of UIDs, newest first.
async fn chunk(
    lease: &mut Lease,
    (mailbox, uid_validity, exists): (&str, u32, u32),
    filter: &Filter,
    span: &UidSet,
) -> Result<Vec<u32>, Error> {
    let (extended, names) = (lease.capabilities.has("ESEARCH"), lease.names);
    let ask = |charset: bool| -> Result<Job, Error> {
        let search = match extended {
            true => Command::new("UID SEARCH RETURN (ALL)"),
            false => Command::new("UID SEARCH"),
        };
        // RFC 6855 §3: with UTF8=ACCEPT there must be no CHARSET.
        let search = match charset && names == Names::Utf7 && !is_ascii(filter, 0) {
            true => search.raw_items("CHARSET UTF-8"),
            false => search,
        };
        let search = condition(search.raw_items("UID").set(span), filter, 0)?;
        Ok(Job::inside(mailbox, Some(uid_validity), vec![search]))
    };
    let job = ask(true)?;
    let reply = lease.run(&job).await?;
    let reply = match reply.check() {
        // A server that does not know UTF-8 may still compare bytes.
        Err(Error::No {
            code: Some(Reason::Other),
            ..
        }) => {
            let again = ask(false)?;
            lease.run(&again).await?
        }
        _ => reply,
    };
    reply.check()?;
    // An answer may name what was not asked for, or ranges without end; neither is believed.
    let within = |uid: &u32| span.contains(*uid);
    let room = usize::try_from(exists)
        .unwrap_or(usize::MAX)
        .saturating_mul(2);
    let mut uids: Vec<u32> = found(&reply).filter(within).take(room).collect();
    uids.sort_unstable_by(|a, b| b.cmp(a));
    uids.dedup();
    Ok(uids)
}

/// The highest UID, where SELECT did not tell UIDNEXT.
async fn newest_uid(lease: &mut Lease, mailbox: &str) -> Result<u32, Error> {
    if lease.selected.as_ref().is_some_and(|own| own.exists == 0) {
        return Ok(0);
    }
    let fetch = Command::new("FETCH * (UID)");
    let reply = lease.run(&Job::inside(mailbox, None, vec![fetch])).await?;
    let messages = super::gather::messages(reply.data);
    Ok(messages.iter().filter_map(|own| own.uid).max().unwrap_or(0))
}

/// Adds a condition as search keys (RFC 9051 §6.4.4). Several keys in a row mean all of them.
pub(super) fn condition(command: Command, filter: &Filter, depth: usize) -> Result<Command, Error> {
    if depth > MAX_DEPTH {
        return Err(Error::Unsupported("so many conditions within each other"));
    }
    let text = |key: &'static str, command: Command, text: &str| match text {
        // Every message contains nothing; some servers refuse to look for it.
        "" => command.raw_items("ALL"),
        text => command.raw_items(key).astring(text),
    };
    Ok(match filter {
        Filter::And(all) if all.is_empty() => command.raw_items("ALL"),
        Filter::And(all) => grouped(command, all, depth)?,
        Filter::Or(any) => either(command, any, depth)?,
        Filter::Not(none) => none
            .iter()
            .try_fold(command.raw_items("ALL"), |command, inner| {
                let command = command.raw_items("NOT");
                grouped(command, std::slice::from_ref(inner), depth)
            })?,
        Filter::Text(words) => text("TEXT", command, words),
        Filter::From(words) => text("FROM", command, words),
        Filter::To(words) => text("TO", command, words),
        Filter::Cc(words) => text("CC", command, words),
        Filter::Subject(words) => text("SUBJECT", command, words),
        Filter::Body(words) => text("BODY", command, words),
        Filter::Recipient(words) => {
            let command = text("OR TO", command, words);
            match words.as_str() {
                "" => command,
                words => text("BCC", text("OR CC", command, words), words),
            }
        }
        Filter::Header(name, words) => command.raw_items("HEADER").astring(name).astring(words),
        Filter::After(day) => command.raw_items("SINCE").date(date(*day)?),
        Filter::Before(day) => command.raw_items("BEFORE").date(date(*day)?),
        // LARGER means more than.
        Filter::MinSize(0) => command.raw_items("ALL"),
        Filter::MinSize(size) => command.raw_items("LARGER").num(octets(size - 1)),
        Filter::MaxSize(size) => command.raw_items("SMALLER").num(octets(*size)),
        Filter::HasKeyword(word) => has_keyword(command, word),
        Filter::NotKeyword(word) => has_keyword(command.raw_items("NOT"), word),
        Filter::HasAttachment(has) => {
            let command = if *has {
                command
            } else {
                command.raw_items("NOT")
            };
            // The nearest that IMAP can ask; mail with attachments is multipart/mixed.
            command.raw_items("HEADER Content-Type multipart/mixed")
        }
    })
}

/// All of these, as one key.
fn grouped(command: Command, all: &[Filter], depth: usize) -> Result<Command, Error> {
    let mut outcome = Ok(());
    let command = command.list(|list| {
        all.iter().fold(list, |list, filter| {
            condition(list.clone(), filter, depth + 1).unwrap_or_else(|error| {
                outcome = Err(error);
                list
            })
        })
    });
    outcome.map(|()| command)
}

/// Any of these: OR takes two, so each but the last opens one more.
fn either(command: Command, any: &[Filter], depth: usize) -> Result<Command, Error> {
    let Some((last, others)) = any.split_last() else {
        return Ok(command.raw_items("NOT ALL"));
    };
    let mut command = command;
    for filter in others {
        command = grouped(command.raw_items("OR"), std::slice::from_ref(filter), depth)?;
    }
    grouped(command, std::slice::from_ref(last), depth)
}

fn has_keyword(command: Command, word: &str) -> Command {
    match word {
        keyword::SEEN => command.raw_items("SEEN"),
        keyword::FLAGGED => command.raw_items("FLAGGED"),
        keyword::ANSWERED => command.raw_items("ANSWERED"),
        keyword::DRAFT => command.raw_items("DRAFT"),
        keyword::DELETED => command.raw_items("DELETED"),
        word => command
            .raw_items("KEYWORD")
            .flag(&super::convert::flag(word)),
    }
}

/// Days since 1970 as a date.
fn date(days: i64) -> Result<Date, Error> {
    let days = i32::try_from(days).map_err(|_| Error::Unsupported("a date so far away"))?;
    let span = jiff::Span::new().try_days(days);
    let span = span.map_err(|_| Error::Unsupported("a date so far away"))?;
    let epoch = Date::constant(1970, 1, 1);
    epoch
        .checked_add(span)
        .map_err(|_| Error::Unsupported("a date so far away"))
}

/// Cyrus hangs up at a number above 31 bits, and no message is that large.
fn octets(size: u64) -> u64 {
    size.min(i32::MAX.unsigned_abs().into())
}

/// Is there nothing in it that needs a charset?
pub(super) fn is_ascii(filter: &Filter, depth: usize) -> bool {
    match filter {
        _ if depth > MAX_DEPTH => true,
        Filter::And(inner) | Filter::Or(inner) | Filter::Not(inner) => {
            inner.iter().all(|filter| is_ascii(filter, depth + 1))
        }
        Filter::Text(text)
        | Filter::From(text)
        | Filter::To(text)
        | Filter::Cc(text)
        | Filter::Subject(text)
        | Filter::Body(text)
        | Filter::Recipient(text) => text.is_ascii(),
        Filter::Header(name, text) => name.is_ascii() && text.is_ascii(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_grow_on_quick_servers_and_shrink_on_slow_ones() {
        let ms = Duration::from_millis;
        for (span, took, next) in [
            (1000, ms(0), 4000),
            (1000, ms(249), 4000),
            (u32::MAX, ms(0), u32::MAX),
            (1000, ms(250), 1000),
            (1000, ms(1000), 1000),
            (1000, ms(1001), 499),
            (1000, ms(5000), 100),
            (64_000, ms(20_000), 1600),
            (200, ms(60_000), 50),
            (u32::MAX, ms(59_000), 36_398_027),
            (10, ms(60_000), 10),
        ] {
            assert_eq!(next_span(span, took), next, "{span} in {took:?}");
        }
        // Whatever went before, a server that needs 10 ms for each message answers within a second
        // or two soon.
        let mut span = 256_000;
        let mut waits = Vec::new();
        for _ in 0..4 {
            let took = ms(u64::from(span) * 10);
            waits.push(took);
            span = next_span(span, took);
        }
        assert!(waits[1..].iter().all(|wait| *wait <= ms(2000)), "{waits:?}");
    }

    #[test]
    fn texts_are_searched_with_care() {
        let body = Filter::Not(vec![Filter::Or(vec![Filter::Body("x".to_owned())])]);
        assert!(reads_texts(
            &Filter::And(vec![Filter::Text("x".to_owned())]),
            0
        ));
        assert!(reads_texts(&body, 0));
        assert!(!reads_texts(&Filter::Subject("x".to_owned()), 0));
    }
}
