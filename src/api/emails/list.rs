//! `GET /accounts/{account}/emails`: a folder, newest first, or what is found in it.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{
        accounts::AccountPath,
        caller::{May, Read},
        cursor::{self, ITEMS_USUAL, bounded},
        extract, id,
        problem::Problem,
        state::Api,
        threads,
        time::Time,
    },
    engine::{
        Account, Error,
        everywhere::Position,
        list::{Anchor, Window},
    },
    mail::{
        id::MailboxId,
        keyword,
        query::{self, Filter},
        sort::Sort,
    },
};

use super::Email;

const DAY: i64 = 24 * 60 * 60 * 1000;
/// Octets: the largest whole number that JavaScript has.
const SIZE_MOST: u64 = (1 << 53) - 1;

/// What is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The folder; all of them without it, at the cost of a list for each.
    #[param(max_length = 64, pattern = "^[A-Za-z0-9_-]*$")]
    pub(super) mailbox: Option<String>,
    /// A search as people type it: `from:anna has:attachment -is:read`.
    #[param(max_length = 1000)]
    q: Option<String>,
    /// In From.
    #[param(max_length = 1000)]
    from: Option<String>,
    /// In To.
    #[param(max_length = 1000)]
    to: Option<String>,
    /// In the subject.
    #[param(max_length = 1000)]
    subject: Option<String>,
    /// Anywhere.
    #[param(max_length = 1000)]
    text: Option<String>,
    /// Received on this UTC day or later.
    #[param(value_type = Option<Time>)]
    after: Option<Time>,
    /// Received before this UTC day.
    #[param(value_type = Option<Time>)]
    before: Option<Time>,
    /// Unread (true) or read.
    unread: Option<bool>,
    /// Starred (true) or not.
    flagged: Option<bool>,
    /// With attachments (true) or without.
    has_attachment: Option<bool>,
    /// Marked with this keyword.
    #[param(max_length = 100, pattern = "^[!#$&'+,./0-9:;<=>?@A-Z\\[^_`a-z|}~-]*$")]
    keyword: Option<String>,
    /// Of so many octets at least.
    #[param(maximum = 9_007_199_254_740_991_u64)]
    min_size: Option<u64>,
    /// Of fewer octets.
    #[param(maximum = 9_007_199_254_740_991_u64)]
    max_size: Option<u64>,
    /// `-receivedAt`: the newest first. Within one mailbox also `receivedAt`, `from`, `subject` and
    /// `size`, each with or without `-` before it, where the mail server sorts; 422 `not_supported`
    /// elsewhere.
    #[param(max_length = 50)]
    sort: Option<String>,
    /// The newest message alone of each conversation in a mailbox: not with conditions.
    pub(super) collapse_threads: bool,
    /// Which members of a message to say, with commas between; the id always.
    #[param(max_length = 500)]
    pub(super) fields: Option<String>,
    /// Items of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub(super) limit: Option<u32>,
    /// Where to go on: what the page before gave as `nextCursor`.
    #[param(max_length = 20_000, pattern = "^[A-Za-z0-9_-]*$")]
    pub(super) cursor: Option<String>,
}

/// A page of messages.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Emails {
    /// The newest first.
    #[schema(value_type = Vec<Email>)]
    pub(crate) items: Vec<Said>,
    /// Where the next page begins; null at the end.
    pub(crate) next_cursor: Option<String>,
    /// Messages in all, where that is known.
    pub(crate) total: Option<u32>,
}

/// A page over all folders of an account, whoever asks for it.
pub(crate) async fn folders(
    api: &Api,
    account: &Account,
    filter: Option<Filter>,
    wanted: Slice<'_>,
) -> Result<Emails, Problem> {
    only_arrival(wanted.sort)?;
    let limit = bounded(wanted.limit)?;
    let of = format!("{} everywhere {filter:?}", account.id());
    let places: Option<Vec<(MailboxId, u32, u32)>> = match wanted.cursor {
        Some(text) => Some(cursor::from_text(&api.engine, &of, text)?),
        None => None,
    };
    let positions: Option<Vec<Position>> = places.map(|places| {
        let position = |(mailbox, uid_validity, before)| Position {
            mailbox,
            uid_validity,
            before,
        };
        places.into_iter().map(position).collect()
    });
    let page = account.list_everywhere(filter.as_ref(), positions.as_deref(), limit);
    let page = page.await?.ok_or_else(|| {
        let detail = "A mailbox was made anew: begin at the top.";
        Problem::gone("cursor_expired", detail)
    })?;
    let places = page.positions.iter();
    let places: Vec<_> = places
        .map(|p| (p.mailbox, p.uid_validity, p.before))
        .collect();
    let more = !places.is_empty() && (!page.rows.is_empty() || page.waiting > 0);
    let rows = account.threaded(&page.rows).await?;
    let emails = rows.iter().map(|row| Email::of(account.id(), row));
    Ok(Emails {
        items: emails.map(|email| narrowed(email, wanted.fields)).collect(),
        next_cursor: more.then(|| cursor::to_text(&api.engine, &of, places)),
        total: None,
    })
}

/// Where a page ended.
#[derive(Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) uid_validity: u32,
    pub(crate) uid: u32,
}

/// A folder's messages, newest first, or those that fit a filter.
#[utoipa::path(
    get,
    path = "/accounts/{account}/emails",
    tag = "emails",
    params(AccountPath, Wanted),
    responses((status = 200, description = "A page of messages", body = Emails))
)]
pub(crate) async fn index(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Query(wanted): extract::Query<Wanted>,
) -> Result<Json<Emails>, Problem> {
    let account = caller.account(path.account)?;
    Ok(Json(found(&api, account, &wanted).await?))
}

/// Lists over several folders have one order.
pub(super) fn only_arrival(sort: Sort) -> Result<(), Problem> {
    match sort == Sort::default() {
        true => Ok(()),
        false => {
            let detail = "Over all mailboxes the one order there is is -receivedAt.";
            Err(Problem::not_supported(detail))
        }
    }
}

pub(super) async fn found(
    api: &Api,
    account: &Account,
    wanted: &Wanted,
) -> Result<Emails, Problem> {
    let sort = wanted.possible()?;
    let filter = Some(wanted.filter(api.engine.now())).filter(|filter| !filter.is_everything());
    if wanted.collapse_threads {
        only_arrival(sort)?;
        return collapsed(api, account, wanted, filter.is_some()).await;
    }
    let slice = Slice {
        sort,
        limit: wanted.limit.unwrap_or(ITEMS_USUAL),
        cursor: wanted.cursor.as_deref(),
        fields: wanted.fields.as_deref(),
    };
    let Some(mailbox) = id::mailbox(wanted.mailbox.as_deref())? else {
        return folders(api, account, filter, slice).await;
    };
    let page = Page {
        mailbox,
        filter,
        slice,
    };
    page.read(api, account).await
}

/// A page of the newest messages of conversations.
async fn collapsed(
    api: &Api,
    account: &Account,
    wanted: &Wanted,
    is_filtered: bool,
) -> Result<Emails, Problem> {
    let mailbox = id::mailbox(wanted.mailbox.as_deref())?;
    let Some(mailbox) = mailbox.filter(|_| !is_filtered) else {
        let detail = "collapseThreads goes with one mailbox, and with no condition.";
        return Err(Problem::not_supported(detail));
    };
    let page = threads::Page::of(api, account, Some(mailbox), wanted.limit);
    let page = page.after(wanted.cursor.as_deref())?;
    let listed = account.list_collapsed(mailbox, page.after.as_ref(), page.limit);
    let (rows, more) = listed.await?;
    let emails = rows.iter().map(|row| Email::of(account.id(), row));
    Ok(Emails {
        items: emails
            .map(|email| narrowed(email, wanted.fields.as_deref()))
            .collect(),
        next_cursor: more.map(|more| page.cursor(more)),
        total: None,
    })
}

/// A page of a list, whoever asks for it.
pub(crate) struct Page<'a> {
    pub(crate) mailbox: MailboxId,
    pub(crate) filter: Option<Filter>,
    pub(crate) slice: Slice<'a>,
}

/// Which page of a list, in which order, and how much of each message.
#[derive(Clone, Copy)]
pub(crate) struct Slice<'a> {
    pub(crate) sort: Sort,
    pub(crate) limit: u32,
    pub(crate) cursor: Option<&'a str>,
    pub(crate) fields: Option<&'a str>,
}

/// An order by its name; the newest first without one.
pub(crate) fn order(name: Option<&str>) -> Result<Sort, Problem> {
    match name {
        None | Some("") => Ok(Sort::default()),
        Some(name) => Sort::parse(name).ok_or_else(|| {
            let orders = "Orders are receivedAt, from, subject, size, and with - before.";
            Problem::not_supported(orders)
        }),
    }
}

impl Page<'_> {
    pub(crate) async fn read(self, api: &Api, account: &Account) -> Result<Emails, Problem> {
        let Slice {
            sort,
            limit,
            cursor,
            fields,
        } = self.slice;
        bounded(limit)?;
        let filter = &self.filter;
        let of = format!("{} {} {filter:?} {sort:?}", account.id(), self.mailbox);
        let place: Option<Place> = match cursor {
            Some(text) => Some(cursor::from_text(&api.engine, &of, text)?),
            None => None,
        };
        let window = |anchor, limit| Window {
            mailbox: self.mailbox,
            filter: self.filter.clone(),
            sort,
            anchor,
            limit,
        };
        let anchor = place
            .as_ref()
            .map_or(Anchor::Newest, |p| Anchor::Before(p.uid));
        let page = match account.list(&window(anchor, limit)).await {
            Err(Error::Invalid("sort-not-offered")) => {
                let detail = "The mail server does not sort: the order is -receivedAt.";
                return Err(Problem::not_supported(detail));
            }
            Err(Error::NotFound)
                if place.is_some() && account.mailbox(self.mailbox).await.is_ok() =>
            {
                let detail = "Nobody knows any more where that was: begin at the top.";
                return Err(Problem::gone("cursor_expired", detail));
            }
            page => page?,
        };
        if let Some(place) = place {
            let mut seen = page.rows.first().map(|row| row.placement.uid_validity);
            if seen.is_none() {
                // Nothing below: is it the same folder at all?
                let top = Window {
                    filter: None,
                    sort: Sort::default(),
                    ..window(Anchor::Newest, 1)
                };
                let top = account.list(&top).await?;
                seen = top.rows.first().map(|row| row.placement.uid_validity);
            }
            if seen.is_some_and(|validity| validity != place.uid_validity) {
                let detail = "The mailbox was made anew: begin at its top.";
                return Err(Problem::gone("cursor_expired", detail));
            }
        }
        let last = page.rows.last().filter(|_| page.has_older);
        let next_cursor = last.map(|row| {
            let place = Place {
                uid_validity: row.placement.uid_validity,
                uid: row.placement.uid,
            };
            cursor::to_text(&api.engine, &of, place)
        });
        let rows = account.threaded(&page.rows).await?;
        let emails = rows.iter().map(|row| Email::of(account.id(), row));
        Ok(Emails {
            items: emails.map(|email| narrowed(email, fields)).collect(),
            next_cursor,
            total: (page.complete && (self.filter.is_none() || anchor == Anchor::Newest))
                .then_some(page.total),
        })
    }
}

impl Wanted {
    /// Texts are as they may be, and no more is asked for than there is.
    pub(super) fn possible(&self) -> Result<Sort, Problem> {
        self.check()?;
        order(self.sort.as_deref())
    }

    /// Texts are bounded as the document says.
    fn check(&self) -> Result<(), Problem> {
        let texts = [&self.q, &self.from, &self.to, &self.subject, &self.text];
        for (name, text, most) in texts
            .map(|text| ("A text", text, 1000))
            .into_iter()
            .chain([("keyword", &self.keyword, 100), ("sort", &self.sort, 50)])
        {
            if text
                .as_ref()
                .is_some_and(|text| text.chars().count() > most)
            {
                let detail = format!("{name} has at most {most} characters.");
                return Err(Problem::malformed("query_invalid", detail));
            }
        }
        let sizes = [self.min_size, self.max_size];
        if sizes.iter().flatten().any(|size| *size > SIZE_MOST) {
            return Err(Problem::malformed("query_invalid", "That is no size."));
        }
        let keyword = self.keyword.as_deref().unwrap_or_default();
        let keyword = keyword.trim().to_lowercase();
        if !keyword.is_empty() && !keyword::is_valid(&keyword) {
            let detail = "That can't be a keyword.";
            return Err(Problem::malformed("query_invalid", detail));
        }
        check_fields(self.fields.as_deref())
    }

    /// What is asked for at this time: `newer_than:7d` counts from the UTC day.
    pub(super) fn filter(&self, now: i64) -> Filter {
        let day = |time: &Time| time.0.div_euclid(DAY);
        let word = |text: &Option<String>, filter: fn(String) -> Filter| {
            let text = text.as_deref().map(str::trim);
            text.filter(|text| !text.is_empty())
                .map(|text| filter(text.to_owned()))
        };
        let marked = |wanted: Option<bool>, keyword: &str| {
            let keyword = keyword.to_owned();
            wanted.map(|wanted| match wanted {
                true => Filter::HasKeyword(keyword),
                false => Filter::NotKeyword(keyword),
            })
        };
        let all = [
            self.q
                .as_deref()
                .map(|q| query::parse_at(q, now.div_euclid(DAY))),
            word(&self.from, Filter::From),
            word(&self.to, Filter::To),
            word(&self.subject, Filter::Subject),
            word(&self.text, Filter::Text),
            self.after.as_ref().map(|time| Filter::After(day(time))),
            self.before.as_ref().map(|time| Filter::Before(day(time))),
            marked(self.unread.map(|unread| !unread), keyword::SEEN),
            marked(self.flagged, keyword::FLAGGED),
            self.has_attachment.map(Filter::HasAttachment),
            word(&self.keyword, |word| {
                Filter::HasKeyword(word.to_lowercase())
            }),
            self.min_size.map(Filter::MinSize),
            self.max_size.map(Filter::MaxSize),
        ];
        let all = all.into_iter().flatten();
        Filter::And(all.filter(|filter| !filter.is_everything()).collect())
    }
}

/// Is this a list of members that one may ask for?
pub(crate) fn check_fields(fields: Option<&str>) -> Result<(), Problem> {
    match fields.is_some_and(|fields| fields.chars().count() > 500) {
        true => Err(Problem::malformed(
            "query_invalid",
            "fields has at most 500 characters.",
        )),
        false => Ok(()),
    }
}

/// A message as it was asked for.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Said {
    /// All of it, written as it is: a tree of values first would take longer than the rest.
    Whole(Box<Email>),
    /// Some members.
    Narrowed(serde_json::Value),
}

/// The members that were asked for, and the id.
pub(crate) fn narrowed(email: Email, fields: Option<&str>) -> Said {
    let Some(fields) = fields else {
        return Said::Whole(Box::new(email));
    };
    let mut value = serde_json::to_value(email).unwrap_or_default();
    if let Some(object) = value.as_object_mut() {
        let wanted: Vec<&str> = fields.split(',').map(str::trim).collect();
        object.retain(|name, _| name == "id" || wanted.contains(&name.as_str()));
    }
    Said::Narrowed(value)
}
