-- What writing and sending need beyond 0005: a creation that may be repeated, a claim that may be tried
-- again, people one writes to, and texts one writes often.

-- Made by the browser for a new draft, so that a creation that is repeated makes one; '' for none.
-- Unique per user.
ALTER TABLE drafts ADD COLUMN key TEXT NOT NULL DEFAULT '';
-- The address in From when it is not the identity's (a plus-address, a catch-all); '' for that one.
ALTER TABLE drafts ADD COLUMN from_email TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX drafts_key ON drafts (user_id, key) WHERE key <> '';

-- When the end of the message was about to be sent; NULL before. A claim that ran out without it
-- has sent nothing and may be tried again; one with it is unconfirmed.
ALTER TABLE submissions ADD COLUMN final_at INTEGER;
-- The first submission of the merge batch that it belongs to; NULL for none. No reference: rows of
-- a batch end one by one.
ALTER TABLE submissions ADD COLUMN merge_of INTEGER;
-- 1 when it may be sent while its owner is signed out.
ALTER TABLE submissions ADD COLUMN unattended INTEGER NOT NULL DEFAULT 0 CHECK (unattended IN (0, 1));
-- A partial index each, because most rows of an account have nothing left to do.
CREATE INDEX submissions_copies ON submissions (account_id, id) WHERE state = 'sent' AND copy_state = 'pending';
CREATE INDEX submissions_marks ON submissions (account_id, id) WHERE state = 'sent' AND mark_state = 'pending';

-- Somebody a user has written to or heard from. At most 10,000 per user.
CREATE TABLE contacts (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The address in lower case, at most 320 octets.
    email TEXT NOT NULL,
    -- The address as last written.
    address TEXT NOT NULL,
    -- The name that goes with it; '' when none was ever seen.
    name TEXT NOT NULL DEFAULT '',
    -- Messages written to it.
    sent INTEGER NOT NULL DEFAULT 0,
    -- Messages heard from it.
    received INTEGER NOT NULL DEFAULT 0,
    -- The last of either.
    last_used_at INTEGER NOT NULL,
    -- 1 once its owner has deleted it: not collected again until it is written to.
    hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX contacts_email ON contacts (user_id, email);

-- A text that its owner writes often.
CREATE TABLE templates (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- What its owner calls it.
    name TEXT NOT NULL,
    -- The subject that it gives; '' leaves the draft's.
    subject TEXT NOT NULL DEFAULT '',
    -- text or html: which of the two bodies was written.
    format TEXT NOT NULL DEFAULT 'html',
    -- The plain body.
    text_body TEXT NOT NULL DEFAULT '',
    -- The rich body, HTML as typed, cleaned where it is used.
    html_body TEXT NOT NULL DEFAULT '',
    -- Where it stands among the user's templates; equal ones go by id.
    sort_order INTEGER NOT NULL DEFAULT 0,
    -- When it was made.
    created_at INTEGER NOT NULL,
    -- When it last changed.
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX templates_user ON templates (user_id, sort_order, id);
