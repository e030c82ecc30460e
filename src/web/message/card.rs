//! One message of a conversation, opened in place: the frame below its row. Turbo asks for it at the
//! message's own address.
//!
//! Cost: that of opening the message, nothing for list and conversation.

use askama::Template;
use axum::response::Response;

use crate::{
    mail::id::EmailId,
    web::{
        error::Error,
        mailbox::{address::ListAddress, pane, place::Place, read},
        message::{
            body::{Piece, Shown, Span},
            show::MessageView,
        },
        page::Ui,
        respond,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The frame.
#[derive(Template)]
#[template(path = "message/card_frame.html")]
pub struct CardFrame {
    /// The reader.
    pub ui: Ui,
    /// The message that is asked for.
    pub email: EmailId,
    /// The message; a sentence where it can't be had.
    pub shown: Result<Box<MessageView>, String>,
}

/// Opens a message in the frame of its row.
pub(crate) async fn answer(
    web: &Web,
    signed_in: SignedIn,
    email: EmailId,
    place: Place,
    address: &ListAddress,
    images: bool,
) -> Result<Response, Error> {
    let context = pane::context(&place, address);
    let shown = match signed_in.account.open(email).await {
        Ok(opened) => {
            let mut shown = read::shown(web, &signed_in, &opened, place, images).await?;
            shown.context = context;
            shown.is_card = true;
            Ok(Box::new(shown))
        }
        Err(error) => match Error::from(error) {
            Error::SignedOut => return Err(Error::SignedOut),
            error => Err(read::sentence(&signed_in.ui, &error)),
        },
    };
    let page = CardFrame {
        ui: signed_in.ui,
        email,
        shown,
    };
    respond::page(web, &page.ui, &page)
}
