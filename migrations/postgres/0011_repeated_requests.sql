-- Requests that programs repeat, and the answers that they got.

-- A request that counts twice if it is carried out twice, by the key that its program gave it.
-- Kept for a day.
CREATE TABLE idempotency_keys (
    -- Whose program it is.
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The request's path and the key, hashed together (sha256).
    key BYTEA NOT NULL,
    -- sha256 of the body, so that another request under the same key is known as such.
    body BYTEA NOT NULL,
    -- The status of the answer; 0 while there is none.
    status BIGINT NOT NULL DEFAULT 0,
    -- The answer, JSON; '' while there is none.
    answer_json TEXT NOT NULL DEFAULT '',
    -- When the request came.
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
