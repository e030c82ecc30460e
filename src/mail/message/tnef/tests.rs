//! Tests of TNEF, on streams built here.

use proptest::prelude::*;

use super::*;

fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
    let mut out = vec![level];
    out.extend(id.to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    let sum: u16 = data
        .iter()
        .fold(0, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    out.extend(sum.to_le_bytes());
    out
}

fn variable(kind: u16, id: u16, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(kind.to_le_bytes());
    out.extend(id.to_le_bytes());
    out.extend(1_u32.to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

fn properties(all: &[Vec<u8>]) -> Vec<u8> {
    let mut out = (all.len() as u32).to_le_bytes().to_vec();
    out.extend(all.concat());
    out
}

fn stream(attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut out = SIGNATURE.to_le_bytes().to_vec();
    out.extend([1, 0]);
    out.extend(attributes.concat());
    out
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16()
        .chain([0])
        .flat_map(u16::to_le_bytes)
        .collect()
}

fn example() -> Vec<u8> {
    let named = {
        // A named property before the others: its name must be stepped over.
        let mut out = vec![0x03, 0, 0x01, 0x80];
        out.extend([7; 16]);
        out.extend(1_u32.to_le_bytes());
        out.extend(6_u32.to_le_bytes());
        out.extend(b"a\0b\0\0\0\0\0");
        out.extend(5_u32.to_le_bytes());
        out
    };
    stream(&[
        attribute(1, 0x0006_9007, &1251_u32.to_le_bytes()),
        attribute(1, 0x0002_800c, b"\xcf\xf0\xe8\xe2\xe5\xf2\0"),
        attribute(
            1,
            0x0006_9003,
            &properties(&[named, variable(0x102, 0x1013, b"<p>Hi</p>")]),
        ),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"LONGNA~1.TXT\0"),
        attribute(2, 0x0006_800f, b"first"),
        attribute(
            2,
            0x0006_9005,
            &properties(&[
                variable(0x1f, 0x3707, &utf16("../a long näme.txt")),
                variable(0x1e, 0x370e, b"Text/Plain\0"),
                variable(0x1e, 0x3712, b"<image@x>\0"),
            ]),
        ),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(
            2,
            0x0006_9005,
            &properties(&[variable(0x102, 0x3701, b"second")]),
        ),
    ])
}

#[test]
fn a_stream_is_read() {
    let bytes = example();
    let tnef = decode(&bytes).unwrap();
    assert_eq!(tnef.text.as_deref(), Some("Привет"));
    assert_eq!(tnef.html.as_deref(), Some("<p>Hi</p>"));
    assert!(!tnef.damaged);
    let [first, second] = tnef.attachments.as_slice() else {
        panic!("{:?}", tnef.attachments)
    };
    assert_eq!(first.name.as_deref(), Some("a long näme.txt"));
    assert_eq!(first.media_type.as_deref(), Some("text/plain"));
    assert_eq!(first.cid.as_deref(), Some("image@x"));
    assert_eq!(first.data, b"first");
    assert_eq!(
        (second.name.as_deref(), second.data),
        (None, b"second".as_slice())
    );
}

#[test]
fn lengths_are_not_believed() {
    assert_eq!(decode(b""), None);
    assert_eq!(decode(b"not tnef"), None);
    let mut huge = stream(&[attribute(2, 0x0001_8010, b"a.txt\0")]);
    huge.extend([2, 0x0f, 0x80, 0x06, 0, 0xff, 0xff, 0xff, 0xff]);
    let tnef = decode(&huge).unwrap();
    assert!(tnef.damaged);
    assert_eq!(tnef.attachments[0].name.as_deref(), Some("a.txt"));
    // Many values are claimed, of no length each, or of a kind without one.
    for kind in [0x101e_u16, 0x1003, 0x1001, 0x0000] {
        let mut data = u32::MAX.to_le_bytes().to_vec();
        data.extend(kind.to_le_bytes());
        data.extend([1, 0]);
        data.extend(u32::MAX.to_le_bytes());
        data.extend([0; 40]);
        assert!(
            decode(&stream(&[attribute(1, 0x0006_9003, &data)]))
                .unwrap()
                .damaged
        );
    }
    let many = attribute(2, 0x0001_8010, b"a\0");
    let start = attribute(2, 0x0006_9002, &[]);
    let bytes = stream(&[[start, many].concat().repeat(1000)]);
    assert_eq!(decode(&bytes).unwrap().attachments.len(), MAX_ATTACHMENTS);
}

proptest! {
    #[test]
    fn damage_does_no_harm(at in 0_usize..400, byte in any::<u8>(), length in 0_usize..500) {
        let mut bytes = example();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(length);
        if let Some(tnef) = decode(&bytes) {
            let data: usize = tnef.attachments.iter().map(|file| file.data.len()).sum();
            prop_assert!(data <= bytes.len());
        }
    }
}
