//! `restante check`: whether the configuration holds, server by server, in the words that people
//! would see at sign-in.

use anyhow::bail;
use restante::{
    config::{Config, OAuth, Server},
    engine::{self, Error},
    store::{Store, files::Files},
    web::i18n::Language,
};

/// Checks the database and the place of files, then each server: connects, and says what it offers.
pub(crate) async fn run(config: &Config) -> anyhow::Result<()> {
    let mut faults = 0;
    match Store::open(&config.database_url, 1).await {
        Ok(store) => {
            store.ping().await?;
            println!("database    ok, {store:?}");
        }
        Err(error) => {
            println!("database    {error:?}");
            faults += 1;
        }
    }
    match stores(config).await {
        Ok(()) => println!("files       ok, {}", config.blob_url),
        Err(error) => {
            println!("files       {}: {error:?}", config.blob_url);
            faults += 1;
        }
    }
    if config.servers.is_empty() {
        println!("servers     none are configured: nobody can sign in");
        faults += 1;
    }
    for server in &config.servers {
        faults += usize::from(!works(server).await);
    }
    for provider in &config.oauth {
        faults += usize::from(!vouches(provider, config).await);
    }
    match faults {
        0 => Ok(()),
        1 => bail!("one of these will not work"),
        faults => bail!("{faults} of these will not work"),
    }
}

async fn stores(config: &Config) -> Result<(), restante::store::error::Error> {
    Files::of(config)?.check().await
}

/// Reading and sending: both are looked at, whatever becomes of the first.
async fn works(server: &Server) -> bool {
    let domains = server.domains.join(", ");
    let reads = reads(server, &domains).await;
    believes(server);
    sends(server, &domains).await && reads
}

/// Nothing that could be tried out: only a message would show whether the name is right.
fn believes(server: &Server) {
    match server.authserv.as_slice() {
        [] => println!("    no authserv: what the server finds out about senders is not shown"),
        ids => println!(
            "    believes Authentication-Results of {}, if they are the topmost",
            ids.join(", ")
        ),
    }
}

/// Its secret can be read, and mail servers that it names work; and where it has to send people back.
async fn vouches(provider: &OAuth, config: &Config) -> bool {
    let name = &provider.name;
    match provider.secret() {
        Ok(_) => {
            let back = config.oauth_callback();
            println!("{name}    ok; people come back to {back}");
            match provider.server() {
                Some(server) => works(&server).await,
                None => true,
            }
        }
        Err(error) => {
            println!("{name}    {error:#}");
            false
        }
    }
}

async fn reads(server: &Server, domains: &str) -> bool {
    let url = server.imap.as_ref().or(server.pop3.as_ref());
    let url = url.map_or_else(String::new, |url| String::from(url.clone()));
    said(domains, &url, engine::check(server).await)
}

async fn sends(server: &Server, domains: &str) -> bool {
    let Some(smtp) = &server.smtp else {
        println!("{domains}    no smtp: nobody can send");
        return true;
    };
    let url = String::from(smtp.clone());
    let offers = engine::check_submission(server).await;
    said(domains, &url, offers.map(Option::unwrap_or_default))
}

fn said(domains: &str, url: &str, offers: Result<Vec<String>, Error>) -> bool {
    match offers {
        Ok(offers) => {
            println!("{domains}    ok, {url}");
            println!("    offers before sign-in: {}", offers.join(" "));
            true
        }
        Err(error) => {
            println!("{domains}    {url}: {}", sentence(&error));
            false
        }
    }
}

fn sentence(error: &Error) -> String {
    match error {
        Error::Upstream {
            problem,
            cause,
            said,
        } => {
            let sentence = Language::English.text(problem.key(), &[]);
            match said.as_str() {
                "" => format!("{sentence} ({cause})"),
                said => format!("{sentence} ({cause}: {said})"),
            }
        }
        other => other.to_string(),
    }
}
