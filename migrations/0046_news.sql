-- What happened to dreams, as people read it: histories, feeds, news. Written in the transaction of what it tells of.
CREATE TABLE news (
  id INTEGER NOT NULL PRIMARY KEY,
  dream TEXT,
  campaign TEXT,
  -- Who hears of it: NULL everyone, 'proposers:<dream>', 'org:<organisation>', 'user:<user>'.
  audience TEXT,
  kind TEXT NOT NULL,
  -- JSON; no name, contact or user id.
  data TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- What it tells, where it may be told once only.
  fact TEXT UNIQUE
) STRICT;
CREATE INDEX news_public ON news (dream, id) WHERE audience IS NULL;
CREATE INDEX news_campaign ON news (campaign, id) WHERE audience IS NULL;
CREATE INDEX news_audience ON news (audience, id) WHERE audience IS NOT NULL;
