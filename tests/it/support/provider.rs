//! A service that vouches for people (RFC 6749), as small as can be: a person agrees in a test's own
//! words, a program asks for tokens over HTTP, and the shared Dovecot looks them up (RFC 7662).

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use restante::engine::{Policy, secrets::sha256};
use url::{Url, form_urlencoded};

/// Whose mailbox a token opens, of all services of this process.
static TOKENS: OnceLock<Mutex<HashMap<String, String>>> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);

/// A form, or what stands behind `?`.
type Form = HashMap<String, String>;
/// What makes an answer of path and form.
type Answering = dyn Fn(&str, &Form) -> Option<String>;

/// See the module's description. Stops with the process.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The forms that were sent for tokens.
    asked: Vec<Form>,
    /// By code: who agreed, to which challenge, and where they went back.
    codes: HashMap<String, (String, String, String)>,
    /// By refresh token: who agreed.
    permissions: HashMap<String, String>,
    /// Answers in the place of the right ones.
    answer: Option<String>,
    /// No permission that lasts is given.
    passing: bool,
}

/// Where tokens are looked up; the first call starts it.
pub(crate) fn introspection() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        let address = serve(|_, form| {
            let user = form.get("token").and_then(|token| user_of(token));
            Some(match user {
                Some(user) => json(&format!(r#"{{"active":true,"username":"{user}"}}"#)),
                None => json(r#"{"active":false}"#),
            })
        });
        format!("http://{address}/introspect")
    })
}

fn tokens() -> MutexGuard<'static, HashMap<String, String>> {
    TOKENS.get_or_init(Mutex::default).lock().unwrap()
}

fn user_of(token: &str) -> Option<String> {
    tokens().get(token).cloned()
}

impl Provider {
    /// One that nobody has agreed at yet.
    pub(crate) fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let inner = Arc::clone(&state);
        let address = serve(move |path, form| {
            let mut state = inner.lock().unwrap();
            assert_eq!(path, "/token");
            state.asked.push(form.clone());
            match state.answer.clone() {
                Some(answer) if answer.is_empty() => None,
                Some(answer) => Some(answer),
                None => Some(state.give(form)),
            }
        });
        Self { address, state }
    }

    /// The lines of an `[[oauth]]` entry.
    pub(crate) fn settings(&self) -> String {
        let at = self.address;
        format!(
            "name = 'Post'\nclient_id = 'restante-test'\nclient_secret = 'secret-canary'\n\
             authorization_endpoint = 'http://{at}/authorize?tenant=1'\n\
             token_endpoint = 'http://{at}/token'\nscopes = ['mail.read', 'mail.send']"
        )
    }

    /// It may be asked, and nobody else on this machine.
    pub(crate) fn policy(&self) -> Policy {
        Policy::allowing([self.address])
    }

    /// Somebody visits the address and agrees: the address that they are sent back to.
    pub(crate) fn agree(&self, address: &str, user: &str) -> Url {
        let query = self.visited(address);
        let code = format!("code-canary-{}", NEXT.fetch_add(1, Ordering::SeqCst));
        let agreed = (
            user.to_owned(),
            query["code_challenge"].clone(),
            query["redirect_uri"].clone(),
        );
        self.state().codes.insert(code.clone(), agreed);
        back(&query, "code", &code)
    }

    /// Somebody visits the address, and it ends with this word.
    pub(crate) fn refuse(&self, address: &str, word: &str) -> Url {
        back(&self.visited(address), "error", word)
    }

    /// What stands in the address, which is as it should be.
    pub(crate) fn visited(&self, address: &str) -> Form {
        let url = Url::parse(address).unwrap();
        assert_eq!(url.host_str(), Some("127.0.0.1"));
        assert_eq!(
            (url.port(), url.path()),
            (Some(self.address.port()), "/authorize")
        );
        let query: Form = url.query_pairs().into_owned().collect();
        for (name, value) in [
            ("tenant", "1"),
            ("response_type", "code"),
            ("client_id", "restante-test"),
            ("scope", "mail.read mail.send"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(
                query.get(name).map(String::as_str),
                Some(value),
                "{address}"
            );
        }
        assert!(query["state"].len() >= 43 && query["code_challenge"].len() == 43);
        assert!(!address.contains("canary"), "{address}");
        query
    }

    /// How often it was asked for tokens by what this word says: `authorization_code`,
    /// `refresh_token`.
    pub(crate) fn asked(&self, kind: &str) -> usize {
        let state = self.state();
        let of = |form: &&Form| form.get("grant_type").is_some_and(|k| k == kind);
        state.asked.iter().filter(of).count()
    }

    /// Everything said from now on; `None`: the right answers, `""`: none at all.
    pub(crate) fn answers(&self, answer: Option<String>) {
        self.state().answer = answer;
    }

    /// Gives nothing that lasts from now on.
    pub(crate) fn gives_passing(&self) {
        self.state().passing = true;
    }

    /// Somebody takes back what they have agreed to, or the mail servers alone do (`all` false).
    pub(crate) fn revoke(&self, user: &str, all: bool) {
        tokens().retain(|_, of| of != user);
        if all {
            self.state().permissions.retain(|_, of| of != user);
        }
    }

    /// The refresh tokens that are good for somebody now.
    pub(crate) fn permissions(&self, user: &str) -> Vec<String> {
        let state = self.state();
        let of = state.permissions.iter().filter(|(_, of)| *of == user);
        of.map(|(token, _)| token.clone()).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    /// The right answer to a form.
    fn give(&mut self, form: &Form) -> String {
        let said = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if (said("client_id"), said("client_secret")) != ("restante-test", "secret-canary") {
            return error("invalid_client");
        }
        let user = match said("grant_type") {
            "authorization_code" => {
                let Some((user, challenge, to)) = self.codes.remove(said("code")) else {
                    return error("invalid_grant");
                };
                let hash = sha256(said("code_verifier").as_bytes());
                if BASE64URL.encode(hash) != challenge || said("redirect_uri") != to {
                    return error("invalid_grant");
                }
                user
            }
            // Each is good once.
            "refresh_token" => match self.permissions.remove(said("refresh_token")) {
                Some(user) => user,
                None => return error("invalid_grant"),
            },
            _ => return error("unsupported_grant_type"),
        };
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let access = format!("access-canary-{number}");
        tokens().insert(access.clone(), user.clone());
        let mut answer = format!(
            r#""access_token":"{access}","token_type":"Bearer","expires_in":3600,"scope":"x""#
        );
        if !self.passing {
            let refresh = format!("refresh-canary-{number}");
            answer += &format!(r#","refresh_token":"{refresh}""#);
            self.permissions.insert(refresh, user);
        }
        json(&format!("{{{answer}}}"))
    }
}

fn back(query: &Form, name: &str, value: &str) -> Url {
    let mut url = Url::parse(&query["redirect_uri"]).unwrap();
    url.query_pairs_mut()
        .append_pair(name, value)
        .append_pair("state", &query["state"]);
    url
}

/// An answer.
pub(crate) fn answer(status: u16, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Location: http://127.0.0.1:1/\r\nConnection: close\r\n\r\n{body}"
    )
}

fn json(body: &str) -> String {
    answer(200, body)
}

fn error(code: &str) -> String {
    let body = format!(r#"{{"error":"{code}","error_description":"description-canary"}}"#);
    answer(400, &body)
}

/// Answers each form by what this makes of path and form; `None` leaves it without an answer.
fn serve(answer: impl Fn(&str, &Form) -> Option<String> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || talk(&stream, &*answer));
        }
    });
    address
}

fn talk(stream: &TcpStream, answer: &Answering) -> Option<()> {
    let mut read = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut first = String::new();
        if read.read_line(&mut first).ok()? == 0 {
            return None;
        }
        let path = first.split(' ').nth(1)?.to_owned();
        let mut length = 0;
        loop {
            let mut line = String::new();
            read.read_line(&mut line).ok()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        read.read_exact(&mut body).ok()?;
        let form = form_urlencoded::parse(&body).into_owned().collect();
        match answer(&path, &form) {
            Some(answer) => (&*stream).write_all(answer.as_bytes()).ok()?,
            None => return None,
        }
    }
}
