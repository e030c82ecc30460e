//! What stands in MAIL and RCPT.

use proptest::prelude::*;

use super::*;
use crate::smtp::reply::Lines;

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn server(extensions: &str) -> Capabilities {
    let lines = std::iter::once("host").chain(extensions.split(','));
    Capabilities::from(&Lines {
        code: 250,
        lines: lines.map(str::to_owned).collect(),
    })
}

fn letter() -> Envelope {
    let sender = address("anna@example.org");
    Envelope::new(Some(sender), vec![address("ben@example.net")])
}

#[test]
fn only_what_the_server_understands_is_said() {
    let mut envelope = letter();
    envelope.size = Some(1234);
    envelope.report = Some(Report::Headers);
    envelope.envelope_id = Some("no 1+1=2".to_owned());
    envelope.recipients[0].notify = Some(Notify {
        success: true,
        failure: true,
        delay: false,
    });
    assert_eq!(
        envelope.mail(&server("")),
        "MAIL FROM:<anna@example.org>\r\n"
    );
    assert_eq!(
        envelope.recipients[0].rcpt(&server("")),
        "RCPT TO:<ben@example.net>\r\n"
    );
    let all = server("SIZE 5000,8BITMIME,SMTPUTF8,DSN");
    assert_eq!(
        envelope.mail(&all),
        "MAIL FROM:<anna@example.org> SIZE=1234 RET=HDRS ENVID=no+201+2B1+3D2\r\n"
    );
    assert_eq!(
        envelope.recipients[0].rcpt(&all),
        "RCPT TO:<ben@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;ben@example.net\r\n"
    );
    envelope.recipients[0].notify = Some(Notify::default());
    assert!(envelope.recipients[0].rcpt(&all).contains(" NOTIFY=NEVER "));
    envelope.sender = None;
    envelope.eight_bit = true;
    envelope.report = Some(Report::Full);
    assert!(
        envelope
            .mail(&all)
            .starts_with("MAIL FROM:<> SIZE=1234 BODY=8BITMIME RET=FULL")
    );
}

#[test]
fn letters_beyond_ascii() {
    let mut envelope = letter();
    envelope.recipients = vec![Recipient {
        address: address("j\u{fc}rgen+x@m\u{fc}ller.example"),
        notify: Some(Notify {
            failure: true,
            ..Notify::default()
        }),
    }];
    let all = server("SMTPUTF8,8BITMIME,DSN");
    assert_eq!(envelope.fits(&all), Ok(()));
    assert_eq!(
        envelope.mail(&all),
        "MAIL FROM:<anna@example.org> SMTPUTF8\r\n"
    );
    assert_eq!(
        envelope.recipients[0].rcpt(&all),
        "RCPT TO:<j\u{fc}rgen+x@xn--mller-kva.example> NOTIFY=FAILURE \
         ORCPT=utf-8;j\\x{FC}rgen\\x{2B}x@xn--mller-kva.example\r\n"
    );
    assert_eq!(envelope.fits(&server("8BITMIME")), Err(Unable::NoSmtpUtf8));
    let mut envelope = letter();
    envelope.utf8_headers = true;
    assert!(envelope.mail(&all).contains(" BODY=8BITMIME SMTPUTF8"));
    assert_eq!(envelope.fits(&server("SMTPUTF8")), Err(Unable::NoEightBit));
    envelope.utf8_headers = false;
    envelope.eight_bit = true;
    assert_eq!(envelope.fits(&server("")), Err(Unable::NoEightBit));
}

#[test]
fn what_cannot_be_sent_is_said_beforehand() {
    let mut envelope = letter();
    envelope.size = Some(5001);
    let large = Unable::TooLarge {
        size: 5001,
        limit: 5000,
    };
    assert_eq!(envelope.fits(&server("SIZE 5000")), Err(large));
    assert_eq!(envelope.fits(&server("SIZE 5001")), Ok(()));
    assert_eq!(envelope.fits(&server("SIZE 0")), Ok(()));
    assert_eq!(envelope.fits(&server("")), Ok(()));
    let to = envelope.recipients[0].clone();
    envelope.recipients = vec![to; MAX_RECIPIENTS + 1];
    assert_eq!(envelope.check(), Err(Unable::TooManyRecipients));
    envelope.recipients.pop();
    assert_eq!(envelope.check(), Ok(()));
    envelope.recipients.clear();
    assert_eq!(envelope.check(), Err(Unable::NoRecipients));
    for id in [
        "",
        "a\r\nb",
        "\u{fc}",
        "a\tb",
        &"x".repeat(101),
        &"=".repeat(34),
    ] {
        let mut envelope = letter();
        envelope.envelope_id = Some(id.to_owned());
        assert_eq!(envelope.check(), Err(Unable::EnvelopeId), "{id:?}");
    }
}

proptest! {
    #[test]
    fn commands_are_one_line(local in "(?s).{1,20}", id in "(?s).{0,40}") {
        let mut envelope = letter();
        if let Ok(address) = Address::parse(&format!("{local}@example.org")) {
            envelope.sender = Some(address.clone());
            envelope.recipients = vec![Recipient { address, notify: Some(Notify::default()) }];
        }
        envelope.envelope_id = Some(id);
        let all = server("SIZE,8BITMIME,SMTPUTF8,DSN");
        if envelope.check().is_ok() {
            for line in [envelope.mail(&all), envelope.recipients[0].rcpt(&all)] {
                let inner = line.strip_suffix("\r\n").unwrap();
                prop_assert!(!inner.chars().any(char::is_control), "{:?}", line);
                // An id may have one of its own: it is text by then.
                let address = inner.split(" ENVID=").next().unwrap();
                prop_assert_eq!(address.matches('>').count(), 1);
            }
        }
    }
}
