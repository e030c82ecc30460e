-- Mailings that are taken back halfway, and wishes for read receipts that are answered for good.

-- The draft that a mail merge was made of, on every message of it; NULL for none. Unlike draft_id
-- it stays when the mailing is taken back, and says whom a message of that draft has reached.
ALTER TABLE submissions ADD COLUMN merge_draft INTEGER;
-- 1 once its owner has taken it off the outbox's list while its draft still asks whom it reached.
ALTER TABLE submissions ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
CREATE INDEX submissions_merge ON submissions (merge_of) WHERE merge_of IS NOT NULL;
CREATE INDEX submissions_merge_draft ON submissions (merge_draft) WHERE merge_draft IS NOT NULL;

-- A wish for a read receipt that its reader has answered, with yes or no. The mark $MDNSent on the
-- message says the same to other programs, where the server keeps it. Kept for two years.
CREATE TABLE answered_receipts (
    -- Whose message it is.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The Message-ID that the receipt has or would have, which follows from the message.
    receipt_id TEXT NOT NULL,
    -- When it was answered.
    answered_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, receipt_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX answered_receipts_age ON answered_receipts (answered_at);
