//! Forms and queries: what can't be read is a plain 400, what is too long a 413, on our own page.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, request::Parts},
    response::IntoResponse,
};
use serde::de::DeserializeOwned;

use super::error::Error;

/// A form's fields; several of one name make a list.
pub(crate) struct Form<T>(pub(crate) T);

/// What stands behind `?`.
pub(crate) struct Query<T>(pub(crate) T);

impl<S, T> FromRequest<S> for Form<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        match axum_extra::extract::Form::from_request(request, state).await {
            Ok(axum_extra::extract::Form(fields)) => Ok(Self(fields)),
            Err(rejection) => match rejection.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Err(Error::TooLarge),
                _ => Err(Error::BadRequest),
            },
        }
    }
}

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        match axum_extra::extract::Query::from_request_parts(parts, state).await {
            Ok(axum_extra::extract::Query(fields)) => Ok(Self(fields)),
            Err(_) => Err(Error::BadRequest),
        }
    }
}
