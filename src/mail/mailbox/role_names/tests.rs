//! Tests of the names of folders.

use std::collections::BTreeSet;

use super::*;

#[test]
fn names_of_many_programs_are_known() {
    for (name, role) in [
        ("Drafts", Role::Drafts),
        ("BROUILLONS", Role::Drafts),
        ("Entwürfe", Role::Drafts),
        ("下書き", Role::Drafts),
        ("Sent Items", Role::Sent),
        ("Messages envoyés", Role::Sent),
        ("Отправленные", Role::Sent),
        ("보낸편지함", Role::Sent),
        ("Deleted Messages", Role::Trash),
        ("Papierkorb", Role::Trash),
        ("Kosz", Role::Trash),
        ("垃圾桶", Role::Trash),
        ("Junk E-mail", Role::Junk),
        ("Skräppost", Role::Junk),
        ("Archív", Role::Archive),
    ] {
        assert_eq!(
            role_by_name(name).map(|found| found.0),
            Some(role),
            "{name}"
        );
    }
    for name in ["", "Work", "Sent to me", "INBOX", "Trashy novels"] {
        assert_eq!(role_by_name(name), None, "{name}");
    }
}

#[test]
fn no_name_has_two_roles_and_all_are_lower_case() {
    let mut seen = BTreeSet::new();
    for (_, names) in NAMES {
        for name in names {
            assert!(seen.insert(*name), "{name} twice");
            assert_eq!(*name, name.to_lowercase(), "{name}");
            assert!(role_by_name(name).is_some());
        }
    }
}
