//! Tests of what readers are told.

use proptest::prelude::*;

use super::*;
use crate::mail::header;

fn of(block: &str) -> Vec<Warning> {
    warnings(&header::fields(block.as_bytes()), &Context::default())
}

#[test]
fn senders_are_judged() {
    let holds_address = |shown: &str, actual: &str| Warning::NameHoldsAddress {
        shown: shown.to_owned(),
        actual: actual.to_owned(),
    };
    let holds_domain = |shown: &str, actual: &str| Warning::NameHoldsDomain {
        shown: shown.to_owned(),
        actual: actual.to_owned(),
    };
    let cases: &[(&str, Vec<Warning>)] = &[
        ("From: Anna <a@example.org>", vec![]),
        ("From: \"a@example.org\" <a@example.org>", vec![]),
        ("From: Booking.com <no-reply@mail.booking.com>", vec![]),
        ("From: Dr.Smith <a@example.org>", vec![]),
        ("From: J.R. Ewing <jr@example.org>", vec![]),
        ("From: BBC.co.uk <x@news.bbc.co.uk>", vec![]),
        ("Subject: x", vec![Warning::NoFrom]),
        ("From:", vec![Warning::NoFrom]),
        (
            "From: Just A Name",
            vec![Warning::FromWithoutAddress("Just A Name".to_owned())],
        ),
        (
            "From: root",
            vec![Warning::FromWithoutAddress("root".to_owned())],
        ),
        (
            "From: \"ceo@bank.test\" <e@x.test>",
            vec![holds_address("ceo@bank.test", "e@x.test")],
        ),
        (
            "From: e@x.test (ceo@bank.test)",
            vec![holds_address("ceo@bank.test", "e@x.test")],
        ),
        (
            "From: =?utf-8?Q?The_Boss_=3Cceo=40bank.test=3E?= <e@x.test>",
            vec![holds_address("ceo@bank.test", "e@x.test")],
        ),
        (
            "From: paypal.com Service <e@x.test>",
            vec![holds_domain("paypal.com", "e@x.test")],
        ),
        (
            "From: https://bank.fr/login <e@x.test>",
            vec![holds_domain("bank.fr", "e@x.test")],
        ),
        (
            "From: x <a@b@c.test>",
            vec![Warning::MalformedFrom("a@b@c.test".to_owned())],
        ),
        ("From: a <\"<b\"@c.test>", vec![]),
        (
            "From: a\u{202e}b <a@b.test>",
            vec![Warning::HiddenCharacters],
        ),
        (
            "From: =?utf-8?Q?a=00b?= <a@b.test>",
            vec![Warning::HiddenCharacters],
        ),
        (
            "From: =?utf-8?B?YQpi?= <a@b.test>",
            vec![Warning::HiddenCharacters],
        ),
        ("From: me <a@b.test>\nReply-To: a@mail.b.test", vec![]),
        (
            "From: me <a@b.test>\nReply-To: x@evil.test",
            vec![Warning::ReplyToElsewhere {
                reply_to: "x@evil.test".to_owned(),
                from: "a@b.test".to_owned(),
            }],
        ),
        (
            "From: me <a@b.test>\nReply-To: x@list.test\nList-Id: <x.list.test>",
            vec![],
        ),
        (
            "From: x <a@xn--pypal-4ve.test>",
            vec![Warning::LookalikeDomain {
                unicode: "pаypal.test".to_owned(),
                ascii: "xn--pypal-4ve.test".to_owned(),
            }],
        ),
    ];
    for (block, expected) in cases {
        assert_eq!(of(block), *expected, "{block}");
    }
    for block in ["From: a@b.test\nFrom: c@d.test", "From: a@b.test, c@d.test"] {
        assert!(
            matches!(&of(block)[..], [Warning::SeveralFrom(all)] if all.len() == 2),
            "{block}"
        );
    }
}

#[test]
fn domains_are_shown_so_that_they_mislead_nobody() {
    for (domain, shown) in [
        ("example.org", "example.org"),
        ("xn--bcher-kva.example", "bücher.example"),
        ("bücher.example", "bücher.example"),
        ("xn--pypal-4ve.test", "xn--pypal-4ve.test"),
        ("аррӏе.com", "xn--80ak6aa92e.com"),
        ("пример.рф", "пример.рф"),
        ("例え.テスト", "例え.テスト"),
        ("한국.kr", "한국.kr"),
        ("xn--.test", "xn--.test"),
        ("", ""),
    ] {
        assert_eq!(domain::display(domain), shown, "{domain}");
    }
}

const RESULTS: &str = "Authentication-Results: mx.example.org 1;\r\n spf=pass (sender (IP) is ok) smtp.mailfrom=b.test;\r\n dkim=fail reason=\"bad; signature\" header.d=b.test;\r\n dmarc=fail/x (p=none) header.from=\"b.test\"\r\n";

#[test]
fn results_are_read() {
    let fields = header::fields(RESULTS.as_bytes());
    let trusted = ["MX.example.org".to_owned()];
    let results = authentication::trusted(&fields, &trusted).unwrap();
    assert_eq!(results.server, "mx.example.org");
    assert_eq!(results.result("spf"), Some("pass"));
    assert_eq!(results.result("dkim"), Some("fail"));
    assert_eq!(
        results.verdicts[1].properties,
        [
            ("reason".to_owned(), "bad; signature".to_owned()),
            ("header.d".to_owned(), "b.test".to_owned())
        ]
    );
    assert_eq!(authentication::trusted(&fields, &[]), None);
    assert_eq!(authentication::parse(b"mx.example.org; none").verdicts, []);
    assert_eq!(authentication::parse(b"").server, "");
}

#[test]
fn failure_is_told_only_by_a_trusted_server_on_top() {
    let own = ["Me@b.test".to_owned()];
    let trusted = ["mx.example.org".to_owned()];
    let context = Context {
        own: &own,
        trusted: &trusted,
    };
    let failed = |result: &str| format!("Authentication-Results: mx.example.org; {result}\r\n");
    let told = |block: String| -> Vec<&'static str> {
        let all = warnings(&header::fields(block.as_bytes()), &context);
        let name = |warning: &Warning| match warning {
            Warning::OwnAddressForged(_) => "forged",
            Warning::AuthenticationFailed(_) => "failed",
            Warning::SentBy(_) => "by another",
            _ => "other",
        };
        all.iter().map(name).collect()
    };
    let from = "From: a@b.test\r\n";
    assert_eq!(told(failed("dmarc=fail") + from), ["failed"]);
    assert_eq!(told(failed("dmarc=pass; spf=fail") + from), [""; 0]);
    assert_eq!(told(failed("spf=fail; dkim=pass") + from), [""; 0]);
    assert_eq!(told(failed("spf=softfail; dkim=none") + from), ["failed"]);
    assert_eq!(told(failed("spf=none; dkim=none") + from), [""; 0]);
    assert_eq!(
        told(failed("dmarc=fail") + "From: me@B.test\r\n"),
        ["forged"]
    );
    let foreign = "Authentication-Results: elsewhere; dmarc=pass\r\n".to_owned();
    assert_eq!(told(foreign + &failed("dmarc=fail") + from), [""; 0]);
    // One field for each method, as several programs on one server write them.
    let both = failed("dkim=none") + &failed("spf=softfail");
    assert_eq!(told(both + from), ["failed"]);
    let both = failed("dkim=fail") + &failed("spf=pass smtp.mailfrom=a@b.test");
    assert_eq!(told(both + from), [""; 0]);
    // What the sender put below, under the name of our server.
    let ours = failed("spf=fail; dmarc=fail");
    let forged = failed("spf=pass; dkim=pass; dmarc=pass");
    assert_eq!(told(ours.clone() + &forged + from), ["failed"]);
    let hop = "Received: from x by y\r\n";
    let softly = failed("spf=softfail; dkim=none");
    assert_eq!(told(softly.clone() + hop + &forged + from), ["failed"]);
    assert_eq!(
        told(hop.to_owned() + &softly + hop + &forged + from),
        ["failed"]
    );
    let other = "Authentication-Results: elsewhere; dmarc=pass\r\n";
    assert_eq!(told(softly + other + &forged + from), ["failed"]);
    // Several senders are a finding of their own.
    let several = "From: a@b.test\r\nFrom: c@b.test\r\n";
    let elsewhere = failed("spf=pass smtp.mailfrom=x@c.test");
    assert_eq!(told(elsewhere + several), ["other"]);
}

#[test]
fn who_vouches_in_the_place_of_the_sender_is_named() {
    let trusted = ["mx.example.org".to_owned()];
    let context = Context {
        own: &[],
        trusted: &trusted,
    };
    let by = |results: &str| -> Option<String> {
        let block =
            format!("Authentication-Results: mx.example.org; {results}\r\nFrom: a@shop.test\r\n");
        let all = warnings(&header::fields(block.as_bytes()), &context);
        match all.as_slice() {
            [] => None,
            [Warning::SentBy(domain)] => Some(domain.clone()),
            all => panic!("{results}: {all:?}"),
        }
    };
    for (results, domain) in [
        ("dkim=pass header.d=mail.shop.test", None),
        ("dkim=pass header.i=@Shop.Test", None),
        ("spf=pass smtp.mailfrom=bounce@news.shop.test", None),
        ("dkim=pass header.d=esp.test", Some("esp.test")),
        ("dkim=pass header.d=esp.test; dmarc=none", Some("esp.test")),
        ("dkim=pass header.d=esp.test; dmarc=pass", None),
        (
            "dkim=pass header.d=esp.test; spf=pass smtp.mailfrom=shop.test",
            None,
        ),
        (
            "dkim=fail header.d=shop.test; spf=pass smtp.mailfrom=\"x@Esp.Test\"",
            Some("esp.test"),
        ),
        (
            "spf=pass smtp.mailfrom=x@b.test; dkim=pass header.d=c.test",
            Some("c.test"),
        ),
        (
            "spf=pass smtp.mailfrom=x@xn--80ak6aa92e.com",
            Some("xn--80ak6aa92e.com"),
        ),
        // Nobody is named: nothing can be said.
        ("spf=pass", None),
        ("spf=pass smtp.mailfrom=\"a b\"", None),
        ("dkim=pass header.d=esp.test; spf=pass", None),
    ] {
        assert_eq!(by(results).as_deref(), domain, "{results}");
    }
}

#[test]
fn one_request_is_enough_unless_the_signature_does_not_hold() {
    let trusted = ["mx.example.org".to_owned()];
    let offered = |results: &str| -> Vec<bool> {
        let block = format!(
            "{results}List-Unsubscribe: <mailto:u@x.test>, <https://x.test/a>\r\n\
             List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        );
        let list = list::vouched(&header::fields(block.as_bytes()), &trusted).unwrap();
        assert!(matches!(
            list.way_out(),
            Some(list::Unsubscribe::Page { .. })
        ));
        let at_once = |way: &list::Unsubscribe| match way {
            list::Unsubscribe::Page { one_click, .. } => Some(*one_click),
            list::Unsubscribe::Mail { .. } => None,
        };
        list.unsubscribe.iter().filter_map(at_once).collect()
    };
    let said = |results: &str| format!("Authentication-Results: mx.example.org; {results}\r\n");
    assert_eq!(offered(""), [true]);
    assert_eq!(offered(&said("dkim=fail; dkim=pass")), [true]);
    assert_eq!(offered(&said("spf=pass")), [true]);
    assert_eq!(offered(&said("dkim=none; spf=pass")), [false]);
    assert_eq!(offered(&said("dkim=fail")), [false]);
    let foreign = "Authentication-Results: elsewhere; dkim=fail\r\n";
    assert_eq!(offered(foreign), [true]);
}

#[test]
fn lists_offer_only_safe_ways_out() {
    let ways = |value: &str, post: &str| -> Vec<String> {
        let block =
            format!("List-Id: A list <a.example.org>\r\nList-Unsubscribe: {value}\r\n{post}");
        let list = list::list(&header::fields(block.as_bytes())).unwrap();
        assert_eq!(
            (list.id.as_deref(), list.name.as_deref()),
            (Some("a.example.org"), Some("A list"))
        );
        let shown = |way: &list::Unsubscribe| match way {
            list::Unsubscribe::Page { url, one_click } => format!("{url} {one_click}"),
            list::Unsubscribe::Mail { to, subject, body } => format!("{to}|{subject}|{body}"),
        };
        list.unsubscribe.iter().map(shown).collect()
    };
    let post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
    let cases: &[(&str, &[&str])] = &[
        (
            "<https://example.org/u?a=b>",
            &["https://example.org/u?a=b true"],
        ),
        (
            "<https://example.org/\r\n u>",
            &["https://example.org/u true"],
        ),
        ("<http://example.org/u>", &[]),
        (
            "<http://127.0.0.1:6379/x>, <mailto:u@example.test?subject=unsub>",
            &["u@example.test|unsub|"],
        ),
        (
            "<mailto:a+b@x.test?body=a%0d%0aBcc:c&cc=d@e.f>",
            &["a+b@x.test||a Bcc:c"],
        ),
        ("<mailto:a@x.test,b@x.test>", &[]),
        ("<mailto:a@x.test%0d%0aBcc:b@x.test>", &[]),
        (
            "<javascript:alert(1)>, <data:text/html,x>, <file:///etc/passwd>, <ftp://x.test/>",
            &[],
        ),
        ("<https://user:pass@beacon.test/>", &[]),
        (
            "<https://[::1]/>, <https://0x7f.1/>, <https://2130706433/>, <https://localhost/>",
            &[],
        ),
        ("<https://intranet/>, <https://router.local/>", &[]),
        ("https://example.org/no-brackets", &[]),
        ("", &[]),
    ];
    for (value, expected) in cases {
        assert_eq!(ways(value, post), *expected, "{value}");
    }
    assert_eq!(
        ways("<https://example.org/>", ""),
        ["https://example.org/ false"]
    );
    assert_eq!(list::list(&header::fields(b"Subject: x")), None);
}

proptest! {
    #[test]
    fn nothing_panics(value in "(\\PC|[<>();=\"\\\\,@. ]){0,80}") {
        let block = format!("From: {value}\r\nReply-To: {value}\r\nAuthentication-Results: {value}\r\nList-Unsubscribe: {value}\r\nList-Id: {value}");
        let fields = header::fields(block.as_bytes());
        let trusted = [value.clone()];
        warnings(&fields, &Context { own: &trusted, trusted: &trusted });
        list::vouched(&fields, &trusted);
        domain::display(&value);
        authentication::parse(value.as_bytes());
    }
}
