-- Accounts beside the one signed in with.

-- The account's data key, wrapped by the server's own key, so that every session and token of its
-- user opens it; NULL for the account signed in with, whose key each of them holds.
ALTER TABLE accounts ADD COLUMN carried_key BYTEA;
-- Nobody reads the same mailbox twice.
CREATE UNIQUE INDEX accounts_address ON accounts (user_id, address);
