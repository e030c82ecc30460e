//! Opening a message on an IMAP server.
//!
//! Cost: one round trip for header, keywords and structure, one for the texts.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt as _;

use crate::{
    imap::{Fetched, convert, fetch::SectionRequest},
    mail::{id::EmailId, plan, report},
};

use super::{
    super::{
        super::{
            error::Error,
            read::{
                Opened, RETURNED_MOST, SHOWN_MOST, decoded, returned_header, texts_of,
                whole::{Known, take_apart},
            },
        },
        Located,
    },
    Imap,
};

/// Octets of a message without usable structure that are read to work it out ourselves.
const WHOLE_MOST: usize = 32 << 20;

impl Imap {
    pub(in crate::engine::mailstore) async fn open(
        &self,
        located: &Located,
    ) -> Result<Opened, Error> {
        let EmailId {
            uid_validity, uid, ..
        } = located.placement;
        let (client, path) = (&self.client, &located.mailbox.path);
        let fetched = client.open(path, uid_validity, uid, &[]).await?;
        let fetched = fetched.ok_or(Error::Vanished)?;
        let header = fetched
            .sections
            .iter()
            .find(|section| section.name == "HEADER");
        let header = header
            .and_then(|section| section.data.clone())
            .unwrap_or_default();
        let Some(structure) = fetched.structure.clone() else {
            return self.open_whole(located, &fetched).await;
        };
        // Only a row is given, and each has a summary.
        let summary = convert::summary(fetched, located.placement).ok_or(Error::Vanished)?;
        let plan = plan::plan(&structure);
        let mut wanted: Vec<SectionRequest> = texts_of(&plan)
            .map(|part| SectionRequest {
                section: part.section.clone(),
                max: SHOWN_MOST,
            })
            .collect();
        let shown = wanted.len();
        let sections = report::sections(&structure);
        let returned = sections.and_then(|sections| sections.returned);
        wanted.extend(returned.iter().map(|(_, section)| SectionRequest {
            section: section.clone(),
            max: RETURNED_MOST,
        }));
        let mut bodies = match wanted.is_empty() {
            true => Vec::new(),
            false => client.sections(path, uid_validity, uid, &wanted).await?,
        };
        let back = bodies.split_off(shown.min(bodies.len()));
        let returned = match (returned, back.into_iter().flatten().next()) {
            (Some((part, _)), Some(body)) => returned_header(part, &body),
            _ => Arc::default(),
        };
        let texts = texts_of(&plan).zip(bodies);
        let texts = texts.filter_map(|(part, body)| Some(decoded(part, &body?)));
        Ok(Opened {
            texts: texts.collect(),
            summary,
            header,
            structure,
            returned,
            malformed: false,
            whole: None,
        })
    }

    /// The server's structure can't be read: take the message apart ourselves.
    async fn open_whole(&self, located: &Located, fetched: &Fetched) -> Result<Opened, Error> {
        let EmailId {
            uid_validity, uid, ..
        } = located.placement;
        let mut raw = Vec::new();
        let path = &located.mailbox.path;
        let mut pieces = std::pin::pin!(self.client.stream(path, uid_validity, uid, ""));
        while let Some(piece) = pieces.try_next().await? {
            raw.extend_from_slice(&piece);
            if raw.len() > WHOLE_MOST {
                break;
            }
        }
        let flags = fetched.flags.as_deref();
        let known = Known {
            placement: located.placement,
            keywords: flags.map(convert::keywords).unwrap_or_default(),
            received_at: fetched.internal_date.unwrap_or_default(),
            size: fetched.size,
        };
        let raw = Bytes::from(raw);
        self.taking_apart.run(move || take_apart(&raw, known)).await
    }
}
