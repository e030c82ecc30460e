-- Mail on its way in, out or across: work that goes on for longer than a request.

-- An import, an export, or a copy from one account into another.
CREATE TABLE jobs (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose it is.
    user_id INTEGER NOT NULL,
    -- The account that it is about.
    account_id INTEGER NOT NULL,
    -- import, export or copy.
    kind TEXT NOT NULL,
    -- ready (an export that nobody has fetched), running, done, failed or cancelled. What is running
    -- and has not been heard of for a minute is interrupted, whatever stands here.
    state TEXT NOT NULL DEFAULT 'running',
    -- What it was told to do, JSON.
    task_json TEXT NOT NULL DEFAULT '{}',
    -- Messages that were carried over.
    done INTEGER NOT NULL DEFAULT 0,
    -- Messages that were there already.
    known INTEGER NOT NULL DEFAULT 0,
    -- What could not be carried over.
    failed INTEGER NOT NULL DEFAULT 0,
    -- How much has been looked at, in octets or messages.
    progress INTEGER NOT NULL DEFAULT 0,
    -- How much there is to look at; 0 while that is unknown.
    total INTEGER NOT NULL DEFAULT 0,
    -- The first failures, a list of item and reason, JSON.
    failures_json TEXT NOT NULL DEFAULT '[]',
    -- Why it ended early; '' when it did not.
    reason TEXT NOT NULL DEFAULT '',
    -- Which run works on it; '' for none.
    worker TEXT NOT NULL DEFAULT '',
    -- 1: its owner wants it to end.
    stopping INTEGER NOT NULL DEFAULT 0 CHECK (stopping IN (0, 1)),
    -- When it was begun first.
    created_at INTEGER NOT NULL,
    -- When it was last heard of.
    updated_at INTEGER NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES accounts (id, user_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX jobs_user ON jobs (user_id, id);
CREATE INDEX jobs_account ON jobs (account_id, id);
