-- What is asked of all messages that ever went out, and true of few: which wait for anything (for
-- /metrics), and which owe a copy in Sent (at each round of the outbox).
CREATE INDEX submissions_unsent ON submissions (state) WHERE state <> 'sent';
CREATE INDEX submissions_owing ON submissions (account_id)
    WHERE state = 'sent' AND copy_state = 'pending';
