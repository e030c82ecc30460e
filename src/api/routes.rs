//! Every path of the API, on one screen, and the layers around them.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Extensions, HeaderMap, StatusCode, Version, header},
    middleware,
    response::IntoResponse,
    routing::get,
};
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{config::Config, door::compression, engine::Engine};

use super::{
    accounts, blobs, budget, changes, collections, copies, deleted, docs, document, drafts, emails,
    events, exports, faults, files, headers, identities, images, imports, jobs, ledger, mailboxes,
    me, people, problem::Problem, quota, search, sending, servers, sessions, settings, state::Api,
    submissions, templates, threads, tokens, trusted, webhooks,
};

/// Octets of a JSON body: a draft of the largest text fits. Files have routes of their own.
const BODY_MOST: usize = 10 << 20;

/// The API, to be mounted at `{base path}/api/v1`.
///
/// # Errors
/// When a setting can't stand in a header.
pub fn router(config: &Arc<Config>, engine: Engine) -> anyhow::Result<Router> {
    let origin = config.public_url.origin().ascii_serialization();
    let csrf = CsrfLayer::new()
        .add_trusted_origin(origin)?
        .with_rejection_response(|_error| foreign().into_response());
    let api = Api::new(Arc::clone(config), engine);
    let (router, _) = paths().split_for_parts();
    Ok(router
        .route("/openapi.json", get(document::show))
        .route("/docs", get(docs::show))
        .route("/docs.css", get(docs::style))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
        // The innermost first: what stands below sees what stands above.
        .layer(DefaultBodyLimit::max(BODY_MOST))
        .layer(middleware::from_fn(budget::layer))
        .layer(middleware::map_request(files::whole_heads))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(faults::panicked))
        .layer(middleware::from_fn_with_state(api.clone(), faults::layer))
        .layer(middleware::from_fn_with_state(api.clone(), headers::add))
        .layer(middleware::from_fn(compression::zstd))
        .layer(compression::gzip().compress_when(is_compressed))
        .with_state(api))
}

/// A page of another site sent it, in the name of whoever looks at that.
fn foreign() -> Problem {
    Problem::forbidden("foreign", "Another site asked for this: use a token.")
}

/// Files go as they are: their ETags are strong, and their ranges those of the octets.
fn is_compressed(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.map(axum::http::HeaderValue::as_bytes);
    kind.is_some_and(|kind| {
        kind.starts_with(b"application/json") || kind.starts_with(b"text/html; charset")
    })
}

/// What takes files: their size is bounded by the settings, not by what JSON needs.
fn whole() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(emails::import::create))
        .routes(routes!(blobs::create))
        .routes(routes!(imports::create))
        .layer(DefaultBodyLimit::disable())
}

/// What the document speaks of.
pub(super) fn paths() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(me::show))
        .routes(routes!(tokens::index, tokens::create))
        .routes(routes!(tokens::revoke))
        .routes(routes!(settings::show, settings::update))
        .routes(routes!(sessions::index, sessions::revoke_others))
        .routes(routes!(sessions::revoke))
        .routes(routes!(templates::index, templates::create))
        .routes(routes!(
            templates::show,
            templates::update,
            templates::delete
        ))
        .routes(routes!(templates::filled))
        .routes(routes!(people::index, people::delete_all))
        .routes(routes!(people::delete))
        .routes(routes!(trusted::index, trusted::create))
        .routes(routes!(trusted::delete))
        .routes(routes!(accounts::index, accounts::further::create))
        .routes(routes!(accounts::permissions::begin))
        .routes(routes!(accounts::permissions::finish))
        .routes(routes!(
            accounts::show,
            accounts::update,
            accounts::further::remove
        ))
        .routes(routes!(mailboxes::index, mailboxes::create))
        .routes(routes!(
            mailboxes::show,
            mailboxes::update,
            mailboxes::delete
        ))
        .routes(routes!(mailboxes::mark_read))
        .routes(routes!(mailboxes::empty))
        .routes(routes!(emails::list::index))
        .routes(routes!(emails::across::everywhere))
        .routes(routes!(
            emails::show::show,
            emails::change::update,
            emails::change::delete
        ))
        .routes(routes!(emails::change::copy))
        .routes(routes!(emails::bulk::create))
        .routes(routes!(deleted::index, deleted::remove_all))
        .routes(routes!(deleted::remove))
        .routes(routes!(deleted::restore))
        .routes(routes!(emails::receipt::show, emails::receipt::answer))
        .routes(routes!(emails::octets::raw))
        .routes(routes!(emails::octets::headers))
        .routes(routes!(emails::octets::html))
        .routes(routes!(emails::octets::part))
        .routes(routes!(emails::octets::archive))
        .routes(routes!(blobs::show))
        .routes(routes!(drafts::index, drafts::create))
        .routes(routes!(drafts::show, drafts::update, drafts::delete))
        .routes(routes!(submissions::index, submissions::create))
        .routes(routes!(
            submissions::show,
            submissions::act::update,
            submissions::cancel
        ))
        .routes(routes!(submissions::act::retry))
        .routes(routes!(submissions::act::confirm))
        .routes(routes!(submissions::act::remove))
        .routes(routes!(sending::show, sending::update))
        .routes(routes!(identities::index, identities::create))
        .routes(routes!(
            identities::show,
            identities::update,
            identities::delete
        ))
        .routes(routes!(search::create))
        .routes(routes!(threads::index))
        .routes(routes!(threads::show, threads::update))
        .routes(routes!(changes::index))
        .routes(routes!(events::stream))
        .routes(routes!(servers::discover))
        .routes(routes!(servers::verify))
        .routes(routes!(quota::show))
        .routes(routes!(collections::create))
        .routes(routes!(collections::latest))
        .routes(routes!(ledger::index))
        .routes(routes!(ledger::plan))
        .routes(routes!(images::show))
        .routes(routes!(exports::create))
        .routes(routes!(exports::file))
        .routes(routes!(copies::create))
        .routes(routes!(jobs::index))
        .routes(routes!(jobs::show, jobs::cancel))
        .routes(routes!(jobs::resume))
        .routes(routes!(webhooks::index, webhooks::create))
        .routes(routes!(webhooks::show, webhooks::update, webhooks::delete))
        .routes(routes!(webhooks::test))
        .routes(routes!(webhooks::deliveries))
        .merge(whole())
}
