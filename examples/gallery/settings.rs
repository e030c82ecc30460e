//! Made-up contents of the pages beside the mail.

use restante::web::{
    message::{headers::HeadersPage, source::SourcePage},
    page::Ui,
    settings::{
        appearance::AppearancePage,
        identities::{IdentitiesPage, Identity},
        reading::{Advance, Lists, MarkRead, ReadingPage},
        sessions::{Session, SessionsPage},
        writing::{Writes, WritingPage},
    },
};

use super::NOW;

const DAY: i64 = 24 * 60 * 60_000;

pub(super) fn source(ui: Ui) -> SourcePage {
    let source = "Return-Path: <paul@acme.example>\r\nDate: Mon, 23 Nov 2026 09:16:00 -0500\r\nFrom: Paul Okafor <paul@acme.example>\r\nTo: Anna Larsen <anna.larsen@example.org>\r\nSubject: Re: Contract, second draft\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\nDear Anna,\r\n\r\n<script>alert(1)</script>\r\n".repeat(4);
    SourcePage {
        ui,
        subject: "Re: Contract, second draft".to_owned(),
        path: "/m/x/y".to_owned(),
        size: 2_812_000,
        source,
        cut: true,
    }
}

pub(super) fn headers(ui: Ui) -> HeadersPage {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    HeadersPage {
        ui,
        subject: "Re: Contract, second draft".to_owned(),
        path: "/m/x/y".to_owned(),
        fields: vec![
            field(
                "Received",
                "from mx1.acme.example (mx1.acme.example [192.0.2.7]) by mail.example.org with ESMTPS id 4XqZ; Mon, 23 Nov 2026 14:17:02 +0000",
            ),
            field(
                "DKIM-Signature",
                &format!(
                    "v=1; a=rsa-sha256; d=acme.example; s=2026; bh={}; b={}",
                    "47DEQpj8HBSa",
                    "x".repeat(200)
                ),
            ),
            field("From", "Paul Okafor <paul@acme.example>"),
            field("Subject", "Re: Contract, second draft"),
        ],
        cut: false,
    }
}

pub(super) fn appearance(ui: Ui) -> AppearancePage {
    AppearancePage {
        ui,
        language_from_browser: true,
        zone: "Europe/Paris".to_owned(),
        zones: ["Europe/Oslo", "Europe/Paris", "UTC"]
            .map(str::to_owned)
            .to_vec(),
        problem: None,
    }
}

pub(super) fn reading(ui: Ui) -> ReadingPage {
    ReadingPage {
        ui,
        page_size: 50,
        lists: Lists::Messages,
        mark_read: MarkRead::Soon,
        advance: Advance::Older,
        asks_for_receipts: true,
        trusted: vec![
            "news@weekly.example".to_owned(),
            "booking@fjord.example".to_owned(),
        ],
        problem: None,
    }
}

pub(super) fn writing(ui: Ui) -> WritingPage {
    WritingPage {
        ui,
        writes: Writes::Rich,
        undo_seconds: 10,
        unattended: false,
    }
}

pub(super) fn identities(ui: Ui) -> IdentitiesPage {
    let one = |id: &str, name: &str, email: &str, is_default| Identity {
        id: id.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        is_default,
        ..Identity::default()
    };
    let mut form = one("2", "Anna at the Choir", "choir@example.org", false);
    form.signature = "Anna Larsen\nBergen Harbour Choir".to_owned();
    IdentitiesPage {
        ui,
        identities: vec![
            one("1", "Anna Larsen", "anna.larsen@example.org", true),
            form.clone(),
        ],
        form,
        problem: None,
    }
}

pub(super) fn sessions(ui: Ui) -> SessionsPage {
    let one = |id: &str, user_agent: &str, address: &str, age, current| Session {
        id: id.to_owned(),
        user_agent: user_agent.to_owned(),
        address: address.to_owned(),
        created_at: NOW - 9 * DAY,
        seen_at: NOW - age,
        current,
        stays: true,
    };
    SessionsPage {
        ui,
        sessions: vec![
            one(
                "1",
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "192.0.2.10",
                0,
                true,
            ),
            one(
                "2",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1",
                "2001:db8::42",
                DAY,
                false,
            ),
            one("3", "curl/8", "198.51.100.7", 4 * DAY, false),
        ],
    }
}
