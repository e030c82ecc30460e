//! The settings' pages.

pub mod accounts;
pub mod appearance;
pub mod collection;
pub mod contacts;
pub mod identities;
pub mod keys;
pub mod nav;
pub mod reading;
pub mod sessions;
pub mod templates;
pub mod tokens;
pub mod transfer;
pub mod webhooks;
pub mod writing;

use axum::response::Response;

use super::{flash, state::Web};

/// `GET /settings`
pub(crate) async fn home(web: Web) -> Response {
    flash::redirect(&web, "/settings/appearance", None)
}
