-- Folders of every kind of account, and where messages have gone that are known by an older id.

-- A folder. Kept when it vanishes from the server, so that the ids in it come back if it does.
CREATE TABLE mailboxes (
    -- The mailbox key: 6 random bytes as a number. Part of every email id; never changes.
    id INTEGER PRIMARY KEY,
    -- The account that it is in.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The full path, decoded.
    name TEXT NOT NULL,
    -- The hierarchy separator; '' where there is no hierarchy.
    delimiter TEXT NOT NULL DEFAULT '',
    -- The server's own lasting id (MAILBOXID, else Dovecot's GUID); '' when it has none.
    remote_id TEXT NOT NULL DEFAULT '',
    -- UIDVALIDITY; 0 when not yet known.
    uid_validity INTEGER NOT NULL DEFAULT 0,
    -- Local mailboxes: the UID that the next message gets.
    uid_next INTEGER NOT NULL DEFAULT 1,
    -- Local mailboxes: the highest placements.modseq given.
    modseq INTEGER NOT NULL DEFAULT 0,
    -- Local mailboxes: the messages in it.
    total INTEGER NOT NULL DEFAULT 0,
    -- Local mailboxes: the unread messages in it.
    unread INTEGER NOT NULL DEFAULT 0,
    -- inbox, drafts, sent, archive, junk, trash, all or flagged; '' for none.
    role TEXT NOT NULL DEFAULT '',
    -- Where it stands among its siblings; equal ones go by name.
    sort_order INTEGER NOT NULL DEFAULT 0,
    -- 0 for a node that only holds other folders.
    selectable INTEGER NOT NULL DEFAULT 1 CHECK (selectable IN (0, 1)),
    -- 0 when its owner does not want to see it.
    subscribed INTEGER NOT NULL DEFAULT 1 CHECK (subscribed IN (0, 1)),
    -- When it was first seen or made.
    created_at INTEGER NOT NULL,
    -- When it was found to be gone; NULL while it is there.
    gone_at INTEGER
) STRICT;
CREATE UNIQUE INDEX mailboxes_name ON mailboxes (account_id, name) WHERE gone_at IS NULL;
CREATE INDEX mailboxes_account ON mailboxes (account_id, gone_at);

-- A message that has moved: its id is that of an older placement. Rows are kept flat: each leads
-- to where the message lies now, however often it has moved.
CREATE TABLE aliases (
    -- The order of arrival: of several ids of one message the lowest is the one shown.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account that the message is in.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The email id: its mailbox key.
    from_mailbox INTEGER NOT NULL,
    -- The email id: its UIDVALIDITY.
    from_uid_validity INTEGER NOT NULL,
    -- The email id: its UID.
    from_uid INTEGER NOT NULL,
    -- The placement now: mailbox key.
    to_mailbox INTEGER NOT NULL,
    -- The placement now: UIDVALIDITY.
    to_uid_validity INTEGER NOT NULL,
    -- The placement now: UID.
    to_uid INTEGER NOT NULL,
    -- When the message last moved.
    moved_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX aliases_from ON aliases (account_id, from_mailbox, from_uid_validity, from_uid);
CREATE INDEX aliases_to ON aliases (account_id, to_mailbox, to_uid_validity, to_uid, id);
