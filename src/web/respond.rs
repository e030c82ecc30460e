//! Pages as answers.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use super::{
    error::Error,
    flash::{self, Said},
    mailbox::read,
    page::Ui,
    state::Web,
};
use crate::engine;

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

/// What follows a form: back to a path with a word, or the form again with what is wrong.
pub(crate) async fn saved<P: Template>(
    web: &Web,
    ui: &Ui,
    done: Result<(), engine::Error>,
    (path, said): (&str, &Said),
    again: impl AsyncFnOnce(String) -> Result<P, Error>,
) -> Result<Response, Error> {
    match done {
        Ok(()) => Ok(flash::redirect(web, path, Some(said))),
        Err(error) => {
            let problem = refusal(ui, error.into())?;
            let page = again(problem).await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, web, ui, &page)
        }
    }
}

/// Why it was refused, for the form; what is no refusal goes on.
fn refusal(ui: &Ui, error: Error) -> Result<String, Error> {
    match error.status() {
        StatusCode::UNPROCESSABLE_ENTITY => Ok(read::sentence(ui, &error)),
        _ => Err(error),
    }
}
