//! Names of services: SRV records (RFC 2782), which the system's own look-ups can't read.

use std::{net::SocketAddr, sync::OnceLock, time::Duration};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ProtocolConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
    proto::rr::RData,
};

/// Per question and name server.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Records of one answer that are looked at.
const MOST: usize = 8;

/// Where a service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// A name, in ASCII and without its last dot.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Asks name servers. It is set up with the first question.
#[derive(Debug, Default)]
pub struct Dns {
    /// This one instead of the system's.
    at: Option<SocketAddr>,
    resolver: OnceLock<Option<TokioResolver>>,
}

impl Dns {
    /// Asks this name server alone. For tests.
    pub fn at(server: SocketAddr) -> Self {
        Self {
            at: Some(server),
            resolver: OnceLock::new(),
        }
    }

    /// Where a service of a domain is: `_imaps._tcp.example.org`, the preferred one first. None
    /// where there is no such record, where it says that the service is not offered (a target of
    /// `.`), and where no name server answers.
    pub async fn services(&self, name: &str) -> Vec<Target> {
        let resolver = self.resolver.get_or_init(|| self.set_up());
        let Some(resolver) = resolver else {
            return Vec::new();
        };
        // With its dot, so that the system's search domains are left out.
        let found = match resolver.srv_lookup(format!("{name}.")).await {
            Ok(found) => found,
            Err(error) => {
                tracing::debug!(%error, "A service was not found");
                return Vec::new();
            }
        };
        let mut records: Vec<_> = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::SRV(srv) => Some(srv),
                _ => None,
            })
            .collect();
        records.sort_by_key(|srv| (srv.priority, std::cmp::Reverse(srv.weight)));
        let target = |srv: &&hickory_resolver::proto::rr::rdata::SRV| {
            let host = srv.target.to_ascii();
            let host = host.trim_end_matches('.').to_ascii_lowercase();
            (!host.is_empty() && srv.port != 0).then_some(Target {
                host,
                port: srv.port,
            })
        };
        records.iter().filter_map(target).take(MOST).collect()
    }

    fn set_up(&self) -> Option<TokioResolver> {
        let builder = match self.at {
            None => TokioResolver::builder_tokio(),
            Some(server) => {
                let mut connection = ConnectionConfig::new(ProtocolConfig::Udp);
                connection.port = server.port();
                let server = NameServerConfig::new(server.ip(), true, vec![connection]);
                let config = ResolverConfig::from_name_servers(vec![server]);
                Ok(TokioResolver::builder_with_config(
                    config,
                    TokioRuntimeProvider::default(),
                ))
            }
        };
        let built = builder.and_then(|mut builder| {
            let options = builder.options_mut();
            options.timeout = TIMEOUT;
            options.attempts = 1;
            // A look-up is rare: nothing is worth keeping.
            options.cache_size = 0;
            builder.build()
        });
        built
            .inspect_err(|error| tracing::warn!(%error, "Name servers can't be asked"))
            .ok()
    }
}
