//! `GET /image?u=…&s=…`: a picture from another server, fetched by us for one person.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{error::Error, fields::Query, headers::FILE_POLICY, signed_in::HasSession, state::Web};

/// The picture's URL and the signature that makes it this person's.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    u: String,
    s: String,
}

/// The picture; 404 for everything that is none.
pub(crate) async fn show(
    web: Web,
    HasSession { session, .. }: HasSession,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let image = web.engine.image(session.user, &wanted.u, &wanted.s).await?;
    let headers = [
        (header::CONTENT_TYPE, image.media_type),
        (header::CONTENT_SECURITY_POLICY, FILE_POLICY),
        (header::CACHE_CONTROL, "private, max-age=86400, immutable"),
    ];
    Ok((headers, image.bytes).into_response())
}
