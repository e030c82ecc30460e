//! MD5 (RFC 1321), for APOP alone, which is made of it. It protects nothing else: ring has good
//! hashes.

use md5::{Digest as _, Md5};

/// The digest in lower-case hexadecimal.
pub(super) fn hex(message: &[u8]) -> String {
    let digest = Md5::digest(message);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
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
