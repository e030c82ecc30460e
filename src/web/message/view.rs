//! From an opened message to what the reader's pane shows.

use crate::{
    engine::{
        documents::{Dress, Links},
        images::ImageSigner,
        read::Opened,
    },
    mail::{
        header,
        html::DarkFit,
        id::EmailId,
        plan::{self, ShownKind},
        text,
        warning::{self, Warning},
    },
    web::{
        error::Error,
        mailbox::place::Place,
        message::{
            attachment::{Attachment, Preview},
            body::{Piece, Shown, Span},
            caution::{Caution, Note},
            show::{MessageView, Neighbours, Remote},
        },
        page::Theme,
        signed_in::SignedIn,
        state::Web,
    },
};

/// Quotations of at least this many lines are folded away at first.
const FOLD_FROM: u32 = 4;

/// Where the pages serve what a document refers to.
pub(crate) struct DocumentLinks {
    base: String,
    path: String,
    signer: ImageSigner,
}

impl DocumentLinks {
    /// The links of one message, at `path` (`/m/…/…`).
    pub(crate) fn new(web: &Web, signed_in: &SignedIn, path: String) -> Self {
        Self {
            base: web.config.base_path().to_owned(),
            path,
            signer: web.engine.image_signer(signed_in.session.user),
        }
    }
}

impl Links for DocumentLinks {
    fn part(&self, section: &str) -> String {
        format!("{}{}/parts/{section}?inline=1", self.base, self.path)
    }

    fn image(&self, url: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("u", url).append_pair("s", &self.signer.sign(url));
        format!("{}/image?{}", self.base, query.finish())
    }
}
