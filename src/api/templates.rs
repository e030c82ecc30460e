//! `/templates`: texts that a person writes often.

use axum::{Json, http::StatusCode, response::IntoResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::engine::{
    Error as EngineError,
    accounts::Subject,
    templates::{Filling, Named, Template as Stored},
};

use super::{
    caller::{May, Read, Settings},
    extract,
    id::Number,
    problem::Problem,
    state::Api,
};

/// A text that is written often.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Template {
    /// Its id.
    pub(crate) id: Number,
    /// What its owner calls it.
    pub(crate) name: String,
    /// The subject that it gives; empty leaves the message's.
    pub(crate) subject: String,
    /// The body of plain messages.
    pub(crate) text: String,
    /// The body of rich messages, HTML, made safe; empty: the plain one.
    pub(crate) html: String,
}

/// A template in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateName {
    /// Its id.
    pub(crate) id: Number,
    /// What its owner calls it.
    pub(crate) name: String,
    /// The subject that it gives; empty leaves the message's.
    pub(crate) subject: String,
}

/// All templates.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Templates {
    /// In their order, without their bodies.
    pub(crate) items: Vec<TemplateName>,
}

/// A template to make, or what of one is to change: what is absent stays. `{{name}}`,
/// `{{first_name}}`, `{{email}}`, `{{date}}` and `{{my_name}}` are filled in where they are known.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TemplatePatch {
    /// What to call it. A new template needs a name.
    #[schema(min_length = 1, max_length = 300)]
    name: Option<String>,
    /// The subject that it gives; empty leaves the message's.
    #[schema(max_length = 300)]
    subject: Option<String>,
    /// The body of plain messages; empty: made of the HTML.
    #[schema(max_length = 100_000)]
    text: Option<String>,
    /// The body of rich messages, HTML. It is made safe; empty: the plain one.
    #[schema(max_length = 100_000)]
    html: Option<String>,
}

/// A template in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TemplatePath {
    /// The template.
    template: Number,
}

/// What is known of the message that a template is for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Known {
    /// The recipients, as in a field of addresses; the first one is meant.
    #[param(max_length = 1000)]
    to: Option<String>,
    /// Who writes; without it the default identity of the account signed in with.
    #[param(value_type = Option<Number>)]
    identity_id: Option<Number>,
    /// Today, in the words that are to stand there.
    #[param(max_length = 100)]
    date: Option<String>,
}

/// The templates there are.
#[utoipa::path(
    get,
    path = "/templates",
    tag = "templates",
    responses((status = 200, description = "The templates", body = Templates))
)]
pub(crate) async fn index(caller: May<Read>) -> Result<Json<Templates>, Problem> {
    let all = caller.own().templates().await?.into_iter();
    Ok(Json(Templates {
        items: all.map(TemplateName::from).collect(),
    }))
}

/// Makes a template.
#[utoipa::path(
    post,
    path = "/templates",
    tag = "templates",
    request_body = TemplatePatch,
    responses((status = 201, description = "The template", body = Template))
)]
pub(crate) async fn create(
    caller: May<Settings>,
    extract::Json(patch): extract::Json<TemplatePatch>,
) -> Result<impl IntoResponse, Problem> {
    let account = caller.own();
    let made = patch.onto(Stored::default());
    let id = account.save_template(&made).await?;
    let made = Template::from(account.template(id).await?);
    Ok((StatusCode::CREATED, Json(made)))
}

/// One of them.
#[utoipa::path(
    get,
    path = "/templates/{template}",
    tag = "templates",
    params(TemplatePath),
    responses((status = 200, description = "The template", body = Template))
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<TemplatePath>,
) -> Result<Json<Template>, Problem> {
    Ok(Json(caller.own().template(path.template.0).await?.into()))
}

/// One of them with what is known filled in. What is not known stays as it stands.
#[utoipa::path(
    get,
    path = "/templates/{template}/filled",
    tag = "templates",
    params(TemplatePath, Known),
    responses((status = 200, description = "The template, filled in", body = Template))
)]
pub(crate) async fn filled(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<TemplatePath>,
    extract::Query(known): extract::Query<Known>,
) -> Result<Json<Template>, Problem> {
    let texts = [(&known.to, 1000), (&known.date, 100)];
    let long = |(text, most): &(&Option<String>, usize)| {
        text.as_ref()
            .is_some_and(|text| text.chars().count() > *most)
    };
    if texts.iter().any(long) {
        return Err(Problem::malformed("query_invalid", "That is too long."));
    }
    let filling = Filling {
        to: known.to.unwrap_or_default(),
        identity: known.identity_id.map(|id| id.0),
        date: known.date.unwrap_or_default(),
    };
    let own = caller.own();
    let account = match filling.identity {
        Some(identity) => {
            let holder = Subject::Identity(identity);
            match api.engine.account_with(own, holder).await {
                Err(EngineError::NotFound) => own.clone(),
                account => account?,
            }
        }
        None => own.clone(),
    };
    let filled = account.filled_template(path.template.0, &filling).await?;
    Ok(Json(filled.into()))
}

/// Changes a template.
#[utoipa::path(
    patch,
    path = "/templates/{template}",
    tag = "templates",
    params(TemplatePath),
    request_body = TemplatePatch,
    responses((status = 200, description = "The template as it is now", body = Template))
)]
pub(crate) async fn update(
    caller: May<Settings>,
    extract::Path(path): extract::Path<TemplatePath>,
    extract::Json(patch): extract::Json<TemplatePatch>,
) -> Result<Json<Template>, Problem> {
    let account = caller.own();
    let before = account.template(path.template.0).await?;
    let id = account.save_template(&patch.onto(before)).await?;
    Ok(Json(account.template(id).await?.into()))
}

/// Deletes a template.
#[utoipa::path(
    delete,
    path = "/templates/{template}",
    tag = "templates",
    params(TemplatePath),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn delete(
    caller: May<Settings>,
    extract::Path(path): extract::Path<TemplatePath>,
) -> Result<StatusCode, Problem> {
    caller.own().delete_template(path.template.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl TemplatePatch {
    fn onto(self, before: Stored) -> Stored {
        Stored {
            id: before.id,
            name: self.name.unwrap_or(before.name),
            subject: self.subject.unwrap_or(before.subject),
            text: self.text.unwrap_or(before.text),
            rich: self.html.unwrap_or(before.rich),
        }
    }
}

impl From<Stored> for Template {
    fn from(template: Stored) -> Self {
        Self {
            id: Number(template.id),
            name: template.name,
            subject: template.subject,
            text: template.text,
            html: template.rich,
        }
    }
}

impl From<Named> for TemplateName {
    fn from(template: Named) -> Self {
        Self {
            id: Number(template.id),
            name: template.name,
            subject: template.subject,
        }
    }
}
