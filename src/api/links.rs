//! Where the API serves what a message's HTML refers to.

use crate::{
    engine::{Account, documents::Links, images::ImageSigner, sessions::UserId},
    mail::id::EmailId,
};

use super::state::Api;

/// The links in the HTML of one message.
pub(crate) struct Cited {
    base: String,
    account: i64,
    email: EmailId,
    signer: ImageSigner,
}

impl Cited {
    pub(crate) fn new(api: &Api, account: &Account, email: EmailId, user: UserId) -> Self {
        Self {
            base: api.base(),
            account: account.id(),
            email,
            signer: api.engine.image_signer(user),
        }
    }
}

impl Links for Cited {
    fn door(&self) -> &'static str {
        "api"
    }

    fn has_boxes(&self) -> bool {
        false
    }

    fn part(&self, section: &str) -> String {
        format!(
            "{}/accounts/{}/emails/{}/parts/{section}?disposition=inline",
            self.base, self.account, self.email
        )
    }

    fn image(&self, url: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("u", url)
            .append_pair("s", &self.signer.sign(url));
        format!("{}/images?{}", self.base, query.finish())
    }
}
