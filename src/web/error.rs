//! What a handler can fail with. The person gets a page in their language ([`super::faults`]
//! draws it), the log gets the cause once, with the request's id.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::engine::{self, error::Problem};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// 404. What is missing is told by the route: a page, a folder, a message.
    NotFound,
    /// 404: the message has no such part.
    NoSuchPart,
    /// 403: a form that another site sent.
    Foreign,
    /// 400: a form that makes no sense.
    BadRequest,
    /// 405.
    WrongMethod,
    /// 413.
    TooLarge,
    /// 429: so many seconds to wait.
    TooMany(u32),
    /// 422: the key of the sentence that says why.
    Invalid(&'static str),
    /// 401: nobody is signed in, or the password has to be given again.
    SignedOut,
    /// 502, 503, 504, or 422 where the server refuses: trouble upstream.
    Upstream(Problem, String),
    /// 500, with the cause for the log.
    Internal(String),
}

impl Error {
    /// RFC 9110's number for it.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::NoSuchPart => StatusCode::NOT_FOUND,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Upstream(problem, _) => upstream_status(*problem),
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

fn upstream_status(problem: Problem) -> StatusCode {
    match problem {
        Problem::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Problem::Limit | Problem::InUse | Problem::TooSoon | Problem::Busy => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Problem::NoPermission
        | Problem::OverQuota
        | Problem::AlreadyExists
        | Problem::Refused
        | Problem::ContactAdmin
        | Problem::AccountPassword
        | Problem::GrantGone => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::BAD_GATEWAY,
    }
}

impl From<engine::Error> for Error {
    fn from(error: engine::Error) -> Self {
        match error {
            engine::Error::NotFound | engine::Error::Vanished => Self::NotFound,
            engine::Error::ReauthRequired => Self::SignedOut,
            engine::Error::Throttled(throttled) => Self::TooMany(throttled.seconds),
            engine::Error::Invalid(key) => Self::Invalid(key),
            engine::Error::Stale => Self::Invalid("draft-stale"),
            engine::Error::TooLate => Self::Invalid("outbox-too-late"),
            engine::Error::TooLarge => Self::TooLarge,
            engine::Error::Unsendable(_) => Self::Invalid("compose-impossible"),
            // The password was right once: it has changed, or the server has lost its mind.
            // Either way the person is asked again.
            engine::Error::Upstream { problem, .. } if problem.is_wrong_password() => {
                Self::SignedOut
            }
            engine::Error::Upstream { problem, cause, .. } => Self::Upstream(problem, cause),
            engine::Error::Internal(cause) => Self::Internal(format!("{cause:#}")),
        }
    }
}

impl IntoResponse for Error {
    /// Status and cause alone; the page is drawn where the reader's language is known.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if matches!(self.status().as_u16(), 429 | 502..=504) {
            let seconds = match &self {
                Self::TooMany(seconds) => *seconds,
                _ => 5,
            };
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
