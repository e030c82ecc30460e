//! Texts that a person writes often, and how they become messages: `{{name}}` and a few others are
//! filled in where they are known, and stay to be filled in by hand where not.

use crate::{
    mail::{
        html,
        mailto::Mailto,
        merge::{self, Into},
        typed::{self, Typed},
    },
    store::{
        self,
        templates::{TemplateFields, TemplateRow},
    },
};

use super::{
    account::Account,
    error::Error,
    identities::Identity,
    writing::{Beginning, SIGNATURE, rich_lines},
};

/// Templates that a person may have.
const MOST: usize = 200;
/// Characters of a name and of a subject.
const LINE_MOST: usize = 300;
/// Octets of a body.
const BODY_MOST: usize = 100_000;
/// Octets of a text with what is known filled in: a name may be long, and named often.
const FILLED_MOST: usize = 2 << 20;

/// A text that is written often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Its number; 0 for one that is not stored yet.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// The subject that it gives; empty leaves the message's.
    pub subject: String,
    /// The body of plain messages.
    pub text: String,
    /// The body of formatted messages, HTML, cleaned; empty: the plain one.
    pub rich: String,
}

/// A template in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its number.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// The subject that it gives; empty leaves the message's.
    pub subject: String,
}

/// What is known of a message that a template is put into.
#[derive(Clone, Debug, Default)]
pub struct Filling {
    /// The recipients as typed; the first one is meant.
    pub to: String,
    /// Who writes; `None` for the default identity.
    pub identity: Option<i64>,
    /// Today, in the writer's words.
    pub date: String,
}

impl Account {
    /// The person's templates in order, without their bodies.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn templates(&self) -> Result<Vec<Named>, Error> {
        let rows = store::templates::names(&self.0.shared.store, self.0.user).await?;
        let named = rows.into_iter().map(|row| Named {
            id: row.id.get(),
            name: row.name,
            subject: row.subject,
        });
        Ok(named.collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn template(&self, id: i64) -> Result<Template, Error> {
        let row = store::templates::get(&self.0.shared.store, self.0.user, id).await?;
        row.map(Template::from).ok_or(Error::NotFound)
    }

    /// Stores a template: a new one (id 0), or the changes to one. Its HTML is cleaned as that of
    /// drafts is, so that a text from elsewhere can't act when it is edited or sent (T-SELF-1).
    /// Gives its number.
    ///
    /// # Errors
    /// [`Error::Invalid`] for one that is too long or has no name, [`Error::NotFound`] for a
    /// number that is not this person's.
    pub async fn save_template(&self, template: &Template) -> Result<i64, Error> {
        let line = |text: &str| text.chars().count() <= LINE_MOST;
        if template.name.trim().is_empty() {
            return Err(Error::Invalid("template-nameless"));
        }
        let bodies = template.text.len().max(template.rich.len());
        if !line(&template.name) || !line(&template.subject) || bodies > BODY_MOST {
            return Err(Error::Invalid("template-too-long"));
        }
        let rich = self.clean_template(&template.rich).await?;
        let text = match (template.text.trim(), rich.as_str()) {
            // Plain messages have its words as well.
            ("", rich) if !rich.is_empty() => {
                let rich = rich.to_owned();
                let plain = move || html::to_plain(&rich);
                self.0.shared.taking_apart.run(plain).await?
            }
            _ => template.text.clone(),
        };
        let one_line = |text: &str| text.replace(['\r', '\n'], " ").trim().to_owned();
        let (name, subject) = (one_line(&template.name), one_line(&template.subject));
        let fields = TemplateFields {
            name: &name,
            subject: &subject,
            html: !rich.is_empty(),
            text_body: &text,
            html_body: &rich,
            sort_order: 0,
        };
        let (store, user, now) = (&self.0.shared.store, self.0.user, self.now());
        if template.id == 0 {
            if store::templates::names(store, user).await?.len() >= MOST {
                return Err(Error::Invalid("template-too-many"));
            }
            let row = store::templates::create(store, user, &fields, now).await?;
            return Ok(row.id.get());
        }
        match store::templates::update(store, user, template.id, &fields, now).await? {
            true => Ok(template.id),
            false => Err(Error::NotFound),
        }
    }

    /// A template that says what a draft says, without the signature, which each message gets of
    /// its own. Not stored yet.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such draft, [`Error::Invalid`] for one that is too long
    /// to be a template.
    pub async fn template_of(&self, draft: i64) -> Result<Template, Error> {
        let fields = self.draft(draft).await?.fields;
        let text = fields.text.rsplit_once("\n-- \n");
        let text = text.map_or(fields.text.as_str(), |(above, _)| above);
        let rich = fields.rich.rsplit_once(SIGNATURE);
        let rich = rich.map_or(fields.rich.as_str(), |(above, _)| above);
        if text.len().max(rich.len()) > BODY_MOST {
            return Err(Error::Invalid("template-too-long"));
        }
        let subject: String = fields.subject.chars().take(LINE_MOST).collect();
        Ok(Template {
            id: 0,
            name: subject.clone(),
            text: text.trim_end().to_owned(),
            rich: match fields.html {
                true => rich.trim_end_matches("<div><br></div>").to_owned(),
                false => String::new(),
            },
            subject,
        })
    }

    /// Deletes a template.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn delete_template(&self, id: i64) -> Result<(), Error> {
        let store = &self.0.shared.store;
        match store::templates::delete(store, self.0.user, id).await? {
            true => Ok(()),
            false => Err(Error::NotFound),
        }
    }

    /// A template with what is known filled in: subject, text, and HTML made of the text where it
    /// has none of its own.
    ///
    /// # Errors
    /// As [`Account::template`].
    pub async fn filled_template(&self, id: i64, filling: &Filling) -> Result<Template, Error> {
        let identities = self.identities().await?;
        self.filled(id, filling, &identities).await
    }

    async fn filled(
        &self,
        id: i64,
        filling: &Filling,
        identities: &[Identity],
    ) -> Result<Template, Error> {
        let template = self.template(id).await?;
        let writer = filling.identity;
        let writer = writer.and_then(|id| identities.iter().find(|own| own.id == id));
        let my_name = writer.or(identities.first()).map(|own| own.name.clone());
        let known = known(filling, my_name.unwrap_or_default());
        let (columns, row): (Vec<String>, Vec<String>) = known.into_iter().unzip();
        let fill = |text: &str, into| {
            let filled = merge::fill(text, &columns, &row, into, FILLED_MOST);
            let filled = filled.map_err(|_| Error::Invalid("template-too-long"))?;
            Ok::<_, Error>(filled.text)
        };
        let rich = match template.rich.as_str() {
            "" => rich_lines(fill(&template.text, Into::Text)?.trim_end()),
            // Once more behind the filling: what is put in is cleaned as well.
            rich => self.clean_template(&fill(rich, Into::Html)?).await?,
        };
        Ok(Template {
            subject: fill(&template.subject, Into::Header)?,
            text: fill(&template.text, Into::Text)?,
            rich,
            ..template
        })
    }

    /// A new message that begins with a template.
    ///
    /// # Errors
    /// As [`Account::begin`] and [`Account::template`].
    pub async fn begin_with_template(
        &self,
        link: &Mailto,
        html: bool,
        id: i64,
        date: String,
    ) -> Result<Beginning, Error> {
        let mut beginning = self.begin(link, html).await?;
        let filling = Filling {
            to: beginning.fields.to.clone(),
            identity: beginning.fields.identity,
            date,
        };
        let identities = &beginning.identities;
        let filled = self.filled(id, &filling, identities).await?;
        let fields = &mut beginning.fields;
        let identity = fields.identity;
        let identity = identities.iter().find(|own| Some(own.id) == identity);
        fields.begin_with(&filled.text, &filled.rich, identity);
        if !filled.subject.is_empty() {
            fields.subject = filled.subject;
        }
        Ok(beginning)
    }

    async fn clean_template(&self, rich: &str) -> Result<String, Error> {
        if rich.trim().is_empty() {
            return Ok(String::new());
        }
        let rich = rich.to_owned();
        let clean = move || html::clean_written(&rich, &|_| None);
        let clean = self.0.shared.taking_apart.run(clean).await?;
        let clean = clean.ok_or(Error::Invalid("draft-too-complex"))?;
        Ok(clean.html.to_string())
    }
}

/// The fields that are known, by name. Others stay as they stand.
fn known(filling: &Filling, my_name: String) -> Vec<(String, String)> {
    let mut to = typed::parse(&filling.to).into_iter();
    let to = to.find_map(Typed::recipient);
    let to = to.and_then(|to| to.mailboxes().first().cloned());
    let name = to.as_ref().and_then(|to| to.name.clone());
    let name = name.unwrap_or_default();
    let all = [
        ("first_name", merge::first_name(&name).to_owned()),
        ("name", name),
        ("email", to.map(|to| to.email).unwrap_or_default()),
        ("date", filling.date.clone()),
        ("my_name", my_name),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

impl From<TemplateRow> for Template {
    fn from(row: TemplateRow) -> Self {
        Self {
            id: row.id.get(),
            name: row.name,
            subject: row.subject,
            text: row.text_body,
            rich: row.html_body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_filled_in() {
        let filling = |to: &str| Filling {
            to: to.to_owned(),
            identity: None,
            date: "3 May 2026".to_owned(),
        };
        let names = |to: &str, my_name: &str| -> Vec<String> {
            let known = known(&filling(to), my_name.to_owned());
            known
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect()
        };
        assert_eq!(
            names("Anna Bell <anna@example.org>, bob@example.org", "Me"),
            [
                "first_name=Anna",
                "name=Anna Bell",
                "email=anna@example.org",
                "date=3 May 2026",
                "my_name=Me"
            ]
        );
        assert_eq!(
            names("bob@example.org", ""),
            ["email=bob@example.org", "date=3 May 2026"]
        );
        assert_eq!(names("", ""), ["date=3 May 2026"]);
    }
}
