//! Access tokens: what programs sign in with. Made with the password once more, shown once.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine::{
        Error as EngineError,
        sign_in::Attempt,
        tokens::{Scope, Scopes, Token},
    },
    web::{
        client::Client,
        error::Error,
        fields::Form,
        flash::{self, Said},
        login::session,
        page::Ui,
        path::Path,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

/// Days after which a token can be made to end; 0: never.
const LIVES: [u16; 4] = [30, 90, 365, 0];
const DAY: i64 = 24 * 60 * 60 * 1000;

/// The page.
#[derive(Template)]
#[template(path = "settings/tokens.html")]
pub struct TokensPage {
    /// The reader.
    pub ui: Ui,
    /// All tokens, the newest first.
    pub tokens: Vec<Token>,
    /// The form as it was sent.
    pub form: Fields,
    /// Why it was refused.
    pub problem: Option<String>,
    /// The token that was just made.
    pub secret: Option<String>,
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    scope: Vec<String>,
    #[serde(default)]
    days: u16,
    #[serde(default)]
    password: String,
}

impl TokensPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-tokens")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Tokens
    }

    /// The scopes: word, sentence, chosen.
    pub fn scopes(&self) -> Vec<(&'static str, String, bool)> {
        let chosen = |scope: Scope| self.form.scope.iter().any(|word| word == scope.as_str());
        let said = |scope: Scope| (scope.as_str(), self.name_of(scope), chosen(scope));
        Scope::ALL.map(said).to_vec()
    }

    /// The lives: days, in words.
    pub fn lives(&self) -> Vec<(u16, String)> {
        let said = |days: u16| match days {
            0 => (days, self.ui.t("token-endless")),
            _ => (days, self.ui.tn("token-days", usize::from(days))),
        };
        LIVES.map(said).to_vec()
    }

    /// What a token may do, in words.
    pub fn scopes_of(&self, token: &Token) -> String {
        let names = token.scopes.iter().map(|scope| self.name_of(*scope));
        names.collect::<Vec<_>>().join(", ")
    }

    /// When it was last used.
    pub fn used(&self, token: &Token) -> String {
        match token.last_used_at {
            Some(at) => {
                let date = self.ui.list_date(at);
                let network = token.last_network.clone();
                self.ui
                    .t2("session-seen", "date", date.as_str(), "address", network)
            }
            None => self.ui.t("token-unused"),
        }
    }

    /// When it ends.
    pub fn ends(&self, token: &Token) -> String {
        match token.expires_at {
            Some(at) => self.ui.t1("token-ends", "date", self.ui.full_date(at)),
            None => self.ui.t("token-endless"),
        }
    }

    fn name_of(&self, scope: Scope) -> String {
        self.ui.t(match scope {
            Scope::Read => "token-scope-read",
            Scope::Modify => "token-scope-modify",
            Scope::Send => "token-scope-send",
            Scope::Settings => "token-scope-settings",
        })
    }
}

impl Fields {
    /// What a new token begins with: little, and not for ever.
    fn fresh() -> Self {
        Self {
            scope: vec!["read".to_owned()],
            days: 90,
            ..Self::default()
        }
    }
}

/// `GET /settings/tokens`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let page = page(&web, signed_in, Fields::fresh()).await?;
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/tokens`: the token is in the answer, and nowhere else.
pub(crate) async fn create(
    web: Web,
    signed_in: SignedIn,
    client: Client,
    Form(mut fields): Form<Fields>,
) -> Result<Response, Error> {
    let password = std::mem::take(&mut fields.password);
    let attempt = client.attempt(&signed_in.session.address, password);
    let made = make(&web, &signed_in, &attempt, &fields).await;
    let mut page = page(&web, signed_in, fields).await?;
    match made {
        Ok(secret) => {
            page.secret = Some(secret);
            page.form = Fields::fresh();
            respond::page(&web, &page.ui, &page)
        }
        Err(error) => {
            let refused = session::refusal(&page.ui, &error, &attempt.address);
            let (status, problem) = refused.ok_or(error)?;
            page.problem = Some(problem);
            respond::page_with(status, &web, &page.ui, &page)
        }
    }
}

/// `POST /settings/tokens/{token}/revocation`
pub(crate) async fn revoke(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let user = signed_in.session.user;
    web.engine.revoke_token(user, id).await?;
    let said = Said::done("done-token-revoked", 1);
    Ok(flash::redirect(&web, "/settings/tokens", Some(&said)))
}

async fn make(
    web: &Web,
    signed_in: &SignedIn,
    attempt: &Attempt,
    fields: &Fields,
) -> Result<String, EngineError> {
    web.engine.confirm(&attempt.address, attempt).await?;
    let words = fields.scope.iter();
    let scopes: Scopes = words.filter_map(|word| Scope::from_name(word)).collect();
    let expires_at = match fields.days {
        0 => None,
        days => Some(web.engine.now() + i64::from(days) * DAY),
    };
    let account = &signed_in.own;
    let (_, secret) = account
        .create_token(&fields.name, &scopes, expires_at)
        .await?;
    Ok(secret.to_text())
}

async fn page(web: &Web, signed_in: SignedIn, form: Fields) -> Result<TokensPage, Error> {
    Ok(TokensPage {
        tokens: web.engine.tokens(signed_in.session.user).await?,
        ui: signed_in.ui,
        form,
        problem: None,
        secret: None,
    })
}
