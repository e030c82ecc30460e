//! As much of a browser as a measurement needs: HTTP/1.1 on one connection that stays open, a
//! cookie, and a count of the octets that came over the wire.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Nothing that is measured takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one connection.
#[derive(Debug)]
pub(crate) struct Browser {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    cookie: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where a redirect leads.
    pub(crate) location: Option<String>,
    /// As it came, compressed where that was asked for.
    pub(crate) body: Vec<u8>,
    /// Octets of head and body on the wire.
    pub(crate) wire: usize,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wish<'a> {
    /// The frame that Turbo asks for; none: the whole page.
    pub(crate) frame: Option<&'a str>,
    /// Turbo takes the page's changes alone.
    pub(crate) stream: bool,
    /// Plain text, to be read here.
    pub(crate) plain: bool,
}

impl Browser {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::with_capacity(64 << 10, stream),
            address,
            cookie: None,
        })
    }

    /// A second connection of the same browser.
    pub(crate) fn again(&self) -> io::Result<Self> {
        let mut again = Self::open(self.address)?;
        again.cookie.clone_from(&self.cookie);
        Ok(again)
    }

    /// Signs in; the cookie is kept.
    pub(crate) fn sign_in(&mut self, address: &str, password: &str) -> io::Result<Answer> {
        let fields = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("address", address)
            .append_pair("password", password)
            .finish();
        let answer = self.post("/login", Wish::default(), &fields)?;
        match (answer.status, &self.cookie) {
            (303, Some(_)) => Ok(answer),
            _ => Err(io::Error::other(format!(
                "{address} can't sign in: {}",
                answer.status
            ))),
        }
    }

    /// The session's key: what the cookie carries.
    pub(crate) fn key(&self) -> Option<&str> {
        let (_, value) = self.cookie.as_deref()?.split_once('=')?;
        Some(value)
    }

    pub(crate) fn get(&mut self, path: &str, wish: Wish<'_>) -> io::Result<Answer> {
        self.request("GET", path, wish, None)
    }

    pub(crate) fn post(&mut self, path: &str, wish: Wish<'_>, form: &str) -> io::Result<Answer> {
        self.request("POST", path, wish, Some(form))
    }

    /// Asks for the events of a folder and leaves the answer open.
    pub(crate) fn listen(mut self, path: &str) -> io::Result<Self> {
        self.send("GET", path, Wish::default(), None)?;
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            self.stream.read_line(&mut line)?;
        }
        Ok(self)
    }

    fn request(
        &mut self,
        method: &str,
        path: &str,
        wish: Wish<'_>,
        form: Option<&str>,
    ) -> io::Result<Answer> {
        self.send(method, path, wish, form)?;
        self.answer()
    }

    fn send(
        &mut self,
        method: &str,
        path: &str,
        wish: Wish<'_>,
        form: Option<&str>,
    ) -> io::Result<()> {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\n\
             Accept-Language: en\r\n",
            self.address
        );
        head.push_str(match wish.stream {
            true => "Accept: text/vnd.turbo-stream.html, text/html\r\n",
            false => "Accept: text/html\r\n",
        });
        if !wish.plain {
            head.push_str("Accept-Encoding: gzip, deflate, br, zstd\r\n");
        }
        if let Some(frame) = wish.frame {
            head.push_str(&format!("Turbo-Frame: {frame}\r\n"));
        }
        if let Some(cookie) = &self.cookie {
            head.push_str(&format!("Cookie: {cookie}\r\n"));
        }
        if let Some(form) = form {
            let length = form.len();
            head.push_str(&format!(
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n"
            ));
        }
        head.push_str("\r\n");
        head.push_str(form.unwrap_or_default());
        self.stream.get_mut().write_all(head.as_bytes())
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let mut answer = Answer {
            status: 0,
            location: None,
            body: Vec::new(),
            wire: 0,
        };
        let mut length = None;
        let mut chunked = false;
        loop {
            let line = self.line(&mut answer.wire)?;
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(": ") else {
                let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
                answer.status = status.unwrap_or(0);
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().ok(),
                "transfer-encoding" => chunked = value == "chunked",
                "location" => answer.location = Some(value.to_owned()),
                "set-cookie" if value.starts_with("restante=") => {
                    self.cookie = value.split(';').next().map(str::to_owned);
                }
                _ => {}
            }
        }
        if chunked {
            loop {
                let size = self.line(&mut answer.wire)?;
                let size = usize::from_str_radix(&size, 16).map_err(io::Error::other)?;
                self.take(size, &mut answer)?;
                self.line(&mut answer.wire)?;
                if size == 0 {
                    break;
                }
            }
        } else {
            self.take(length.unwrap_or(0), &mut answer)?;
        }
        Ok(answer)
    }

    fn line(&mut self, wire: &mut usize) -> io::Result<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        *wire += read;
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn take(&mut self, octets: usize, answer: &mut Answer) -> io::Result<()> {
        let begun = answer.body.len();
        answer.body.resize(begun + octets, 0);
        answer.wire += octets;
        match answer.body.get_mut(begun..) {
            Some(rest) => self.stream.read_exact(rest),
            None => Ok(()),
        }
    }
}

impl Answer {
    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The same answer, if it is what was wanted.
    pub(crate) fn ok(self) -> io::Result<Self> {
        match self.status {
            200..=399 => Ok(self),
            status => Err(io::Error::other(format!("the answer was {status}"))),
        }
    }
}

/// What stands between `before` and the next quotation mark, each time.
pub(crate) fn quoted<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    let pieces = text.split(before).skip(1);
    pieces.filter_map(|piece| piece.split('"').next())
}
