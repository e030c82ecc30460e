//! Fields as people fill them.

use proptest::prelude::*;

use super::*;

fn mailbox(name: &str, email: &str) -> Typed {
    Typed::Mailbox(address(name, email))
}

fn address(name: &str, email: &str) -> Address {
    Address {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        email: email.to_owned(),
    }
}

#[test]
fn what_people_write_is_understood() {
    let anna = || mailbox("Anna", "anna@example.org");
    let bob = || mailbox("", "bob@example.org");
    let cases: Vec<(&str, Vec<Typed>)> = vec![
        ("", vec![]),
        (" ,; \n ,", vec![]),
        ("bob@example.org", vec![bob()]),
        ("<bob@example.org>", vec![bob()]),
        ("bob@example.org,", vec![bob()]),
        (
            "Anna <anna@example.org>, bob@example.org",
            vec![anna(), bob()],
        ),
        (
            "Anna <anna@example.org>; bob@example.org;",
            vec![anna(), bob()],
        ),
        (
            "Anna <anna@example.org>\nbob@example.org\n",
            vec![anna(), bob()],
        ),
        (
            "Anna <anna@example.org>\r\n\r\nbob@example.org",
            vec![anna(), bob()],
        ),
        ("bob@example.org bob@example.org", vec![bob(), bob()]),
        ("<bob@example.org> <bob@example.org>", vec![bob(), bob()]),
        ("anna@example.org (Anna)", vec![anna()]),
        ("Anna anna@example.org", vec![anna()]),
        ("\"Anna\" <anna@example.org>", vec![anna()]),
        ("Anna<anna@example.org>", vec![anna()]),
        ("mailto:bob@example.org", vec![bob()]),
        ("MAILTO:bob@example.org?subject=x", vec![bob()]),
        ("<mailto:bob@example.org>", vec![bob()]),
        (
            "To: Anna <anna@example.org>, bob@example.org",
            vec![anna(), bob()],
        ),
        ("bob@example.org <bob@example.org>", vec![bob()]),
        ("\u{feff}bob@example.org\u{200b}", vec![bob()]),
        ("\u{a0}bob@example.org\u{a0}", vec![bob()]),
        (
            "\"Doe, Jane\" <jane@example.org>",
            vec![mailbox("Doe, Jane", "jane@example.org")],
        ),
        (
            "Doe, Jane <jane@example.org>; Roe, Al <al@example.org>",
            vec![
                mailbox("Doe, Jane", "jane@example.org"),
                mailbox("Roe, Al", "al@example.org"),
            ],
        ),
        (
            "Zoë Ångström <zoe@bücher.example>",
            vec![mailbox("Zoë Ångström", "zoe@bücher.example")],
        ),
        ("用户@例え.jp", vec![mailbox("", "用户@例え.jp")]),
        (
            "山田 太郎 <taro@example.jp>",
            vec![mailbox("山田 太郎", "taro@example.jp")],
        ),
        (
            "=?utf-8?Q?Zo=C3=AB?= <zoe@example.org>",
            vec![mailbox("Zoë", "zoe@example.org")],
        ),
        (
            "\"=?utf-8?Q?Zo=C3=AB?=\" <zoe@example.org>",
            vec![mailbox("=?utf-8?Q?Zo=C3=AB?=", "zoe@example.org")],
        ),
        (
            "\"a \\\"b\\\" \\\\ c\" <anna@example.org>",
            vec![mailbox("a \"b\" \\ c", "anna@example.org")],
        ),
        (
            "\"a b\"@example.org",
            vec![mailbox("", "\"a b\"@example.org")],
        ),
        (
            "a@[IPv6:2001:db8::1]",
            vec![mailbox("", "a@[IPv6:2001:db8::1]")],
        ),
        (
            "Team: Anna <anna@example.org>, bob@example.org; al@example.org",
            vec![
                Typed::Group {
                    name: "Team".to_owned(),
                    members: vec![
                        address("Anna", "anna@example.org"),
                        address("", "bob@example.org"),
                    ],
                },
                mailbox("", "al@example.org"),
            ],
        ),
        (
            "undisclosed-recipients:;",
            vec![Typed::Group {
                name: "undisclosed-recipients".to_owned(),
                members: vec![],
            }],
        ),
    ];
    for (field, expected) in cases {
        assert_eq!(parse(field), expected, "{field:?}");
    }
}

#[test]
fn what_is_unclear_is_kept_with_its_place() {
    let cases = [
        ("anna", "anna", Fault::NoAt),
        ("bob@example.org, anna ,", "anna", Fault::NoAt),
        ("anna, Bob <bob@example.org>", "anna", Fault::NoAt),
        ("anna@", "anna@", Fault::NoDomain),
        ("@example.org", "@example.org", Fault::NoLocal),
        ("anna@exa mple.org", "anna@exa mple.org", Fault::Domain),
        ("a b@x c@y", "a b@x c@y", Fault::Local),
        ("Anna <anna@exam", "Anna <anna@exam", Fault::Unclosed),
        ("Anna <>", "Anna <>", Fault::NoAt),
        ("\"Anna", "\"Anna", Fault::Unclosed),
        ("\"Anna@example.org", "\"Anna@example.org", Fault::Unclosed),
        ("anna@example.org>", "anna@example.org>", Fault::Domain),
        ("an\0na@example.org", "an\0na@example.org", Fault::Control),
        ("Team: a@b, c;", "Team: a@b, c;", Fault::NoAt),
        ("Team: a@b, c@d", "Team: a@b", Fault::Unclosed),
        ("A <a@b> B <c@d>", "A <a@b> B <c@d>", Fault::Domain),
    ];
    for (field, text, fault) in cases {
        let start = field.find(text).unwrap();
        let expected = Typed::Unclear {
            text: text.to_owned(),
            place: start..start + text.len(),
            fault,
        };
        assert!(
            parse(field).contains(&expected),
            "{field:?}: {:?}",
            parse(field)
        );
    }
}

/// Nobody is told to write to somebody else by an end of line.
#[test]
fn line_ends_never_get_into_an_entry() {
    let typed = parse("Anna\r\nBcc: eve@example.org <anna@example.org>");
    assert!(matches!(&typed[0], Typed::Unclear { text, .. } if text == "Anna"));
    assert!(typed.iter().all(|entry| match entry {
        Typed::Mailbox(address) => !address.name.as_deref().unwrap_or("").contains('\n'),
        _ => true,
    }));
}

/// Entries without their places, which printing changes.
fn unplaced(typed: Vec<Typed>) -> Vec<Typed> {
    let unplace = |entry| match entry {
        Typed::Unclear { text, fault, .. } => Typed::Unclear {
            text,
            fault,
            place: 0..0,
        },
        other => other,
    };
    typed.into_iter().map(unplace).collect()
}

fn piece() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        ",",
        ";",
        "\n",
        "\"",
        "<",
        ">",
        "(",
        ")",
        ":",
        "@",
        "\\",
        " ",
        "[",
        "]",
        "a@b",
        "c@d.org",
        "Team: ",
        "Doe",
        "Jane <j@x.org>",
        "é",
        "用户@例え.jp",
        "=?utf-8?Q?=C3=A9?=",
        "mailto:",
        "To:",
        "\u{200b}",
        "\u{202e}",
        "\t",
        "\0",
        "\"a b\"@x",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn printing_is_read_as_the_same(pieces in proptest::collection::vec(piece(), 0..12)) {
        let typed = parse(&pieces.concat());
        let text = to_field_text(&typed);
        prop_assert_eq!(unplaced(parse(&text)), unplaced(typed), "{:?}", text);
    }

    #[test]
    fn names_come_back_whatever_they_hold(names in proptest::collection::vec("[ -~é用\u{202e}]{0,20}", 1..4)) {
        let typed: Vec<Typed> = names
            .iter()
            .map(|name| mailbox(&crate::mail::header::clean::clean(name), "anna@example.org"))
            .collect();
        prop_assert_eq!(parse(&to_field_text(&typed)), typed);
    }

    #[test]
    fn places_are_where_the_texts_are(pieces in proptest::collection::vec(piece(), 0..12)) {
        let field = pieces.concat();
        for entry in parse(&field) {
            if let Typed::Unclear { text, place, .. } = entry {
                prop_assert_eq!(field.get(place), Some(text.as_str()));
            }
        }
    }

    /// Each address that stands alone between separators is somebody's.
    #[test]
    fn nobody_is_dropped(count in 0_usize..20, separator in "[,;\n] {0,2}") {
        let all: Vec<String> = (0..count).map(|index| format!("p{index}@example.org")).collect();
        let read = parse(&all.join(&separator));
        let expected: Vec<Typed> = all.iter().map(|email| mailbox("", email)).collect();
        prop_assert_eq!(read, expected);
    }
}

#[test]
fn long_fields_take_linear_time() {
    for unit in [
        "a@b ",
        "<",
        "\"",
        "(",
        "a:",
        "a:;",
        "[",
        "a <a@b>,",
        "x,y <a@b>;",
    ] {
        let field = unit.repeat(50_000);
        to_field_text(&parse(&field));
    }
}
