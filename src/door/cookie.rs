//! The session's cookie by name.

use crate::config::Config;

/// The cookie's name. The prefixes make browsers refuse a cookie that was set without TLS, or by
/// a neighbour under the same domain (RFC 6265bis §4.1.3).
pub(crate) fn name(config: &Config) -> &'static str {
    match (config.is_https(), config.base_path()) {
        (false, _) => "restante",
        (true, "") => "__Host-restante",
        (true, _) => "__Secure-restante",
    }
}
