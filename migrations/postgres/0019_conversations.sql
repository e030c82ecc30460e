-- Conversations of mail that lies on a server: which messages belong together. Read from the server,
-- and read again when it is gone: every row of these tables may be deleted at any time.

-- How far a folder was read. Without a row nothing of it was.
CREATE TABLE indexed_folders (
    -- The folder.
    mailbox_id BIGINT PRIMARY KEY REFERENCES mailboxes (id) ON DELETE CASCADE,
    -- The account that it is in.
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The UIDVALIDITY that its rows' UIDs belong to.
    uid_validity BIGINT NOT NULL,
    -- The highest UID that was ever seen: what comes later has a higher one.
    highest BIGINT NOT NULL,
    -- The lowest UID that was read; every message from it on has a row.
    lowest BIGINT NOT NULL,
    -- How many messages lie below it, never fewer than there are.
    below BIGINT NOT NULL,
    -- How many rows it has.
    held BIGINT NOT NULL,
    -- When the message at lowest arrived.
    reached_at BIGINT NOT NULL,
    -- UIDNEXT when the rows were last known to be all there is.
    uid_next BIGINT NOT NULL,
    -- Another with every change of its rows.
    revision BIGINT NOT NULL,
    -- When it was last of use.
    used_at BIGINT NOT NULL
);
CREATE INDEX indexed_folders_account ON indexed_folders (account_id);
CREATE INDEX indexed_folders_used ON indexed_folders (used_at);

-- A message.
CREATE TABLE indexed_messages (
    -- The folder that it lies in.
    mailbox_id BIGINT NOT NULL REFERENCES mailboxes (id) ON DELETE CASCADE,
    -- Its UID there.
    uid BIGINT NOT NULL,
    -- The account that the folder is in.
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Its Message-ID, hashed under the server's key; no octets without one.
    name BYTEA NOT NULL,
    -- Its conversation: the hash of the Message-ID at its root.
    thread_id BYTEA NOT NULL,
    -- When it arrived.
    received_at BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, uid)
);
CREATE INDEX indexed_messages_received
    ON indexed_messages (mailbox_id, received_at, thread_id, uid);
CREATE INDEX indexed_messages_arrived ON indexed_messages (account_id, received_at, thread_id);
CREATE INDEX indexed_messages_thread
    ON indexed_messages (account_id, thread_id, received_at, mailbox_id, uid);
CREATE INDEX indexed_messages_name ON indexed_messages (account_id, name, thread_id);
