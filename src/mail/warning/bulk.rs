//! Mail that went to many, or that a program wrote: nobody to write to.

use super::list;
use crate::mail::header::{self, Field};

/// Does the header say so: a list's or a newsletter's fields, an automatic answer (RFC 3834), or a
/// report without a sender?
pub fn is_bulk(fields: &[Field<'_>]) -> bool {
    let find = |name: &str| {
        let text = header::first(fields, name).map(header::decode_text);
        text.map(|text| text.trim().to_ascii_lowercase())
    };
    let precedence = find("Precedence");
    let automatic = find("Auto-Submitted");
    list::list(fields).is_some()
        || precedence.is_some_and(|word| matches!(word.as_str(), "bulk" | "list" | "junk"))
        || automatic.is_some_and(|word| word != "no")
        || find("Return-Path").is_some_and(|path| path == "<>")
        || ["Feedback-ID", "X-Mailer-RecptId", "List-Post"]
            .iter()
            .any(|name| header::first(fields, name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell() {
        let cases = [
            ("From: a@x", false),
            ("Return-Path: <a@x>", false),
            ("Auto-Submitted: no", false),
            ("Precedence: first-class", false),
            ("Auto-Submitted: auto-replied; x=y", true),
            ("Precedence: Bulk", true),
            ("Return-Path: <>", true),
            ("List-Id: <x.example.org>", true),
            ("List-Unsubscribe: <https://example.org/u>", true),
            ("Feedback-ID: 1:2", true),
        ];
        for (block, expected) in cases {
            assert_eq!(
                is_bulk(&header::fields(block.as_bytes())),
                expected,
                "{block}"
            );
        }
    }
}
