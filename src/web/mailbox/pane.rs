//! The list's pane: of one folder, or of what a search found in it; over several accounts as in
//! [`merged`], by conversations as in [`talks`].
//!
//! Cost: as in [`crate::engine::list`].

use std::sync::Arc;

use crate::{
    engine::{
        self,
        list::{Anchor, ListPage},
    },
    mail::{
        email::EmailSummary,
        id::{EmailId, MailboxId},
        mailbox::Mailbox,
        sort::Sort,
    },
    web::{
        error::Error,
        mailbox::{
            address::ListAddress,
            list::{List, Merged, Shows},
            merged,
            place::Place,
            read,
            row::Row,
            talks,
        },
        message::show::Neighbours,
        page::Ui,
        signed_in::SignedIn,
    },
};

/// The list's pane. Trouble with the server is said in it, so that the page still stands.
pub(crate) async fn list_pane(
    signed_in: &SignedIn,
    mailbox: MailboxId,
    address: &ListAddress,
    open: Option<EmailId>,
) -> Result<List, Error> {
    if address.is_merged() {
        return merged::pane(signed_in, address, open).await;
    }
    match listed(signed_in, mailbox, address, open).await {
        Ok(list) => Ok(list),
        Err(error @ engine::Error::Upstream { .. }) => {
            let error = Error::from(error);
            if error == Error::SignedOut {
                return Err(error);
            }
            let place = match place(signed_in, mailbox).await {
                // Its name is not known either; the mail of other accounts is there.
                Err(Error::Upstream(..)) if signed_in.has_several() => Place {
                    id: mailbox,
                    name: signed_in.label(signed_in.account.id()).to_owned(),
                    role: None,
                },
                place => place?,
            };
            let mut list = blank(place, address, open);
            list.problem = Some(read::sentence(&signed_in.ui, &error));
            Ok(list)
        }
        Err(error) => Err(error.into()),
    }
}

async fn listed(
    signed_in: &SignedIn,
    mailbox: MailboxId,
    address: &ListAddress,
    open: Option<EmailId>,
) -> Result<List, engine::Error> {
    if talks::applies(signed_in, mailbox, address)
        && let Some(list) = talks::pane(signed_in, mailbox, address, open).await?
    {
        return Ok(list);
    }
    let mut window = address.window(mailbox, &signed_in.preferences, signed_in.ui.today());
    let mut listed = signed_in.account.list(&window).await;
    if window.sort != Sort::default() {
        let again = match listed {
            // The server has sorted once, and does no longer.
            Err(engine::Error::Invalid("sort-not-offered")) => {
                window.sort = Sort::default();
                true
            }
            // Nobody knows any more where that was.
            Err(engine::Error::NotFound) => {
                window.anchor = Anchor::Newest;
                true
            }
            _ => false,
        };
        if again {
            listed = signed_in.account.list(&window).await;
        }
    }
    let page = listed?;
    Ok(List {
        sort: window.sort,
        sorts: signed_in.account.sorts() == Some(true),
        shows: talks::shows(signed_in, &page.mailbox, address),
        ..pane(&signed_in.ui, page, address, open)
    })
}

/// The folder one stands in.
pub(crate) async fn place(signed_in: &SignedIn, mailbox: MailboxId) -> Result<Place, Error> {
    let mailbox: Mailbox = signed_in.account.mailbox(mailbox).await?;
    Ok(Place::new(&signed_in.ui, &mailbox))
}

/// The part of a path that says which list one was in.
pub(crate) fn context(place: &Place, address: &ListAddress) -> String {
    blank(place.clone(), address, None).context()
}

fn pane(ui: &Ui, page: Arc<ListPage>, address: &ListAddress, open: Option<EmailId>) -> List {
    // Nobody else has it when nothing is kept.
    let page = Arc::unwrap_or_clone(page);
    let place = Place::new(ui, &page.mailbox);
    let outgoing = place.is_outgoing();
    let row = |email: EmailSummary| Row {
        email,
        outgoing,
        home: None,
        talk: None,
    };
    List {
        total: page.total,
        unread: page.mailbox.unread,
        offset: page.offset,
        rows: page.rows.into_iter().map(row).collect(),
        complete: page.complete,
        has_newer: page.has_newer,
        has_older: page.has_older,
        ..blank(place, address, open)
    }
}

pub(crate) fn blank(place: Place, address: &ListAddress, open: Option<EmailId>) -> List {
    List {
        merged: address.is_merged().then(Merged::default),
        talks: None,
        shows: Shows::default(),
        place,
        total: 0,
        unread: 0,
        offset: 0,
        rows: Vec::new(),
        position: address.position(),
        from: address.from().to_owned(),
        query: address.query(),
        complete: true,
        has_newer: false,
        has_older: false,
        sort: Sort::default(),
        sorts: false,
        open,
        problem: None,
    }
}

/// The list where it costs the mail server nothing.
pub(crate) async fn remembered_pane(
    signed_in: &SignedIn,
    mailbox: MailboxId,
    address: &ListAddress,
    open: EmailId,
) -> Option<List> {
    if address.is_merged() {
        return None;
    }
    if talks::applies(signed_in, mailbox, address) {
        return talks::remembered(signed_in, mailbox, address, open).await;
    }
    let window = address.window(mailbox, &signed_in.preferences, signed_in.ui.today());
    let page: Arc<ListPage> = signed_in.account.known_list(&window)?;
    Some(List {
        sort: window.sort,
        ..pane(&signed_in.ui, page, address, Some(open))
    })
}

/// The same page with the row of the open message as it is now: read, and with it so many messages,
/// its copies.
pub(crate) fn see(list: &mut List, email: EmailId, count: u32) {
    let Some(row) = list.rows.iter_mut().find(|row| row.holds(email)) else {
        return;
    };
    if count > 0 && row.is_unread() {
        row.see();
        list.unread = list.unread.saturating_sub(count);
    }
}

/// The messages above and below, or the conversations.
pub(crate) fn neighbours(list: &List, email: EmailId) -> Neighbours {
    let index = list.rows.iter().position(|row| row.holds(email));
    let path = |index: Option<usize>| {
        let row = list.rows.get(index?)?;
        Some(format!("{}{}", list.row_path(row), list.context()))
    };
    Neighbours {
        newer: path(index.and_then(|index| index.checked_sub(1))),
        older: path(index.map(|index| index + 1)),
    }
}
