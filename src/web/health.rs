//! For the operator's probes: `GET /healthz` (the process answers) and `GET /readyz` (it can work).

use axum::http::StatusCode;

use super::state::Web;

/// We are alive.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// We can serve: the database answers.
pub(crate) async fn ready(web: Web) -> (StatusCode, &'static str) {
    match web.engine.ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "Not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
        }
    }
}
