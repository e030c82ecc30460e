//! Which folder is for what: by the server's word (RFC 6154), else by name.

use super::Folder;
use crate::mail::mailbox::{Role, role_names::role_by_name};

/// Attributes and what they mean; the last ones are XLIST's, which Gmail once had.
const ATTRIBUTES: [(&str, Role); 13] = [
    ("\\Inbox", Role::Inbox),
    ("\\Drafts", Role::Drafts),
    ("\\Sent", Role::Sent),
    ("\\Trash", Role::Trash),
    ("\\Junk", Role::Junk),
    ("\\Archive", Role::Archive),
    ("\\All", Role::All),
    ("\\Flagged", Role::Flagged),
    ("\\Spam", Role::Junk),
    ("\\Bin", Role::Trash),
    ("\\AllMail", Role::All),
    ("\\Starred", Role::Flagged),
    ("\\Archives", Role::Archive),
];

/// Gives each role to at most one folder. `attributes` belong to the folders by position;
/// `prefix` is that of one's own namespace.
pub(super) fn assign(folders: &mut [Folder], attributes: &[Vec<String>], prefix: &str) {
    let mut taken: Vec<Role> = Vec::new();
    let mut give = |folder: &mut Folder, role: Role| {
        if folder.role.is_none() && !taken.contains(&role) {
            folder.role = Some(role);
            taken.push(role);
        }
    };
    for folder in folders.iter_mut().filter(|own| own.name == "INBOX") {
        give(folder, Role::Inbox);
    }
    for (folder, attributes) in folders.iter_mut().zip(attributes) {
        let marked = ATTRIBUTES
            .iter()
            .find(|(name, _)| attributes.iter().any(|own| own.eq_ignore_ascii_case(name)));
        // A folder that only holds others (Gmail's "[Gmail]") has no role.
        if let Some((_, role)) = marked.filter(|_| folder.selectable) {
            give(folder, *role);
        }
    }
    // By name: of several candidates the better known name, then the one nearer to the top.
    let mut candidates: Vec<(usize, bool, usize, Role)> = Vec::new();
    for (at, folder) in folders.iter().enumerate() {
        let Some((leaf, nested)) = leaf(folder, prefix).filter(|_| folder.selectable) else {
            continue;
        };
        if let Some((role, rank)) = role_by_name(leaf) {
            candidates.push((rank, nested, at, role));
        }
    }
    candidates.sort_unstable();
    for (_, _, at, role) in candidates {
        if let Some(folder) = folders.get_mut(at) {
            give(folder, role);
        }
    }
}

/// The folder's own name, if it lies at the top or directly below INBOX or the namespace, and
/// whether it is below. Somebody's "Projects/Trash" is just a folder.
fn leaf<'a>(folder: &'a Folder, prefix: &str) -> Option<(&'a str, bool)> {
    let Some(delimiter) = folder.delimiter else {
        return Some((&folder.name, false));
    };
    if !prefix.is_empty()
        && let Some(rest) = folder.name.strip_prefix(prefix)
    {
        return (!rest.contains(delimiter)).then_some((rest, false));
    }
    match folder.name.split_once(delimiter) {
        None => Some((&folder.name, false)),
        Some((parent, rest)) => {
            let fits = parent.eq_ignore_ascii_case("INBOX") && !rest.contains(delimiter);
            fits.then_some((rest, true))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(list: &[(&str, &str)], prefix: &str) -> Vec<Option<Role>> {
        let mut folders: Vec<Folder> = list
            .iter()
            .map(|(name, attribute)| Folder {
                name: (*name).to_owned(),
                delimiter: Some('/'),
                selectable: *attribute != "\\Noselect",
                ..Folder::default()
            })
            .collect();
        let attributes: Vec<Vec<String>> = list
            .iter()
            .map(|(_, attribute)| vec![(*attribute).to_owned()])
            .collect();
        assign(&mut folders, &attributes, prefix);
        folders.iter().map(|folder| folder.role).collect()
    }

    #[test]
    fn the_servers_word_comes_before_names() {
        let found = roles(
            &[
                ("INBOX", ""),
                ("Trash", ""),
                ("Rubbish heap", "\\TRASH"),
                ("Second", "\\Trash"),
                ("[Gmail]", "\\Noselect"),
                ("[Gmail]/All Mail", "\\All"),
            ],
            "",
        );
        let expected = [
            Some(Role::Inbox),
            None,
            Some(Role::Trash),
            None,
            None,
            Some(Role::All),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn names_count_near_the_top_and_once() {
        let found = roles(
            &[
                ("Sent Items", ""),
                ("Sent", ""),
                ("Projects/Trash", ""),
                ("INBOX/Papierkorb", ""),
                ("INBOX/Old/Drafts", ""),
                ("Drafts", "\\Noselect"),
                ("Entwürfe", ""),
            ],
            "",
        );
        let expected = [
            None,
            Some(Role::Sent),
            None,
            Some(Role::Trash),
            None,
            None,
            Some(Role::Drafts),
        ];
        assert_eq!(found, expected);
        let found = roles(&[("INBOX/Sent", ""), ("Drafts", "")], "INBOX/");
        assert_eq!(found, [Some(Role::Sent), Some(Role::Drafts)]);
    }
}
