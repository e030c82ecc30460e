-- Collecting with nobody signed in, and what a POP3 server listed last.

-- The account's data key, wrapped by the server's own key, while its owner allows collecting with
-- nobody signed in; NULL otherwise.
ALTER TABLE pop3_accounts ADD COLUMN data_key BLOB;
-- 1 while the last listing has it.
ALTER TABLE pop3_ledger ADD COLUMN listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1));
