//! The document in which a domain says where its mail lies: `config-v1.1.xml`, as mail programs
//! have read it since Thunderbird (draft-ietf-mailmaint-autoconfig). A stranger wrote it: entities
//! and document types are refused, and what is odd is passed over.

use roxmltree::{Document, Node, ParsingOptions};

/// Elements and attributes of a document; real ones have some forty.
const NODES: u32 = 2000;
/// Octets of a document.
const OCTETS: usize = 256 * 1024;

/// What a server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Mail is read there (RFC 9051).
    Imap,
    /// Mail is fetched from there (RFC 1939).
    Pop3,
    /// Mail is handed over there (RFC 6409).
    Submission,
}

/// What is sent as user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserName {
    /// The whole address.
    Address,
    /// What stands before the `@`.
    LocalPart,
}

/// One server that the document names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What it is for.
    pub service: Service,
    /// Its name, in ASCII.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// TLS from the first octet; else STARTTLS.
    pub implicit_tls: bool,
    /// What is sent as user name.
    pub user_name: UserName,
}

/// The servers that a document names and that take a password over TLS, in its order; none for
/// what is no such document.
pub fn read(document: &[u8], address: &str) -> Vec<Named> {
    let text = std::str::from_utf8(document).ok();
    let text = text.filter(|text| text.len() <= OCTETS);
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: NODES,
        ..ParsingOptions::default()
    };
    let parsed = text.and_then(|text| Document::parse_with_options(text, options).ok());
    let Some(parsed) = parsed else {
        return Vec::new();
    };
    let provider = parsed.root_element();
    let provider = Some(provider)
        .filter(|root| root.has_tag_name("clientConfig"))
        .and_then(|root| child(root, "emailProvider"));
    let servers = provider
        .into_iter()
        .flat_map(|provider| provider.children());
    servers
        .filter_map(|server| named(server, address))
        .collect()
}

fn named(server: Node<'_, '_>, address: &str) -> Option<Named> {
    let kind = server.attribute("type")?;
    let service = match (server.tag_name().name(), kind) {
        ("incomingServer", "imap") => Service::Imap,
        ("incomingServer", "pop3") => Service::Pop3,
        ("outgoingServer", "smtp") => Service::Submission,
        _ => return None,
    };
    let implicit_tls = match text(server, "socketType")? {
        "SSL" => true,
        "STARTTLS" => false,
        _ => return None,
    };
    let takes_password = |node: Node<'_, '_>| {
        let method = node.text().map(str::trim);
        matches!(method, Some("password-cleartext" | "password-encrypted"))
    };
    let mut methods = children(server, "authentication").peekable();
    if methods.peek().is_some() && !methods.any(takes_password) {
        return None;
    }
    let user_name = match text(server, "username") {
        Some("%EMAILLOCALPART%") => UserName::LocalPart,
        _ => UserName::Address,
    };
    let (_, domain) = address.rsplit_once('@')?;
    let host = text(server, "hostname")?.replace("%EMAILDOMAIN%", domain);
    Some(Named {
        service,
        host: host_name(&host)?,
        port: text(server, "port")?
            .parse()
            .ok()
            .filter(|port| *port != 0)?,
        implicit_tls,
        user_name,
    })
}

/// A host's name as it goes into a look-up: ASCII, lower case, with a dot in it. Addresses are no
/// names: nobody can tell whose they are.
pub fn host_name(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_suffix('.').unwrap_or(text);
    match url::Host::parse(text).ok()? {
        url::Host::Domain(name) if is_name(&name) => Some(name),
        _ => None,
    }
}

fn is_name(name: &str) -> bool {
    let fits = |label: &str| {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len()) && label.bytes().all(letters)
    };
    name.len() <= 253 && name.contains('.') && name.split('.').all(fits)
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    children(node, name).next()
}

fn children<'a, 'input>(
    node: Node<'a, 'input>,
    name: &str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children()
        .filter(move |child| child.is_element() && child.tag_name().name() == name)
}

fn text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name)?.text().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(servers: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<clientConfig version=\"1.1\">\
             <emailProvider id=\"example.org\"><domain>example.org</domain>{servers}\
             </emailProvider></clientConfig>"
        )
    }

    fn server(kind: &str, host: &str, port: &str, socket: &str, more: &str) -> String {
        let side = if kind == "smtp" {
            "outgoing"
        } else {
            "incoming"
        };
        format!(
            "<{side}Server type=\"{kind}\"><hostname>{host}</hostname><port>{port}</port>\
             <socketType>{socket}</socketType>{more}</{side}Server>"
        )
    }

    fn hosts(servers: &str) -> Vec<(String, u16)> {
        let found = read(document(servers).as_bytes(), "anna@example.org");
        found.into_iter().map(|s| (s.host, s.port)).collect()
    }

    #[test]
    fn servers_are_read() {
        let text = document(
            &[
                server(
                    "imap",
                    " IMAP.%EMAILDOMAIN% ",
                    "993",
                    "SSL",
                    "<username>%EMAILADDRESS%</username>",
                ),
                server(
                    "pop3",
                    "pop.example.org",
                    "110",
                    "STARTTLS",
                    "<username>%EMAILLOCALPART%</username>",
                ),
                server(
                    "smtp",
                    "smtp.example.org.",
                    "465",
                    "SSL",
                    "<authentication>password-cleartext</authentication>",
                ),
            ]
            .concat(),
        );
        let expected = [
            (
                Service::Imap,
                "imap.example.org",
                993,
                true,
                UserName::Address,
            ),
            (
                Service::Pop3,
                "pop.example.org",
                110,
                false,
                UserName::LocalPart,
            ),
            (
                Service::Submission,
                "smtp.example.org",
                465,
                true,
                UserName::Address,
            ),
        ];
        let found = read(text.as_bytes(), "anna@example.org");
        let found: Vec<_> = found
            .iter()
            .map(|s| {
                (
                    s.service,
                    s.host.as_str(),
                    s.port,
                    s.implicit_tls,
                    s.user_name,
                )
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_odd_is_passed_over() {
        for odd in [
            server("imap", "imap.example.org", "143", "plain", ""),
            server("imap", "127.0.0.1", "993", "SSL", ""),
            server("imap", "2130706433", "993", "SSL", ""),
            server("imap", "localhost", "993", "SSL", ""),
            server("imap", "a b.example.org", "993", "SSL", ""),
            server("imap", "imap.example.org\r\nX: y", "993", "SSL", ""),
            server("imap", "imap.example.org", "0", "SSL", ""),
            server("imap", "imap.example.org", "99999", "SSL", ""),
            server(
                "imap",
                "imap.example.org",
                "993",
                "SSL",
                "<authentication>OAuth2</authentication>",
            ),
            server("exchange", "ex.example.org", "443", "SSL", ""),
        ] {
            assert_eq!(hosts(&odd), [], "{odd}");
        }
        let fine = server(
            "imap",
            "imap.example.org",
            "993",
            "SSL",
            "<authentication>OAuth2</authentication><authentication>password-cleartext</authentication>",
        );
        assert_eq!(hosts(&fine), [("imap.example.org".to_owned(), 993)]);
    }

    #[test]
    fn what_is_no_such_document_names_nothing() {
        let inner = server("imap", "imap.example.org", "993", "SSL", "");
        let entity = format!(
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>{}",
            document(&inner).trim_start_matches("<?xml version=\"1.0\"?>\n")
        );
        let deep = "<a>".repeat(100_000);
        let wide = document(&inner.repeat(1000));
        for text in ["", "<html></html>", "not xml", &entity, &deep, &wide] {
            assert_eq!(
                read(text.as_bytes(), "anna@example.org"),
                [],
                "{:.60}",
                text
            );
        }
        assert_eq!(read(b"\xff\xfe", "anna@example.org"), []);
        assert_eq!(read(document(&inner).as_bytes(), "anna"), []);
    }
}
