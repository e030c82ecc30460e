//! `/images`: a picture on another server, fetched by us: what `html` names with `images=proxy`.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::door::policy::FILE_POLICY;

use super::{
    caller::{May, Read},
    extract, files,
    problem::Problem,
    state::Api,
};

/// The picture's address, and the mark that makes it this person's.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The address, as the HTML has it.
    #[param(max_length = 4000)]
    u: String,
    /// The mark, as the HTML has it.
    #[param(max_length = 100)]
    s: String,
}

/// A picture that the HTML of a message names.
#[utoipa::path(
    get,
    path = "/images",
    tag = "emails",
    params(Wanted),
    responses((status = 200, description = "The picture", content_type = "image/*", body = inline(files::Octets)))
)]
pub(crate) async fn show(
    api: Api,
    caller: May<Read>,
    extract::Query(wanted): extract::Query<Wanted>,
) -> Result<Response, Problem> {
    if wanted.u.chars().count() > 4000 || wanted.s.chars().count() > 100 {
        return Err(Problem::not_found());
    }
    let image = api.engine.image(caller.user, &wanted.u, &wanted.s).await?;
    let headers = [
        (header::CONTENT_TYPE, image.media_type),
        (header::CONTENT_SECURITY_POLICY, FILE_POLICY),
        (header::CACHE_CONTROL, "private, max-age=86400, immutable"),
    ];
    Ok((headers, image.bytes).into_response())
}
