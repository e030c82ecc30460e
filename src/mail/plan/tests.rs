//! Tests of what is shown and what is attached.

use super::*;
use crate::mail::message::{parse, tests::sample};

/// A plan in words: what is shown, then what is attached.
fn outline(plan: &BodyPlan<'_>) -> (Vec<String>, Vec<String>) {
    let show = plan.show.iter().map(|shown| {
        let alternative = shown
            .alternative
            .map(|part| format!(" or {}", part.section));
        format!(
            "{:?} {}{}",
            shown.kind,
            shown.section(),
            alternative.unwrap_or_default()
        )
    });
    let attachments = plan.attachments.iter().map(|attachment| {
        let name = match &attachment.name {
            Name::Given(name) => (*name).to_owned(),
            Name::Unnamed(extension) => format!("(unnamed).{extension}"),
        };
        format!("{} {:?} {name}", attachment.section, attachment.kind)
    });
    (show.collect(), attachments.collect())
}

#[test]
fn messages_are_shown_as_people_expect() {
    type Case<'a> = (&'a str, &'a [u8], &'a [&'a str], &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        ("empty", b"Subject: x\n\n", &["Text 1"], &[]),
        (
            "html",
            b"Content-Type: text/html\n\n<p>x</p>",
            &["Html 1"],
            &[],
        ),
        (
            "pdf",
            b"Content-Type: application/pdf\n\nx",
            &[],
            &["1 Pdf (unnamed).pdf"],
        ),
        (
            "boundary-missing",
            sample!("boundary-missing"),
            &["Html 2 or 1"],
            &[],
        ),
        (
            "empty html",
            sample!("alternative-with-empty-html"),
            &["Text 1 or 2"],
            &[],
        ),
        (
            "invitation",
            sample!("invitation-in-alternative"),
            &["Html 1.2 or 1.1"],
            &["2 Calendar invite.ics"],
        ),
        (
            "invitation without a file",
            b"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nx\n\
              --b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n",
            &["Text 1"],
            &["2 Calendar (unnamed).ics"],
        ),
        (
            "unchosen attachment",
            sample!("attachment-within-unchosen-alternative"),
            &["Html 2 or 1.1"],
            &["1.2 Pdf a.pdf"],
        ),
        (
            "footer",
            sample!("list-footer-after-alternative"),
            &["Html 1.2 or 1.1", "Text 2"],
            &[],
        ),
        (
            "report",
            sample!("delivery-report"),
            &["Text 1", "Report 2"],
            &["3 Message (unnamed).eml"],
        ),
        (
            "signed",
            sample!("signed"),
            &["Text 1.1"],
            &["1.2 Image a.png"],
        ),
        (
            "pictures",
            sample!("pictures-between-paragraphs"),
            &["Text 1", "Image 2", "Text 3"],
            &["2 Image a.jpg", "4 Text notes.txt"],
        ),
        (
            "message",
            sample!("message-within-message"),
            &[],
            &["1 Message (unnamed).eml"],
        ),
    ];
    for (what, raw, show, attachments) in cases {
        let message = parse(raw);
        let found = outline(&plan(&message.root));
        assert_eq!(found.0, *show, "{what}");
        assert_eq!(found.1, *attachments, "{what}");
    }
}

#[test]
fn images_are_named_by_html_or_attached() {
    let message = parse(sample!("related-with-image-first"));
    let plan = plan(&message.root);
    assert_eq!(outline(&plan), (vec!["Html 2".to_owned()], vec![]));
    assert_eq!(plan.inline["logo@example.org"], "1");
    assert_eq!(plan.inline["http://example.org/a.gif"], "3");
    assert!(!has_attachment(&message.root));
    let sections = |used: &dyn Fn(&str) -> bool| -> Vec<&str> {
        let all = plan.attachments_with_unused(used);
        all.iter().map(|attachment| attachment.section).collect()
    };
    assert_eq!(sections(&|_| true), [""; 0]);
    assert_eq!(sections(&|_| false), ["1", "3"]);
    assert_eq!(sections(&|id| id == "logo@example.org"), ["3"]);
}

#[test]
fn only_raster_images_can_be_named() {
    let image = |media_type: &str, section: &str| Part {
        section: section.to_owned(),
        media_type: media_type.to_owned(),
        cid: Some(format!("{section}@x")),
        size: 100,
        ..Part::default()
    };
    let html = Part {
        section: "1".to_owned(),
        media_type: "text/html".to_owned(),
        size: 100,
        ..Part::default()
    };
    let root = Part {
        media_type: "multipart/related".to_owned(),
        children: vec![
            html,
            image("image/svg+xml", "2"),
            image("text/html", "3"),
            image("image/png", "4"),
        ],
        ..Part::default()
    };
    let plan = plan(&root);
    assert_eq!(plan.inline.keys().collect::<Vec<_>>(), ["4@x"]);
    assert_eq!(plan.attachments.len(), 2);
}

#[test]
fn signatures_and_invitations_are_told() {
    let message = parse(sample!("signed"));
    assert_eq!(
        plan(&message.root).signature,
        Some("application/pgp-signature")
    );
    let message = parse(sample!("invitation-in-alternative"));
    let invitation = plan(&message.root)
        .invitation
        .map(|part| part.section.as_str());
    assert_eq!(invitation, Some("1.3"));
    let raw = b"Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\nx\n--b--\n";
    let message = parse(raw);
    let plan = plan(&message.root);
    assert!(plan.encrypted);
    assert_eq!(plan.attachments.len(), 1);
}

#[test]
fn pages_stay_small() {
    let mut raw = b"Content-Type: multipart/mixed; boundary=b\n\n".to_vec();
    raw.extend(b"--b\nContent-Type: text/html\n\n<p>some text</p>\n".repeat(300));
    raw.extend(b"--b\n\nplain\n".repeat(300));
    let message = parse(&raw);
    let plan = plan(&message.root);
    assert_eq!(
        plan.show
            .iter()
            .filter(|shown| shown.kind == ShownKind::Html)
            .count(),
        MAX_HTML
    );
    assert_eq!(plan.show.len(), MAX_SHOWN);
    assert_eq!(plan.show.len() + plan.attachments.len(), 600);
    assert!(plan.truncated);
}

#[test]
fn a_structure_without_anything_in_it_is_noticed() {
    // What Dovecot gives for a multipart whose boundary is wrong.
    let root = Part {
        media_type: "multipart/mixed".to_owned(),
        children: vec![Part {
            section: "1".to_owned(),
            media_type: "text/plain".to_owned(),
            ..Part::default()
        }],
        ..Part::default()
    };
    assert!(plan(&root).is_empty());
    let message = parse(b"Subject: x\n\n");
    assert!(!plan(&message.root).is_empty());
}

#[test]
fn sizes_are_told_decoded() {
    let part = Part {
        media_type: "application/pdf".to_owned(),
        encoding: "base64".to_owned(),
        size: 78_000,
        ..Part::default()
    };
    assert_eq!(Attachment::of(&part).decoded_size(), 57_000);
}
