//! MD5 (RFC 1321), for APOP alone, which is made of it. It protects nothing else: ring has good
//! hashes.

/// The digest in lower-case hexadecimal.
pub(super) fn hex(message: &[u8]) -> String {
    let digest = digest(message);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How far each step rotates: four in turn for each round.
const ROTATIONS: [[u32; 4]; 4] = [
    [7, 12, 17, 22],
    [5, 9, 14, 20],
    [4, 11, 16, 23],
    [6, 10, 15, 21],
];

fn digest(message: &[u8]) -> [u8; 16] {
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let bits = u64::try_from(message.len())
        .unwrap_or(u64::MAX)
        .wrapping_mul(8);
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend_from_slice(&bits.to_le_bytes());
    for block in padded.as_chunks::<64>().0 {
        let words: Vec<u32> = block
            .as_chunks::<4>()
            .0
            .iter()
            .map(|word| u32::from_le_bytes(*word))
            .collect();
        compress(&mut state, &words);
    }
    zeroize::Zeroize::zeroize(&mut padded);
    let mut digest = [0; 16];
    for (place, word) in digest.chunks_mut(4).zip(state) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    digest
}

fn compress(state: &mut [u32; 4], words: &[u32]) {
    let [mut a, mut b, mut c, mut d] = *state;
    for step in 0..64_u32 {
        let (mixed, word) = match step / 16 {
            0 => ((b & c) | (!b & d), step),
            1 => ((d & b) | (!d & c), (5 * step + 1) % 16),
            2 => (b ^ c ^ d, (3 * step + 5) % 16),
            _ => (c ^ (b | !d), (7 * step) % 16),
        };
        let at = |index: u32| usize::try_from(index).unwrap_or_default();
        let word = words.get(at(word)).copied().unwrap_or_default();
        let rotations = ROTATIONS.get(at(step / 16)).copied().unwrap_or_default();
        let rotation = rotations.get(at(step % 4)).copied().unwrap_or_default();
        let sum = a
            .wrapping_add(mixed)
            .wrapping_add(constant(step))
            .wrapping_add(word);
        (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(rotation)));
    }
    for (kept, new) in state.iter_mut().zip([a, b, c, d]) {
        *kept = kept.wrapping_add(new);
    }
}

/// The integer part of 2³² · |sin(step + 1)| (RFC 1321 §3.4).
fn constant(step: u32) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at least 0 and below 2³²"
    )]
    let value = (f64::from(step + 1).sin().abs() * 4_294_967_296.0) as u32;
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 1321 §A.5, and the example of RFC 1939 §7.
    #[test]
    fn the_digests_of_the_standards() {
        for (message, expected) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (
                "abcdefghijklmnopqrstuvwxyz",
                "c3fcd3d76192e4007dfb496cca67e13b",
            ),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
            (
                "<1896.697170952@dbc.mtview.ca.us>tanstaaf",
                "c4c9334bac560ecc979e58001b3e22fb",
            ),
        ] {
            assert_eq!(hex(message.as_bytes()), expected, "{message}");
        }
    }
}
