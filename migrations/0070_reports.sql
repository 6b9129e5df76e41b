-- What those who carry a dream out tell the public. Immutable; corrections stand beside it.
CREATE TABLE reports (
  id TEXT NOT NULL PRIMARY KEY,
  dream TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  -- NULL where an operator published it.
  organisation TEXT,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  -- JSON arrays: figures as {name, value, unit}, picture ids.
  figures TEXT NOT NULL,
  pictures TEXT NOT NULL,
  -- 1 for the last one.
  final INTEGER NOT NULL CHECK (final IN (0, 1)),
  -- The due date it answers, and whether it was over.
  due_at INTEGER NOT NULL,
  late INTEGER NOT NULL CHECK (late IN (0, 1)),
  published_at INTEGER NOT NULL,
  -- What its request is known by, and what it asked: hashes.
  request_key TEXT NOT NULL UNIQUE,
  request TEXT NOT NULL,
  UNIQUE (dream, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reports_final ON reports (dream) WHERE final = 1;

CREATE TABLE report_corrections (
  id INTEGER NOT NULL PRIMARY KEY,
  report TEXT NOT NULL,
  organisation TEXT,
  text TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX report_corrections_report ON report_corrections (report, id);
