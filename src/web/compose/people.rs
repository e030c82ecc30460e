//! Recipients while they are typed: whom one may mean, and how a field is understood.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    mail::typed::{self, Typed},
    web::{
        error::Error,
        fields::{Form, Query},
        path::Path,
        signed_in::SignedIn,
    },
};

/// People offered at once.
const OFFERED: usize = 8;
/// Octets of a field that is looked at.
const FIELD_MOST: usize = 64 * 1024;

/// `?q=`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

/// A field as typed.
#[derive(Debug, Deserialize)]
pub(crate) struct Field {
    #[serde(default)]
    value: String,
}

/// `GET /recipients?q=`
pub(crate) async fn search(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let found = signed_in.account.people(&asked.q, OFFERED).await?;
    let people: Vec<Value> = found
        .into_iter()
        .map(|one| json!({ "id": one.id, "name": one.name, "email": one.email }))
        .collect();
    Ok(Json(people).into_response())
}

/// `POST /recipients/{id}/removal`
pub(crate) async fn hide(signed_in: SignedIn, Path(id): Path<i64>) -> Result<Response, Error> {
    signed_in.account.forget_person(id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST /recipients/check`
pub(crate) async fn check(
    signed_in: SignedIn,
    Form(field): Form<Field>,
) -> Result<Response, Error> {
    if field.value.len() > FIELD_MOST {
        return Err(Error::TooLarge);
    }
    let ui = &signed_in.ui;
    let entry = |entry: Typed| match entry {
        Typed::Unclear { text, .. } => json!({
            "text": text,
            "name": "",
            "email": "",
            "problem": ui.t1("compose-no-address", "text", &text),
        }),
        Typed::Mailbox(address) => {
            let name = address.name.clone().unwrap_or_default();
            let email = address.email.clone();
            let text = typed::to_field_text(&[Typed::Mailbox(address)]);
            json!({ "text": text, "name": name, "email": email, "problem": null })
        }
        group @ Typed::Group { .. } => {
            let text = typed::to_field_text(std::slice::from_ref(&group));
            json!({ "text": text, "name": text, "email": "", "problem": null })
        }
    };
    let entries: Vec<Value> = typed::parse(&field.value).into_iter().map(entry).collect();
    Ok(Json(entries).into_response())
}
