//! `/emails`: the messages of all accounts of a person. Accounts that fail are named.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        caller::{May, Read},
        cursor::{self, ITEMS_USUAL, bounded},
        extract,
        id::{self, Number},
        problem::Problem,
        state::Api,
    },
    engine::{
        Account,
        accounts::Subject,
        merged::{self, Part, Resume},
    },
};

use super::{
    Email,
    list::{Emails, Said, Wanted, found, narrowed, only_arrival},
};

/// A page of messages of all accounts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AllEmails {
    /// The newest first.
    #[schema(value_type = Vec<Email>)]
    pub(crate) items: Vec<Said>,
    /// Where the next page begins; null at the end.
    pub(crate) next_cursor: Option<String>,
    /// Messages in all, where that is known.
    pub(crate) total: Option<u32>,
    /// Accounts that could not be asked.
    pub(crate) incomplete: Vec<Incomplete>,
}

/// An account that could not be asked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Incomplete {
    /// The account.
    pub(crate) account_id: Number,
    /// Why, in a word.
    pub(crate) code: String,
    /// Why, in a sentence.
    pub(crate) detail: String,
}

/// The messages of all accounts, newest first, or those that fit a filter.
#[utoipa::path(
    get,
    path = "/emails",
    tag = "emails",
    params(Wanted),
    responses((status = 200, description = "A page of messages", body = AllEmails))
)]
pub(crate) async fn everywhere(
    api: Api,
    caller: May<Read>,
    extract::Query(wanted): extract::Query<Wanted>,
) -> Result<Json<AllEmails>, Problem> {
    let own = caller.own();
    if api.engine.standings(own).await?.len() > 1 {
        return match id::mailbox(wanted.mailbox.as_deref())? {
            None => across(&api, own, &wanted).await.map(Json),
            Some(mailbox) => {
                let holder = Subject::Mailbox(mailbox);
                let account = api.engine.account_with(own, holder).await?;
                let page = found(&api, &account, &wanted).await?;
                Ok(Json(AllEmails::from(page)))
            }
        };
    }
    let page = found(&api, own, &wanted).await?;
    Ok(Json(AllEmails::from(page)))
}

impl From<Emails> for AllEmails {
    fn from(page: Emails) -> Self {
        Self {
            items: page.items,
            next_cursor: page.next_cursor,
            total: page.total,
            incomplete: Vec::new(),
        }
    }
}

/// A page over all folders of all accounts. Those that fail are named.
async fn across(api: &Api, own: &Account, wanted: &Wanted) -> Result<AllEmails, Problem> {
    only_arrival(wanted.possible()?)?;
    if wanted.collapse_threads {
        let detail = "collapseThreads goes with one mailbox.";
        return Err(Problem::not_supported(detail));
    }
    let limit = bounded(wanted.limit.unwrap_or(ITEMS_USUAL))?;
    let filter = Some(wanted.filter(api.engine.now())).filter(|filter| !filter.is_everything());
    let of = format!("all accounts of {} {filter:?}", own.id());
    let from: Option<String> = match &wanted.cursor {
        Some(text) => Some(cursor::from_text(&api.engine, &of, text)?),
        None => None,
    };
    let wrong = |_| Problem::invalid("cursor_invalid", "The cursor is not one of this list.");
    let from: Option<Resume> = from.map(|text| text.parse().map_err(wrong)).transpose()?;
    let (mut parts, mut accounts) = (Vec::new(), Vec::new());
    for standing in api.engine.standings(own).await?.iter() {
        let opened = api.engine.account_beside(own, standing.id).await;
        accounts.extend(opened.as_ref().ok().cloned());
        parts.push(Part {
            account: standing.id,
            opened,
        });
    }
    let asked = merged::Wanted {
        inboxes: false,
        filter: filter.as_ref(),
        from: from.as_ref(),
        limit,
    };
    let mut page = merged::merged(parts, asked).await;
    for account in &accounts {
        let rows = page.rows.iter_mut();
        let mut rows: Vec<_> = rows.filter(|row| row.account == account.id()).collect();
        let emails: Vec<_> = rows.iter().map(|row| row.email.clone()).collect();
        for (row, email) in rows.iter_mut().zip(account.threaded(&emails).await?) {
            row.email = email;
        }
    }
    let emails = page
        .rows
        .iter()
        .map(|row| Email::of(row.account, &row.email));
    let incomplete = page.missing.iter().map(|(account, trouble)| {
        let problem = Problem::of_trouble(*trouble);
        Incomplete {
            account_id: Number(*account),
            code: problem.code.into_owned(),
            detail: problem.detail.into_owned(),
        }
    });
    Ok(AllEmails {
        items: emails
            .map(|email| narrowed(email, wanted.fields.as_deref()))
            .collect(),
        next_cursor: (!page.next.is_end())
            .then(|| cursor::to_text(&api.engine, &of, page.next.to_string())),
        total: None,
        incomplete: incomplete.collect(),
    })
}
