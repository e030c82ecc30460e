//! The form with the worst that mail and people put into it.

use askama::Template;

use super::{
    attached::{Attached, Kept},
    page::{ComposePage, Limits, Problem, Quote, Sender, Warning},
    values::{Action, Format, Importance, Reference, Values},
};
use crate::web::{
    i18n::{Language, OFFERED},
    message::attachment::{Attachment, Preview},
    page::Ui,
};

/// Breaks out of text, of an attribute, of a textarea and of a script, wherever it is not escaped.
const HOSTILE: &str = r#""></textarea></script><img src=x onerror=alert(1)>'{{7*7}}"#;

fn hostile(language: Language) -> ComposePage {
    let text = HOSTILE.to_owned();
    ComposePage {
        ui: Ui::stranger(language, "/mail", 0),
        draft: None,
        values: Values {
            key: text.clone(),
            revision: 0,
            reference: Some(Reference {
                email: text.clone(),
                action: Action::ReplyAll,
            }),
            identity: "3".to_owned(),
            to: text.clone(),
            cc: text.clone(),
            bcc: text.clone(),
            reply_to: text.clone(),
            subject: text.clone(),
            format: Format::Html,
            text: text.clone(),
            rich: text.clone(),
            quotes: true,
            receipt: true,
            delivery_report: true,
            importance: Importance::High,
            send_at: text.clone(),
        },
        senders: ["3", HOSTILE]
            .map(|value| Sender {
                value: value.to_owned(),
                name: text.clone(),
                email: text.clone(),
                signature: text.clone(),
                signature_html: text.clone(),
            })
            .to_vec(),
        kept: vec![Kept {
            part: Attachment {
                section: text.clone(),
                name: Some(text.clone()),
                media_type: text.clone(),
                size: 1,
                preview: Preview::None,
            },
            is_kept: true,
        }],
        attachments: [false, true]
            .map(|inline| Attached {
                id: 1,
                name: text.clone(),
                size: 1,
                media_type: "image/png".to_owned(),
                inline,
                cid: Some(text.clone()),
                path: text.clone(),
            })
            .to_vec(),
        quote: Some(Quote {
            path: text.clone(),
            line: text.clone(),
        }),
        templates: vec![(1, "Thanks <b>".to_owned())],
        problems: ["to", "subject", "identity", "send_at", "", HOSTILE]
            .map(|field| Problem {
                field: field.to_owned(),
                sentence: text.clone(),
            })
            .to_vec(),
        warnings: vec![Warning {
            key: text.clone(),
            sentence: text.clone(),
        }],
        limits: Limits {
            upload: 1,
            message: 1,
            size: 1,
        },
        unattended: false,
        notice: Some(text.clone()),
        back: text,
    }
}

/// Our own markup has one of these where HOSTILE would bring another.
fn escapes(page: &str) {
    assert!(!page.contains("<img src=x"), "markup from text: {page}");
    assert!(!page.contains("x onerror=alert(1)>"), "unescaped: {page}");
    assert!(page.contains("&#60;img src=x onerror=alert(1)&#62;"));
}

#[test]
fn nothing_of_a_form_becomes_markup() {
    for language in OFFERED {
        let mut page = hostile(language);
        escapes(&page.render().unwrap());
        escapes(&page.as_panel().render().unwrap());
        page.draft = Some(7);
        escapes(&page.render().unwrap());
    }
}

#[test]
fn a_new_message_is_plain_text_until_a_script_says_otherwise() {
    let mut page = hostile(Language::English);
    let html = page.render().unwrap();
    assert!(html.contains(r#"name="format" value="text""#));
    assert!(html.contains(r#"data-compose-format-value="html""#));
    assert!(html.contains(r#"action="/mail/drafts""#));
    page.draft = Some(7);
    let html = page.render().unwrap();
    assert!(html.contains(r#"name="format" value="html""#));
    assert!(html.contains(r#"value="plain""#), "the way to plain text");
    assert!(html.contains(r#"action="/mail/drafts/7""#));
}

#[test]
fn a_panel_is_the_frame_alone() {
    let panel = hostile(Language::English).as_panel().render().unwrap();
    assert!(
        panel
            .trim_start()
            .starts_with("<turbo-frame id=\"compose\"")
    );
    assert!(panel.trim_end().ends_with("</turbo-frame>"));
}

#[test]
fn seldom_used_fields_fold_when_they_are_empty() {
    let mut page = hostile(Language::English);
    page.values.cc.clear();
    page.values.to.clear();
    let folds: Vec<bool> = page.recipients().iter().map(|one| one.folds).collect();
    assert_eq!(folds, [false, true, false, false]);
    page.problems.push(Problem {
        field: "cc".to_owned(),
        sentence: String::new(),
    });
    assert!(!page.recipients()[1].folds, "what is wrong is seen");
}

#[test]
fn words_are_read_as_they_are_written() {
    for action in Action::ALL {
        assert_eq!(Action::from_word(action.as_str()), Some(action));
    }
    for importance in Importance::ALL {
        assert_eq!(Importance::from_word(importance.as_str()), importance);
    }
    assert_eq!(Action::from_word("x"), None);
    let quote = |path: &str| Quote {
        path: path.to_owned(),
        line: String::new(),
    };
    assert_eq!(
        quote("/q?action=reply").as_text(),
        "/q?action=reply&as=text"
    );
    assert_eq!(quote("/q").as_text(), "/q?as=text");
}
