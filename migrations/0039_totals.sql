-- What a line says its day was. A figure it did not give is NULL.
CREATE TABLE posted_days (
  line TEXT NOT NULL,
  day TEXT NOT NULL,
  acts INTEGER,
  flowers INTEGER,
  capped INTEGER,
  reversed INTEGER,
  users INTEGER,
  -- How many acts it listed, repeats among them. NULL while it listed none; then posted_acts is not looked at.
  listed INTEGER CHECK (listed >= 0),
  -- When it said anything of the day last.
  posted_at INTEGER NOT NULL,
  PRIMARY KEY (line, day)
) STRICT, WITHOUT ROWID;

-- The acts a line says its day had, in parts, so that a difference can be named.
CREATE TABLE posted_acts (
  line TEXT NOT NULL,
  day TEXT NOT NULL,
  act TEXT NOT NULL,
  flowers INTEGER NOT NULL,
  PRIMARY KEY (line, day, act)
) STRICT, WITHOUT ROWID;

-- A line's day as it was last recomputed from the entries, and what differs: JSON of the differences.
CREATE TABLE checked_days (
  line TEXT NOT NULL,
  day TEXT NOT NULL,
  acts INTEGER NOT NULL,
  flowers INTEGER NOT NULL,
  capped INTEGER NOT NULL,
  reversed INTEGER NOT NULL,
  -- NULL when there were more than are counted.
  users INTEGER,
  agrees INTEGER NOT NULL CHECK (agrees IN (0, 1)),
  differences TEXT NOT NULL,
  checked_at INTEGER NOT NULL,
  PRIMARY KEY (line, day)
) STRICT, WITHOUT ROWID;
