-- Words with the number of their account in front, so that a search reads its own account's alone.
-- Those that are there go: the program makes them again, a few at a time, while it serves.

-- By the version of what was read of them, so that what is to be read again is found at once.
CREATE INDEX messages_version ON messages (index_version, id);
DELETE FROM message_words;
