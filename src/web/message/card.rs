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
        mailbox::{address::ListAddress, emails::Emails, pane, place::Place, read},
        message::{
            body::{Piece, Shown, Span},
            look::{Look, Paper},
            show::MessageView,
        },
        page::Ui,
        respond,
        settings::reading::MarkRead,
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

/// Opens a message in the frame of its row: the last of these, of which the others are copies.
pub(crate) async fn answer(
    web: &Web,
    signed_in: SignedIn,
    emails: &Emails,
    place: Place,
    address: &ListAddress,
    look: Look,
) -> Result<Response, Error> {
    let context = pane::context(&place, address);
    let email = emails.last().ok_or(Error::NotFound)?;
    let shown = match signed_in.account.open(email).await {
        Ok(opened) => {
            let mut shown = read::shown(web, &signed_in, &opened, place, look).await?;
            let copies = emails.ids().iter().filter(|id| **id != email);
            shown.copies = copies.copied().collect();
            // A copy may be unread where this one was not.
            read::see_copies(&signed_in, shown.copies.clone());
            if !shown.copies.is_empty() && signed_in.preferences.mark_read() == MarkRead::Soon {
                shown.mark_read_after = Some(read::SOON);
            }
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
