-- What goes on by itself after its process was killed: jobs, and the removal of an account.

-- How often it was taken up by itself since its owner last began it or took it up.
ALTER TABLE jobs ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
-- Those few that are being worked on, or were when their process ended.
CREATE INDEX jobs_running ON jobs (updated_at) WHERE state = 'running';

-- When it was removed; NULL while it is there. Nothing shows one that was removed, and its rows go a
-- few at a time.
ALTER TABLE accounts ADD COLUMN gone_at BIGINT;
CREATE INDEX accounts_gone ON accounts (gone_at) WHERE gone_at IS NOT NULL;
