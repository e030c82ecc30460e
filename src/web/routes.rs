//! Every path of the pages, on one screen.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    response::IntoResponse,
    routing::{get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

use crate::{config::Config, door::compression, engine::Engine};

use super::{
    app_manifest, assets, compose, error::Error, events, faults, folders, headers, health, image,
    login, lost_mail, mailbox, message, metrics, outbox, preferences, settings,
    signed_in::SignedIn, state::Web,
};

/// Octets of a form. Selections of hundreds of messages fit; uploads have routes of their own.
const FORM_MOST: usize = 256 * 1024;
/// Octets of a template's form: two bodies of 100,000, each octet of which may be three here.
const TEMPLATE_MOST: usize = 1024 * 1024;

/// The pages, under the base path.
///
/// # Errors
/// When a setting can't stand in a header.
pub fn router(config: &Arc<Config>, engine: Engine) -> anyhow::Result<Router> {
    engine.speak_of_lost_mail(preferences::NAME, lost_mail::words);
    let web = Web::new(Arc::clone(config), engine)?;
    let origin = config.public_url.origin().ascii_serialization();
    let csrf = CsrfLayer::new()
        .add_trusted_origin(origin)?
        .with_rejection_response(|_error| Error::Foreign.into_response());
    let pages = paths()
        .fallback(nowhere)
        .method_not_allowed_fallback(async || Error::WrongMethod)
        // The innermost first: what stands below sees what stands above.
        .layer(DefaultBodyLimit::max(FORM_MOST))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(faults::panicked))
        .layer(middleware::from_fn_with_state(web.clone(), faults::layer))
        .layer(middleware::from_fn_with_state(web.clone(), headers::add))
        .layer(middleware::from_fn(compression::zstd))
        .layer(compression::gzip())
        .with_state(web);
    Ok(match config.base_path() {
        "" => pages,
        // As a service, so that `/mail/` answers as well as `/mail`.
        base => Router::new().nest_service(base, pages),
    })
}

/// Whoever is signed in gets the page in their language and dress, with a way back to their mail.
async fn nowhere(_reader: Result<SignedIn, Error>) -> Error {
    Error::NotFound
}

/// What takes files: their size is bounded where they are written, not by what fits in memory.
fn uploads() -> Router<Web> {
    Router::new()
        .route("/drafts", post(compose::save::first))
        .route(
            "/drafts/{draft}",
            get(compose::open::draft).post(compose::save::update),
        )
        .route("/drafts/{draft}/template", get(settings::templates::begin))
        .route(
            "/drafts/{draft}/merge",
            get(compose::merge::show).post(compose::merge::act),
        )
        .route("/uploads", post(compose::files::begin))
        .route(
            "/uploads/{upload}",
            get(compose::files::length).post(compose::files::append),
        )
        .route("/uploads/{upload}/removal", post(compose::files::abandon))
        .route(
            "/settings/transfer/imports",
            post(settings::transfer::import),
        )
        .layer(DefaultBodyLimit::disable())
}

/// What takes two texts at once.
fn templates() -> Router<Web> {
    Router::new()
        .route(
            "/settings/templates",
            get(settings::templates::show).post(settings::templates::create),
        )
        .route(
            "/settings/templates/{template}",
            get(settings::templates::edit).post(settings::templates::update),
        )
        .route(
            "/settings/templates/{template}/deletion",
            post(settings::templates::delete),
        )
        .layer(DefaultBodyLimit::max(TEMPLATE_MOST))
}

/// Accounts beside the one signed in with.
fn accounts() -> Router<Web> {
    Router::new()
        .route(
            "/settings/accounts",
            get(settings::accounts::show).post(settings::accounts::create),
        )
        .route("/settings/accounts/new", get(settings::accounts::begin))
        .route(
            "/settings/accounts/sign-in",
            post(settings::accounts::leave),
        )
        .route(
            "/settings/accounts/{account}/sign-in",
            post(settings::accounts::leave_again),
        )
        .route("/oauth/callback", get(settings::accounts::back))
        .route(
            "/settings/accounts/{account}",
            get(settings::accounts::edit).post(settings::accounts::update),
        )
        .route(
            "/settings/accounts/{account}/place",
            post(settings::accounts::place),
        )
        .route(
            "/settings/accounts/{account}/access",
            get(settings::accounts::access).post(settings::accounts::change),
        )
        .route(
            "/settings/accounts/{account}/removal",
            get(settings::accounts::ask).post(settings::accounts::remove),
        )
}

fn paths() -> Router<Web> {
    Router::new()
        // Signing in
        .route(
            "/login",
            get(login::session::new).post(login::session::create),
        )
        .route("/logout", post(login::session::destroy))
        .route("/session/renewal", post(login::session::renew))
        // Reading
        .route("/", get(mailbox::read::home))
        .route("/all", get(mailbox::merged::inboxes))
        .route("/search", get(mailbox::merged::search))
        .route("/m/{mailbox}", get(mailbox::read::list))
        .route("/m/{mailbox}/{email}", get(mailbox::read::message))
        .route(
            "/m/{mailbox}/{email}/html/{section}",
            get(message::document::show),
        )
        .route(
            "/m/{mailbox}/{email}/parts/{section}",
            get(message::part::show),
        )
        .route(
            "/m/{mailbox}/{email}/attachments.zip",
            get(message::part::archive),
        )
        .route("/m/{mailbox}/{email}/raw", get(message::part::raw))
        .route("/m/{mailbox}/{email}/source", get(message::source::show))
        .route("/m/{mailbox}/{email}/headers", get(message::headers::show))
        .route("/m/{mailbox}/{email}/print", get(message::print::show))
        .route("/m/{mailbox}/{email}/images", post(message::images::allow))
        .route(
            "/m/{mailbox}/{email}/receipt",
            post(message::receipt::answer),
        )
        .route(
            "/m/{mailbox}/{email}/unsubscription",
            get(message::unsubscription::ask).post(message::unsubscription::leave),
        )
        .route("/image", get(image::show))
        .route("/search-help", get(mailbox::search_help::show))
        // Acting
        .route("/all/selection", post(mailbox::merged::many))
        .route("/m/{mailbox}/selection", post(mailbox::act::many))
        .route("/m/{mailbox}/order", post(mailbox::order::update))
        .route(
            "/m/{mailbox}/{email}/deletion",
            get(mailbox::act::deletion).post(mailbox::act::delete),
        )
        .route("/m/{mailbox}/{email}/labels", get(mailbox::labels::show))
        .route("/m/{mailbox}/{email}/{verb}", post(mailbox::act::one))
        .route("/undo", post(mailbox::act::undo))
        // Writing
        .route("/compose", get(compose::open::new))
        .route("/m/{mailbox}/{email}/reply", get(compose::open::reply))
        .route(
            "/m/{mailbox}/{email}/reply-all",
            get(compose::open::reply_all),
        )
        .route(
            "/m/{mailbox}/{email}/reply-list",
            get(compose::open::reply_list),
        )
        .route("/m/{mailbox}/{email}/forward", get(compose::open::forward))
        .route(
            "/m/{mailbox}/{email}/forward-attached",
            get(compose::open::forward_attached),
        )
        .route("/m/{mailbox}/{email}/edit", get(compose::open::edit))
        .route("/m/{mailbox}/{email}/quote", get(compose::quoted::of_email))
        .merge(uploads())
        .route("/drafts/{draft}/quote", get(compose::quoted::of_draft))
        .route("/drafts/{draft}/attachments", post(compose::files::attach))
        .route(
            "/drafts/{draft}/attachments/{attachment}",
            get(compose::files::show),
        )
        .route(
            "/drafts/{draft}/attachments/{attachment}/removal",
            post(compose::files::detach),
        )
        .route("/templates/{template}", get(settings::templates::filled))
        .route("/recipients", get(compose::people::search))
        .route("/recipients/check", post(compose::people::check))
        .route("/recipients/{person}/removal", post(compose::people::hide))
        // On their way
        .route("/outbox", get(outbox::act::index))
        .route("/outbox/{submission}", get(outbox::act::one))
        .route(
            "/outbox/{submission}/cancellation",
            post(outbox::act::cancel),
        )
        .route("/outbox/{submission}/schedule", post(outbox::act::schedule))
        .route("/outbox/{submission}/retry", post(outbox::act::retry))
        .route(
            "/outbox/{submission}/confirmation",
            post(outbox::act::confirm),
        )
        .route("/outbox/{submission}/removal", post(outbox::act::remove))
        // Folders
        .route(
            "/folders",
            get(folders::index::show).post(folders::index::create),
        )
        .route(
            "/m/{mailbox}/name",
            get(folders::edit::show).post(folders::edit::rename),
        )
        .route("/m/{mailbox}/parent", post(folders::edit::move_into))
        .route("/m/{mailbox}/subscription", post(folders::edit::subscribe))
        .route(
            "/m/{mailbox}/deletion",
            get(folders::deletion::ask).post(folders::deletion::delete),
        )
        .route(
            "/m/{mailbox}/emptying",
            get(folders::emptying::ask).post(folders::emptying::empty),
        )
        .route("/m/{mailbox}/seen", post(folders::seen::update))
        .route("/m/{mailbox}/keeping", post(folders::keeping::update))
        .route("/deleted", get(folders::deleted::show))
        .route("/deleted/restoration", post(folders::deleted::restore))
        .route(
            "/deleted/removal",
            get(folders::deleted::ask).post(folders::deleted::remove),
        )
        // Settings
        .route("/settings", get(settings::home))
        .route(
            "/settings/appearance",
            get(settings::appearance::show).post(settings::appearance::update),
        )
        .route(
            "/settings/reading",
            get(settings::reading::show).post(settings::reading::update),
        )
        .route(
            "/settings/writing",
            get(settings::writing::show).post(settings::writing::update),
        )
        .route(
            "/settings/identities",
            get(settings::identities::show).post(settings::identities::create),
        )
        .route(
            "/settings/identities/{identity}",
            get(settings::identities::edit).post(settings::identities::update),
        )
        .route(
            "/settings/identities/{identity}/deletion",
            post(settings::identities::delete),
        )
        .merge(accounts())
        .merge(templates())
        .route(
            "/settings/contacts",
            get(settings::contacts::show).post(settings::contacts::update),
        )
        .route(
            "/settings/contacts/deletion",
            get(settings::contacts::ask).post(settings::contacts::delete_all),
        )
        .route(
            "/settings/contacts/{person}/deletion",
            post(settings::contacts::delete),
        )
        .route("/settings/sessions", get(settings::sessions::show))
        .route(
            "/settings/sessions/{session}/revocation",
            post(settings::sessions::revoke),
        )
        .route(
            "/settings/collection",
            get(settings::collection::show).post(settings::collection::schedule),
        )
        .route("/settings/collection/runs", post(settings::collection::run))
        .route(
            "/settings/collection/pause",
            post(settings::collection::pause),
        )
        .route(
            "/settings/collection/policy",
            get(settings::collection::preview).post(settings::collection::choose),
        )
        .route(
            "/settings/collection/ledger",
            get(settings::collection::ledger),
        )
        .route(
            "/settings/collection/deletions",
            get(settings::collection::deletions),
        )
        .route(
            "/settings/tokens",
            get(settings::tokens::show).post(settings::tokens::create),
        )
        .route(
            "/settings/tokens/{token}/revocation",
            post(settings::tokens::revoke),
        )
        .route(
            "/settings/webhooks",
            get(settings::webhooks::show).post(settings::webhooks::create),
        )
        .route(
            "/settings/webhooks/{webhook}",
            get(settings::webhooks::one::show),
        )
        .route(
            "/settings/webhooks/{webhook}/state",
            post(settings::webhooks::one::set_state),
        )
        .route(
            "/settings/webhooks/{webhook}/test",
            post(settings::webhooks::one::test),
        )
        .route(
            "/settings/webhooks/{webhook}/secret",
            post(settings::webhooks::one::renew),
        )
        .route(
            "/settings/webhooks/{webhook}/deletion",
            post(settings::webhooks::one::delete),
        )
        .route("/settings/transfer", get(settings::transfer::show))
        .route(
            "/settings/transfer/exports",
            post(settings::transfer::export),
        )
        .route("/settings/transfer/copies", post(settings::transfer::copy))
        .route(
            "/settings/transfer/jobs/{job}",
            get(settings::transfer::job),
        )
        .route(
            "/settings/transfer/jobs/{job}/cancellation",
            post(settings::transfer::cancel),
        )
        .route(
            "/settings/transfer/jobs/{job}/resumption",
            post(settings::transfer::resume),
        )
        .route(
            "/settings/keys",
            get(settings::keys::show).post(settings::keys::update),
        )
        // Live, assets, health
        .route("/events", get(events::stream))
        .route("/assets/{file}", get(assets::show))
        .route("/manifest.webmanifest", get(app_manifest::show))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
}
