//! All mail of one account into another of the same person.

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use crate::{
    engine::Error as EngineError,
    web::{error::Error, fields::Form, flash, respond, signed_in::SignedIn, state::Web},
};

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    /// The account that the mail goes into.
    to: i64,
}

/// `POST /settings/transfer/copies`
pub(crate) async fn copy(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let to = signed_in.beside(fields.to).await?;
    match signed_in.account.begin_copy(&to).await {
        Ok(job) => {
            let path = format!("/settings/transfer/jobs/{}", job.id);
            Ok(flash::redirect(&web, &path, None))
        }
        Err(EngineError::Invalid(key)) => {
            let mut page = super::page(&web, signed_in).await?;
            page.uncopied = Some(page.ui.t(key));
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &web, &page.ui, &page)
        }
        Err(error) => Err(error.into()),
    }
}
