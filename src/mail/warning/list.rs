//! Mailing lists: what their header fields offer (RFC 2369, RFC 2919, RFC 8058).

use url::{Host, Url};

use crate::mail::header::{self, Field, clean::clean};

use super::authentication;

/// A longer link is no link.
const MAX_URL: usize = 2048;

/// What a list or newsletter says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// List-Id without brackets.
    pub id: Option<String>,
    /// The name before it.
    pub name: Option<String>,
    /// How to leave.
    pub unsubscribe: Vec<Unsubscribe>,
}

/// A way to leave a list. Never followed without being asked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsubscribe {
    /// A page, at a named host, without credentials. https only.
    Page {
        /// The address in its normal form.
        url: String,
        /// A POST with `List-Unsubscribe=One-Click` is enough (RFC 8058). The host must still be
        /// checked when it is resolved.
        one_click: bool,
    },
    /// A message to send; shown before it is.
    Mail {
        /// To whom; one address.
        to: String,
        /// Its subject; empty when none is asked for.
        subject: String,
        /// Its text; empty when none is asked for.
        body: String,
    },
}

/// Reads the list fields; `None` when the message is from no list.
pub fn list(fields: &[Field<'_>]) -> Option<List> {
    let (name, id) = header::first(fields, "List-Id")
        .map(list_id)
        .unwrap_or_default();
    let one_click = header::first(fields, "List-Unsubscribe-Post").is_some_and(|raw| {
        let text: Vec<u8> = raw
            .iter()
            .copied()
            .filter(|b| !b.is_ascii_whitespace())
            .collect();
        text.eq_ignore_ascii_case(b"List-Unsubscribe=One-Click")
    });
    let unsubscribe: Vec<Unsubscribe> = header::first(fields, "List-Unsubscribe")
        .map(|raw| {
            links(raw)
                .filter_map(|link| way(&link, one_click))
                .take(4)
                .collect()
        })
        .unwrap_or_default();
    let is_list = id.is_some() || !unsubscribe.is_empty();
    is_list.then_some(List {
        id,
        name,
        unsubscribe,
    })
}

/// As [`list`]; where these servers have found that no signature holds, one request is not enough:
/// whoever sent the message may have put another's address there (RFC 8058 §4).
pub fn vouched(fields: &[Field<'_>], trusted: &[String]) -> Option<List> {
    let mut list = list(fields)?;
    let results = authentication::trusted(fields, trusted);
    if results.is_some_and(|results| results.has_no_signature()) {
        for way in &mut list.unsubscribe {
            if let Unsubscribe::Page { one_click, .. } = way {
                *one_click = false;
            }
        }
    }
    Some(list)
}

impl List {
    /// The way that asks least of the reader: one request, then a page, then a message.
    pub fn way_out(&self) -> Option<&Unsubscribe> {
        let effort = |way: &&Unsubscribe| match way {
            Unsubscribe::Page { one_click, .. } => u8::from(!one_click),
            Unsubscribe::Mail { .. } => 2,
        };
        self.unsubscribe.iter().min_by_key(effort)
    }

    /// The address to which one request is enough, where that is the way.
    pub fn one_click(&self) -> Option<&str> {
        match self.way_out() {
            Some(Unsubscribe::Page {
                url,
                one_click: true,
            }) => Some(url),
            _ => None,
        }
    }
}

/// `Name <id>`, or the id alone.
fn list_id(raw: &[u8]) -> (Option<String>, Option<String>) {
    let text = header::decode_text(raw);
    let (name, id) = match text.rsplit_once('<') {
        Some((name, id)) => (name, id),
        None => ("", text.as_str()),
    };
    let id = id.trim_matches(['>', ' ']);
    let name = name.trim().trim_matches('"').trim();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (some(name), some(id).filter(|id| id.len() <= 255))
}

/// The contents of angle brackets.
fn links(raw: &[u8]) -> impl Iterator<Item = String> {
    let line = header::unfold(raw);
    let text = clean(&String::from_utf8_lossy(&line));
    let links: Vec<String> = text
        .split('<')
        .skip(1)
        .take(16)
        .filter_map(|rest| rest.split_once('>'))
        // A link folded over two lines has white space in it.
        .map(|(link, _)| link.split_whitespace().collect())
        .collect();
    links.into_iter()
}

fn way(link: &str, one_click: bool) -> Option<Unsubscribe> {
    if link.len() > MAX_URL {
        return None;
    }
    let url = Url::parse(link).ok()?;
    match url.scheme() {
        "https" => {
            let is_named = matches!(url.host()?, Host::Domain(name) if is_public(name));
            let is_plain = url.username().is_empty() && url.password().is_none();
            let markup = |c: char| matches!(c, '<' | '>' | '"' | '\'' | '`');
            let url = String::from(url);
            (is_named && is_plain && !url.contains(markup))
                .then_some(Unsubscribe::Page { url, one_click })
        }
        "mailto" => mail(&url),
        _ => None,
    }
}

/// A name with a dot that is not one of those kept for inner use (RFC 6761, RFC 8375).
fn is_public(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let inner = [
        ".local",
        ".localhost",
        ".internal",
        ".home.arpa",
        ".lan",
        ".intranet",
    ];
    host.contains('.') && !inner.iter().any(|ending| host.ends_with(ending))
}

/// Only address, subject and text are taken: a link must not choose further recipients.
fn mail(url: &Url) -> Option<Unsubscribe> {
    let path = url.path().replace('+', "%2B");
    let (to, _) = url::form_urlencoded::parse(path.as_bytes()).next()?;
    let is_address = to.split('@').count() == 2
        && to.len() <= 320
        && !to
            .contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()\\?&".contains(c))
        && !to.starts_with('@')
        && !to.ends_with('@');
    if !is_address {
        return None;
    }
    let query = url.query().unwrap_or("").replace('+', "%2B");
    let value = |name: &str| {
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| clean(&value))
            .unwrap_or_default()
    };
    Some(Unsubscribe::Mail {
        to: to.into_owned(),
        subject: value("subject"),
        body: value("body"),
    })
}
