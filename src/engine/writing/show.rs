//! What a page shows of a message that is being written: made safe like everything that is shown.

use crate::mail::html::{self, Options, Remote, Sanitised};

use super::{
    super::{account::Account, documents::Links, error::Error},
    Draft, Fields, Phrases, Reference, Saved,
    quote::Quote,
};

/// A quoted original for a page.
#[derive(Clone, Debug, Default)]
pub struct Quoted(Quote);

impl Quoted {
    /// As plain text.
    pub fn text(&self) -> &str {
        &self.0.text
    }
}

impl Account {
    /// The quote that an answer would have.
    ///
    /// # Errors
    /// As [`Account::open`].
    pub async fn quoted(
        &self,
        reference: Reference,
        phrases: &dyn Phrases,
    ) -> Result<Quoted, Error> {
        let opened = self.open_known(reference.email).await?;
        let taken = self
            .quote_of(&opened, reference.action, "", phrases)
            .await?;
        Ok(Quoted(taken.quote))
    }

    /// The quote of a draft, and the message that it is from.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it has none.
    pub async fn draft_quote(&self, draft: i64) -> Result<(Reference, Quoted), Error> {
        let row = self.draft_row(draft).await?;
        let reference = Reference::of(&row).ok_or(Error::NotFound)?;
        let quote = self.quote(&row).await?.ok_or(Error::NotFound)?;
        Ok((reference, Quoted(quote)))
    }

    /// A quote as a document. Its pictures are those of the original; none from elsewhere.
    ///
    /// # Errors
    /// When the work fails.
    pub async fn shown_quote(
        &self,
        quoted: Quoted,
        dark: bool,
        links: impl Links,
    ) -> Result<Sanitised, Error> {
        let sanitise = move || {
            let part = |cid: &str| {
                let (section, _) = cid.strip_suffix("@restante")?.rsplit_once('.')?;
                Some(links.part(section))
            };
            let options = Options {
                cid: &part,
                remote: Remote::Block,
                boxes: false,
                dark,
            };
            html::sanitise(&quoted.0.html, &options)
        };
        self.0.shared.taking_apart.run(sanitise).await
    }

    /// A rich body that an editor may show: what a form has sent comes back clean.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is too complex to be looked through.
    pub async fn shown_rich(&self, rich: &str) -> Result<String, Error> {
        let rich = rich.to_owned();
        let clean = move || html::clean_written(&rich, &|cid| Some(cid.to_owned()));
        let clean = self.0.shared.taking_apart.run(clean).await?;
        let clean = clean.ok_or(Error::Invalid("draft-too-complex"))?;
        Ok(clean.html.to_string())
    }

    /// Turns a draft into plain text, its quote included, which stands in the text from then on.
    ///
    /// # Errors
    /// As [`Account::save_draft`].
    pub async fn turn_plain(&self, draft: i64) -> Result<Draft, Error> {
        let row = self.draft_row(draft).await?;
        let mut fields = Fields::of(&row);
        if !fields.html {
            return self.draft(draft).await;
        }
        let rich = std::mem::take(&mut fields.rich);
        let plain = move || html::to_plain(&rich);
        fields.text = self.0.shared.taking_apart.run(plain).await?;
        if fields.quotes
            && let Some(quote) = self.quote(&row).await?
        {
            fields.text.push_str("\n\n");
            fields.text.push_str(&quote.text);
        }
        fields.html = false;
        fields.quotes = false;
        match self.save_draft(draft, row.revision, &fields).await? {
            Saved::Done(draft) | Saved::Conflict(draft) => Ok(draft),
        }
    }
}
