//! MAIL and RCPT (RFC 5321 §3.3), all at once where the server has PIPELINING (RFC 2920).

use super::{
    capabilities::Capabilities,
    connection::Connection,
    envelope::{Envelope, OnRefusal},
    error::{Error, Refusal, Stage},
    reply::Reply,
    submit::{Answer, Outcome},
};

/// Commands sent before their answers are read: what certainly fits into both sides' buffers,
/// so that neither waits for the other (RFC 2920 §3.1).
const GROUP: usize = 50;

/// Says sender and recipients; gives the answer for each recipient. Fails when the message is to
/// be sent to nobody.
pub(super) async fn begin(
    connection: &mut Connection,
    offered: &Capabilities,
    envelope: &Envelope,
) -> Result<Vec<Answer>, Error> {
    let group = match offered.has("PIPELINING") {
        true => GROUP,
        false => 1,
    };
    let limit = connection.limits().command;
    let mut commands = vec![envelope.mail(offered)];
    commands.extend(envelope.recipients.iter().map(|to| to.rcpt(offered)));
    let mut answers = Vec::with_capacity(envelope.recipients.len());
    let mut to = envelope.recipients.iter();
    let mut at = Stage::Sender;
    for group in commands.chunks(group) {
        connection
            .send(group.concat().as_bytes(), at, limit)
            .await?;
        for _ in group {
            let reply = connection.reply(at, limit).await?;
            if at == Stage::Sender {
                expect_positive(&reply.into(), at)?;
                at = Stage::Recipients;
            } else if let Some(recipient) = to.next() {
                let reply = Reply::from(reply);
                if !reply.is_refusal() {
                    expect_positive(&reply, at)?;
                }
                answers.push(Answer {
                    address: recipient.address.clone(),
                    reply,
                });
                // 421 may come to any command and means that no other will be answered.
                if let Some(answer) = answers.last().filter(|answer| answer.reply.code == 421) {
                    let mut refusal = Refusal::new(at, answer.reply.clone());
                    refusal.recipients = answers;
                    return Err(refusal.into());
                }
            }
        }
    }
    let refused = |answer: &&Answer| answer.outcome() != Outcome::Accepted;
    let Some(first) = answers.iter().find(refused) else {
        return Ok(answers);
    };
    let goes_on = envelope.on_refusal == OnRefusal::SendToOthers;
    if goes_on && answers.iter().any(|answer| !refused(&answer)) {
        return Ok(answers);
    }
    let mut refusal = Refusal::new(Stage::Recipients, first.reply.clone());
    refusal.recipients = answers;
    Err(refusal.into())
}

fn expect_positive(reply: &Reply, at: Stage) -> Result<(), Error> {
    match reply.code {
        _ if reply.is_positive() => Ok(()),
        400.. => Err(Refusal::new(at, reply.clone()).into()),
        code => Err(Error::Unexpected { at, code }),
    }
}
