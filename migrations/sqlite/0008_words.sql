-- The words of local messages, for full-text search. `restante reindex` makes them again.

-- One row per message, by the number of its row in messages. Words are folded and stand apart
-- already; the index keeps where they stand, and not the texts.
CREATE VIRTUAL TABLE message_words USING fts5 (sender, recipient, cc, bcc, subject, header, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0');

-- They go with their message.
CREATE TRIGGER messages_words AFTER DELETE ON messages BEGIN
    DELETE FROM message_words WHERE rowid = OLD.id;
END;
