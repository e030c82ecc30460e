//! Pages as answers.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use super::{error::Error, flash, page::Ui, state::Web};

/// Draws a page. A flash that it says is forgotten with it.
pub(crate) fn page(web: &Web, ui: &Ui, template: &impl Template) -> Result<Response, Error> {
    page_with(StatusCode::OK, web, ui, template)
}

/// As [`page`], with another status.
pub(crate) fn page_with(
    status: StatusCode,
    web: &Web,
    ui: &Ui,
    template: &impl Template,
) -> Result<Response, Error> {
    let html = template
        .render()
        .map_err(|error| Error::Internal(error.to_string()))?;
    let mut response = (status, Html(html)).into_response();
    if ui.flash.is_some() {
        flash::forget(web, response.headers_mut());
    }
    Ok(response)
}
