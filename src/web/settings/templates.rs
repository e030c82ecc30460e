//! Texts that a person writes often.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    engine::{
        accounts::Subject,
        templates::{Filling, Named, Template},
    },
    web::{
        error::Error,
        fields::{Form, Query},
        flash::{self, Said},
        page::Ui,
        path::Path,
        respond,
        settings::nav::Section,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The fields that can stand in a template.
const FIELDS: [&str; 5] = [
    "{{name}}",
    "{{first_name}}",
    "{{email}}",
    "{{date}}",
    "{{my_name}}",
];

/// The page: all templates, and a form for one.
#[derive(askama::Template)]
#[template(path = "settings/templates.html")]
pub struct TemplatesPage {
    /// The reader.
    pub ui: Ui,
    /// All templates.
    pub templates: Vec<Named>,
    /// The one in the form: `id` 0 for a new one.
    pub form: Template,
    /// Why the form was refused.
    pub problem: Option<String>,
}

impl TemplatesPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-templates")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Templates
    }

    /// Whether the form makes a new template.
    pub fn is_new(&self) -> bool {
        self.form.id == 0
    }

    /// Where the form goes.
    pub fn action(&self) -> String {
        match self.is_new() {
            true => self.ui.url("/settings/templates"),
            false => self.ui.url(path(self.form.id)),
        }
    }

    /// The path of a template's form.
    pub fn path(&self, template: &Named) -> String {
        path(template.id)
    }

    /// The fields that can stand in a template.
    pub fn fields(&self) -> String {
        FIELDS.join(" ")
    }
}

fn path(template: i64) -> String {
    format!("/settings/templates/{template}")
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    rich: String,
}

/// What is known of the message that a template is put into.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    to: String,
    #[serde(default)]
    identity: String,
}

/// `GET /settings/templates`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let page = page(signed_in, Template::default(), None).await?;
    respond::page(&web, &page.ui, &page)
}

/// `GET /settings/templates/{template}`
pub(crate) async fn edit(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let form = signed_in.account.template(id).await?;
    let page = page(signed_in, form, None).await?;
    respond::page(&web, &page.ui, &page)
}

/// `GET /drafts/{draft}/template`: the form, with what was written in it.
pub(crate) async fn begin(
    web: Web,
    signed_in: SignedIn,
    Path(draft): Path<i64>,
) -> Result<Response, Error> {
    let form = signed_in.account.template_of(draft).await?;
    let page = page(signed_in, form, None).await?;
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/templates`
pub(crate) async fn create(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    save(&web, signed_in, 0, fields).await
}

/// `POST /settings/templates/{template}`
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    signed_in.account.template(id).await?;
    save(&web, signed_in, id, fields).await
}

/// `POST /settings/templates/{template}/deletion`
pub(crate) async fn delete(
    web: Web,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    signed_in.account.delete_template(id).await?;
    let said = Said::done("done-template-removed", 1);
    Ok(flash::redirect(&web, "/settings/templates", Some(&said)))
}

/// `GET /templates/{template}?to=&identity=`: a template with what is known filled in, for the
/// script that puts it where the cursor is.
pub(crate) async fn filled(
    mut signed_in: SignedIn,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let identity = asked.identity.split(':').next().unwrap_or_default();
    let filling = Filling {
        to: asked.to,
        identity: identity.parse().ok(),
        date: signed_in.ui.day(signed_in.ui.now),
    };
    if let Some(identity) = filling.identity {
        match signed_in.turn_to_holder(Subject::Identity(identity)).await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    let filled = signed_in.account.filled_template(id, &filling).await?;
    let answer = json!({ "subject": filled.subject, "text": filled.text, "html": filled.rich });
    Ok(Json(answer).into_response())
}

async fn save(web: &Web, signed_in: SignedIn, id: i64, fields: Fields) -> Result<Response, Error> {
    let form = Template {
        id,
        name: fields.name,
        subject: fields.subject,
        text: fields.text.replace("\r\n", "\n"),
        rich: fields.rich.trim().to_owned(),
    };
    let done = signed_in.account.save_template(&form).await;
    let (ui, said) = (signed_in.ui.clone(), Said::done("done-saved", 1));
    let again = async |problem| page(signed_in, form, Some(problem)).await;
    respond::saved(
        web,
        &ui,
        done.map(drop),
        ("/settings/templates", &said),
        again,
    )
    .await
}

async fn page(
    signed_in: SignedIn,
    form: Template,
    problem: Option<String>,
) -> Result<TemplatesPage, Error> {
    Ok(TemplatesPage {
        templates: signed_in.account.templates().await?,
        form,
        problem,
        ui: signed_in.ui,
    })
}
