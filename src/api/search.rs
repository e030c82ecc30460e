//! `/accounts/{account}/search`: a filter as a tree (RFC 8621 §4.4.1), within one folder or in all.

use axum::Json;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::mail::{id::MailboxId, keyword, query::Filter};

use super::{
    accounts::AccountPath,
    caller::{May, Read},
    cursor::ITEMS_USUAL,
    emails::list::{Emails, Page, Slice, check_fields, folders, order},
    extract,
    problem::{Fault, Problem},
    state::Api,
    time::Time,
};

/// Conditions of one filter.
const MOST: usize = 100;
/// Operators within each other.
const DEEPEST: usize = 20;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What is searched for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Search {
    /// A FilterOperator or FilterCondition. `inMailbox` stands at the top, or in the AND at the
    /// top, and names the folder; without it, all folders are searched. Times count by UTC day. Not
    /// supported: `inMailboxOtherThan`, and conditions on threads.
    #[schema(value_type = Object)]
    filter: Map<String, Value>,
    /// `-receivedAt`, or in one mailbox also `receivedAt`, `from`, `subject` and `size`, each with or
    /// without `-` before it, where the mail server sorts; 422 `not_supported` elsewhere.
    #[serde(default)]
    #[schema(max_length = 50, example = "-receivedAt")]
    sort: Option<String>,
    /// Which members of a message to say, with commas between; the id always.
    #[serde(default)]
    #[schema(max_length = 500)]
    fields: Option<String>,
    /// Items of a page.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Where to go on.
    #[serde(default)]
    #[schema(max_length = 20_000, pattern = "^[A-Za-z0-9_-]*$")]
    cursor: Option<String>,
}

/// Messages of a folder, or of the whole account, that fit a filter: the newest first, or sorted.
/// Over all folders it costs a search of each.
#[utoipa::path(
    post,
    path = "/accounts/{account}/search",
    tag = "emails",
    params(AccountPath),
    request_body = Search,
    responses((status = 200, description = "A page of messages", body = Emails))
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Json(search): extract::Json<Search>,
) -> Result<Json<Emails>, Problem> {
    let account = caller.account(path.account)?;
    check_fields(search.fields.as_deref())?;
    let (mailbox, filter) = read(&search.filter, "/filter")?;
    let filter = Some(filter).filter(|filter| !filter.is_everything());
    let slice = Slice {
        sort: order(search.sort.as_deref())?,
        limit: search.limit.unwrap_or(ITEMS_USUAL),
        cursor: search.cursor.as_deref(),
        fields: search.fields.as_deref(),
    };
    let Some(mailbox) = mailbox else {
        return folders(&api, account, filter, slice).await.map(Json);
    };
    let page = Page {
        mailbox,
        filter,
        slice,
    };
    Ok(Json(page.read(&api, account).await?))
}

/// The folder that a filter names at its top, and what is to fit. `at` is where it stands.
pub(crate) fn read(
    filter: &Map<String, Value>,
    at: &str,
) -> Result<(Option<MailboxId>, Filter), Problem> {
    let mut reader = Reader::default();
    let filter = reader.object(filter, at, 0, true)?;
    Ok((reader.mailbox, filter))
}

/// Reads a tree, within bounds.
#[derive(Default)]
struct Reader {
    mailbox: Option<MailboxId>,
    conditions: usize,
    /// Conditions and operators, empty ones too.
    objects: usize,
}

impl Reader {
    fn object(
        &mut self,
        object: &Map<String, Value>,
        at: &str,
        depth: usize,
        top: bool,
    ) -> Result<Filter, Problem> {
        self.objects += 1;
        if self.objects > 2 * MOST {
            return Err(wrong(at, "Those are more conditions than are taken."));
        }
        if depth > DEEPEST {
            return Err(wrong(at, "That is nested too deep."));
        }
        let Some(operator) = object.get("operator") else {
            return self.condition(object, at, top);
        };
        let conditions = object.get("conditions").and_then(Value::as_array);
        let conditions = conditions.ok_or_else(|| wrong(at, "There are no conditions."))?;
        if object.len() > 2 {
            return Err(wrong(at, "An operator has operator and conditions alone."));
        }
        let top = top && operator == "AND";
        let mut all = Vec::new();
        for (index, condition) in conditions.iter().enumerate() {
            let at = format!("{at}/conditions/{index}");
            let condition = condition.as_object();
            let condition = condition.ok_or_else(|| wrong(&at, "That is no condition."))?;
            all.push(self.object(condition, &at, depth + 1, top)?);
        }
        match operator.as_str() {
            Some("AND") => {
                all.retain(|filter| !filter.is_everything());
                Ok(Filter::And(all))
            }
            Some("OR") => Ok(Filter::Or(all)),
            Some("NOT") => Ok(Filter::Not(all)),
            _ => Err(wrong(&format!("{at}/operator"), "AND, OR or NOT.")),
        }
    }

    fn condition(
        &mut self,
        object: &Map<String, Value>,
        at: &str,
        top: bool,
    ) -> Result<Filter, Problem> {
        let mut all = Vec::new();
        for (name, value) in object {
            let at = format!("{at}/{name}");
            self.conditions += 1;
            if self.conditions > MOST {
                return Err(wrong(&at, "Those are more than 100 conditions."));
            }
            let text = || {
                let text = value.as_str().filter(|text| text.len() <= 1000);
                text.map(str::to_owned)
                    .ok_or_else(|| wrong(&at, "A text of at most 1000 octets."))
            };
            let day = || {
                let time = value.as_str().and_then(Time::from_text);
                let time = time.ok_or_else(|| wrong(&at, "A time (RFC 3339)."))?;
                Ok::<_, Problem>(time.0.div_euclid(DAY))
            };
            let octets = || {
                value
                    .as_u64()
                    .ok_or_else(|| wrong(&at, "A number of octets."))
            };
            let word = || {
                let word = text()?.to_lowercase();
                match keyword::is_valid(&word) {
                    true => Ok(word),
                    false => Err(wrong(&at, "That can't be a keyword.")),
                }
            };
            all.push(match name.as_str() {
                "inMailbox" if top => {
                    let id: Option<MailboxId> = value.as_str().and_then(|text| text.parse().ok());
                    let id = id.ok_or_else(|| wrong(&at, "There is no such mailbox."))?;
                    if self.mailbox.replace(id).is_some_and(|other| other != id) {
                        return Err(Problem::not_supported("A search is of one mailbox."));
                    }
                    continue;
                }
                "text" => Filter::Text(text()?),
                "from" => Filter::From(text()?),
                "to" => Filter::To(text()?),
                "cc" => Filter::Cc(text()?),
                "bcc" => Filter::Header("Bcc".to_owned(), text()?),
                "subject" => Filter::Subject(text()?),
                "body" => Filter::Body(text()?),
                "header" => header(value, &at)?,
                "after" => Filter::After(day()?),
                "before" => Filter::Before(day()?),
                "minSize" => Filter::MinSize(octets()?),
                "maxSize" => Filter::MaxSize(octets()?),
                "hasKeyword" => Filter::HasKeyword(word()?),
                "notKeyword" => Filter::NotKeyword(word()?),
                "hasAttachment" => {
                    let wanted = value.as_bool();
                    Filter::HasAttachment(wanted.ok_or_else(|| wrong(&at, "true or false."))?)
                }
                "inMailbox"
                | "inMailboxOtherThan"
                | "allInThreadHaveKeyword"
                | "someInThreadHaveKeyword"
                | "noneInThreadHaveKeyword" => {
                    let detail = format!("{name} is not supported there.");
                    return Err(Problem::not_supported(detail));
                }
                _ => return Err(wrong(&at, "There is no such condition.")),
            });
        }
        Ok(Filter::And(all))
    }
}

/// `["List-Id"]` or `["List-Id", "rust"]`.
fn header(value: &Value, at: &str) -> Result<Filter, Problem> {
    let words: Vec<&str> = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let is_name = |name: &str| {
        (1..=100).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b':')
    };
    match words.as_slice() {
        [name] if is_name(name) => Ok(Filter::Header((*name).to_owned(), String::new())),
        [name, text] if is_name(name) && text.len() <= 1000 => {
            Ok(Filter::Header((*name).to_owned(), (*text).to_owned()))
        }
        _ => Err(wrong(at, "A header's name, and a text.")),
    }
}

fn wrong(pointer: &str, detail: &str) -> Problem {
    Problem::invalid("invalid", "The filter does not fit.").with(Fault::new(pointer, detail))
}
