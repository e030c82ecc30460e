//! The password once more, for what would let mail out for good: a token, a file of all mail, a
//! program elsewhere that is told, a copy of whatever is written.

use axum::http::request::Parts;
use secrecy::{ExposeSecret as _, SecretString};

use crate::engine::{Error as EngineError, tokens::Scope};

use super::{
    caller::{self, Caller, Means},
    problem::{Fault, Problem},
    state::Api,
};

/// Characters of a password, as the document says.
const PASSWORD_MOST: usize = 1000;

/// Of everybody but those who have just brought it. A token that gives more than it was given is
/// made so only.
pub(crate) async fn always(
    api: &Api,
    caller: &Caller,
    parts: &Parts,
    password: Option<&SecretString>,
) -> Result<(), Problem> {
    bounded(password)?;
    match caller.means {
        Means::Basic => Ok(()),
        Means::Token | Means::Session => {
            caller.needs(Scope::Settings)?;
            proven(api, caller, parts, password).await
        }
    }
}

/// Of a browser, which may have been left open. A token was made with the password, for what its
/// scopes say.
pub(crate) async fn of_browser(
    api: &Api,
    caller: &Caller,
    parts: &Parts,
    password: Option<&SecretString>,
) -> Result<(), Problem> {
    bounded(password)?;
    match caller.means {
        Means::Basic | Means::Token => Ok(()),
        Means::Session => proven(api, caller, parts, password).await,
    }
}

/// Also where nobody looks at it: a body fits or it does not.
fn bounded(password: Option<&SecretString>) -> Result<(), Problem> {
    let length = password.map_or(0, |password| password.expose_secret().chars().count());
    match length > PASSWORD_MOST {
        true => Err(Problem::unfit(
            "/password",
            "A password has 1,000 characters at most.",
        )),
        false => Ok(()),
    }
}

async fn proven(
    api: &Api,
    caller: &Caller,
    parts: &Parts,
    password: Option<&SecretString>,
) -> Result<(), Problem> {
    let Some(password) = password else {
        let detail = "This needs the password once more.";
        let fault = Fault::new("/password", detail);
        return Err(Problem::forbidden("password_required", detail).with(fault));
    };
    let address = caller.own().address();
    let attempt = caller::attempt(parts, api, address, password.expose_secret());
    match api.engine.confirm(address, &attempt).await {
        Err(EngineError::Upstream { problem, .. }) if problem.is_wrong_password() => Err(
            Problem::forbidden("password_wrong", "That is not the password."),
        ),
        verdict => Ok(verdict?),
    }
}
