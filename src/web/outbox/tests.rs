//! The outbox with every state, and with hostile words.

use askama::Template;

use super::{
    act::has_waited,
    page::{Answer, OutboxPage, OutboxRow, State},
};
use crate::{
    engine::outbox::{CopyState, State as SubmissionState, Submission},
    web::{i18n::OFFERED, page::Ui},
};

const HOSTILE: &str = r#""><img src=x onerror=alert(1)>"#;

fn row(state: State) -> OutboxRow {
    OutboxRow {
        merged: false,
        has_draft: true,
        unattended: true,
        id: 5,
        subject: HOSTILE.to_owned(),
        recipients: HOSTILE.to_owned(),
        state,
        answers: [false, true]
            .map(|taken| Answer {
                recipient: HOSTILE.to_owned(),
                taken,
                sentence: HOSTILE.to_owned(),
            })
            .to_vec(),
    }
}

fn states() -> Vec<State> {
    vec![
        State::Pending { due: 9_500 },
        State::Scheduled { due: 9_500 },
        State::Delayed {
            due: 9_500,
            reason: HOSTILE.to_owned(),
        },
        State::Waiting,
        State::Sending,
        State::Sent { at: 0, due: None },
        State::Unconfirmed { at: 0 },
        State::Failed {
            at: 0,
            reason: HOSTILE.to_owned(),
        },
    ]
}

#[test]
fn every_state_is_drawn_and_nothing_becomes_markup() {
    for language in OFFERED {
        let page = OutboxPage {
            ui: Ui::stranger(language, "", 0),
            rows: states().into_iter().map(row).collect(),
            one: None,
        };
        let html = page.render().unwrap();
        assert!(!html.contains("<img"), "{html}");
        assert_eq!(html.matches("class=\"card outbox__row\"").count(), 8);
    }
}

#[test]
fn each_state_offers_what_can_be_done() {
    let ui = Ui::stranger(crate::web::i18n::Language::English, "", 0);
    for (state, offers) in states().into_iter().zip([
        vec!["cancellation", "schedule"],
        vec!["cancellation", "schedule", "schedule"],
        vec!["cancellation", "schedule"],
        vec!["cancellation", "schedule"],
        vec![],
        vec!["removal"],
        vec!["confirmation", "retry", "removal"],
        vec!["retry", "cancellation", "removal"],
    ]) {
        let page = OutboxPage {
            ui: ui.clone(),
            rows: vec![row(state.clone())],
            one: None,
        };
        let html = page.render().unwrap();
        let found: Vec<&str> = html
            .split("action=\"/outbox/5/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert_eq!(found, offers, "{state:?}");
    }
    let pending = row(State::Pending { due: 9_500 });
    assert_eq!(pending.sentence(&ui), "Goes out in 10 seconds.");
    let mut sent = row(State::Sent { at: 0, due: None });
    assert!(sent.sentence(&ui).contains(", but not to "));
    sent.answers.clear();
    assert!(!sent.sentence(&ui).contains("but not"));
    let due = Some(-7_200_000);
    let waited = OutboxRow {
        answers: Vec::new(),
        ..row(State::Sent { at: 0, due })
    };
    assert!(
        waited
            .sentence(&ui)
            .contains("waited until you were signed in")
    );
    let scheduled = State::Scheduled { due: 9_500_000 };
    let attended = OutboxRow {
        unattended: false,
        ..row(scheduled.clone())
    };
    assert!(attended.sentence(&ui).contains("if you are signed in then"));
    assert!(!row(scheduled).sentence(&ui).contains("signed in"));
    let late = row(State::Pending { due: -5 });
    assert_eq!(late.sentence(&ui), "Goes out now.");
}

#[test]
fn what_never_was_a_draft_is_none_again() {
    let ui = Ui::stranger(crate::web::i18n::Language::English, "", 0);
    let labels = [(false, true), (false, false), (true, false)].map(|(merged, has_draft)| {
        let row = OutboxRow {
            merged,
            has_draft,
            ..row(State::Waiting)
        };
        ui.t(row.cancel_label())
    });
    assert_eq!(
        labels,
        [
            "Take it back and edit",
            "Do not send it",
            "Take all of this mailing back"
        ]
    );
}

#[test]
fn what_was_late_had_not_always_waited_for_its_owner() {
    let sent = Submission {
        id: 1,
        draft: None,
        identity: None,
        copy: None,
        merged: false,
        unattended: false,
        state: SubmissionState::Sent,
        subject: String::new(),
        size: 0,
        send_at: 0,
        next_at: 0,
        attempts: 1,
        sent_at: None,
        reason: None,
        copied: CopyState::Done,
        recipients: Vec::new(),
    };
    let late = 7_200_000;
    assert!(has_waited(&sent, late) && !has_waited(&sent, 1000));
    let allowed = Submission {
        unattended: true,
        ..sent.clone()
    };
    let tried = Submission {
        attempts: 2,
        ..sent.clone()
    };
    let merged = Submission {
        merged: true,
        ..sent
    };
    for other in [allowed, tried, merged] {
        assert!(!has_waited(&other, late), "{other:?}");
    }
}
