//! What can go wrong, as programs read it (RFC 9457). A handler gives a [`Problem`]; the outer
//! layer ([`super::faults`]) writes it down with the request's id, and logs its cause once.

mod words;

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::engine::{self, error::Problem as Trouble, tokens::Scope};

/// Seconds after which another try at a server in trouble makes sense.
const LATER: u32 = 5;

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: Cow<'static, str>,
    pub(crate) detail: Cow<'static, str>,
    pub(crate) errors: Vec<Fault>,
    pub(crate) retry_after: Option<u32>,
    /// For the log.
    pub(crate) cause: Option<String>,
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Fault {
    /// Where in the body (RFC 6901).
    pub(crate) pointer: String,
    /// What is wrong there.
    pub(crate) detail: String,
}

/// What every failure looks like (RFC 9457, `application/problem+json`).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(crate) struct Body<'a> {
    /// A URN that ends in the code.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The status in words.
    pub(crate) title: &'a str,
    /// The status.
    #[schema(minimum = 400, maximum = 599)]
    pub(crate) status: u16,
    /// What has happened, in a sentence.
    pub(crate) detail: &'a str,
    /// What has happened, in a word that stays the same.
    pub(crate) code: &'a str,
    /// Names this request in the server's log.
    pub(crate) request_id: &'a str,
    /// What exactly is wrong with the request, as far as that can be said.
    pub(crate) errors: &'a [Fault],
}

impl Fault {
    /// At this place of the body.
    pub(crate) fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            detail: detail.into(),
        }
    }
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            cause: None,
        }
    }

    /// With one thing that is wrong.
    pub(crate) fn with(mut self, fault: Fault) -> Self {
        self.errors.push(fault);
        self
    }

    /// 400.
    pub(crate) fn malformed(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401.
    pub(crate) fn signed_out() -> Self {
        let detail = "A token, or address and password, is needed; what came was not accepted.";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    /// 403: the token has not this scope.
    pub(crate) fn scope(scope: Scope) -> Self {
        let detail = format!("This needs the scope {}.", scope.as_str());
        Self::new(StatusCode::FORBIDDEN, "scope_missing", detail)
    }

    /// 403.
    pub(crate) fn forbidden(code: &'static str, detail: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// 404, for other people's as well.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
    }

    /// 409.
    pub(crate) fn conflict(code: &'static str, detail: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 410.
    pub(crate) fn gone(code: &'static str, detail: &'static str) -> Self {
        Self::new(StatusCode::GONE, code, detail)
    }

    /// 412.
    pub(crate) fn changed() -> Self {
        let detail = "It has changed since you have read it.";
        Self::new(StatusCode::PRECONDITION_FAILED, "changed", detail)
    }

    /// 413.
    pub(crate) fn too_large() -> Self {
        let detail = "More octets than are taken.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    }

    /// 415.
    pub(crate) fn unsupported(detail: &'static str) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", detail)
    }

    /// 422.
    pub(crate) fn invalid(
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// 422 `invalid`: the member of the body at this place can't be taken.
    pub(crate) fn unfit(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::invalid("invalid", "The body does not fit.").with(Fault::new(pointer, detail))
    }

    /// 422: the contract has it, this account or version has not.
    pub(crate) fn not_supported(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::invalid("not_supported", detail)
    }

    /// 429: more streams than an account may have.
    pub(crate) fn too_many() -> Self {
        let detail = "Too many listen to this account already.";
        let status = StatusCode::TOO_MANY_REQUESTS;
        let mut problem = Self::new(status, "too_many_streams", detail);
        problem.retry_after = Some(60);
        problem
    }

    /// 500.
    pub(crate) fn internal(cause: String) -> Self {
        let detail = "It is our fault; the log says more under this request's id.";
        let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail);
        problem.cause = Some(cause);
        problem
    }

    /// What an answer with this status and no words of its own says.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            404 => Self::not_found(),
            405 => Self::new(status, "method_not_allowed", "Not by this method."),
            413 => Self::too_large(),
            500 => Self::internal("no cause is known".to_owned()),
            _ => Self::new(status, "failed", "The request could not be answered."),
        }
    }

    /// Trouble with one account among several: its code and its sentence.
    pub(crate) fn of_trouble(trouble: Trouble) -> Self {
        match trouble {
            Trouble::WrongPassword | Trouble::PasswordExpired => {
                Self::upstream(Trouble::AccountPassword, String::new())
            }
            trouble => Self::upstream(trouble, String::new()),
        }
    }

    fn upstream(problem: Trouble, cause: String) -> Self {
        let detail = words::of_trouble(problem);
        let code = || {
            problem
                .key()
                .trim_start_matches("problem-")
                .replace('-', "_")
        };
        let mut told = match problem {
            Trouble::WrongPassword | Trouble::PasswordExpired => {
                return Self::from(engine::Error::ReauthRequired);
            }
            Trouble::AccountPassword | Trouble::GrantGone => {
                let code = "account_reauth_required";
                return Self::new(StatusCode::CONFLICT, code, detail);
            }
            Trouble::Timeout => Self::new(StatusCode::GATEWAY_TIMEOUT, "upstream_timeout", detail),
            Trouble::Limit | Trouble::InUse | Trouble::TooSoon | Trouble::Busy => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "upstream_busy", detail)
            }
            Trouble::AlreadyExists => Self::new(StatusCode::CONFLICT, code(), detail),
            Trouble::NoPermission
            | Trouble::OverQuota
            | Trouble::Refused
            | Trouble::ContactAdmin => return Self::invalid(code(), detail),
            _ => Self::new(StatusCode::BAD_GATEWAY, "upstream_unavailable", detail),
        };
        if told.status.is_server_error() {
            told.retry_after = Some(LATER);
            told.cause = Some(cause);
        }
        told
    }
}

impl From<engine::Error> for Problem {
    fn from(error: engine::Error) -> Self {
        match error {
            engine::Error::NotFound | engine::Error::Vanished => Self::not_found(),
            engine::Error::ReauthRequired => Self::conflict(
                "account_reauth_required",
                "The mail server takes the password no longer: sign in again, with the new one.",
            ),
            engine::Error::Throttled(throttled) => {
                let detail = "Too many failed sign-ins.";
                let status = StatusCode::TOO_MANY_REQUESTS;
                let mut problem = Self::new(status, "throttled", detail);
                problem.retry_after = Some(throttled.seconds);
                problem
            }
            engine::Error::Invalid(
                key @ ("deleted-elsewhere" | "keeping-elsewhere" | "quota-not-told"),
            ) => Self::not_supported(words::of_invalid(key)),
            engine::Error::Invalid(key) => {
                Self::invalid(key.replace('-', "_"), words::of_invalid(key))
            }
            engine::Error::Stale => Self::changed(),
            engine::Error::TooLate => Self::conflict("too_late", "It is too late for that."),
            engine::Error::TooLarge => Self::too_large(),
            engine::Error::Unsendable(why) => words::of_unsendable(&why),
            engine::Error::Upstream { problem, cause, .. } => Self::upstream(problem, cause),
            engine::Error::Internal(cause) => Self::internal(format!("{cause:#}")),
        }
    }
}

impl IntoResponse for Problem {
    /// Status alone; [`super::faults`] writes the rest, with the request's id.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
