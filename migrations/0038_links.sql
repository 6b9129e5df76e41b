-- Codes that link a line's id to an account: short-lived, for one use, kept as a keyed hash. One side is given when the
-- code is made, the other when it is used.
CREATE TABLE link_codes (
  hash TEXT NOT NULL PRIMARY KEY,
  line TEXT NOT NULL,
  holding TEXT,
  user TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  CHECK ((holding IS NULL) <> (user IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX link_codes_expired ON link_codes (expires_at);

-- What a user said of a line: whether it may pledge for them.
CREATE TABLE line_permissions (
  user TEXT NOT NULL,
  line TEXT NOT NULL,
  may_pledge INTEGER NOT NULL CHECK (may_pledge IN (0, 1)),
  at INTEGER NOT NULL,
  PRIMARY KEY (user, line)
) STRICT, WITHOUT ROWID;
