//! `GET /compose`, `GET /m/{mailbox}/{email}/reply` and its like, `GET /drafts/{id}`: the form.
//! Looking at it makes nothing; the first save does.
//!
//! Cost: that of opening the message answered; a draft none upstream.

use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    engine::{secrets, writing::Reference},
    mail::{
        id::{EmailId, MailboxId},
        mailbox::Role,
        mailto,
    },
    web::{
        compose::{page::ComposePage, phrases::InWordsOf, sender, values::Action, view},
        error::Error,
        fields::Query,
        flash,
        path::Path,
        respond,
        signed_in::SignedIn,
        state::Web,
    },
};

/// `?to=&cc=&subject=&body=`, or a whole `?mailto=` link; `?template=` to begin with one.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wishes {
    #[serde(default)]
    mailto: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    cc: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    body: String,
    /// A template's number, to begin with it.
    #[serde(default)]
    template: Option<i64>,
}

/// A new message.
pub(crate) async fn new(
    web: Web,
    signed_in: SignedIn,
    Query(wishes): Query<Wishes>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let link = mailto::parse(&wishes.link()).unwrap_or_default();
    let html = signed_in.preferences.writes_rich();
    let (account, ui) = (&signed_in.account, signed_in.ui.clone());
    let beginning = match wishes.template {
        None => account.begin(&link, html).await?,
        Some(template) => {
            let date = ui.day(ui.now);
            account
                .begin_with_template(&link, html, template, date)
                .await?
        }
    };
    let others = sender::others(&signed_in).await?;
    let last = (secrets::token(), "/".to_owned());
    let page = view::begun(ui, account, &beginning, &others, last).await?;
    answer(&web, &page, &headers)
}

macro_rules! opens {
    ($($(#[$doc:meta])* $name:ident = $action:ident;)*) => {
        $(
            $(#[$doc])*
            pub(crate) async fn $name(
                web: Web,
                signed_in: SignedIn,
                path: Path<(MailboxId, EmailId)>,
                headers: HeaderMap,
            ) -> Result<Response, Error> {
                from(web, signed_in, path, Action::$action, headers).await
            }
        )*
    };
}

opens! {
    /// An answer to who wrote it.
    reply = Reply;
    /// An answer to everybody.
    reply_all = ReplyAll;
    /// An answer to the list.
    reply_list = ReplyList;
    /// Its text passed on.
    forward = Forward;
    /// The message passed on as a file.
    forward_attached = ForwardAttached;
    /// The same message once more; of a draft, that draft.
    edit = Edit;
}

/// A message that comes from another.
async fn from(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, email)): Path<(MailboxId, EmailId)>,
    action: Action,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let account = &signed_in.account;
    if action == Action::Edit {
        let place = account.mailbox(mailbox).await?;
        if place.role == Some(Role::Drafts)
            && let Some(draft) = account.draft_of(email).await?
        {
            let path = format!("{}/drafts/{draft}", web.config.base_path());
            return Ok(axum::response::Redirect::to(&path).into_response());
        }
    }
    let reference = Reference {
        email,
        action: action.into(),
    };
    let html = signed_in.preferences.writes_rich();
    let phrases = InWordsOf(&signed_in.ui);
    let beginning = account.begin_from(reference, html, &phrases).await?;
    let back = format!("/m/{mailbox}/{email}");
    let ui = signed_in.ui.clone();
    let others = sender::others(&signed_in).await?;
    let last = (secrets::token(), back);
    let page = view::begun(ui, account, &beginning, &others, last).await?;
    answer(&web, &page, &headers)
}

/// A draft.
pub(crate) async fn draft(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let account = &signed_in.account;
    let draft = account.draft(id).await?;
    // What is on its way is taken back first, or it would go out twice.
    if let Some(sending) = account.sending_of(id).await? {
        return Ok(flash::redirect(&web, &format!("/outbox/{sending}"), None));
    }
    let back = match draft.reference {
        Some(from) => format!("/m/{}/{}", from.email.mailbox, from.email),
        None => "/".to_owned(),
    };
    let others = sender::others(&signed_in).await?;
    let page = view::drawn(signed_in.ui.clone(), account, &draft, &others, back).await?;
    answer(&web, &page, &headers)
}

/// The page, or its frame alone for a panel.
pub(crate) fn answer(
    web: &Web,
    page: &ComposePage,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let frame = headers
        .get("turbo-frame")
        .and_then(|name| name.to_str().ok());
    match frame {
        Some(name) if name.starts_with("compose") => respond::page(web, &page.ui, &page.as_panel()),
        _ => respond::page(web, &page.ui, page),
    }
}

impl Wishes {
    /// As one `mailto:` link, which has the one reader that knows what a page may wish for.
    fn link(&self) -> String {
        if !self.mailto.is_empty() {
            return self.mailto.clone();
        }
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, text) in [
            ("to", &self.to),
            ("cc", &self.cc),
            ("subject", &self.subject),
            ("body", &self.body),
        ] {
            if !text.is_empty() {
                query.append_pair(name, text);
            }
        }
        // In these links a plus sign is one (RFC 6068 §5).
        format!("mailto:?{}", query.finish().replace('+', "%20"))
    }
}
