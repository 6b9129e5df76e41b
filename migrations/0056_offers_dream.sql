-- The offers of a dream, newest first.
CREATE INDEX offers_dream ON offers (dream, offered_at);
