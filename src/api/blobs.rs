//! `/accounts/{account}/blobs`: octets, before it is said what they are for.

use axum::{
    Json,
    body::Body,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::engine::Error as EngineError;

use super::{
    accounts::AccountPath,
    caller::{May, Modify, Read},
    emails::octets::answer_part,
    extract,
    files::{self, File},
    id::{BlobId, Number},
    problem::Problem,
};

/// Stored octets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Blob {
    /// Their id.
    pub(crate) blob_id: BlobId,
    /// Their media type, as it was said.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// How many they are.
    pub(crate) size: u64,
}

/// Octets in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct BlobPath {
    /// The account.
    account: Number,
    /// The octets.
    blob: BlobId,
}

/// Stores octets. They are kept for a day, and for as long as a draft names them.
#[utoipa::path(
    post,
    path = "/accounts/{account}/blobs",
    tag = "blobs",
    params(AccountPath),
    request_body(content = Option<Vec<u8>>, content_type = "application/octet-stream"),
    responses((status = 201, description = "Where they are", body = Blob))
)]
pub(crate) async fn create(
    caller: May<Modify>,
    extract::Path(path): extract::Path<AccountPath>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let account = caller.account(path.account)?;
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    // The connection broke, or the client sent no chunks that make sense.
    let pieces = body.into_data_stream();
    let pieces = pieces.map_err(|_| EngineError::Invalid("upload-broken"));
    let (blob, size) = account.store_blob(pieces).await?;
    let blob = Blob {
        blob_id: BlobId::Stored(blob),
        kind: kind.unwrap_or("application/octet-stream").to_owned(),
        size,
    };
    Ok((StatusCode::CREATED, Json(blob)))
}

/// Octets: uploaded ones, those of a draft's file, of a message, of a part of one.
#[utoipa::path(
    get,
    path = "/accounts/{account}/blobs/{blob}",
    tag = "blobs",
    params(BlobPath),
    responses(
        (status = 200, description = "The octets", content_type = "application/octet-stream", body = inline(files::Octets)),
        (status = 206, description = "A range of them", content_type = "application/octet-stream", body = inline(files::Octets)),
        (status = 304, description = "They are what If-None-Match says")
    )
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<BlobPath>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let tag = path.blob.to_string();
    let (octets, size) = match path.blob {
        BlobId::Part(email, section) => {
            return answer_part(account, email, &section, false, &headers).await;
        }
        BlobId::Email(email) => {
            let size = account.open_known(email).await?.summary.size;
            (account.raw(email).await?, size)
        }
        BlobId::Stored(blob) => account.blob(blob).await?,
    };
    let file = File {
        kind: "application/octet-stream",
        name: "blob",
        inline: false,
        tag: Some(tag),
        size: Some(size),
    };
    file.answer(&headers, octets)
}
