//! Entries as text of a field.

use super::Typed;
use crate::mail::address::{Address, check::is_atext};

/// The text that [`parse`](super::parse) reads as these entries. An entry that can't be
/// understood may hold half a quote, so it gets lines of its own where that would matter.
pub fn to_field_text(entries: &[Typed]) -> String {
    let mut out = String::new();
    let mut before: Option<&Typed> = None;
    for entry in entries {
        if let Some(before) = before {
            out.push_str(separator(before, entry));
        }
        match entry {
            Typed::Mailbox(address) => push_mailbox(address, &mut out),
            Typed::Group { name, members } => {
                push_name(name, &mut out);
                out.push_str(": ");
                for (index, member) in members.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    push_mailbox(member, &mut out);
                }
                out.push(';');
            }
            Typed::Unclear { text, .. } => out.push_str(text),
        }
        before = Some(entry);
    }
    out
}

/// Semicolons beside what is unclear keep it from being taken for a surname.
fn separator(before: &Typed, after: &Typed) -> &'static str {
    let unclear = |entry: &Typed| matches!(entry, Typed::Unclear { .. });
    let open = |entry: &Typed| match entry {
        Typed::Unclear { text, .. } => text.contains(['"', '<', '(', '[', ':', '\\']),
        _ => false,
    };
    if open(before) || open(after) {
        "\n"
    } else if unclear(before) || unclear(after) {
        "; "
    } else {
        ", "
    }
}

fn push_mailbox(address: &Address, out: &mut String) {
    match &address.name {
        None => out.push_str(&address.email),
        Some(name) => {
            push_name(name, out);
            out.push_str(" <");
            out.push_str(&address.email);
            out.push('>');
        }
    }
}

/// A name, in quotes where it has something in it that would be read as something else.
fn push_name(name: &str, out: &mut String) {
    let plain = |c: char| c == ' ' || c == '.' || is_atext(c);
    if !name.is_empty() && name.chars().all(plain) && !name.contains("=?") {
        out.push_str(name);
        return;
    }
    out.push('"');
    for c in name.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}
