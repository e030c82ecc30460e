//! Tests of the folder tree.

use super::{Children, Tree};
use crate::{
    mail::{
        id::MailboxId,
        mailbox::{Mailbox, Role},
    },
    web::{i18n::Language, page::Ui},
};

fn folder(id: u8, parent: Option<u8>, name: &str, role: Option<Role>) -> Mailbox {
    Mailbox {
        id: MailboxId([id; 6]),
        name: name.to_owned(),
        path: name.to_owned(),
        delimiter: Some('/'),
        parent: parent.map(|id| MailboxId([id; 6])),
        role,
        selectable: true,
        subscribed: true,
        total: 0,
        unread: 0,
    }
}

fn shape(folders: &[super::Folder]) -> Vec<(&str, usize, usize)> {
    folders
        .iter()
        .map(|f| (f.name.as_str(), f.depth, f.closes))
        .collect()
}

#[test]
fn roles_come_first_and_the_rest_is_a_tree() {
    let ui = Ui::stranger(Language::English, "", 0);
    let mut folders = vec![
        folder(9, None, "zoo", None),
        folder(1, None, "INBOX", Some(Role::Inbox)),
        folder(2, Some(1), "Bin", Some(Role::Trash)),
        folder(3, None, "Old", Some(Role::Archive)),
        folder(4, Some(3), "2025", None),
        folder(5, Some(1), "Work", None),
        folder(6, Some(5), "Clients", None),
        folder(7, Some(6), "Acme", None),
        folder(8, Some(5), "Bills", None),
    ];
    let tree = Tree::new(&ui, &folders, Some(MailboxId([7; 6])), false);
    assert_eq!(
        shape(&tree.main),
        [
            ("Inbox", 0, 0),
            ("Archive", 0, 0),
            ("2025", 1, 1),
            ("Trash", 0, 0)
        ]
    );
    assert_eq!(
        shape(&tree.others),
        [
            ("Work", 0, 0),
            ("Bills", 1, 0),
            ("Clients", 1, 0),
            ("Acme", 2, 2),
            ("zoo", 0, 0)
        ]
    );
    assert_eq!(tree.others[3].above, "Work / Clients");
    assert_eq!(
        tree.others[0].children,
        Children::Open,
        "the open folder lies within"
    );
    assert_eq!(tree.main[1].children, Children::Folded);

    folders[6].subscribed = false;
    folders[7].subscribed = false;
    let tree = Tree::new(&ui, &folders, None, false);
    assert_eq!(
        shape(&tree.others),
        [("Work", 0, 0), ("Bills", 1, 1), ("zoo", 0, 0)]
    );
    let tree = Tree::new(&ui, &folders, None, true);
    assert_eq!(tree.others.len(), 5);
}

#[test]
fn odd_trees_end() {
    let ui = Ui::stranger(Language::English, "", 0);
    let folders = [
        folder(1, Some(2), "a", None),
        folder(2, Some(1), "b", None),
        folder(3, Some(3), "self", None),
        folder(4, Some(99), "orphan", None),
    ];
    let tree = Tree::new(&ui, &folders, Some(MailboxId([1; 6])), false);
    assert_eq!(shape(&tree.others), [("orphan", 0, 0)]);
}
