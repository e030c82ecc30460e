//! The original below an answer: taken as it was shown when the draft began, and never touched
//! again, so that no editor can spoil it. What its reader could not see is not in it (T-QUOTE-1).

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::mail::{
    html,
    plan::ShownKind,
    reply::{
        forward,
        quote::{self, Options},
    },
};

use super::{
    super::{account::Account, error::Error, read::Opened},
    Action, Phrases,
};

/// A quoted original, as it is kept with the draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Quote {
    /// What stands above it and the original itself: HTML fit to be sent.
    pub(in crate::engine) html: String,
    /// The same as plain text.
    pub(in crate::engine) text: String,
}

/// A quote, and which pictures of the original it shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    pub(super) quote: Quote,
    /// Section of the original to the Content-ID that the quote has for it.
    pub(super) pictures: BTreeMap<String, String>,
}

/// What stands above the original, in the reader's language.
#[derive(Clone, Debug)]
struct Head {
    html: String,
    text: String,
    is_forward: bool,
}

/// How programs mark what is quoted; it keeps its looks where style sheets are dropped.
const CITE: &str = r#"<blockquote type="cite" style="margin:0 0 0 0.8em;padding:0 0 0 0.8em;border-left:2px solid #b8bcc4">"#;

impl Account {
    /// Takes the quote of a message. Work on hostile input, so in the pool that is kept for it.
    pub(super) async fn quote_of(
        &self,
        opened: &Arc<Opened>,
        action: Action,
        key: &str,
        phrases: &dyn Phrases,
    ) -> Result<Taken, Error> {
        let head = head(opened, action, phrases);
        let opened = Arc::clone(opened);
        let key = key.to_owned();
        let work = move || take(&opened, &head, &key);
        self.0.shared.taking_apart.run(work).await
    }
}

/// The text alone, for messages that are written as text.
pub(super) fn text_of(opened: &Opened, action: Action, phrases: &dyn Phrases) -> String {
    let head = head(opened, action, phrases);
    match head.is_forward {
        true => format!("{}{}", head.text, plain(opened)),
        false => quoted(&head.text, &plain(opened)),
    }
}

fn head(opened: &Opened, action: Action, phrases: &dyn Phrases) -> Head {
    if !action.is_forward() {
        let text = phrases.wrote(&opened.summary);
        let html = format!("<div>{}</div>", html::escape(&text));
        return Head {
            html,
            text,
            is_forward: false,
        };
    }
    let lines = forward::lines(&opened.fields(), &phrases.date(&opened.summary));
    let opening = phrases.forwarded();
    Head {
        html: forward::html(&lines, &opening, |label| phrases.label(label)),
        text: forward::plain(&lines, &opening, |label| phrases.label(label)),
        is_forward: true,
    }
}

fn take(opened: &Opened, head: &Head, key: &str) -> Taken {
    let plan = opened.plan();
    let cid = |section: &str| format!("{section}.{key}@restante");
    let named = |id: &str| plan.inline.get(id).map(|section| cid(section));
    let mut body = String::new();
    let mut pictures = BTreeMap::new();
    for shown in &plan.show {
        let Some(text) = opened.text(shown.section()) else {
            continue;
        };
        let whole = match shown.kind {
            ShownKind::Html => html::quote(&text.text, &named),
            ShownKind::Image => None,
            ShownKind::Text | ShownKind::Enriched | ShownKind::Report => {
                html::quote(&as_html(&text.text), &|_| None)
            }
        };
        // Too complex to be looked through: its text then, as it was shown.
        let whole = whole
            .or_else(|| html::quote(&as_html(&html::to_text(&text.text)), &|_| None))
            .unwrap_or_default();
        for id in &whole.cids {
            if let Some(section) = plan.inline.get(id) {
                pictures.insert(section.clone(), cid(section));
            }
        }
        body.push_str(whole.html.as_str());
    }
    let plain = plain(opened);
    let quote = match head.is_forward {
        true => Quote {
            html: format!("{}{body}", head.html),
            text: format!("{}{plain}", head.text),
        },
        false => Quote {
            html: format!("{}{CITE}{body}</blockquote>", head.html),
            text: quoted(&head.text, &plain),
        },
    };
    Taken { quote, pictures }
}

/// The original's text, from whatever is shown of it. Lines as meant, not as written.
fn plain(opened: &Opened) -> String {
    let plan = opened.plan();
    let mut plain = String::new();
    for shown in &plan.show {
        let Some(text) = opened.text(shown.section()) else {
            continue;
        };
        match shown.kind {
            ShownKind::Html => plain.push_str(&html::to_text(&text.text)),
            ShownKind::Image => {}
            ShownKind::Text | ShownKind::Enriched | ShownKind::Report => {
                plain.push_str(&unflowed(&text.text, shown.part.flowed, shown.part.delsp));
            }
        }
        if !plain.ends_with('\n') {
            plain.push('\n');
        }
    }
    plain
}

/// Paragraphs that were folded on the way become one line again, the quotes in them stay quotes.
fn unflowed(text: &str, flowed: bool, delsp: bool) -> String {
    match flowed {
        false => text.to_owned(),
        true => crate::mail::text::unflowed(text, delsp),
    }
}

fn quoted(head: &str, plain: &str) -> String {
    let options = Options {
        without_signature: true,
        ..Options::default()
    };
    quote::plain(head, plain, options).text
}

fn as_html(text: &str) -> String {
    format!(
        r#"<div style="white-space:pre-wrap">{}</div>"#,
        html::escape(text)
    )
}

/// The body of a message that is written once more.
pub(super) struct Body {
    pub(super) text: String,
    /// Its HTML, where it has any.
    pub(super) rich: Option<String>,
    /// Section of the original to the Content-ID that the HTML has for it.
    pub(super) pictures: BTreeMap<String, String>,
}

/// The body of a message that is begun from: its text, and its HTML where it has any.
pub(super) fn body_of(opened: &Opened) -> Body {
    let plan = opened.plan();
    let html = plan.show.iter().find(|shown| shown.kind == ShownKind::Html);
    let named = |id: &str| plan.inline.get(id).map(|section| picture_id(section));
    let clean = html
        .and_then(|shown| opened.text(shown.section()))
        .and_then(|text| html::clean_written(&text.text, &named));
    let shown = clean.iter().flat_map(|clean| &clean.cids);
    let shown = shown.filter_map(|id| plan.inline.get(id));
    Body {
        text: plain(opened),
        pictures: shown
            .map(|section| (section.clone(), picture_id(section)))
            .collect(),
        rich: clean.map(|clean| clean.html.to_string()),
    }
}

/// The Content-ID of a picture of the original in a message that is written once more.
pub(super) fn picture_id(section: &str) -> String {
    format!("{section}.original@restante")
}
