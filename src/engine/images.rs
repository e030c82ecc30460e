//! The image proxy: pictures in mail are fetched by us, so that their senders learn nothing of
//! the reader. The URL is signed for one person, so that it is no open proxy.

mod places;

use crate::{
    net::fetch::{Fetcher, Image},
    store::id::UserId,
};

use super::{Engine, error::Error, secrets::Key};

use self::places::{Limits, Places};

/// Fetches pictures.
pub(super) struct Images {
    fetcher: Fetcher,
    places: Places<UserId>,
    key: Key,
}

/// Signs the URLs of one person's pictures.
#[derive(Clone)]
pub struct ImageSigner(Key);

impl ImageSigner {
    /// The signature that [`Engine::image`] wants for a URL.
    pub fn sign(&self, url: &str) -> String {
        self.0.tag(url.as_bytes())
    }
}

impl Images {
    pub(super) fn new(fetcher: Fetcher, server_key: &Key) -> Self {
        Self {
            fetcher,
            places: Places::new(Limits::default()),
            key: server_key.derive("image proxy", b""),
        }
    }
}

impl Engine {
    /// The signer for a person's pictures.
    pub fn image_signer(&self, user: UserId) -> ImageSigner {
        ImageSigner(
            self.0
                .images
                .key
                .derive("image of", &user.get().to_be_bytes()),
        )
    }

    /// Fetches a picture that a message of this person names.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a wrong signature, for whatever is no picture, and for more than the
    /// person's queue holds.
    pub async fn image(&self, user: UserId, url: &str, signature: &str) -> Result<Image, Error> {
        let signer = self.image_signer(user);
        if !signer.0.tag_matches(url.as_bytes(), signature) {
            return Err(Error::NotFound);
        }
        let images = &self.0.images;
        let Some(_place) = images.places.take(user).await else {
            tracing::debug!("A picture was not fetched, for there are too many");
            return Err(Error::NotFound);
        };
        images.fetcher.image(url).await.map_err(|error| {
            // The URL names a person's mail; the reason alone is enough for the log.
            tracing::debug!(%error, "A picture was not fetched");
            Error::NotFound
        })
    }
}
