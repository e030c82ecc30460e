//! Who asks, as a type: a handler that takes `May<Read>` can't be reached by anybody whose token
//! has not that scope.

use std::marker::PhantomData;

use axum::{
    extract::{ConnectInfo, FromRequestParts, RawPathParams},
    http::{header, request::Parts},
};
use axum_extra::extract::cookie::CookieJar;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use secrecy::SecretString;

use crate::{
    door::{
        client::{self, Peer},
        cookie,
    },
    engine::{
        Account, Error as EngineError,
        secrets::Key,
        sessions::{SessionId, UserId},
        sign_in::Attempt,
        tokens::{Scope, Scopes, Secret},
    },
};

use super::{
    budget::{self, Payer},
    id::Number,
    problem::Problem,
    state::Api,
};

/// Whoever asks, and their mail.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) user: UserId,
    pub(crate) scopes: Scopes,
    pub(crate) means: Means,
    /// The browser's session, where one asks.
    pub(crate) session: Option<SessionId>,
    /// On whose account this request goes.
    payer: Payer,
    account: Account,
    /// The account in the path, where it is another; or why it can't be opened.
    beside: Option<Result<Account, Problem>>,
}

/// How they have shown who they are.
#[derive(Debug)]
pub(crate) enum Means {
    /// By a token.
    Token,
    /// By address and password, with this very request.
    Basic,
    /// By the session of a browser, from our own pages.
    Session,
}

/// A caller who may do what the marker says.
#[derive(Debug)]
pub(crate) struct May<S>(pub(crate) Caller, PhantomData<S>);

/// A scope as a type.
pub(crate) trait Marker {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! markers {
    ($($(#[$doc:meta])* $name:ident),*) => {
        $($(#[$doc])*
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl Marker for $name {
            const SCOPE: Scope = Scope::$name;
        })*
    };
}

markers!(
    /// May read.
    Read,
    /// May change mail.
    Modify,
    /// May send.
    Send,
    /// May change settings.
    Settings
);

impl Caller {
    /// The account of this id, if it is the caller's.
    pub(crate) fn account(&self, id: Number) -> Result<&Account, Problem> {
        if self.account.id() == id.0 {
            return Ok(&self.account);
        }
        match &self.beside {
            Some(Ok(account)) if account.id() == id.0 => Ok(account),
            Some(Err(problem)) => Err(problem.clone()),
            _ => Err(Problem::not_found()),
        }
    }

    /// A scope beyond the one that the handler asks for.
    pub(crate) fn needs(&self, scope: Scope) -> Result<(), Problem> {
        match self.scopes.contains(&scope) {
            true => Ok(()),
            false => Err(Problem::scope(scope)),
        }
    }

    /// The account that the caller signs in with.
    pub(crate) fn own(&self) -> &Account {
        &self.account
    }
}

impl<S> std::ops::Deref for May<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<S: Marker> FromRequestParts<Api> for May<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let mut caller = caller(parts, api).await?;
        budget::spend(parts, api, caller.payer)?;
        caller.needs(S::SCOPE)?;
        caller.beside = beside(parts, api, &caller.account).await;
        Ok(Self(caller, PhantomData))
    }
}

/// The account that the path names, where it is not the one signed in with.
async fn beside(parts: &mut Parts, api: &Api, own: &Account) -> Option<Result<Account, Problem>> {
    let params = <RawPathParams as FromRequestParts<Api>>::from_request_parts(parts, api);
    let params = params.await.ok()?;
    let named = params.iter().find(|(name, _)| *name == "account");
    let id: i64 = named?.1.parse().ok()?;
    if id == own.id() {
        return None;
    }
    let opened = api.engine.account_beside(own, id).await;
    Some(opened.map_err(Problem::from))
}

/// Whoever sent a request with this head.
pub(crate) async fn caller(parts: &Parts, api: &Api) -> Result<Caller, Problem> {
    let Some(given) = parts.headers.get(header::AUTHORIZATION) else {
        return by_session(parts, api).await;
    };
    let given = given.to_str().map_err(|_| Problem::signed_out())?;
    let (scheme, value) = given.split_once(' ').ok_or_else(Problem::signed_out)?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => by_token(parts, api, value.trim()).await,
        "basic" => by_password(parts, api, value.trim()).await,
        _ => Err(Problem::signed_out()),
    }
}

async fn by_token(parts: &Parts, api: &Api, value: &str) -> Result<Caller, Problem> {
    let secret = Secret::from_text(value).ok_or_else(Problem::signed_out)?;
    let holding = api.engine.token(&secret, client(parts, api)).await?;
    let holding = holding.ok_or_else(Problem::signed_out)?;
    let account = api.engine.account_by_token(&holding, &secret).await?;
    Ok(Caller {
        user: holding.user,
        scopes: holding.scopes,
        payer: Payer::Token(holding.id),
        means: Means::Token,
        session: None,
        account,
        beside: None,
    })
}

async fn by_password(parts: &Parts, api: &Api, value: &str) -> Result<Caller, Problem> {
    let pair = BASE64.decode(value).ok();
    let pair = pair.and_then(|pair| String::from_utf8(pair).ok());
    let (address, password) = pair
        .as_deref()
        .and_then(|pair| pair.split_once(':'))
        .ok_or_else(Problem::signed_out)?;
    let attempt = attempt(parts, api, address, password);
    let (user, account) = match api.engine.basic(&attempt).await {
        Ok(known) => known,
        Err(EngineError::Invalid(_)) => return Err(Problem::signed_out()),
        Err(EngineError::Upstream { problem, .. }) if problem.is_wrong_password() => {
            return Err(Problem::signed_out());
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Caller {
        user,
        scopes: [Scope::Read, Scope::Modify, Scope::Send].into(),
        means: Means::Basic,
        session: None,
        payer: Payer::User(user),
        account,
        beside: None,
    })
}

async fn by_session(parts: &Parts, api: &Api) -> Result<Caller, Problem> {
    let jar = CookieJar::from_headers(&parts.headers);
    let cookie = jar.get(cookie::name(&api.config));
    let key = cookie.and_then(|cookie| Key::from_text(cookie.value()));
    let key = key.ok_or_else(Problem::signed_out)?;
    let session = api.engine.session(&key).await?;
    let session = session.ok_or_else(Problem::signed_out)?;
    let account = api.engine.account(&session, &key).await?;
    Ok(Caller {
        user: session.user,
        scopes: Scope::ALL.into(),
        means: Means::Session,
        session: Some(session.id),
        payer: Payer::User(session.user),
        account,
        beside: None,
    })
}

/// A try to prove a password.
pub(crate) fn attempt(parts: &Parts, api: &Api, address: &str, password: &str) -> Attempt {
    Attempt {
        address: address.to_owned(),
        password: SecretString::from(password),
        client: client(parts, api),
        user_agent: client::user_agent(&parts.headers),
        stay_signed_in: false,
    }
}

pub(crate) fn client(parts: &Parts, api: &Api) -> Option<std::net::IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<Peer>>();
    let peer = peer.map_or(Peer(None), |ConnectInfo(peer)| *peer);
    client::address(peer, &parts.headers, &api.config.trusted_proxies)
}
