//! `/people`: whom a person has written to and heard from, as they are offered as recipients.

use axum::{Json, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::engine::people::Person as Known;

use super::{
    caller::{May, Read, Settings},
    cursor::{self, ITEMS_USUAL, bounded},
    extract,
    id::Number,
    problem::Problem,
    state::Api,
};

/// Which people.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The first letters of a name or an address; the likeliest first then, and no further page.
    #[param(max_length = 1000)]
    q: Option<String>,
    /// Items of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Where to go on.
    #[param(max_length = 20_000, pattern = "^[A-Za-z0-9_-]*$")]
    cursor: Option<String>,
}

/// Somebody whom a person has written to or heard from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    /// Their id.
    pub(crate) id: Number,
    /// Their name; may be empty.
    pub(crate) name: String,
    /// Their address.
    pub(crate) email: String,
}

/// A page of people.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct People {
    /// By address, or the likeliest first.
    pub(crate) items: Vec<Person>,
    /// Where the next page begins; null at the end.
    pub(crate) next_cursor: Option<String>,
    /// Nobody counts them: null.
    pub(crate) total: Option<u32>,
}

/// Somebody in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct PersonPath {
    /// The person.
    person: Number,
}

/// Those who are offered as recipients.
#[utoipa::path(
    get,
    path = "/people",
    tag = "people",
    params(Wanted),
    responses((status = 200, description = "A page of people", body = People))
)]
pub(crate) async fn index(
    api: Api,
    caller: May<Read>,
    extract::Query(wanted): extract::Query<Wanted>,
) -> Result<Json<People>, Problem> {
    let account = caller.own();
    let limit = bounded(wanted.limit.unwrap_or(ITEMS_USUAL))?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let query = wanted.q.as_deref().map(str::trim).unwrap_or_default();
    if query.chars().count() > 1000 {
        let detail = "q has at most 1000 characters.";
        return Err(Problem::malformed("query_invalid", detail));
    }
    let of = format!("people of {}", account.id());
    let (people, next) = match (query, &wanted.cursor) {
        ("", Some(text)) => {
            let after: String = cursor::from_text(&api.engine, &of, text)?;
            account.all_people(&after, most).await?
        }
        ("", None) => account.all_people("", most).await?,
        (query, _) => (account.people(query, most).await?, None),
    };
    Ok(Json(People {
        items: people.into_iter().map(Person::from).collect(),
        next_cursor: next.map(|after| cursor::to_text(&api.engine, &of, after)),
        total: None,
    }))
}

/// No longer offers somebody, until they are written to again.
#[utoipa::path(
    delete,
    path = "/people/{person}",
    tag = "people",
    params(PersonPath),
    responses((status = 204, description = "They are offered no longer"))
)]
pub(crate) async fn delete(
    caller: May<Settings>,
    extract::Path(path): extract::Path<PersonPath>,
) -> Result<StatusCode, Problem> {
    caller.own().forget_person(path.person.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// No longer offers anybody, until they are written to again.
#[utoipa::path(
    delete,
    path = "/people",
    tag = "people",
    responses((status = 204, description = "Nobody is offered"))
)]
pub(crate) async fn delete_all(caller: May<Settings>) -> Result<StatusCode, Problem> {
    let _count = caller.own().forget_everybody().await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Known> for Person {
    fn from(person: Known) -> Self {
        Self {
            id: Number(person.id),
            name: person.name,
            email: person.email,
        }
    }
}
