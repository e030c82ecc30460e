//! IDLE (RFC 2177): the one command whose answer is awaited for minutes.

use std::{pin::pin, time::Duration};

use tokio::time::{Instant, timeout, timeout_at};

use super::{Connection, Flight, Place, Unsent};
use crate::imap::{
    error::Error,
    selected::Selected,
    wire::{
        command::{self, Command},
        response::Response,
    },
};
use bytes::Bytes;

impl Connection {
    /// Idles in the selected folder for this long, or until `stop` has something to say, which is
    /// left in `stopped` whatever becomes of the IDLE; `begun` is called when the server listens,
    /// `tell` for each piece of news. Ends early when the server ends it.
    pub(crate) async fn idle<T>(
        &mut self,
        long: Duration,
        stop: impl Future<Output = T>,
        stopped: &mut Option<T>,
        begun: impl FnOnce(),
        mut tell: impl FnMut(&Response, Option<&Selected>),
    ) -> Result<(), Error> {
        let mut flight = Flight::default();
        flight.done.resize(1, None);
        let encoded = self.encode(&Command::new("IDLE"))?;
        let tag = encoded.tag;
        self.send(encoded, Place::Command(0), &mut flight).await?;
        self.flush().await?;
        if self.await_continuation(tag, &mut flight).await? {
            begun();
            let until = Instant::now() + long;
            let mut stop = pin!(stop);
            tokio::select! {
                biased;
                outcome = self.listen_until(until, &mut flight, &mut tell) => outcome?,
                why = &mut stop => *stopped = Some(why),
            }
            if !flight.open.is_empty() {
                self.unsent
                    .push(Unsent::Bytes(Bytes::from_static(command::DONE)));
                let settled = timeout(self.limits.done, self.settle(&mut flight)).await;
                settled.unwrap_or(Err(Error::Timeout))?;
            }
        }
        self.pass_on(&mut flight, &mut tell);
        flight
            .done
            .iter()
            .flatten()
            .try_for_each(super::Done::check)
    }

    /// Cancel-safe: what was taken in stays in the flight.
    async fn listen_until(
        &mut self,
        until: Instant,
        flight: &mut Flight,
        tell: &mut impl FnMut(&Response, Option<&Selected>),
    ) -> Result<(), Error> {
        while !flight.open.is_empty() {
            while let Some(frame) = self.framed()? {
                let size = frame.len();
                self.take_in(Response::parse(frame), size, flight)?;
            }
            self.pass_on(flight, tell);
            if flight.open.is_empty() {
                break;
            }
            match timeout_at(until, self.fill_at_some_time()).await {
                Ok(outcome) => outcome?,
                Err(_) => break,
            }
        }
        Ok(())
    }

    fn pass_on(&self, flight: &mut Flight, tell: &mut impl FnMut(&Response, Option<&Selected>)) {
        flight.held = 0;
        for response in flight.data.drain(..) {
            tell(&response, self.selected.as_ref());
        }
    }
}
