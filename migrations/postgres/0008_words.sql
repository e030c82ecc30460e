-- The words of local messages, for full-text search. `restante reindex` makes them again.

-- One row per message, by the number of its row in messages. Words are folded and stand apart
-- already; the index keeps where they stand, and not the texts.
CREATE TABLE message_words (message_id BIGINT NOT NULL REFERENCES messages (id) ON DELETE CASCADE, sender TSVECTOR NOT NULL, recipient TSVECTOR NOT NULL, cc TSVECTOR NOT NULL, bcc TSVECTOR NOT NULL, subject TSVECTOR NOT NULL, header TSVECTOR NOT NULL, body TSVECTOR NOT NULL, PRIMARY KEY (message_id));
CREATE INDEX message_words_all ON message_words USING gin (sender, recipient, cc, bcc, subject, header, body);

-- They go with their message.
