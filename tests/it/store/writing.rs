//! What the tests of writing and sending share: a user with an account, and files.

use std::sync::LazyLock;

use restante::store::{
    Store,
    accounts::{self, AccountKind, NewAccount},
    blobs::{self, Sha256},
    drafts::{self, DraftFields, DraftRow, NewDraft, attachments::NewAttachment},
    id::{AccountId, UserId},
    submissions::{self, Claim, CopyState, MarkState, NewSubmission, SubmissionRow},
    users,
};

/// A user with one account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) user: UserId,
    pub(super) account: AccountId,
}

pub(super) async fn person(store: &Store, address: &str) -> Person {
    let user = users::find_or_create(store, address, 1).await.unwrap().id;
    let new = NewAccount {
        kind: AccountKind::Imap,
        primary: true,
        address,
        login: "",
        name: "",
        servers: "",
    };
    let account = accounts::create(store, user, &new, 1).await.unwrap().id;
    Person { user, account }
}

/// The hash of a file with this number.
pub(super) fn hash(number: u8) -> Sha256 {
    [number; 32]
}

/// Makes a file of ten bytes known.
pub(super) async fn upload(store: &Store, user: UserId, number: u8, now: i64) -> Sha256 {
    let sha256 = hash(number);
    blobs::add(store, user, &sha256, 20, 10, None, now)
        .await
        .unwrap();
    sha256
}

/// How many rows name the file.
pub(super) async fn uses(store: &Store, user: UserId, number: u8) -> Option<i64> {
    let row = blobs::get(store, user, &hash(number)).await.unwrap();
    row.map(|row| row.uses)
}

/// A draft with this subject.
pub(super) async fn draft(store: &Store, person: Person, subject: &str, now: i64) -> DraftRow {
    let fields = about(subject);
    let new = new_draft("", &fields);
    drafts::create(store, person.account, person.user, &new, now)
        .await
        .unwrap()
}

pub(super) fn about(subject: &str) -> DraftFields {
    DraftFields {
        to: vec!["Bea <b@example.org>".to_owned(), "half@".to_owned()],
        subject: subject.to_owned(),
        html: true,
        options_json: "{}".to_owned(),
        ..DraftFields::default()
    }
}

pub(super) fn new_draft<'a>(key: &'a str, fields: &'a DraftFields) -> NewDraft<'a> {
    NewDraft {
        key,
        fields,
        reference_email: "",
        reference_action: "",
        quote: None,
        in_reply_to: "",
        references: &[],
        conflict_of: None,
        copy: None,
        files: &[],
    }
}

pub(super) fn file(number: u8, name: &str) -> NewAttachment<'_> {
    NewAttachment {
        sha256: hash(number),
        name,
        media_type: "text/plain",
        size: 20,
        inline: false,
        cid: "",
    }
}

/// What it takes to send a draft to two people.
pub(super) fn sending(person: Person, draft: &DraftRow) -> NewSubmission<'static> {
    static RECIPIENTS: LazyLock<[String; 2]> =
        LazyLock::new(|| ["b@example.org", "c@example.org"].map(str::to_owned));
    NewSubmission {
        account: person.account,
        user: person.user,
        draft: Some((draft.id, draft.revision)),
        identity: None,
        message_id: "m@example.org",
        date: 1,
        mail_from: "a@example.org",
        subject: "subject",
        options_json: "{}",
        send_at: 10,
        reference_email: "",
        reference_action: "",
        copy_state: CopyState::Pending,
        mark_state: MarkState::None,
        recipients: RECIPIENTS.as_slice(),
        unattended: false,
        merge_of: None,
        blob: None,
    }
}

/// Claims a draft that nobody has claimed.
pub(super) async fn claimed(store: &Store, new: &NewSubmission<'_>) -> SubmissionRow {
    match submissions::claim(store, new, 2).await.unwrap() {
        Claim::New(row) => row,
        Claim::Already(row) => panic!("claimed before: {row:?}"),
    }
}
