-- Programs elsewhere that are told of changes (webhooks).

-- An address that is told what has changed.
CREATE TABLE webhooks (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Where it is told, https.
    url TEXT NOT NULL,
    -- The types of changes that are told, a list of RFC 8621's names, JSON; an empty one is all.
    types_json TEXT NOT NULL DEFAULT '[]',
    -- 1: of all accounts, those that are added later as well; 0: of those in webhook_accounts.
    all_accounts INTEGER NOT NULL DEFAULT 1 CHECK (all_accounts IN (0, 1)),
    -- Names the secret in signatures; opens nothing.
    key_id TEXT NOT NULL,
    -- The secret that signs, sealed by the server's key.
    secret BLOB NOT NULL,
    -- active or paused.
    state TEXT NOT NULL DEFAULT 'active',
    -- Why it is paused: failing, gone, or secret; '' when its owner has paused it.
    reason TEXT NOT NULL DEFAULT '',
    -- The number of the last event that is in a delivery, or of no interest to it.
    seq INTEGER NOT NULL,
    -- Tries that failed since the last that did not.
    failures INTEGER NOT NULL DEFAULT 0,
    -- Not tried before.
    next_at INTEGER NOT NULL DEFAULT 0,
    -- Who delivers at the moment; '' for nobody.
    claimed_by TEXT NOT NULL DEFAULT '',
    -- Until when that counts.
    claimed_until INTEGER NOT NULL DEFAULT 0,
    -- When it was made.
    created_at INTEGER NOT NULL,
    -- When its owner last changed it, or when it was paused.
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX webhooks_owner ON webhooks (id, user_id);
CREATE INDEX webhooks_user ON webhooks (user_id, id);
CREATE INDEX webhooks_state ON webhooks (state, next_at);

-- An account that a webhook is told of.
CREATE TABLE webhook_accounts (
    -- The webhook.
    webhook_id INTEGER NOT NULL,
    -- The account.
    account_id INTEGER NOT NULL,
    -- Whose both are.
    user_id INTEGER NOT NULL,
    PRIMARY KEY (webhook_id, account_id),
    FOREIGN KEY (webhook_id, user_id) REFERENCES webhooks (id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (account_id, user_id) REFERENCES accounts (id, user_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_accounts_account ON webhook_accounts (account_id);

-- What a webhook was told, or is to be told. The newest hundred are kept.
CREATE TABLE webhook_deliveries (
    -- Never reused.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Who is told.
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    -- What the receiver knows it by: the same for each try.
    name TEXT NOT NULL,
    -- changes, or test.
    kind TEXT NOT NULL DEFAULT 'changes',
    -- pending, delivered, or failed (a test).
    state TEXT NOT NULL DEFAULT 'pending',
    -- Changes that it tells of.
    changes INTEGER NOT NULL DEFAULT 0,
    -- What is sent, JSON; '' once it has been delivered.
    body TEXT NOT NULL DEFAULT '',
    -- Tries so far.
    attempts INTEGER NOT NULL DEFAULT 0,
    -- The status of the last answer; 0 without one.
    status INTEGER NOT NULL DEFAULT 0,
    -- Why the last try failed, a word; '' when it did not.
    error TEXT NOT NULL DEFAULT '',
    -- How long the last try took.
    took INTEGER NOT NULL DEFAULT 0,
    -- When it was made.
    created_at INTEGER NOT NULL,
    -- When it was last tried; NULL when never.
    tried_at INTEGER
) STRICT;
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, id);
CREATE UNIQUE INDEX webhook_deliveries_pending ON webhook_deliveries (webhook_id) WHERE state = 'pending';
