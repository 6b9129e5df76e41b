-- The catalogue: what the public reads of a dream. The dream's object owns state, flowers and pledges and publishes them here.
CREATE TABLE dreams (
  id TEXT NOT NULL PRIMARY KEY,
  position INTEGER NOT NULL UNIQUE,
  title TEXT NOT NULL,
  title_en TEXT NOT NULL,
  summary TEXT NOT NULL,
  -- 1 when the dream is an example that no one proposed.
  sample INTEGER NOT NULL DEFAULT 0 CHECK (sample IN (0, 1)),
  quota INTEGER NOT NULL CHECK (quota > 0),
  opens_at INTEGER NOT NULL,
  closes_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('collecting', 'closing', 'closed')),
  flowers INTEGER NOT NULL DEFAULT 0,
  pledges INTEGER NOT NULL DEFAULT 0,
  reached_at INTEGER,
  as_of INTEGER NOT NULL,
  -- Grows with each change the object makes; a late write with an older version changes nothing.
  version INTEGER NOT NULL DEFAULT 0,
  CHECK (closes_at > opens_at)
) WITHOUT ROWID;

-- What happened once in the life of a dream. The key makes "once" hold, however often the object says it.
CREATE TABLE dream_events (
  dream TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reached', 'closed')),
  at INTEGER NOT NULL,
  flowers INTEGER NOT NULL,
  PRIMARY KEY (dream, kind)
) WITHOUT ROWID;
