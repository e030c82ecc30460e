//! A browser that has nothing in its cache: from the sign-in page to the list.

use std::collections::BTreeSet;

use anyhow::Context as _;

use crate::{
    dovecot::{PASSWORD, User},
    house::House,
    http::{Browser, Wish, quoted},
};

const PLAIN: Wish<'_> = Wish {
    frame: None,
    stream: false,
    plain: true,
};

/// Lines of what, how many requests, and octets on the wire.
pub(crate) fn load(house: &House, crowd: &[User]) -> anyhow::Result<Vec<(String, u32, u32)>> {
    let user = crowd.first().context("nobody")?;
    let mut browser = Browser::open(house.address)?;
    let mut kept = BTreeSet::new();
    let mut lines = Vec::new();
    let mut total = (0, 0);
    let mut add = |what: String, octets: usize| {
        let octets = u32::try_from(octets).unwrap_or(u32::MAX);
        total = (total.0 + 1, total.1 + octets);
        lines.push((what, 1, octets));
    };

    add(
        "sign-in page".to_owned(),
        browser.get("/login", Wish::default())?.wire,
    );
    let page = browser.get("/login", PLAIN)?.text();
    for file in files(&page, &mut kept) {
        add(
            file.clone(),
            browser.get(&file, Wish::default())?.ok()?.wire,
        );
    }
    let posted = browser.sign_in(&user.address, PASSWORD)?;
    add("the form".to_owned(), posted.wire);
    let mut next = posted.location;
    while let Some(path) = next {
        let answer = browser.get(&path, Wish::default())?.ok()?;
        next = answer.location;
        if next.is_some() {
            add("a redirect".to_owned(), answer.wire);
        } else {
            add("the list".to_owned(), answer.wire);
            let page = browser.get(&path, PLAIN)?.text();
            for file in files(&page, &mut kept) {
                add(
                    file.clone(),
                    browser.get(&file, Wish::default())?.ok()?.wire,
                );
            }
        }
    }
    lines.push((
        "all, without the stream of events".to_owned(),
        total.0,
        total.1,
    ));
    Ok(lines)
}

/// The files that a page names and the browser does not have yet. What a `meta` names is asked for
/// when the page is there, or when somebody writes, and not counted.
fn files(page: &str, kept: &mut BTreeSet<String>) -> Vec<String> {
    let page: String = page
        .split("<meta ")
        .map(|part| part.split_once('>').map_or(part, |(_, rest)| rest))
        .collect();
    let page = page.as_str();
    let named = quoted(page, "=\"/assets/").filter(|rest| !rest.contains(' '));
    let named = named.map(|rest| format!("/assets/{}", rest.split('#').next().unwrap_or(rest)));
    named.filter(|file| kept.insert(file.clone())).collect()
}
