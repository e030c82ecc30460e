//! HTML parts as documents of their own: sanitised last and once, in a bounded pool, and kept.

use std::sync::Arc;

use crate::mail::{
    html::{self, Options, Remote, Sanitised},
    id::EmailId,
};

use super::{Engine, account::Account, caches::DocumentKey, error::Error};

/// How an HTML part is to be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dress {
    /// Pictures from other servers, through the proxy.
    pub images: bool,
    /// On dark paper.
    pub dark: bool,
}

/// Where the doors serve what a document refers to.
pub trait Links: Send + Sync + 'static {
    /// Whose links they are: a document with the links of one door is not kept for another.
    fn door(&self) -> &'static str;
    /// Whether the document has looks for pictures that are left out.
    fn has_boxes(&self) -> bool;
    /// The URL of a part of the same message, shown inline.
    fn part(&self, section: &str) -> String;
    /// The proxy's URL for a picture on another server.
    fn image(&self, url: &str) -> String;
}

impl Engine {
    /// The sanitised document of an HTML part that the message shows.
    ///
    /// Cost: none when it is in memory; the round trips of [`Account::open`] when the message is
    /// not.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a part that is not shown as HTML.
    pub async fn document(
        &self,
        account: &Account,
        id: EmailId,
        section: &str,
        dress: Dress,
        links: impl Links,
    ) -> Result<Arc<Sanitised>, Error> {
        let opened = account.open_known(id).await?;
        let key = DocumentKey {
            account: account.0.id,
            email: opened.summary.placement,
            section: section.to_owned(),
            dress,
            door: links.door(),
        };
        let documents = &account.0.shared.caches.documents;
        if let Some(document) = documents.get(&key) {
            return Ok(document);
        }
        let part = opened.part(section).ok_or(Error::NotFound)?;
        if part.media_type != "text/html" {
            return Err(Error::NotFound);
        }
        let text = opened.text(section).ok_or(Error::NotFound)?.text.clone();
        let sanitise = move || {
            let plan = opened.plan();
            let cid = |cid: &str| plan.inline.get(cid).map(|section| links.part(section));
            let image = |url: &str| Some(links.image(url));
            let remote = match dress.images {
                true => Remote::Proxy(&image),
                false => Remote::Block,
            };
            html::sanitise(
                &text,
                &Options {
                    cid: &cid,
                    remote,
                    boxes: links.has_boxes(),
                    dark: dress.dark,
                },
            )
        };
        let document = self.0.shared.taking_apart.run(sanitise).await?;
        let document = Arc::new(document);
        documents.insert(key, Arc::clone(&document));
        Ok(document)
    }
}
