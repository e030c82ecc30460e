//! An mbox comes back as it went out, and strangers' files are read.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::mail::keyword;

/// A message as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Got {
    head: Head,
    octets: Vec<u8>,
}

/// Reads a file in pieces of this size.
fn read(file: &[u8], piece: usize) -> Vec<Got> {
    let mut got: Vec<Got> = Vec::new();
    let mut ends = 0;
    let mut reader = Reader::new();
    let mut tell = |event: Event<'_>| match event {
        Event::Begin(head) => got.push(Got {
            head,
            ..Got::default()
        }),
        Event::Octets(octets) => got.last_mut().unwrap().octets.extend_from_slice(octets),
        Event::End => ends += 1,
    };
    for piece in file.chunks(piece.max(1)) {
        reader.push(piece, &mut tell);
    }
    let is_mbox = reader.finish(&mut tell);
    assert_eq!(ends, got.len(), "each that begins ends");
    assert_eq!(is_mbox, !got.is_empty());
    got
}

fn write(messages: &[(Vec<u8>, Keywords, i64)], piece: usize) -> Vec<u8> {
    let mut file = Vec::new();
    for (octets, keywords, received_at) in messages {
        let mut survey = Survey::default();
        octets
            .chunks(piece.max(1))
            .for_each(|some| survey.push(some));
        let (mut writer, head) = Writer::begin(Written {
            from: &[],
            keywords,
            received_at: *received_at,
            survey,
        });
        file.extend(head);
        for some in octets.chunks(piece.max(1)) {
            file.extend(writer.push(some));
        }
        file.extend(writer.end());
    }
    file
}

/// Pieces out of which awkward messages are made.
const PIECES: [&[u8]; 17] = [
    b"From ",
    b"From",
    b">",
    b">>",
    b"\r",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"x",
    b"Status: RO\r\n",
    b"Subject: a\r\n",
    b"\r\n\r\n",
    b" ",
    b"\0",
    b"\xe9",
    b"From a@b Thu Oct  1 10:00:00 2026\n",
    b"X-Restante-Export: 1; fields=2; lines=crlf; received=1\n",
];

fn message() -> impl Strategy<Value = (Vec<u8>, Keywords, i64)> {
    let words = select(vec![
        keyword::SEEN,
        keyword::FLAGGED,
        keyword::DRAFT,
        "work",
        "$forwarded",
    ]);
    let octets = vec(select(PIECES.to_vec()), 0..12).prop_map(|pieces| pieces.concat());
    (octets, vec(words, 0..4), 0..4_000_000_000_000_i64)
        .prop_map(|(octets, words, at)| (octets, words.into_iter().collect(), at))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// What is exported and imported is the same to the octet, with flags and dates.
    #[test]
    fn nothing_is_lost(messages in vec(message(), 1..5), out in 1..9_usize, back in 1..9_usize) {
        let file = write(&messages, out);
        let got = read(&file, back);
        prop_assert_eq!(got.len(), messages.len(), "{:?}", String::from_utf8_lossy(&file));
        for (got, (octets, keywords, at)) in got.iter().zip(&messages) {
            prop_assert_eq!(&got.octets, octets, "{:?}", String::from_utf8_lossy(&file));
            prop_assert_eq!(&got.head.keywords, keywords);
            prop_assert_eq!(got.head.received_at, Some(*at));
        }
    }

    /// A stranger's file is read the same whatever the pieces are, and gives no more than it has.
    #[test]
    fn pieces_make_no_difference(pieces in vec(select(PIECES.to_vec()), 0..40), at in 1..30_usize) {
        let file = pieces.concat();
        let whole = read(&file, usize::MAX);
        prop_assert_eq!(&read(&file, at), &whole);
        let octets: usize = whole.iter().map(|got| got.octets.len()).sum();
        prop_assert!(octets <= 2 * file.len());
    }
}

#[test]
fn files_of_strangers_are_read() {
    let file = b"From - Thu Oct 01 10:00:00 2026\nX-Mozilla-Status: 0001\nSubject: one\n\n\
        >From here on\n>>From there\nFrom now on\n\nFrom then on\n\n\
        From b@c Thu Oct  1 11:00:00 2026\r\nStatus: RO\r\nSubject: two\r\n\r\nText\r\n\r\n";
    let got = read(file, 7);
    assert_eq!(got.len(), 2);
    assert_eq!(
        String::from_utf8_lossy(&got[0].octets),
        "X-Mozilla-Status: 0001\r\nSubject: one\r\n\r\nFrom here on\r\n>From there\r\n\
         From now on\r\n\r\nFrom then on\r\n"
    );
    assert!(got[0].head.keywords.has(keyword::SEEN));
    assert_eq!(got[0].head.received_at, Some(1_790_848_800_000));
    assert_eq!(
        String::from_utf8_lossy(&got[1].octets),
        "Status: RO\r\nSubject: two\r\n\r\nText\r\n"
    );
    assert!(got[1].head.keywords.has(keyword::SEEN));
    assert!(read(b"Subject: no mbox\n\nFrom a to b\n", 5).is_empty());
    assert!(read(b"", 1).is_empty());
}

/// What other programs see: LF, flags in their fields, `From ` quoted.
#[test]
fn what_is_written_is_what_others_read() {
    let octets = b"Subject: x\r\n\r\nFrom me\r\n>From you".to_vec();
    let keywords = [keyword::SEEN, keyword::FLAGGED].into_iter().collect();
    let file = write(&[(octets, keywords, 1_790_848_800_123)], 3);
    assert_eq!(
        String::from_utf8_lossy(&file),
        "From MAILER-DAEMON Thu Oct  1 10:00:00 2026\n\
         X-Restante-Export: 1; fields=3; lines=crlf; end=open; received=1790848800123\n\
         Status: RO\nX-Status: F\nSubject: x\n\n>From me\n>>From you\n\n"
    );
}

/// Lines and headers without an end cost no memory, and nothing of them is lost.
#[test]
fn endless_lines_are_passed_on() {
    let quotes = [&b">".repeat(40_000)[..], b"From x\r\n"].concat();
    let long = [&b"x".repeat(50_000)[..], b"\r\n"].concat();
    // A CR that falls on the edge of what is kept of a line.
    let edge = [&b"y".repeat(16 * 1024 - 1)[..], b"\r\nz\r\n"].concat();
    let header = b"X-Long: x\r\n".repeat(40_000);
    for octets in [quotes, long, edge, header] {
        let file = write(&[(octets.clone(), Keywords::default(), 0)], 4096);
        assert_eq!(read(&file, 4096)[0].octets, octets);
        let file = [b"From - \r\n".as_slice(), &octets, b"\r\n"].concat();
        let got = read(&file, 5000);
        let expected = match octets.starts_with(b">") {
            true => octets.get(1..).unwrap(),
            false => &octets,
        };
        assert!(got[0].octets == expected, "as a stranger's");
    }
}
