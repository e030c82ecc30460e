-- Where what was sent lies, for programs that want to read it.

-- The email that is its copy in Sent, the id where it was filed; '' while there is none, or where
-- the server did not say.
ALTER TABLE submissions ADD COLUMN copy_email TEXT NOT NULL DEFAULT '';
