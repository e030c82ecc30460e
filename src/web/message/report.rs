//! What became of a message, readably: above the report that says so, and on the message that
//! was sent.

use crate::{
    engine::{read::Opened, reports::Fate},
    mail::{
        plan::ShownKind,
        report::{
            Report,
            delivery::{Action, Reason},
            disposition::{By, Disposition, Received},
        },
    },
    web::page::Ui,
};

/// Characters of the technical text.
const TECHNICAL_MOST: usize = 20_000;

/// The card above a report, or on a message that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportCard {
    /// One for each recipient.
    pub lines: Vec<Line>,
    /// What servers wrote to each other; empty for nothing.
    pub technical: String,
    /// The path of the message that it is about, where that was found.
    pub sent: Option<String>,
}

/// What became of a message on its way to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The word that styles know it by: `good`, `wait`, `bad`.
    pub mark: &'static str,
    /// What happened and why, a whole sentence.
    pub sentence: String,
}

impl Line {
    /// The icon, in Lucide's names.
    pub fn icon(&self) -> &'static str {
        match self.mark {
            "good" => "check",
            "wait" => "clock",
            _ => "circle-alert",
        }
    }
}

impl ReportCard {
    /// The card of a report; `None` for one that says nothing.
    pub(crate) fn of_report(ui: &Ui, opened: &Opened, report: &Report) -> Option<Self> {
        let lines = match report {
            Report::Delivery(delivery) => delivery
                .recipients
                .iter()
                .map(|one| line(ui, &one.email, one.action, one.reason))
                .collect(),
            Report::Disposition(received) => vec![receipt(ui, opened, received)],
        };
        let plan = opened.plan();
        let technical = plan
            .show
            .iter()
            .filter(|shown| shown.kind == ShownKind::Report);
        let technical: Vec<&str> = technical
            .filter_map(|shown| opened.text(shown.section()))
            .map(|text| text.text.trim())
            .collect();
        let mut technical = technical.join("\n\n");
        technical.truncate(technical.floor_char_boundary(TECHNICAL_MOST));
        Some(Self {
            lines,
            technical,
            sent: None,
        })
        .filter(|card| !card.lines.is_empty())
    }

    /// The card of a message that was sent; `None` when there is nothing to say.
    pub(crate) fn of_sent(ui: &Ui, fates: &[Fate]) -> Option<Self> {
        let words: Vec<String> = fates
            .iter()
            .filter(|one| !one.words.is_empty())
            .map(|one| format!("{}: {}", one.email, one.words))
            .collect();
        let lines = fates
            .iter()
            .map(|one| line(ui, &one.email, one.action, one.reason))
            .collect();
        Some(Self {
            lines,
            technical: words.join("\n"),
            sent: None,
        })
        .filter(|card| !card.lines.is_empty())
    }
}

fn line(ui: &Ui, email: &str, action: Action, reason: Reason) -> Line {
    let (mark, sentence) = match action {
        Action::Failed => {
            let why = ui.t(why(reason));
            ("bad", ui.t2("report-failed", "email", email, "reason", why))
        }
        Action::Delayed => {
            let why = ui.t(why(reason));
            (
                "wait",
                ui.t2("report-delayed", "email", email, "reason", why),
            )
        }
        Action::Delivered => ("good", ui.t1("report-delivered", "email", email)),
        Action::Relayed => ("good", ui.t1("report-relayed", "email", email)),
        Action::Expanded => ("good", ui.t1("report-expanded", "email", email)),
    };
    Line { mark, sentence }
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::UnknownMailbox => "reason-unknown-mailbox",
        Reason::ClosedMailbox => "reason-closed-mailbox",
        Reason::FullMailbox => "reason-full-mailbox",
        Reason::UnknownDomain => "reason-unknown-domain",
        Reason::TooBig => "reason-too-big",
        Reason::Spam => "reason-spam",
        Reason::Refused => "reason-refused",
        Reason::Unreachable => "reason-unreachable",
        Reason::Loop => "reason-loop",
        Reason::Other => "reason-other",
    }
}

fn receipt(ui: &Ui, opened: &Opened, received: &Received) -> Line {
    let sender = opened.summary.from.first();
    let who = match received.recipient.as_str() {
        "" => sender.map(|one| one.email.clone()).unwrap_or_default(),
        who => who.to_owned(),
    };
    let (mark, key) = match (received.disposition, received.by) {
        (Some(Disposition::Displayed), _) => ("good", "receipt-displayed"),
        (Some(Disposition::Deleted), By::Person) => ("bad", "receipt-deleted"),
        (Some(Disposition::Deleted), By::Automatic) => ("bad", "receipt-deleted-by-rule"),
        (Some(Disposition::Dispatched), _) => ("wait", "receipt-dispatched"),
        (Some(Disposition::Processed) | None, _) => ("wait", "receipt-processed"),
    };
    Line {
        mark,
        sentence: ui.t1(key, "email", who),
    }
}
