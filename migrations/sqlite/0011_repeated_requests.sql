-- Requests that programs repeat, and the answers that they got.

-- A request that counts twice if it is carried out twice, by the key that its program gave it.
-- Kept for a day.
CREATE TABLE idempotency_keys (
    -- Whose program it is.
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The request's path and the key, hashed together (sha256).
    key BLOB NOT NULL,
    -- sha256 of the body, so that another request under the same key is known as such.
    body BLOB NOT NULL,
    -- The status of the answer; 0 while there is none.
    status INTEGER NOT NULL DEFAULT 0,
    -- The answer, JSON; '' while there is none.
    answer_json TEXT NOT NULL DEFAULT '',
    -- When the request came.
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
