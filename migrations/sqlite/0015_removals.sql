-- Messages that were deleted for good can be brought back for some days, and what lies in Trash for
-- long is deleted.

-- Local mailboxes: days that a message lies in Trash before it is deleted; 0 for ever.
ALTER TABLE accounts ADD COLUMN trash_days INTEGER NOT NULL DEFAULT 30;
-- The same of Junk.
ALTER TABLE accounts ADD COLUMN junk_days INTEGER NOT NULL DEFAULT 0;
-- The folder from which the message was moved here, or by way of Trash and Junk; NULL for none.
ALTER TABLE placements ADD COLUMN came_from INTEGER;

-- A message that was taken out of a folder for good, for as long as it can be brought back.
CREATE TABLE removals (
    -- Never reused; the order.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account that it was in.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The message; its row stays as long as this one does.
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    -- The folder that it was taken out of: its key. No reference: the row outlives the folder.
    mailbox_id INTEGER NOT NULL,
    -- That folder's UIDVALIDITY.
    uid_validity INTEGER NOT NULL,
    -- Its UID there.
    uid INTEGER NOT NULL,
    -- The folder that it goes back into: its key; NULL for the inbox.
    came_from INTEGER,
    -- placements.keywords.
    keywords TEXT NOT NULL DEFAULT '',
    -- placements.received_at.
    received_at INTEGER NOT NULL,
    -- placements.from_key.
    from_key TEXT NOT NULL DEFAULT '',
    -- placements.to_key.
    to_key TEXT NOT NULL DEFAULT '',
    -- placements.subject_key.
    subject_key TEXT NOT NULL DEFAULT '',
    -- When it was taken out.
    removed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX removals_account ON removals (account_id, id);
CREATE INDEX removals_message ON removals (message_id);
CREATE INDEX removals_time ON removals (removed_at, id);
