-- Who signs in, with what, and what they have set.

-- A person: one row per address that a mail server has let in.
CREATE TABLE users (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The address signed in with, in lower case.
    address TEXT NOT NULL,
    -- argon2id verifier of the last good password; '' for IMAP users, whose server judges alone.
    verifier TEXT NOT NULL DEFAULT '',
    -- The sum of blobs.stored_size, for the quota.
    blob_bytes INTEGER NOT NULL DEFAULT 0,
    -- The seq of the newest row in events; the next one gets one more.
    event_seq INTEGER NOT NULL DEFAULT 0,
    -- The time of that event; never goes back, so that pruning by time removes a prefix.
    event_at INTEGER NOT NULL DEFAULT 0,
    -- When the first sign-in made the row.
    created_at INTEGER NOT NULL,
    -- The last sign-in.
    signed_in_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_address ON users (address);

-- A signed-in browser.
CREATE TABLE sessions (
    -- What the list of sessions names a session by; opens nothing.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- sha256 of the cookie's value (32 bytes).
    hash BLOB NOT NULL,
    -- Whose it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- 1 when "stay signed in" was ticked.
    stay_signed_in INTEGER NOT NULL DEFAULT 0 CHECK (stay_signed_in IN (0, 1)),
    -- The browser and system, short, from User-Agent.
    label TEXT NOT NULL DEFAULT '',
    -- The client's network (IPv4 /24, IPv6 /56), shown to the user in the list of sessions.
    network TEXT NOT NULL DEFAULT '',
    -- When it began.
    created_at INTEGER NOT NULL,
    -- When it was last used, to the minute.
    last_seen_at INTEGER NOT NULL,
    -- When the password was last given; what is delicate asks again after some minutes.
    confirmed_at INTEGER NOT NULL,
    -- When it ends unless it is used before.
    expires_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX sessions_hash ON sessions (hash);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- A token for the API.
CREATE TABLE api_tokens (
    -- What the list of tokens names a token by; opens nothing.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- sha256 of the token (32 bytes).
    hash BLOB NOT NULL,
    -- What its owner calls it.
    name TEXT NOT NULL DEFAULT '',
    -- The scopes granted, with spaces between: read modify send settings.
    scopes TEXT NOT NULL DEFAULT '',
    -- When it was made.
    created_at INTEGER NOT NULL,
    -- When it was last used, to the minute; NULL when never.
    last_used_at INTEGER,
    -- The network that it was last used from; '' when never.
    last_network TEXT NOT NULL DEFAULT '',
    -- When it ends; NULL when it does not.
    expires_at INTEGER
) STRICT;
CREATE UNIQUE INDEX api_tokens_hash ON api_tokens (hash);
CREATE INDEX api_tokens_user ON api_tokens (user_id);

-- A mailbox service that a user reads: the one signed in with, and those added.
CREATE TABLE accounts (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- imap, pop3 or local.
    kind TEXT NOT NULL,
    -- 1 for the account that was signed in with.
    is_primary INTEGER NOT NULL DEFAULT 0 CHECK (is_primary IN (0, 1)),
    -- The mail address, in lower case.
    address TEXT NOT NULL,
    -- The user name sent to the servers; '' means that the configuration decides.
    login TEXT NOT NULL DEFAULT '',
    -- What its owner calls it; '' shows the address.
    name TEXT NOT NULL DEFAULT '',
    -- The colour that marks it in merged lists, a name of the palette; '' for none.
    color TEXT NOT NULL DEFAULT '',
    -- Where it stands among the user's accounts; equal ones go by id.
    sort_order INTEGER NOT NULL DEFAULT 0,
    -- The servers as JSON; '' when the configuration names them by the address's domain.
    servers TEXT NOT NULL DEFAULT '',
    -- The password or OAuth tokens, sealed with the account's data key; NULL before the first.
    credential BLOB,
    -- Grows with each new credential, so that every node drops connections made with the old one.
    credential_version INTEGER NOT NULL DEFAULT 0,
    -- ok, reauth (the server refused the credential) or error.
    state TEXT NOT NULL DEFAULT 'ok',
    -- The code of the last error; '' when there was none.
    last_error TEXT NOT NULL DEFAULT '',
    -- When its servers were last spoken to; NULL when never.
    checked_at INTEGER,
    -- When it was added.
    created_at INTEGER NOT NULL,
    -- When its settings last changed.
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX accounts_primary ON accounts (user_id) WHERE is_primary = 1;
CREATE INDEX accounts_user ON accounts (user_id, sort_order, id);
-- What other tables refer to, so that a row can't name an account and somebody else as its user.
CREATE UNIQUE INDEX accounts_owner ON accounts (id, user_id);

-- An account's data key, wrapped for one who may open it: a session, an API token or the server.
CREATE TABLE credential_keys (
    -- Names nothing; there for replication and repair.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account whose key it is.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The session that holds it; NULL for a token's or the server's.
    session_id INTEGER REFERENCES sessions (id) ON DELETE CASCADE,
    -- The token that holds it; NULL for a session's or the server's.
    token_id INTEGER REFERENCES api_tokens (id) ON DELETE CASCADE,
    -- Which of the server's keys wrapped it (for rotation); '' for a session's or a token's.
    server_key TEXT NOT NULL DEFAULT '',
    -- The wrapped data key.
    wrapped BLOB NOT NULL,
    -- When it was wrapped.
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX credential_keys_session ON credential_keys (account_id, session_id) WHERE session_id IS NOT NULL;
CREATE UNIQUE INDEX credential_keys_token ON credential_keys (account_id, token_id) WHERE token_id IS NOT NULL;
CREATE UNIQUE INDEX credential_keys_server ON credential_keys (account_id) WHERE session_id IS NULL AND token_id IS NULL;
CREATE INDEX credential_keys_of_session ON credential_keys (session_id);
CREATE INDEX credential_keys_of_token ON credential_keys (token_id);

-- A user's settings; what is absent has its default.
CREATE TABLE settings (
    -- Whose it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The setting, as in docs: theme, density, language…
    name TEXT NOT NULL,
    -- The value as JSON.
    value TEXT NOT NULL,
    -- When it was set.
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID;

-- A sender whose remote images are always shown to this user.
CREATE TABLE trusted_senders (
    -- Who trusts.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Who is trusted: the address in From, in lower case.
    address TEXT NOT NULL,
    -- When that was said.
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, address)
) STRICT, WITHOUT ROWID;

-- Who a user writes as (RFC 8621 §6).
CREATE TABLE identities (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account that sends for it.
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The name in From; '' for none.
    name TEXT NOT NULL DEFAULT '',
    -- The address in From.
    email TEXT NOT NULL,
    -- Reply-To as typed, an address list; '' for none.
    reply_to TEXT NOT NULL DEFAULT '',
    -- Always added to Bcc, an address list; '' for none.
    bcc TEXT NOT NULL DEFAULT '',
    -- The signature of plain messages; '' for none.
    text_signature TEXT NOT NULL DEFAULT '',
    -- The signature of rich messages, HTML as typed, cleaned where it is used; '' for none.
    html_signature TEXT NOT NULL DEFAULT '',
    -- 1 for the one that new messages begin with.
    is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
    -- When it was made.
    created_at INTEGER NOT NULL,
    -- When it last changed.
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX identities_account ON identities (account_id);
CREATE UNIQUE INDEX identities_default ON identities (account_id) WHERE is_default = 1;
