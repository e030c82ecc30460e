-- Accounts whose mail server takes no password: their owner gives a permission elsewhere (OAuth).

-- The service that vouches for its owner, by the name in the settings; '' where a password does.
ALTER TABLE accounts ADD COLUMN provider TEXT NOT NULL DEFAULT '';
-- Since when that permission is known to be gone; NULL while it is not.
ALTER TABLE accounts ADD COLUMN grant_gone_at INTEGER;

-- People who are on their way to such a service, and will come back.
CREATE TABLE grant_requests (
    -- sha256 of what they come back with (32 bytes).
    state BLOB NOT NULL,
    -- Who it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The browser that they come back in; NULL when a program began it, and any of theirs may end it.
    session_id INTEGER REFERENCES sessions (id) ON DELETE CASCADE,
    -- What is to be done then: sealed by the server's key and what they come back with.
    sealed BLOB NOT NULL,
    -- When they went.
    created_at INTEGER NOT NULL,
    -- When they come too late.
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (state)
) STRICT, WITHOUT ROWID;
CREATE INDEX grant_requests_user ON grant_requests (user_id);
CREATE INDEX grant_requests_session ON grant_requests (session_id);
