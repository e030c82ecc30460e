//! Labels: what they are called, and the menu that puts them on messages and takes them off, as a
//! page of its own or, for the script, the form alone. It is filled when it is opened: lists and
//! messages do not wait for it.

use std::borrow::Cow;

use askama::Template;
use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    engine,
    mail::{
        id::{EmailId, MailboxId},
        keyword::Keywords,
        label::{self, Wrong},
    },
    web::{
        error::Error,
        faults::wants_stream,
        fields::Query,
        flash::Said,
        mailbox::{
            act::{self, ManyFields},
            action::Done,
            address::ListAddress,
            emails::Emails,
            pane,
            place::Place,
            read,
        },
        page::Ui,
        path::Path,
        respond,
        signed_in::SignedIn,
        state::Web,
    },
};

/// A label on a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label<'a> {
    /// The keyword.
    pub word: &'a str,
    /// What it is called.
    pub name: Cow<'a, str>,
}

impl<'a> Label<'a> {
    /// Those among the keywords of a message, by name.
    pub fn all(ui: &Ui, keywords: &'a Keywords) -> impl Iterator<Item = Self> {
        let words = keywords.0.iter().map(String::as_str);
        let labels = words.filter(|word| label::is_label(word));
        let mut labels: Vec<Self> = labels
            .map(|word| Self {
                word,
                name: name(ui, word),
            })
            .collect();
        labels.sort_by_cached_key(|label| label.name.to_lowercase());
        labels.into_iter()
    }

    /// What stands behind the path of a folder for the messages in it that have it.
    pub fn tail(&self) -> String {
        let query = label::query(self.word);
        let mut pairs = url::form_urlencoded::Serializer::new(String::from("?"));
        pairs.append_pair("q", &query).finish()
    }
}

/// What a label is called in the reader's language.
pub(crate) fn name<'a>(ui: &Ui, word: &'a str) -> Cow<'a, str> {
    match label::usual(word) {
        Some(1) => ui.word("label-usual-1"),
        Some(2) => ui.word("label-usual-2"),
        Some(3) => ui.word("label-usual-3"),
        Some(4) => ui.word("label-usual-4"),
        Some(_) => ui.word("label-usual-5"),
        None => label::name(word),
    }
}

/// The menu.
#[derive(Template)]
#[template(path = "mailbox/labels.html", blocks = ["menu"])]
pub struct LabelsPage {
    /// The reader.
    pub ui: Ui,
    /// Where the form goes, without the base path.
    pub action: String,
    /// It is a page of its own.
    pub whole: bool,
    /// The messages as the form names them: a conversation stays one.
    pub rows: Vec<String>,
    /// The message to go back to.
    pub open: Option<EmailId>,
    /// The way back.
    pub back: String,
    /// The labels: those that the messages have come first.
    pub choices: Vec<Choice>,
    /// Others can be made.
    pub takes_new: bool,
    /// The name that was typed, when it was refused.
    pub typed: String,
    /// Why it was refused, in a sentence.
    pub problem: Option<String>,
}

/// A label in the menu.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The keyword.
    pub word: String,
    /// What it is called.
    pub name: String,
    /// How many of the messages have it.
    pub count: usize,
    /// Of how many.
    pub of: usize,
}

impl Choice {
    /// All of the messages have it, so that pressing takes it off.
    pub fn is_on(&self) -> bool {
        self.count > 0 && self.count >= self.of
    }

    /// For `aria-pressed`.
    pub fn pressed(&self) -> &'static str {
        match (self.is_on(), self.count) {
            (true, _) => "true",
            (false, 0) => "false",
            (false, _) => "mixed",
        }
    }

    /// "2 of 5", where it is neither all nor none.
    pub fn some(&self, ui: &Ui) -> Option<String> {
        let some = !self.is_on() && self.count > 0;
        let count = ui.number(self.count);
        some.then(|| ui.t2("label-on-some", "count", count, "total", ui.number(self.of)))
    }
}

impl LabelsPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("labels-title")
    }
}

/// `GET /m/{mailbox}/{email}/labels`: of the open message, or of its conversation.
pub(crate) async fn show(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, emails)): Path<(MailboxId, Emails)>,
    Query(address): Query<ListAddress>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let place = pane::place(&signed_in, mailbox).await?;
    let open = emails.last();
    let about = About {
        place: &place,
        address: &address,
        rows: std::slice::from_ref(&emails),
        open,
    };
    let page = page(signed_in, about, "", None).await?;
    answer(&web, page, &headers, StatusCode::OK)
}

/// What `POST /m/{mailbox}/selection` does for `action=labels`: the label in `add` or `remove`, or the
/// one called `name`; with none of them it gives the menu. `action=label` is the same from the menu
/// over a page, which stays.
pub(super) async fn many(
    web: &Web,
    signed_in: SignedIn,
    (place, address): (&Place, &ListAddress),
    headers: &HeaderMap,
    fields: &ManyFields,
) -> Result<Response, Error> {
    let about = About {
        place,
        address,
        rows: &fields.id,
        open: fields.open,
    };
    let (word, on) = match (&fields.add, &fields.remove, &fields.name) {
        (Some(word), _, _) => (Ok(word.clone()), true),
        (None, Some(word), _) => (Ok(word.clone()), false),
        (None, None, Some(name)) => (label::keyword(name).map_err(wrong), true),
        (None, None, None) => {
            let page = page(signed_in, about, "", None).await?;
            return answer(web, page, headers, StatusCode::OK);
        }
    };
    let in_place = wants_stream(headers) && fields.action == "label";
    let chosen = act::chosen(place.id, &fields.id);
    let ids = chosen.ids();
    let filed = match &word {
        Ok(word) => signed_in.account.label(chosen, word, on).await,
        Err(key) => Err(engine::Error::Invalid(key)),
    };
    let filed = match filed {
        Err(error @ engine::Error::Invalid(_)) if !in_place => {
            let problem = read::sentence(&signed_in.ui, &error.into());
            let typed = fields.name.clone().unwrap_or_default();
            let page = page(signed_in, about, &typed, Some(problem)).await?;
            return answer(web, page, headers, StatusCode::UNPROCESSABLE_ENTITY);
        }
        filed => filed?,
    };
    let word = word.unwrap_or_default();
    let key = if on {
        "done-labelled"
    } else {
        "done-unlabelled"
    };
    let said = Said::done(key, filed.count).with_undo(filed.undo);
    let done = Done {
        said: Some(said.in_folder(name(&signed_in.ui, &word).into_owned())),
        label: Some((word, on)),
        ..Done::default()
    };
    let back = about.back();
    let next = (!in_place).then_some(back.as_str());
    act::answer(web, signed_in, &ids, done, next).await
}

fn wrong(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Empty => "label-empty",
        Wrong::Long => "label-long",
        Wrong::Sign => "label-sign",
        Wrong::Taken => "label-taken",
    }
}

/// What the menu is about.
struct About<'a> {
    place: &'a Place,
    address: &'a ListAddress,
    rows: &'a [Emails],
    open: Option<EmailId>,
}

impl About<'_> {
    fn context(&self) -> String {
        pane::context(self.place, self.address)
    }

    /// To the open message, else to the list.
    fn back(&self) -> String {
        let open = self.open.map(|email| format!("/{email}"));
        format!(
            "{}{}{}",
            self.place.path(),
            open.unwrap_or_default(),
            self.context()
        )
    }
}

async fn page(
    signed_in: SignedIn,
    about: About<'_>,
    typed: &str,
    problem: Option<String>,
) -> Result<LabelsPage, Error> {
    let chosen = act::chosen(about.place.id, about.rows);
    let labels = signed_in.account.labels(chosen).await?;
    let ui = signed_in.ui;
    let mut choices: Vec<Choice> = labels
        .known
        .into_iter()
        .map(|(word, count)| Choice {
            name: name(&ui, &word).into_owned(),
            word,
            count,
            of: labels.emails,
        })
        .collect();
    choices.sort_by_cached_key(|choice| (choice.count == 0, choice.name.to_lowercase()));
    let written = |row: &Emails| Emails::written(row.ids()).to_string();
    Ok(LabelsPage {
        action: format!("{}/selection{}", about.place.path(), about.context()),
        whole: true,
        rows: about.rows.iter().map(written).collect(),
        open: about.open,
        back: about.back(),
        choices,
        takes_new: labels.takes_new,
        typed: typed.to_owned(),
        problem,
        ui,
    })
}

/// The page, or for the script the form alone.
fn answer(
    web: &Web,
    mut page: LabelsPage,
    headers: &HeaderMap,
    status: StatusCode,
) -> Result<Response, Error> {
    page.whole = read::frame(headers) != Some("labels");
    let mut response = match page.whole {
        false => respond::page_with(status, web, &page.ui, &page.as_menu())?,
        true => respond::page_with(status, web, &page.ui, &page)?,
    };
    response
        .headers_mut()
        .insert(axum::http::header::VARY, read::VARY);
    Ok(response)
}
