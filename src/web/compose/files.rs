//! Files of a draft: uploads in pieces that can go on after a break, and what is attached.

use axum::{
    Json,
    body::Body,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde_json::json;

use crate::{
    engine::writing::Upload,
    web::{
        compose::save::{broken, file_json},
        error::Error,
        faults::wants_json,
        fields::{Form, Query},
        flash,
        message::part,
        path::Path,
        signed_in::SignedIn,
        state::Web,
    },
};

/// `?offset=`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Place {
    #[serde(default)]
    offset: u64,
}

/// What is said of a file that has been uploaded.
#[derive(Debug, Deserialize)]
pub(crate) struct Uploaded {
    upload: String,
    #[serde(default)]
    name: String,
    #[serde(default, rename = "type")]
    media_type: String,
    #[serde(default)]
    inline: String,
}

/// `POST /uploads`
pub(crate) async fn begin(signed_in: SignedIn) -> Result<Response, Error> {
    let upload = signed_in.account.begin_upload().await?;
    Ok(Json(json!({ "upload": upload.to_text() })).into_response())
}

/// `GET /uploads/{upload}`
pub(crate) async fn length(
    signed_in: SignedIn,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let upload = Upload::from_text(&token).ok_or(Error::NotFound)?;
    let have = signed_in.account.upload_length(upload).await?;
    Ok(Json(json!({ "have": have })).into_response())
}

/// `POST /uploads/{upload}?offset=`
pub(crate) async fn append(
    signed_in: SignedIn,
    Path(token): Path<String>,
    Query(place): Query<Place>,
    body: Body,
) -> Result<Response, Error> {
    let upload = Upload::from_text(&token).ok_or(Error::NotFound)?;
    let account = &signed_in.account;
    let before = account.upload_length(upload).await?;
    if before != place.offset {
        return Ok((StatusCode::CONFLICT, Json(json!({ "have": before }))).into_response());
    }
    let pieces = body.into_data_stream().map_err(broken);
    let have = account.append_upload(upload, place.offset, pieces).await?;
    Ok(Json(json!({ "have": have })).into_response())
}

/// `POST /uploads/{upload}/removal`
pub(crate) async fn abandon(
    signed_in: SignedIn,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let upload = Upload::from_text(&token).ok_or(Error::NotFound)?;
    signed_in.account.abandon_upload(upload).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST /drafts/{draft}/attachments`
pub(crate) async fn attach(
    signed_in: SignedIn,
    Path(draft): Path<i64>,
    Form(file): Form<Uploaded>,
) -> Result<Response, Error> {
    let upload = Upload::from_text(&file.upload).ok_or(Error::BadRequest)?;
    let inline = file.inline == "1";
    let attached = signed_in
        .account
        .attach_upload(draft, upload, &file.name, &file.media_type, inline)
        .await;
    let (attachment, revision) = attached?;
    Ok(Json(json!({
        "attachment": file_json(&signed_in.ui, draft, &attachment),
        "revision": revision,
    }))
    .into_response())
}

/// `GET /drafts/{draft}/attachments/{attachment}`
pub(crate) async fn show(
    signed_in: SignedIn,
    Path((draft, attachment)): Path<(i64, i64)>,
) -> Result<Response, Error> {
    let (file, octets) = signed_in.account.attachment(draft, attachment).await?;
    // Own uploads are as little believed as what others send (T-ATT-1).
    part::raster_or_saved(&file.name, octets).await
}

/// `POST /drafts/{draft}/attachments/{attachment}/removal`
pub(crate) async fn detach(
    web: Web,
    signed_in: SignedIn,
    Path((draft, attachment)): Path<(i64, i64)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let revision = signed_in.account.detach(draft, attachment).await?;
    match wants_json(&headers) {
        true => Ok(Json(json!({ "revision": revision })).into_response()),
        false => Ok(flash::redirect(&web, &format!("/drafts/{draft}"), None)),
    }
}
