//! What everything is measured against: the same IMAP commands on an open connection, with no
//! more around them than a socket. Answers are read to their end and thrown away.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(300);

/// A signed-in connection.
#[derive(Debug)]
pub(crate) struct Bare {
    stream: BufReader<TcpStream>,
    tag: u32,
    /// The items of a list's row, as the server offers them.
    row: String,
}

impl Bare {
    /// Connects and signs in.
    pub(crate) fn sign_in(port: u16, user: &str, password: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut own = Self {
            stream: BufReader::with_capacity(64 << 10, stream),
            tag: 0,
            row: String::new(),
        };
        own.stream.read_line(&mut String::new())?;
        let said = own.run(&[&format!("LOGIN {user} {password}")])?;
        let previews = said.split([' ', ']']).any(|word| word == "PREVIEW");
        let more = if previews {
            "PREVIEW"
        } else {
            "BODY.PEEK[1]<0.2048>"
        };
        own.row = format!("(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE {more})");
        Ok(own)
    }

    /// The row items.
    pub(crate) fn row(&self) -> &str {
        &self.row
    }

    /// Sends all commands in one write and waits for their answers; returns the tagged ones.
    pub(crate) fn run(&mut self, commands: &[&str]) -> io::Result<String> {
        let mut flight = String::new();
        for command in commands {
            self.tag += 1;
            flight.push_str(&format!("a{} {command}\r\n", self.tag));
        }
        self.stream.get_mut().write_all(flight.as_bytes())?;
        let mut tagged = String::new();
        let mut line = Vec::new();
        let mut awaited = commands.len();
        // Dovecot may answer a FETCH before the NOOP in front of it.
        while awaited > 0 {
            line.clear();
            if self.stream.read_until(b'\n', &mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line.starts_with(b"a") {
                let said = String::from_utf8_lossy(&line);
                if !said.contains(" OK ") {
                    return Err(io::Error::other(said.into_owned()));
                }
                tagged.push_str(&said);
                awaited -= 1;
            } else {
                self.skip_rest(&mut line)?;
            }
        }
        Ok(tagged)
    }

    /// Reads on to the end of an untagged answer: behind each literal its line goes on.
    fn skip_rest(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        while let Some(announced) = line.strip_suffix(b"}\r\n") {
            let text = String::from_utf8_lossy(announced);
            let size = text.rsplit('{').next().and_then(|size| size.parse().ok());
            let mut literal = self.stream.by_ref().take(size.unwrap_or(0));
            io::copy(&mut literal, &mut io::sink())?;
            line.clear();
            self.stream.read_until(b'\n', line)?;
        }
        Ok(())
    }
}
