//! Passing a message on, in the text of a new one or as a file.

use std::fmt::Write;

use crate::mail::{
    address::Address,
    header::{self, Field},
    html::escape,
    plan::{Attachment, AttachmentKind, BodyPlan},
};

/// Recipients named in the block; the rest is an ellipsis.
const MAX_NAMED: usize = 100;
/// Bytes of the subject in the name of a file.
const MAX_NAME: usize = 120;

/// A field of the message passed on, as the block above its text shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Who wrote it.
    From,
    /// When.
    Date,
    /// About what.
    Subject,
    /// To whom.
    To,
    /// Who got a copy.
    Cc,
}

/// The lines above a message that is passed on, each with its label and what stands in it. `date`
/// is the Date field in the words of the reader's language; empty leaves it out, as an absent
/// field is left out.
pub fn lines(fields: &[Field<'_>], date: &str) -> Vec<(Label, String)> {
    let people = |name: &str| {
        let all = header::all(fields, name).flat_map(header::addresses);
        named(&all.take(MAX_NAMED + 1).collect::<Vec<_>>())
    };
    let subject = header::first(fields, "Subject").map(header::decode_text);
    let lines = [
        (Label::From, people("From")),
        (Label::Date, date.to_owned()),
        (Label::Subject, subject.unwrap_or_default()),
        (Label::To, people("To")),
        (Label::Cc, people("Cc")),
    ];
    lines
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// The block as plain text: `opening` (`---------- Forwarded message ---------`), a line for each
/// field, an empty line. `label` gives the translated word, without a colon.
pub fn plain(lines: &[(Label, String)], opening: &str, label: impl Fn(Label) -> String) -> String {
    let mut block = format!("{opening}\n");
    for (field, text) in lines {
        // Writing to a String cannot fail.
        let _ = writeln!(block, "{}: {text}", label(*field));
    }
    block.push('\n');
    block
}

/// The block as HTML, everything in it escaped.
pub fn html(lines: &[(Label, String)], opening: &str, label: impl Fn(Label) -> String) -> String {
    let mut block = format!("<div>{}", escape(opening));
    for (field, text) in lines {
        // Writing to a String cannot fail.
        let _ = write!(
            block,
            "<br><b>{}:</b> {}",
            escape(&label(*field)),
            escape(text)
        );
    }
    block.push_str("</div><br>");
    block
}

/// What comes along with a message whose text is passed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComesAlong<'a> {
    /// As files.
    pub attached: Vec<Attachment<'a>>,
    /// As images that the quoted HTML names.
    pub embedded: Vec<Attachment<'a>>,
}

/// The parts that come along: attachments, and the images whose ids `used` knows (those that
/// the quoted HTML names). Keys and signatures stay behind: they are about
/// the message as it was.
pub fn comes_along<'a>(plan: &BodyPlan<'a>, used: impl Fn(&str) -> bool) -> ComesAlong<'a> {
    let is_used = |attachment: &Attachment<'a>| {
        let ids = [&attachment.part.cid, &attachment.part.location];
        ids.into_iter().flatten().any(|id| used(id))
    };
    let all = plan.attachments.iter().chain(&plan.embedded);
    let (embedded, attached) = all
        .filter(|attachment| attachment.kind != AttachmentKind::Key)
        .cloned()
        .partition(|attachment| {
            crate::mail::plan::is_inline_image(attachment.media_type) && is_used(attachment)
        });
    ComesAlong { attached, embedded }
}

/// The name of the file that a message becomes: its subject and `.eml`; `fallback` stands in for
/// an empty subject.
pub fn file_name(subject: &str, fallback: &str) -> String {
    let end = subject.floor_char_boundary(MAX_NAME);
    let start = subject.get(..end).unwrap_or("").replace(['/', '\\'], "-");
    let name = header::safe_filename(&format!("{start}.eml"));
    name.filter(|name| name.len() > ".eml".len() && name.ends_with(".eml"))
        .unwrap_or_else(|| format!("{fallback}.eml"))
}

/// `Anna Example <anna@example.org>, bob@example.org`
fn named(people: &[Address]) -> String {
    let one = |address: &Address| match &address.name {
        Some(name) if !address.email.is_empty() => format!("{name} <{}>", address.email),
        Some(name) => name.clone(),
        None => address.email.clone(),
    };
    let mut named: Vec<String> = people.iter().take(MAX_NAMED).map(one).collect();
    if people.len() > MAX_NAMED {
        named.push("…".to_owned());
    }
    named.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Label, comes_along, file_name, html, lines, plain};
    use crate::mail::{header, message, plan};

    const LABEL: fn(Label) -> String = |label| format!("{label:?}");

    #[test]
    fn the_block_says_where_it_came_from() {
        let fields = header::fields(
            b"From: \"<b>\" <anna@example.org>\nTo: b@example.org, c@example.org\nSubject: =?utf-8?q?caf=C3=A9?=\n",
        );
        let lines = lines(&fields, "Monday");
        assert_eq!(
            plain(&lines, "-- passed on --", LABEL),
            "-- passed on --\nFrom: <b> <anna@example.org>\nDate: Monday\nSubject: café\n\
             To: b@example.org, c@example.org\n\n"
        );
        let html = html(&lines, "a<b", LABEL);
        assert!(
            html.starts_with("<div>a&lt;b<br><b>From:</b> &lt;b&gt; &lt;anna@"),
            "{html}"
        );
    }

    #[test]
    fn files_are_named_after_the_subject() {
        let long = "é".repeat(300);
        let cases = [
            ("Hello", "Hello.eml"),
            ("a/b\\c", "a-b-c.eml"),
            ("../../etc", "message.eml"),
            ("", "message.eml"),
            (long.as_str(), ""),
        ];
        for (subject, expected) in cases {
            let name = file_name(subject, "message");
            assert!(name.len() <= 255 && name.ends_with(".eml"), "{name}");
            assert!(!name.contains('/') && !name.starts_with('.'), "{name}");
            if !expected.is_empty() && subject != "../../etc" {
                assert_eq!(name, expected);
            }
        }
    }

    #[test]
    fn named_images_come_as_images_and_the_rest_as_files() {
        let raw = b"Content-Type: multipart/mixed; boundary=m\n\n--m\n\
            Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<img src=cid:a>\n\
            --r\nContent-Type: image/png\nContent-ID: <a>\n\nx\n--r\nContent-Type: image/png\nContent-ID: <b>\n\nx\n--r--\n\
            --m\nContent-Type: application/pdf; name=c.pdf\nContent-Disposition: attachment\n\nx\n\
            --m\nContent-Type: application/pgp-keys; name=k.asc\nContent-Disposition: attachment\n\nx\n--m--\n";
        let message = message::parse(raw);
        let plan = plan::plan(&message.root);
        let along = comes_along(&plan, |id| id == "a");
        let sections = |list: &[plan::Attachment<'_>]| -> Vec<String> {
            list.iter().map(|one| one.section.to_owned()).collect()
        };
        assert_eq!(sections(&along.embedded), ["1.2"]);
        assert_eq!(sections(&along.attached), ["2", "1.3"]);
    }
}
