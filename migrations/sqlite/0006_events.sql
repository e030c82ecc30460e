-- What has changed, for live pages, the API's states and JMAP.

-- A change. Kept for a day and at most 10,000 rows per user.
CREATE TABLE events (
    -- Whose it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- 1, 2, 3… per user, in the order in which they became visible.
    seq INTEGER NOT NULL,
    -- The account that it is in; NULL for what is the user's (settings).
    account_id INTEGER,
    -- RFC 8621's name of what has changed: Email, Mailbox, Thread, Identity, EmailSubmission…
    kind TEXT NOT NULL,
    -- created, updated or destroyed.
    action TEXT NOT NULL,
    -- The id of what has changed; '' for "anything of this kind".
    object TEXT NOT NULL DEFAULT '',
    -- The folder concerned: its key; NULL for none.
    mailbox_id INTEGER,
    -- When.
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, seq),
    FOREIGN KEY (account_id, user_id) REFERENCES accounts (id, user_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX events_account ON events (account_id, kind, seq);
CREATE INDEX events_time ON events (created_at);
