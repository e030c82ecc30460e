-- Collecting from POP3 servers, and leases for work that only one process may do at a time.

-- The right to do something alone for a while: a collector's run, the outbox.
CREATE TABLE leases (
    -- What for: pop3:<account id>, outbox:<account id>…
    name TEXT NOT NULL,
    -- Who has it: a random name that a process gives itself at start; '' when nobody.
    holder TEXT NOT NULL DEFAULT '',
    -- Grows with each new holder; a late write by an earlier one is told by it.
    fence INTEGER NOT NULL DEFAULT 0,
    -- When it ends unless it is renewed.
    expires_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

-- How an account is collected, and how that goes. One row per POP3 account.
CREATE TABLE pop3_accounts (
    -- The account.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- keep, deleteAfterDays, deleteWhenDeletedHere, deleteWhenLeavesInbox or deleteAboveSize.
    policy TEXT NOT NULL DEFAULT 'keep',
    -- deleteAfterDays: days from safely stored to deleted; 0 is at the next session.
    days INTEGER NOT NULL DEFAULT 0,
    -- deleteAboveSize: what the server may hold.
    megabytes INTEGER NOT NULL DEFAULT 0,
    -- 1 when the user allows collecting while nobody is signed in.
    background INTEGER NOT NULL DEFAULT 0 CHECK (background IN (0, 1)),
    -- Minutes between two runs.
    interval_minutes INTEGER NOT NULL DEFAULT 15,
    -- 1 when the user has paused it.
    paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    -- 1 for a server without UIDL: messages are known by sha256, and nothing is deleted there.
    without_uidl INTEGER NOT NULL DEFAULT 0 CHECK (without_uidl IN (0, 1)),
    -- What the server said in CAPA, as JSON; '' when it has none.
    capabilities_json TEXT NOT NULL DEFAULT '',
    -- LOGIN-DELAY: the seconds that must lie between two sign-ins.
    login_delay INTEGER NOT NULL DEFAULT 0,
    -- Runs failed in a row, for the back-off.
    failures INTEGER NOT NULL DEFAULT 0,
    -- The code of the last error; '' when the last run went well.
    last_error TEXT NOT NULL DEFAULT '',
    -- This or the last run: messages done.
    progress_done INTEGER NOT NULL DEFAULT 0,
    -- This or the last run: messages to do.
    progress_total INTEGER NOT NULL DEFAULT 0,
    -- Messages on the server at the last listing.
    remote_count INTEGER NOT NULL DEFAULT 0,
    -- Their octets.
    remote_bytes INTEGER NOT NULL DEFAULT 0,
    -- When the last run began; NULL when there was none.
    started_at INTEGER,
    -- When it ended; NULL while it runs.
    finished_at INTEGER,
    -- When a run last went well; NULL when none has.
    succeeded_at INTEGER,
    -- When the next one is due.
    next_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pop3_accounts_due ON pop3_accounts (next_at) WHERE paused = 0;

-- The ledger: one row per message that a POP3 server has shown. Never removed while the account
-- is there, whatever the server lists.
CREATE TABLE pop3_ledger (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The server's UIDL; '' for a server without.
    uidl TEXT NOT NULL DEFAULT '',
    -- 1, and one more for each message that was later shown under a UIDL already used.
    occurrence INTEGER NOT NULL DEFAULT 1,
    -- Octets as listed.
    size INTEGER NOT NULL DEFAULT 0,
    -- seen (not yet stored), stored, quarantined (raw bytes stored, unreadable) or deleted (there).
    state TEXT NOT NULL DEFAULT 'seen',
    -- sha256 of the bytes received; NULL before they are stored.
    sha256 BLOB,
    -- The message; NULL before it is stored and after it was deleted here.
    message_id INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    -- Tries that failed.
    attempts INTEGER NOT NULL DEFAULT 0,
    -- The code of the last failure; '' for none.
    last_error TEXT NOT NULL DEFAULT '',
    -- When the server first listed it.
    first_seen_at INTEGER NOT NULL,
    -- When it last did.
    last_seen_at INTEGER NOT NULL,
    -- When it was durably stored; NULL before.
    stored_at INTEGER,
    -- When the policy wants it deleted there; NULL when it does not.
    delete_due_at INTEGER,
    -- When QUIT confirmed the deletion; NULL before.
    deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX pop3_ledger_uidl ON pop3_ledger (account_id, uidl, occurrence) WHERE uidl <> '';
CREATE INDEX pop3_ledger_sha256 ON pop3_ledger (account_id, sha256);
CREATE INDEX pop3_ledger_state ON pop3_ledger (account_id, state, id);
CREATE INDEX pop3_ledger_due ON pop3_ledger (account_id, delete_due_at) WHERE delete_due_at IS NOT NULL;
CREATE INDEX pop3_ledger_message ON pop3_ledger (message_id);

-- Every DELE ever sent, for the user to read. Its text stands alone: the ledger may move on.
CREATE TABLE pop3_deletions (
    -- The order.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The row of the ledger.
    ledger_id INTEGER NOT NULL REFERENCES pop3_ledger (id) ON DELETE CASCADE,
    -- The policy that asked for it, as in pop3_accounts.
    policy TEXT NOT NULL,
    -- The UIDL that was matched.
    uidl TEXT NOT NULL,
    -- The size that was matched.
    size INTEGER NOT NULL,
    -- The stored copy, verified right before.
    sha256 BLOB NOT NULL,
    -- sent, confirmed (QUIT said +OK), refused or unknown (the connection was lost).
    outcome TEXT NOT NULL DEFAULT 'sent',
    -- When DELE was sent.
    created_at INTEGER NOT NULL,
    -- When the outcome was known; NULL before.
    finished_at INTEGER
) STRICT;
CREATE INDEX pop3_deletions_account ON pop3_deletions (account_id, id);
CREATE INDEX pop3_deletions_ledger ON pop3_deletions (ledger_id);
