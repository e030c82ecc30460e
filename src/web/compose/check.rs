//! What must be mended before a message is sent, and what should be known.

use std::time::Duration;

use jiff::{Timestamp, civil::DateTime};

use crate::{
    engine::{
        accounts::Subject,
        writing::{Action, Draft, Fields},
    },
    mail::{
        before_sending::{self, About, Doubt},
        typed::{self, Typed},
        warning::Warning as Finding,
    },
    web::{
        compose::page::{Problem, Warning},
        error::Error,
        message::view,
        page::Ui,
        signed_in::SignedIn,
    },
};

/// How long sending waits to look at the message that is answered once more; it is in memory.
const PATIENCE: Duration = Duration::from_secs(2);

/// Entries of the fields that are no addresses.
pub(crate) fn problems(ui: &Ui, fields: &Fields) -> Vec<Problem> {
    let all = [
        ("to", &fields.to),
        ("cc", &fields.cc),
        ("bcc", &fields.bcc),
        ("reply_to", &fields.reply_to),
    ];
    let mut problems = Vec::new();
    for (field, text) in all {
        let unclear = typed::parse(text)
            .into_iter()
            .find_map(|entry| match entry {
                Typed::Unclear { text, .. } => Some(text),
                Typed::Mailbox(_) | Typed::Group { .. } => None,
            });
        if let Some(text) = unclear {
            problems.push(Problem {
                field: field.to_owned(),
                sentence: ui.t1("compose-no-address", "text", &text),
            });
        }
    }
    let nobody = [&fields.to, &fields.cc, &fields.bcc];
    if nobody.iter().all(|text| text.trim().is_empty()) {
        problems.push(Problem {
            field: "to".to_owned(),
            sentence: ui.t("compose-no-recipients"),
        });
    }
    problems
}

/// What somebody may have overlooked.
pub(crate) async fn warnings(signed_in: &SignedIn, draft: &Draft) -> Result<Vec<Warning>, Error> {
    let (account, ui) = (&signed_in.account, &signed_in.ui);
    let answered = answered(signed_in, draft).await;
    let known = account.known_domains().await?;
    let fields = &draft.fields;
    let entries = [&fields.to, &fields.cc, &fields.bcc]
        .into_iter()
        .flat_map(|text| typed::parse(text));
    let recipients: Vec<_> = entries
        .filter_map(Typed::recipient)
        .flat_map(|recipient| recipient.mailboxes().to_vec())
        .collect();
    let plain = match fields.html {
        true => crate::mail::html::to_plain(&fields.rich),
        false => fields.text.clone(),
    };
    let about = About {
        subject: &fields.subject,
        text: &plain,
        has_attachment: draft.attachments.iter().any(|file| !file.inline),
        recipients: &recipients,
        is_reply_all: draft
            .reference
            .is_some_and(|from| from.action == Action::ReplyAll),
        known_domains: &known,
        answered: &answered,
    };
    let found = before_sending::doubts(&about);
    Ok(found.iter().map(|doubt| said(ui, doubt)).collect())
}

/// What was found about the message that a draft answers, as its reader was told. Nothing where
/// that can't be looked at in a moment: it holds no message up.
async fn answered(signed_in: &SignedIn, draft: &Draft) -> Vec<Finding> {
    let reference = draft.reference.filter(|from| from.action.is_answer());
    let Some(reference) = reference else {
        return Vec::new();
    };
    let opening = async {
        // The draft may have gone to another account since.
        let holder = Subject::Mailbox(reference.email.mailbox);
        let account = signed_in.with(holder).await?;
        account.open_known(reference.email).await
    };
    match tokio::time::timeout(PATIENCE, opening).await {
        Ok(Ok(opened)) => view::warnings(signed_in, &opened),
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

fn said(ui: &Ui, doubt: &Doubt) -> Warning {
    let (key, sentence) = match doubt {
        Doubt::NothingAttached(word) => ("attachment", ui.t1("doubt-attachment", "word", word)),
        Doubt::NoSubject => ("subject", ui.t("doubt-subject")),
        Doubt::ToMany(count) => ("many", ui.tn("doubt-many", *count)),
        Doubt::Mistyped { email, meant } => (
            "mistyped",
            ui.t2("doubt-mistyped", "email", email, "domain", meant),
        ),
        Doubt::Lookalike { email, ascii } => (
            "lookalike",
            ui.t2("doubt-lookalike", "email", email, "domain", ascii),
        ),
        Doubt::SenderInDoubt(finding) => {
            let why = view::caution(finding).sentence(ui);
            ("sender", ui.t1("doubt-sender", "why", why))
        }
    };
    Warning {
        key: key.to_owned(),
        sentence,
    }
}

/// A `datetime-local` in the person's zone, as a time to come (ms).
pub(crate) fn time(ui: &Ui, text: &str) -> Option<i64> {
    let civil: DateTime = text.parse().ok()?;
    let at = civil.to_zoned(ui.zone.clone()).ok()?;
    let at = at.timestamp().as_millisecond();
    (at > ui.now).then_some(at)
}

/// The person's zone now, in minutes east of UTC.
pub(crate) fn offset(ui: &Ui) -> i16 {
    let now = Timestamp::from_millisecond(ui.now).unwrap_or_default();
    i16::try_from(ui.zone.to_offset(now).seconds() / 60).unwrap_or(0)
}
