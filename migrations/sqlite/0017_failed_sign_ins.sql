-- The brake on guessing passwords, one for all processes.

-- Failed sign-ins of the last minutes. Without a row there were none.
CREATE TABLE failed_sign_ins (
    -- Whose: an account's address or a client's network, hashed under the server's key.
    key TEXT NOT NULL PRIMARY KEY,
    -- How many, those under way included.
    count INTEGER NOT NULL,
    -- When the first of them came.
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX failed_sign_ins_age ON failed_sign_ins (since);
