-- Messages being written, and messages on their way out.

-- A draft. This row is the truth; the copy in the Drafts folder follows it.
CREATE TABLE drafts (
    -- Never reused, so that submissions can keep it after the draft is gone.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account that will send it.
    account_id INTEGER NOT NULL,
    -- The account's user.
    user_id INTEGER NOT NULL,
    -- Grows with each save. A save names the one it began from; another has won when it differs.
    revision INTEGER NOT NULL DEFAULT 1,
    -- Who it is from; NULL for the account's default.
    identity_id INTEGER REFERENCES identities (id) ON DELETE SET NULL,
    -- To as typed, a JSON list of texts, so that a half-typed address is not lost.
    to_json TEXT NOT NULL DEFAULT '[]',
    -- Cc, likewise.
    cc_json TEXT NOT NULL DEFAULT '[]',
    -- Bcc, likewise.
    bcc_json TEXT NOT NULL DEFAULT '[]',
    -- Reply-To, likewise.
    reply_to_json TEXT NOT NULL DEFAULT '[]',
    -- Subject.
    subject TEXT NOT NULL DEFAULT '',
    -- text or html: which of the two bodies is being written.
    format TEXT NOT NULL DEFAULT 'html',
    -- The plain body.
    text_body TEXT NOT NULL DEFAULT '',
    -- The rich body, without the quoted original.
    html_body TEXT NOT NULL DEFAULT '',
    -- The email that it answers or forwards; '' for none.
    reference_email TEXT NOT NULL DEFAULT '',
    -- reply, replyAll, forward, forwardAsAttachment or edit; '' for none.
    reference_action TEXT NOT NULL DEFAULT '',
    -- 1 when the original is quoted below the body.
    quotes INTEGER NOT NULL DEFAULT 0 CHECK (quotes IN (0, 1)),
    -- The blob of the quoted original, kept as it was; NULL for none.
    quote_sha256 BLOB,
    -- The id in In-Reply-To, without angle brackets; '' for none.
    in_reply_to TEXT NOT NULL DEFAULT '',
    -- References, a JSON list of ids without angle brackets.
    references_json TEXT NOT NULL DEFAULT '[]',
    -- What else was chosen: receipt, delivery report, importance. JSON.
    options_json TEXT NOT NULL DEFAULT '{}',
    -- The draft that this one is a conflict copy of; NULL for none.
    conflict_of INTEGER REFERENCES drafts (id) ON DELETE SET NULL,
    -- The copy in the Drafts folder: its mailbox key; NULL while there is none.
    copy_mailbox INTEGER,
    -- The copy's UIDVALIDITY.
    copy_uid_validity INTEGER NOT NULL DEFAULT 0,
    -- The copy's UID: the one message that the next copy replaces.
    copy_uid INTEGER NOT NULL DEFAULT 0,
    -- The revision that the copy holds; 0 for none.
    copy_revision INTEGER NOT NULL DEFAULT 0,
    -- The Message-ID that all copies of it carry, without angle brackets; '' before the first.
    copy_message_id TEXT NOT NULL DEFAULT '',
    -- When it was begun.
    created_at INTEGER NOT NULL,
    -- When it was last saved.
    updated_at INTEGER NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES accounts (id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (user_id, quote_sha256) REFERENCES blobs (user_id, sha256) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX drafts_user ON drafts (user_id, updated_at, id);
CREATE INDEX drafts_account ON drafts (account_id, updated_at, id);
CREATE INDEX drafts_copy ON drafts (copy_mailbox, copy_uid);
CREATE INDEX drafts_identity ON drafts (identity_id);
CREATE INDEX drafts_conflict ON drafts (conflict_of);
CREATE INDEX drafts_quote ON drafts (user_id, quote_sha256);

-- A file in a draft.
CREATE TABLE draft_attachments (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The draft.
    draft_id INTEGER NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    -- The draft's user, whose blob it is.
    user_id INTEGER NOT NULL,
    -- The blob.
    sha256 BLOB NOT NULL,
    -- The file's name as shown and sent.
    name TEXT NOT NULL DEFAULT '',
    -- Content-Type without parameters.
    media_type TEXT NOT NULL DEFAULT 'application/octet-stream',
    -- Octets.
    size INTEGER NOT NULL,
    -- attachment or inline.
    disposition TEXT NOT NULL DEFAULT 'attachment',
    -- Content-ID without angle brackets, for images in the body; '' for none.
    cid TEXT NOT NULL DEFAULT '',
    -- Where it stands among the draft's attachments.
    sort_order INTEGER NOT NULL DEFAULT 0,
    -- When it was added.
    created_at INTEGER NOT NULL,
    FOREIGN KEY (user_id, sha256) REFERENCES blobs (user_id, sha256) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX draft_attachments_draft ON draft_attachments (draft_id, sort_order, id);
CREATE INDEX draft_attachments_blob ON draft_attachments (user_id, sha256);

-- A message to be sent once (RFC 8621 §7). The row is the claim.
CREATE TABLE submissions (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account that sends it.
    account_id INTEGER NOT NULL,
    -- The account's user.
    user_id INTEGER NOT NULL,
    -- The draft; NULL for a message that came whole. No reference: the claim outlives the draft.
    draft_id INTEGER,
    -- The draft's revision when it was claimed.
    revision INTEGER NOT NULL DEFAULT 0,
    -- Who it is from; NULL once that identity is gone.
    identity_id INTEGER REFERENCES identities (id) ON DELETE SET NULL,
    -- Message-ID without angle brackets, fixed at the claim.
    message_id TEXT NOT NULL,
    -- The Date header, fixed at the claim.
    date INTEGER NOT NULL,
    -- The blob with the exact bytes to send; NULL until they are made.
    sha256 BLOB,
    -- Octets; 0 until then.
    size INTEGER NOT NULL DEFAULT 0,
    -- The envelope's sender.
    mail_from TEXT NOT NULL,
    -- Subject, for the outbox's list.
    subject TEXT NOT NULL DEFAULT '',
    -- What the envelope asks for: delivery reports, SMTPUTF8. JSON.
    options_json TEXT NOT NULL DEFAULT '{}',
    -- pending, sending, sent, unconfirmed, failed or cancelled.
    state TEXT NOT NULL DEFAULT 'pending',
    -- Not before this time (undo, send later).
    send_at INTEGER NOT NULL,
    -- Tries so far.
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When the next try is due; send_at at first.
    next_at INTEGER NOT NULL,
    -- Which process is sending it, as in leases; '' for none.
    claimed_by TEXT NOT NULL DEFAULT '',
    -- When that claim ends; a row still "sending" after it is unconfirmed.
    claimed_until INTEGER NOT NULL DEFAULT 0,
    -- The server's last answer or the error's code; '' for none.
    last_reply TEXT NOT NULL DEFAULT '',
    -- The copy in Sent: pending, done, byServer, failed or none.
    copy_state TEXT NOT NULL DEFAULT 'pending',
    -- The email that it answers or forwards; '' for none.
    reference_email TEXT NOT NULL DEFAULT '',
    -- reply, replyAll, forward, forwardAsAttachment; '' for none.
    reference_action TEXT NOT NULL DEFAULT '',
    -- $answered or $forwarded on that email: pending, done, failed or none.
    mark_state TEXT NOT NULL DEFAULT 'none',
    -- When it was claimed.
    created_at INTEGER NOT NULL,
    -- When it was sent; NULL before.
    sent_at INTEGER,
    -- When the row last changed.
    updated_at INTEGER NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES accounts (id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (user_id, sha256) REFERENCES blobs (user_id, sha256) DEFERRABLE INITIALLY DEFERRED
) STRICT;
-- One draft in one state is sent once: a double click, a second tab and a retry meet here.
CREATE UNIQUE INDEX submissions_claim ON submissions (draft_id, revision) WHERE draft_id IS NOT NULL;
CREATE INDEX submissions_due ON submissions (next_at) WHERE state = 'pending';
CREATE INDEX submissions_sending ON submissions (claimed_until) WHERE state = 'sending';
CREATE INDEX submissions_account ON submissions (account_id, id);
CREATE INDEX submissions_message_id ON submissions (account_id, message_id);
CREATE INDEX submissions_identity ON submissions (identity_id);
CREATE INDEX submissions_blob ON submissions (user_id, sha256);

-- Who a submission goes to, and what became of it.
CREATE TABLE submission_recipients (
    -- The submission.
    submission_id INTEGER NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    -- 0, 1, 2… in the order of the envelope.
    ordinal INTEGER NOT NULL,
    -- The address in RCPT TO.
    email TEXT NOT NULL,
    -- pending, accepted, deferred, refused, delivered or failed (the last two from reports).
    state TEXT NOT NULL DEFAULT 'pending',
    -- The server's answer or the report's text; '' for none.
    reply TEXT NOT NULL DEFAULT '',
    -- When the state last changed.
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (submission_id, ordinal)
) STRICT, WITHOUT ROWID;
