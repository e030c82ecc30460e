//! Putting a message into a folder.

use super::{
    change::code,
    client::Client,
    connection::Job,
    convert,
    error::{Error, Reason},
    source::Source,
    wire::{code::Code, command::Command, mutf7::MailboxName},
};

impl Client {
    /// Stores a message (RFC 5322, CRLF line ends) with these keywords and this date of arrival
    /// (milliseconds since 1970 UTC). It is read as it is sent, and takes no more memory than a
    /// piece of it. Gives UIDVALIDITY and UID where the server has UIDPLUS.
    ///
    /// 1 round trip with LITERAL+, else 2. After [`Error::Disconnected`] or [`Error::Timeout`]
    /// nobody knows whether it was stored: look for its Message-ID before trying again.
    /// [`Error::Disconnected`] as well when the octets are not those that were announced: then
    /// nothing was stored.
    pub async fn append(
        &self,
        mailbox: &str,
        keywords: &[&str],
        date: Option<i64>,
        message: impl Into<Source>,
    ) -> Result<Option<(u32, u32)>, Error> {
        let message = message.into();
        let mut lease = self.lease(None).await?;
        if too_big(&lease.capabilities, message.size()) {
            return Err(Error::No {
                code: Some(Reason::TooBig),
                text: "the message is larger than the server takes".to_owned(),
            });
        }
        let flags: Vec<_> = keywords.iter().map(|word| convert::flag(word)).collect();
        let name = MailboxName::from_path(mailbox, lease.names);
        let mut command = Command::new("APPEND").name_of(&name);
        if !flags.is_empty() {
            command = command.flags(&flags);
        }
        if let Some(date) = date {
            command = command.date_time(date);
        }
        let command = command.streamed_literal(message, lease.capabilities.has("BINARY"));
        let reply = lease.run(&Job::new(vec![command]).once()).await?;
        reply.check()?;
        Ok(code(&reply.done, |code| match code {
            Code::AppendUid(validity, uids) => uids.iter().next().map(|uid| (*validity, uid)),
            _ => None,
        }))
    }
}

/// Is this more than the server has said it takes (RFC 7889)? Then nothing need be sent.
fn too_big(capabilities: &super::capabilities::Capabilities, size: usize) -> bool {
    let limit = capabilities
        .names()
        .find_map(|name| name.strip_prefix("APPENDLIMIT="))
        .and_then(|limit| limit.parse::<usize>().ok());
    limit.is_some_and(|limit| size > limit)
}
