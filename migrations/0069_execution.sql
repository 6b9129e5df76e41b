-- The foundation's money for a dream that was funded, for good. Amounts in hundredths of `currency` (ISO 4217).
CREATE TABLE grants (
  dream TEXT NOT NULL PRIMARY KEY,
  -- The co-creator that answers for it.
  organisation TEXT NOT NULL,
  amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  terms TEXT NOT NULL,
  decided_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A grant never changes: what is added to its terms is said here, dated.
CREATE TABLE grant_addenda (
  id INTEGER NOT NULL PRIMARY KEY,
  dream TEXT NOT NULL,
  text TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX grant_addenda_dream ON grant_addenda (dream, id);

-- What happened to the items of dreams' plans, with its evidence. Append only. Who wrote it stands in the audit log.
CREATE TABLE progress (
  number INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  dream TEXT NOT NULL,
  -- NULL where an operator wrote it.
  organisation TEXT,
  -- 'milestone:<id>', 'measure:<id>', 'budget:<id>'.
  item TEXT NOT NULL,
  -- JSON of what became of the item.
  change TEXT NOT NULL,
  text TEXT NOT NULL,
  -- JSON arrays: figures as {name, value, unit}, picture ids.
  figures TEXT NOT NULL,
  pictures TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- What its request is known by, where it had a key, and what it asked: hashes.
  request_key TEXT UNIQUE,
  request TEXT
) STRICT;
CREATE INDEX progress_dream ON progress (dream, number);
