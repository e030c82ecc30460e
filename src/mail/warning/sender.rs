//! Findings about From and Reply-To.

use super::{Warning, domain};
use crate::mail::{
    address::Address,
    header::{self, Field, clean},
};

/// What the fields say for themselves, the gravest first.
pub(super) fn warnings(fields: &[Field<'_>]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let count = header::all(fields, "From").count();
    let from: Vec<Address> = header::all(fields, "From")
        .take(10)
        .flat_map(header::addresses)
        .take(50)
        .collect();
    match from.as_slice() {
        [] => warnings.push(Warning::NoFrom),
        [one] if count == 1 => about_address(one, &mut warnings),
        _ => {
            warnings.push(Warning::SeveralFrom(from.clone()));
            from.iter()
                .take(1)
                .for_each(|one| about_address(one, &mut warnings));
        }
    }
    if header::all(fields, "From").any(hides_characters) {
        warnings.push(Warning::HiddenCharacters);
    }
    warnings.extend(reply_to(fields, from.first()));
    warnings
}

/// The sender's address, if there is exactly one.
pub(super) fn only_address(fields: &[Field<'_>]) -> Option<String> {
    let mut from = header::all(fields, "From")
        .take(2)
        .flat_map(header::addresses);
    let first = from.next()?;
    from.next().is_none().then_some(first.email)
}

fn about_address(from: &Address, warnings: &mut Vec<Warning>) {
    let name = from.name.as_deref().unwrap_or("");
    let Some(own_domain) = domain_of(&from.email) else {
        warnings.push(match from.email.as_str() {
            "" => Warning::FromWithoutAddress(name.to_owned()),
            malformed if malformed.contains('@') => Warning::MalformedFrom(malformed.to_owned()),
            word => Warning::FromWithoutAddress(word.to_owned()),
        });
        return;
    };
    if let Some(shown) = address_in(name) {
        if !shown.eq_ignore_ascii_case(&from.email) {
            let actual = from.email.clone();
            warnings.push(Warning::NameHoldsAddress { shown, actual });
        }
    } else if let Some(shown) = domain_in(name)
        && !domain::is_related(&shown, own_domain)
    {
        let actual = from.email.clone();
        warnings.push(Warning::NameHoldsDomain { shown, actual });
    }
    if let Some((unicode, ascii)) = domain::lookalike(own_domain) {
        warnings.push(Warning::LookalikeDomain { unicode, ascii });
    }
    if !is_well_formed(&from.email) {
        warnings.push(Warning::MalformedFrom(from.email.clone()));
    }
}

/// Lists answer to the list; that is no finding.
fn reply_to(fields: &[Field<'_>], from: Option<&Address>) -> Option<Warning> {
    if header::first(fields, "List-Id").is_some() || header::first(fields, "List-Post").is_some() {
        return None;
    }
    let from = from?;
    let own = domain_of(&from.email)?;
    let elsewhere = header::all(fields, "Reply-To")
        .take(10)
        .flat_map(header::addresses)
        .take(50)
        .find(|address| {
            domain_of(&address.email).is_some_and(|other| !domain::is_related(other, own))
        })?;
    Some(Warning::ReplyToElsewhere {
        reply_to: elsewhere.email,
        from: from.email.clone(),
    })
}

/// Looks at the field both as it came and decoded: NUL and line ends in encoded words made
/// several programs show another address (Mailsploit, 2017).
fn hides_characters(raw: &[u8]) -> bool {
    header::decode_unclean(raw)
        .chars()
        .any(|c| clean::is_invisible(c) && !matches!(c, '\t' | '\u{ad}' | '\u{200c}' | '\u{200d}'))
}

pub(super) fn domain_of(email: &str) -> Option<&str> {
    let (local, domain) = email.rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then_some(domain)
}

/// One @ outside quotes, and nothing in the domain that can't be in one.
fn is_well_formed(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return false;
    };
    let is_quoted = local.len() > 1 && local.starts_with('"') && local.ends_with('"');
    let local_ok = is_quoted || !local.contains(|c: char| "@\"<>()[],;:\\ ".contains(c));
    let is_literal = domain.starts_with('[') && domain.ends_with(']');
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    local_ok && (is_literal || domain.chars().all(|c| allowed(c) || !c.is_ascii()))
}

/// An address inside a name.
fn address_in(name: &str) -> Option<String> {
    words(name).find_map(|word| {
        let (local, domain) = word.rsplit_once(['@', '＠', '﹫'])?;
        let is_domain = domain.contains('.') && !domain.ends_with('.');
        (is_domain && !local.is_empty()).then(|| format!("{local}@{domain}"))
    })
}

/// Something inside a name that reads as a domain.
fn domain_in(name: &str) -> Option<String> {
    words(name)
        .filter(|word| !word.contains('@'))
        .map(|word| {
            let word = word.split_once("://").map_or(word, |(_, rest)| rest);
            word.split('/').next().unwrap_or(word)
        })
        .find(|word| domain::reads_as_domain(word))
        .map(str::to_lowercase)
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| c.is_whitespace() || "()<>[]{}\"',;|".contains(c))
        .map(|word| word.trim_matches(['.', ':']))
        .filter(|word| !word.is_empty())
}
