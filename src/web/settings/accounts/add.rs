//! Adding an account, in steps that work without a script: the address; the servers, where nobody
//! knows them; and then, beside the names of the hosts that it would be sent to, the password. The
//! same last step takes another password, or other servers, for an account that is there.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::SecretString;
use serde::Deserialize;

use crate::{
    config::{ExtraAccounts, Protocol, Security, ServerUrl},
    engine::{
        Error as EngineError,
        accounts::{AccountInfo, Admission, OwnServers, Place, Refusal},
    },
    web::{
        client::Client,
        error::Error,
        fields::{Form, Query},
        flash::{self, Said},
        page::Ui,
        path::Path,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The page.
#[derive(Template)]
#[template(path = "settings/account_add.html")]
pub struct AddPage {
    /// The reader.
    pub ui: Ui,
    /// The account that gets another password or other servers; `None` for a new one.
    pub account: Option<AccountInfo>,
    /// What was typed so far.
    pub form: Fields,
    /// What is asked now.
    pub step: Step,
    /// Servers may be named by hand.
    pub may_name: bool,
    /// The service that vouches for the address, in the place of a password.
    pub provider: Option<String>,
    /// Why it was refused.
    pub problem: Option<String>,
}

/// What is asked now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The address.
    Address,
    /// The servers.
    Servers,
    /// User name and password, for these hosts.
    Password {
        /// Where mail is read.
        incoming: Place,
        /// Where it is handed over.
        outgoing: Option<Place>,
    },
}

/// The form, and what stands behind `?` on the way to its last step. The password does not.
#[derive(Clone, Default, Deserialize)]
pub struct Fields {
    /// The address.
    #[serde(default)]
    pub address: String,
    /// Not empty: the servers are named by hand.
    #[serde(default)]
    pub own: String,
    /// `imap` or `pop3`.
    #[serde(default)]
    pub kind: String,
    /// The host that mail is read from.
    #[serde(default)]
    pub host: String,
    /// Its port; empty for the usual one.
    #[serde(default)]
    pub port: String,
    /// `tls` or `starttls`.
    #[serde(default)]
    pub security: String,
    /// The host that mail is handed to; empty for none.
    #[serde(default)]
    pub out_host: String,
    /// Its port; empty for the usual one.
    #[serde(default)]
    pub out_port: String,
    /// `tls` or `starttls`.
    #[serde(default)]
    pub out_security: String,
    /// The user name for both; empty for the address.
    #[serde(default)]
    pub user: String,
    #[serde(default)]
    password: String,
}

impl AddPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        match &self.account {
            None => self.ui.t("account-add"),
            Some(account) => {
                let name = account.label();
                self.ui.t1("account-access-title", "account", name)
            }
        }
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Accounts
    }

    /// The path of the steps, and of the form at their end.
    pub fn path(&self) -> String {
        match &self.account {
            None => "/settings/accounts/new".to_owned(),
            Some(account) => format!("/settings/accounts/{}/access", account.id),
        }
    }

    /// Where the last step goes.
    pub fn action(&self) -> String {
        match &self.account {
            None => super::HOME.to_owned(),
            Some(_) => self.path(),
        }
    }

    /// The path of the step with the servers.
    pub fn servers_path(&self) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("address", &self.form.address);
        pairs.append_pair("own", "1");
        format!("{}?{}", self.path(), pairs.finish())
    }

    /// Where somebody goes to be vouched for.
    pub fn leaving(&self) -> String {
        match &self.account {
            None => format!("{}/sign-in", super::HOME),
            Some(account) => format!("{}/{}/sign-in", super::HOME, account.id),
        }
    }

    /// A server in words.
    pub fn words(&self, place: &Place) -> String {
        super::server_words(&self.ui, place)
    }

    /// What goes along to the last step.
    pub fn hidden(&self) -> Vec<(&'static str, &str)> {
        let form = &self.form;
        let mut fields = vec![("address", form.address.as_str())];
        if form.names_servers() {
            fields.extend([
                ("own", form.own.as_str()),
                ("kind", &form.kind),
                ("host", &form.host),
                ("port", &form.port),
                ("security", &form.security),
                ("out_host", &form.out_host),
                ("out_port", &form.out_port),
                ("out_security", &form.out_security),
            ]);
        }
        fields
    }

    /// The user name that is proposed.
    pub fn user(&self) -> &str {
        match self.form.user.as_str() {
            "" => &self.form.address,
            user => user,
        }
    }
}

impl Fields {
    /// The servers are named by hand.
    pub fn names_servers(&self) -> bool {
        !self.own.is_empty()
    }

    /// Whether the POP3 kind is chosen.
    pub fn is_pop3(&self) -> bool {
        self.kind == "pop3"
    }

    /// Puts servers into the form, as if they had been typed.
    fn fill(&mut self, kind: &str, incoming: &Place, outgoing: Option<&Place>) {
        let word = |place: &Place| match place.security {
            "startTls" => "starttls".to_owned(),
            _ => "tls".to_owned(),
        };
        self.own = "1".to_owned();
        self.kind = kind.to_owned();
        self.host.clone_from(&incoming.host);
        self.port = incoming.port.to_string();
        self.security = word(incoming);
        self.out_host = outgoing.map(|place| place.host.clone()).unwrap_or_default();
        self.out_port = outgoing
            .map(|place| place.port.to_string())
            .unwrap_or_default();
        self.out_security = outgoing.map(word).unwrap_or_default();
    }

    /// The servers as typed; `None` when they are the operator's.
    pub(super) fn servers(&self) -> Result<Option<OwnServers>, EngineError> {
        if !self.names_servers() {
            return Ok(None);
        }
        let protocol = match self.is_pop3() {
            true => Protocol::Pop3,
            false => Protocol::Imap,
        };
        let incoming = server(protocol, &self.host, &self.port, &self.security)?;
        let outgoing = match self.out_host.trim() {
            "" => None,
            host => Some(server(
                Protocol::Smtp,
                host,
                &self.out_port,
                &self.out_security,
            )?),
        };
        let named = OwnServers { incoming, outgoing };
        Ok(Some(named.checked()?))
    }
}

fn server(
    protocol: Protocol,
    host: &str,
    port: &str,
    security: &str,
) -> Result<ServerUrl, EngineError> {
    let security = match security {
        "starttls" => Security::StartTls,
        _ => Security::Implicit,
    };
    let port = match port.trim() {
        "" => ServerUrl::own_port(protocol, security),
        port => port
            .parse()
            .map_err(|_| EngineError::Invalid("account-port"))?,
    };
    Ok(ServerUrl {
        protocol,
        security,
        host: host.trim().to_owned(),
        port,
    })
}

/// `GET /settings/accounts/new`
pub(crate) async fn begin(
    web: Web,
    signed_in: SignedIn,
    Query(mut form): Query<Fields>,
) -> Result<Response, Error> {
    super::allowed(&web)?;
    discover(&web, &mut form).await?;
    let page = page(&web, signed_in.ui, None, form);
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/accounts`
pub(crate) async fn create(
    web: Web,
    signed_in: SignedIn,
    client: Client,
    Form(mut form): Form<Fields>,
) -> Result<Response, Error> {
    super::allowed(&web)?;
    let admission = admission(&client, &mut form);
    let added = match admission {
        Ok(admission) => web.engine.add_account(&signed_in.own, &admission).await,
        Err(error) => Err(error.into()),
    };
    let done = added.map(|id| format!("{}/{id}", super::HOME));
    let page = page(&web, signed_in.ui, None, form);
    answered(&web, page, done, "done-account-added")
}

/// `GET /settings/accounts/{account}/access`
pub(crate) async fn access(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    Query(form): Query<Fields>,
) -> Result<Response, Error> {
    let account = account(&web, &signed_in, id).await?;
    let page = page(&web, signed_in.ui, Some(account), form);
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/accounts/{account}/access`
pub(crate) async fn change(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    client: Client,
    Form(mut form): Form<Fields>,
) -> Result<Response, Error> {
    let account = account(&web, &signed_in, id).await?;
    form.address.clone_from(&account.email);
    form.kind = account.kind.to_owned();
    let admission = admission(&client, &mut form);
    let changed = match admission {
        Ok(admission) => {
            let changing = web.engine.change_access(&signed_in.own, id, &admission);
            changing.await
        }
        Err(error) => Err(error.into()),
    };
    let done = changed.map(|()| super::HOME.to_owned());
    let page = page(&web, signed_in.ui, Some(account), form);
    answered(&web, page, done, "done-saved")
}

/// An account that was added.
pub(super) async fn account(
    web: &Web,
    signed_in: &SignedIn,
    id: i64,
) -> Result<AccountInfo, Error> {
    super::allowed(web)?;
    let accounts = web.engine.accounts(signed_in.session.user).await?;
    let found = accounts.into_iter().find(|account| account.id == id);
    found
        .filter(|account| !account.is_primary)
        .ok_or(Error::NotFound)
}

fn admission(client: &Client, form: &mut Fields) -> Result<Admission, EngineError> {
    Ok(Admission {
        address: form.address.clone(),
        servers: form.servers()?,
        user: form.user.clone(),
        password: SecretString::from(std::mem::take(&mut form.password)),
        client: client.address,
    })
}

/// Which step comes next with what is there.
pub(super) fn page(web: &Web, ui: Ui, account: Option<AccountInfo>, mut form: Fields) -> AddPage {
    let may_name = web.config.extra_accounts == ExtraAccounts::Any;
    if let Some(account) = &account {
        form.address.clone_from(&account.email);
        if let (Some(own), true) = (&account.own_servers, form.own.is_empty()) {
            form = named(form, own, &account.user);
        }
    }
    let (step, problem) = match step(web, &form, may_name) {
        Ok(step) => (step, None),
        Err((step, key)) => (step, Some(ui.t(key))),
    };
    if let (Step::Servers, true, Some(account)) = (&step, form.host.trim().is_empty(), &account) {
        // The present ones, or at least what they speak: an account stays what it is.
        form = match &account.own_servers {
            Some(own) => named(form, own, &account.user),
            None => Fields {
                kind: account.kind.to_owned(),
                ..form
            },
        };
    }
    let provider = match (&step, form.servers()) {
        (Step::Password { .. }, Ok(named)) => web.engine.provider_of(&form.address, named.as_ref()),
        _ => None,
    };
    AddPage {
        account,
        form,
        step,
        may_name,
        provider,
        problem,
        ui,
    }
}

/// Fills in the servers that the address's domain names, where nobody else has named any. They are
/// shown, with the way to others, before a password is asked for.
async fn discover(web: &Web, form: &mut Fields) -> Result<(), EngineError> {
    let may_name = web.config.extra_accounts == ExtraAccounts::Any;
    if form.address.trim().is_empty() || form.names_servers() || !may_name {
        return Ok(());
    }
    // What is no address is told by the step.
    if !matches!(web.engine.configured(&form.address), Ok(None)) {
        return Ok(());
    }
    let found = web.engine.discover(&form.address).await?;
    let Some(incoming) = found.incoming.first() else {
        return Ok(());
    };
    let outgoing = found.outgoing.first().map(|outgoing| &outgoing.place);
    form.fill(incoming.kind, &incoming.place, outgoing);
    if incoming.user_name == "localPart"
        && let Some((local_part, _)) = form.address.trim().rsplit_once('@')
    {
        form.user = local_part.to_owned();
    }
    Ok(())
}

fn step(web: &Web, form: &Fields, may_name: bool) -> Result<Step, (Step, &'static str)> {
    if form.address.trim().is_empty() {
        return Ok(Step::Address);
    }
    let configured = web.engine.configured(&form.address);
    let configured = configured.map_err(|error| (Step::Address, key(&error)))?;
    if form.names_servers() && may_name {
        if form.host.trim().is_empty() {
            return Ok(Step::Servers);
        }
        let own = form
            .servers()
            .map_err(|error| (Step::Servers, key(&error)))?;
        return Ok(own.map_or(Step::Servers, |own| Step::Password {
            incoming: Place::from(&own.incoming),
            outgoing: own.outgoing.as_ref().map(Place::from),
        }));
    }
    match configured {
        Some((incoming, outgoing)) => Ok(Step::Password { incoming, outgoing }),
        None if may_name => Ok(Step::Servers),
        None => Err((Step::Address, "account-servers-listed")),
    }
}

/// The form with the servers that an account has.
pub(super) fn named(mut form: Fields, own: &OwnServers, user: &str) -> Fields {
    let kind = match own.incoming.protocol {
        Protocol::Pop3 => "pop3",
        _ => "imap",
    };
    let outgoing = own.outgoing.as_ref().map(Place::from);
    form.fill(kind, &Place::from(&own.incoming), outgoing.as_ref());
    form.user = user.to_owned();
    form
}

fn answered(
    web: &Web,
    page: AddPage,
    done: Result<String, Refusal>,
    said: &str,
) -> Result<Response, Error> {
    match done {
        Ok(path) => {
            let said = Said::done(said, 1);
            Ok(flash::redirect(web, &path, Some(&said)))
        }
        Err(refusal) => refused(web, page, refusal),
    }
}

/// The page again, with why it was refused.
pub(super) fn refused(web: &Web, mut page: AddPage, refusal: Refusal) -> Result<Response, Error> {
    let ui = &page.ui;
    let why = match &refusal.error {
        EngineError::Invalid(_) | EngineError::Upstream { .. } => ui.t(key(&refusal.error)),
        _ => return Err(refusal.error.into()),
    };
    page.problem = Some(match refusal.outgoing {
        true => ui.t1("account-outgoing-refused", "why", &why),
        false => why,
    });
    respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, web, &page.ui, &page)
}

fn key(error: &EngineError) -> &'static str {
    match error {
        EngineError::Invalid(key) => key,
        EngineError::Upstream { problem, .. } => problem.key(),
        _ => "problem-unavailable",
    }
}
