-- The days in which dreams collect.
CREATE TABLE campaigns (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  -- What holds in it, in words; public and for good.
  rules TEXT NOT NULL,
  opens_at INTEGER NOT NULL,
  closes_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  CHECK (closes_at > opens_at)
) STRICT, WITHOUT ROWID;

-- Each time a campaign was made longer, and why.
CREATE TABLE campaign_extensions (
  campaign TEXT NOT NULL,
  n INTEGER NOT NULL,
  was_until INTEGER NOT NULL,
  until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (campaign, n),
  CHECK (until > was_until)
) STRICT, WITHOUT ROWID;

-- A published dream's text never changes: what was wrong in it is said here, dated.
CREATE TABLE amendments (
  id INTEGER NOT NULL PRIMARY KEY,
  dream TEXT NOT NULL,
  field TEXT NOT NULL,
  text TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX amendments_dream ON amendments (dream, id);
