//! `GET /accounts/{account}/emails/{email}`: one message, with as much of it as is asked for.
//!
//! Cost: that of opening a message.

use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    api::{
        caller::{May, Read},
        extract, links,
        problem::Problem,
        state::Api,
    },
    engine::{
        Account,
        documents::{Dress, Links},
        read::Opened,
    },
    mail::{header as field, html, plan::ShownKind},
};

use super::{Email, EmailPath, etag, list::narrowed};

/// Header fields that can be asked for by name.
const HEADERS_MOST: usize = 50;

/// What is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `text`, `html` or both, with a comma between.
    #[param(max_length = 20, pattern = "^(text|html)?(,(text|html))*$")]
    body: Option<String>,
    /// Names of header fields to say, with commas between.
    #[param(max_length = 1000)]
    headers: Option<String>,
    /// Which members of a message to say, with commas between; the id always.
    #[param(max_length = 500)]
    fields: Option<String>,
}

/// One message.
#[utoipa::path(
    get,
    path = "/accounts/{account}/emails/{email}",
    tag = "emails",
    params(EmailPath, Wanted),
    responses((
        status = 200, description = "The message", body = Email,
        headers(("ETag" = String, description = "For If-Match"))
    ))
)]
pub(crate) async fn show(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<EmailPath>,
    extract::Query(wanted): extract::Query<Wanted>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let (text, html) = wanted.bodies()?;
    let opened = account.open(path.email).await?;
    let mut email = Email::of(account.id(), &opened.summary);
    email.thread_id = account.thread_by_header(&opened).await?;
    let fields = opened.fields();
    email.attachments = super::attachments(path.email, &opened.structure);
    let references = field::first(&fields, "References");
    email.references = Some(references.map(field::message_ids).unwrap_or_default());
    if let Some(names) = &wanted.headers {
        let names = names
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let named = names.take(HEADERS_MOST).map(|name| {
            let all = field::all(&fields, name).map(field::decode_text);
            (name.to_owned(), all.collect())
        });
        email.headers = Some(named.collect());
    }
    if text {
        email.text = Some(plain(&opened));
    }
    if html {
        let links = || links::Cited::new(&api, account, path.email, caller.user);
        let found = document(&api, account, &opened, Dress::default(), links);
        let (html, blocked) = found.await?;
        email.html = Some(html.unwrap_or_default());
        email.blocked_remote_content = Some(blocked);
    }
    let mailbox = opened.summary.placement.mailbox;
    let etag = etag(mailbox, &opened.summary.keywords);
    let mut response = Json(narrowed(email, wanted.fields.as_deref())).into_response();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    Ok(response)
}

impl Wanted {
    fn bodies(&self) -> Result<(bool, bool), Problem> {
        for (text, most) in [(&self.headers, 1000), (&self.fields, 500)] {
            if text
                .as_ref()
                .is_some_and(|text| text.chars().count() > most)
            {
                return Err(Problem::malformed("query_invalid", "That is too long."));
            }
        }
        let (mut text, mut html) = (false, false);
        for word in self.body.as_deref().unwrap_or_default().split(',') {
            match word.trim() {
                "text" => text = true,
                "html" => html = true,
                "" => {}
                _ => return Err(Problem::malformed("query_invalid", "body is text or html.")),
            }
        }
        Ok((text, html))
    }
}

/// All HTML that the message shows, made safe, and how many pictures were left out of it. `None`
/// where it shows none.
pub(crate) async fn document<L: Links>(
    api: &Api,
    account: &Account,
    opened: &Opened,
    dress: Dress,
    links: impl Fn() -> L,
) -> Result<(Option<String>, u64), Problem> {
    let email = opened.summary.id;
    let (mut whole, mut blocked) = (None, 0);
    for section in shown(opened, ShownKind::Html) {
        let document = api.engine.document(account, email, section, dress, links());
        let document = document.await?;
        let whole: &mut String = whole.get_or_insert_default();
        whole.push_str(&document.html.to_string());
        blocked += u64::from(document.blocked_remote);
    }
    Ok((whole, blocked))
}

/// The text that a reader without HTML would see, with the line ends of RFC 8621 §4.1.4.
fn plain(opened: &Opened) -> String {
    let plan = opened.plan();
    let mut whole = Vec::new();
    for shown in &plan.show {
        let Some(text) = opened.text(shown.section()) else {
            continue;
        };
        whole.push(match shown.kind {
            ShownKind::Html | ShownKind::Enriched => html::to_text(&text.text),
            ShownKind::Text | ShownKind::Report => text.text.to_string(),
            ShownKind::Image => continue,
        });
    }
    whole.join("\n").replace("\r\n", "\n")
}

fn shown(opened: &Opened, kind: ShownKind) -> Vec<&str> {
    let plan = opened.plan();
    let shown = plan.show.iter().filter(|shown| shown.kind == kind);
    shown.map(|shown| shown.section()).collect()
}
