//! What a message is made of: itself, its header, its HTML, its parts, all its files.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{
        caller::{May, Read},
        extract,
        files::{self, File},
        id::Number,
        links,
        problem::Problem,
        state::Api,
    },
    door::{octets::sniffed, policy::MESSAGE_POLICY},
    engine::{
        Account,
        documents::Dress,
        parts::{Download, Octets},
    },
    mail::{
        header::{decode_text, safe_filename},
        id::EmailId,
    },
};

use super::EmailPath;

/// The header of a message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Fields {
    /// From the top.
    pub(crate) items: Vec<Field>,
}

/// One field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeaderField)]
pub(crate) struct Field {
    /// Its name, as it stands there.
    pub(crate) name: String,
    /// Its value as it stands there, folds included; octets that are no UTF-8 are replaced.
    pub(crate) raw: String,
    /// Its value, decoded.
    pub(crate) value: String,
}

/// Whether pictures on other servers are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Images {
    /// They are left out.
    #[default]
    Block,
    /// By way of `/images`.
    Proxy,
}

/// How the HTML is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HtmlWanted {
    /// Whether pictures on other servers are named.
    #[param(inline)]
    images: Images,
}

/// Whether a part is looked at or saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Disposition {
    /// Looked at, if it is a picture or plain text.
    Inline,
    /// Saved.
    #[default]
    Attachment,
}

/// How a part is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PartWanted {
    /// Whether it is looked at or saved.
    #[param(inline)]
    disposition: Disposition,
}

/// A part in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct PartPath {
    /// The account.
    account: Number,
    /// The message.
    email: EmailId,
    /// The part: a `partId`.
    #[param(max_length = 200)]
    part: String,
}

/// The message as it was sent.
#[utoipa::path(
    get,
    path = "/accounts/{account}/emails/{email}/raw",
    tag = "emails",
    params(EmailPath),
    responses(
        (status = 200, description = "The message", content_type = "message/rfc822", body = inline(files::Octets)),
        (status = 206, description = "A range of it", content_type = "message/rfc822", body = inline(files::Octets)),
        (status = 304, description = "It is what If-None-Match says")
    )
)]
pub(crate) async fn raw(
    caller: May<Read>,
    extract::Path(path): extract::Path<EmailPath>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let opened = account.open_known(path.email).await?;
    let octets = account.raw(path.email).await?;
    let subject = safe_filename(&opened.summary.subject);
    let file = File {
        kind: "message/rfc822",
        name: &format!("{}.eml", subject.as_deref().unwrap_or("message")),
        inline: false,
        tag: Some(format!("E{}", path.email)),
        size: Some(opened.summary.size),
    };
    file.answer(&headers, octets)
}

/// The header, field by field.
#[utoipa::path(
    get,
    path = "/accounts/{account}/emails/{email}/headers",
    tag = "emails",
    params(EmailPath),
    responses((status = 200, description = "The header", body = Fields))
)]
pub(crate) async fn headers(
    caller: May<Read>,
    extract::Path(path): extract::Path<EmailPath>,
) -> Result<Json<Fields>, Problem> {
    let opened = caller.account(path.account)?.open_known(path.email).await?;
    let fields = opened.fields();
    let items = fields.iter().map(|field| Field {
        name: field.name.to_owned(),
        raw: String::from_utf8_lossy(field.raw).into_owned(),
        value: decode_text(field.raw),
    });
    Ok(Json(Fields {
        items: items.collect(),
    }))
}

/// The HTML as a document of its own, made safe, under a policy without scripts.
#[utoipa::path(
    get,
    path = "/accounts/{account}/emails/{email}/html",
    tag = "emails",
    params(EmailPath, HtmlWanted),
    responses((status = 200, description = "The document", content_type = "text/html", body = String))
)]
pub(crate) async fn html(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<EmailPath>,
    extract::Query(wanted): extract::Query<HtmlWanted>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let dress = Dress {
        images: wanted.images == Images::Proxy,
        dark: false,
    };
    let links = || links::Cited::new(&api, account, path.email, caller.user);
    let opened = account.open_known(path.email).await?;
    let found = super::show::document(&api, account, &opened, dress, links);
    let (html, _) = found.await?;
    let html = html.ok_or_else(Problem::not_found)?;
    let page = format!("<!doctype html>\n<meta charset=\"utf-8\">\n<body>\n{html}\n</body>\n");
    let mut response = Html(page).into_response();
    let policy = HeaderValue::from_static(MESSAGE_POLICY);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// A part, decoded.
#[utoipa::path(
    get,
    path = "/accounts/{account}/emails/{email}/parts/{part}",
    tag = "emails",
    params(PartPath, PartWanted),
    responses(
        (status = 200, description = "Its octets", content_type = "application/octet-stream", body = inline(files::Octets)),
        (status = 206, description = "A range of them", content_type = "application/octet-stream", body = inline(files::Octets)),
        (status = 304, description = "It is what If-None-Match says")
    )
)]
pub(crate) async fn part(
    caller: May<Read>,
    extract::Path(path): extract::Path<PartPath>,
    extract::Query(wanted): extract::Query<PartWanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let inline = wanted.disposition == Disposition::Inline;
    answer_part(account, path.email, &path.part, inline, &headers).await
}

/// A part as an answer: shown only where it is nothing but a picture or plain text.
pub(crate) async fn answer_part(
    account: &Account,
    email: EmailId,
    section: &str,
    inline: bool,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    // What is encoded for transport tells its size by being read once.
    let size = match files::in_pieces(headers) {
        true => Some(account.part_size(email, section).await?),
        false => None,
    };
    let Download { part, octets } = account.part(email, section).await?;
    let (kind, octets): (_, Octets) = match inline {
        true => {
            let (kind, octets) = sniffed(octets, part.media_type == "text/plain").await?;
            (kind, Box::pin(octets))
        }
        false => (None, octets),
    };
    let file = File {
        kind: kind.unwrap_or("application/octet-stream"),
        name: part.filename.as_deref().unwrap_or("part"),
        inline: kind.is_some(),
        tag: Some(format!("E{email}_{}", part.section)),
        size,
    };
    file.answer(headers, octets)
}

/// All files of a message as one zip.
#[utoipa::path(
    get,
    path = "/accounts/{account}/emails/{email}/attachments.zip",
    tag = "emails",
    params(EmailPath),
    responses((status = 200, description = "The archive", content_type = "application/zip", body = inline(files::Octets)))
)]
pub(crate) async fn archive(
    caller: May<Read>,
    extract::Path(path): extract::Path<EmailPath>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let octets = account.archive_of(path.email).await?;
    let file = File {
        kind: "application/zip",
        name: "attachments.zip",
        inline: false,
        tag: None,
        size: None,
    };
    file.answer(&headers, octets)
}
