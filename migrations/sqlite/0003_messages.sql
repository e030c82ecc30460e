-- The local mailbox: mail that lives here and nowhere else (POP3, imported, demo). Its folders are
-- rows of mailboxes. Everything but blobs and journal can be made again from those two.

-- Stored bytes. Each user has their own, so that nobody learns what others have.
CREATE TABLE blobs (
    -- Whose it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- sha256 of the plain bytes (32 bytes); also the name in the blob store.
    sha256 BLOB NOT NULL,
    -- Plain bytes.
    size INTEGER NOT NULL,
    -- Bytes as stored; counts towards the quota.
    stored_size INTEGER NOT NULL,
    -- How the bytes are stored: '' as they are, or zstd.
    coding TEXT NOT NULL DEFAULT '',
    -- How many rows of messages, drafts, draft_attachments and submissions name it.
    uses INTEGER NOT NULL DEFAULT 0,
    -- When it was stored.
    created_at INTEGER NOT NULL,
    -- Since when nothing names it (uploads begin so); NULL while in use. Swept a day later.
    unused_at INTEGER,
    PRIMARY KEY (user_id, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX blobs_unused ON blobs (unused_at) WHERE unused_at IS NOT NULL;

-- A message: what lists and searches need of it. Equal bytes delivered twice are two rows.
CREATE TABLE messages (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account that it is in.
    account_id INTEGER NOT NULL,
    -- The account's user, whose blob it is.
    user_id INTEGER NOT NULL,
    -- The blob.
    sha256 BLOB NOT NULL,
    -- Octets.
    size INTEGER NOT NULL,
    -- Time of the topmost Received, else Date, else of download.
    received_at INTEGER NOT NULL,
    -- The Date header; NULL when absent or unreadable.
    sent_at INTEGER,
    -- The offset in the Date header, minutes east of UTC; NULL as above.
    sent_offset INTEGER,
    -- Keyed hash of the conversation's root Message-ID.
    thread_id TEXT NOT NULL,
    -- Message-ID without angle brackets, at most 998 octets; '' when absent. Senders repeat them.
    message_id TEXT NOT NULL DEFAULT '',
    -- In-Reply-To, a JSON list of ids without angle brackets.
    in_reply_to_json TEXT NOT NULL DEFAULT '[]',
    -- References, a JSON list of ids without angle brackets.
    references_json TEXT NOT NULL DEFAULT '[]',
    -- From, a JSON list of {name, email}; likewise the next five.
    from_json TEXT NOT NULL DEFAULT '[]',
    -- Sender.
    sender_json TEXT NOT NULL DEFAULT '[]',
    -- Reply-To.
    reply_to_json TEXT NOT NULL DEFAULT '[]',
    -- To.
    to_json TEXT NOT NULL DEFAULT '[]',
    -- Cc.
    cc_json TEXT NOT NULL DEFAULT '[]',
    -- Bcc, in sent mail.
    bcc_json TEXT NOT NULL DEFAULT '[]',
    -- Subject, decoded.
    subject TEXT NOT NULL DEFAULT '',
    -- The first words of the text.
    preview TEXT NOT NULL DEFAULT '',
    -- 1 when a person would say that it has an attachment.
    has_attachment INTEGER NOT NULL DEFAULT 0 CHECK (has_attachment IN (0, 1)),
    -- The MIME tree as JSON; '' when it can't be read.
    structure_json TEXT NOT NULL DEFAULT '',
    -- 1 for a message that could not be read three times over and is shown as a placeholder.
    quarantined INTEGER NOT NULL DEFAULT 0 CHECK (quarantined IN (0, 1)),
    -- The version of the indexer that filled this row; reindex looks for older ones.
    index_version INTEGER NOT NULL DEFAULT 0,
    -- When it was stored here.
    created_at INTEGER NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES accounts (id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (user_id, sha256) REFERENCES blobs (user_id, sha256) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX messages_blob ON messages (user_id, sha256);
CREATE INDEX messages_message_id ON messages (account_id, message_id);
CREATE INDEX messages_thread ON messages (account_id, thread_id, received_at, id);

-- A message in a folder. Sort keys are repeated here so that each order is one index: a window of
-- a folder costs the same with a thousand messages in it and with a million.
CREATE TABLE placements (
    -- The folder.
    mailbox_id INTEGER NOT NULL REFERENCES mailboxes (id) ON DELETE CASCADE,
    -- The UID in it, never given twice under one UIDVALIDITY.
    uid INTEGER NOT NULL,
    -- The message.
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    -- The keywords, sorted, lower case, with spaces between.
    keywords TEXT NOT NULL DEFAULT '',
    -- 1 when keywords has $seen.
    seen INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1)),
    -- 1 when keywords has $flagged.
    flagged INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1)),
    -- The mailbox's modseq when this row last changed.
    modseq INTEGER NOT NULL,
    -- messages.thread_id.
    thread_id TEXT NOT NULL,
    -- messages.received_at.
    received_at INTEGER NOT NULL,
    -- messages.sent_at, else received_at.
    sent_at INTEGER NOT NULL,
    -- messages.size.
    size INTEGER NOT NULL,
    -- The first name in From (else its address), folded for sorting, at most 64 characters.
    from_key TEXT NOT NULL DEFAULT '',
    -- The same of To.
    to_key TEXT NOT NULL DEFAULT '',
    -- The subject without Re: and the like, folded for sorting, at most 64 characters.
    subject_key TEXT NOT NULL DEFAULT '',
    -- When the message came into this folder; the Trash's retention counts from here.
    placed_at INTEGER NOT NULL,
    PRIMARY KEY (mailbox_id, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX placements_received ON placements (mailbox_id, received_at, uid);
CREATE INDEX placements_sent ON placements (mailbox_id, sent_at, uid);
CREATE INDEX placements_size ON placements (mailbox_id, size, uid);
CREATE INDEX placements_from ON placements (mailbox_id, from_key, uid);
CREATE INDEX placements_to ON placements (mailbox_id, to_key, uid);
CREATE INDEX placements_subject ON placements (mailbox_id, subject_key, uid);
CREATE INDEX placements_modseq ON placements (mailbox_id, modseq, uid);
CREATE INDEX placements_thread ON placements (mailbox_id, thread_id, received_at, uid);
CREATE INDEX placements_unread ON placements (mailbox_id, received_at, uid) WHERE seen = 0;
CREATE INDEX placements_flagged ON placements (mailbox_id, received_at, uid) WHERE flagged = 1;
CREATE INDEX placements_message ON placements (message_id);

-- Two conversations found to be one: the first id leads to the second.
CREATE TABLE thread_aliases (
    -- The account that they are in.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The id that was given up.
    from_thread TEXT NOT NULL,
    -- The id that stands for both.
    to_thread TEXT NOT NULL,
    -- When that was found.
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, from_thread)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_aliases_to ON thread_aliases (account_id, to_thread);

-- What people did with local mail, in order: with the blobs it is enough to make folders,
-- placements and keywords again. Never edited; compacted into one snapshot row per placement.
CREATE TABLE journal (
    -- The order.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- mailbox (made, renamed, role), place, keywords, expunge or mailbox-gone.
    operation TEXT NOT NULL,
    -- The folder's key. No reference: the row outlives the folder.
    mailbox_id INTEGER NOT NULL,
    -- The UID; 0 for an operation on the folder itself.
    uid INTEGER NOT NULL DEFAULT 0,
    -- The blob of the message; NULL for an operation on the folder itself.
    sha256 BLOB,
    -- The rest as JSON: a folder's name and role, the keywords after the change, received_at.
    detail_json TEXT NOT NULL DEFAULT '{}',
    -- When it was done.
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_account ON journal (account_id, id);
CREATE INDEX journal_placement ON journal (mailbox_id, uid, id);
