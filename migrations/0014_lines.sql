-- Business lines, what they may do, and how they sign.
CREATE TABLE lines (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  -- IANA name; a cap's day begins at midnight there.
  time_zone TEXT NOT NULL DEFAULT 'Asia/Shanghai',
  -- 1 when the line may ask for pledges in its users' names.
  may_pledge INTEGER NOT NULL DEFAULT 0 CHECK (may_pledge IN (0, 1))
) WITHOUT ROWID;

-- A quantity of `per` earns `flowers`; a user earns at most `cap_per_day` flowers a day by this kind.
CREATE TABLE earning_rules (
  line TEXT NOT NULL,
  kind TEXT NOT NULL,
  per INTEGER NOT NULL CHECK (per > 0),
  flowers INTEGER NOT NULL CHECK (flowers > 0),
  cap_per_day INTEGER NOT NULL CHECK (cap_per_day > 0),
  PRIMARY KEY (line, kind)
) WITHOUT ROWID;

-- Signing secrets, AES-GCM under SECRETS_KEY. A line may hold several while one replaces another.
CREATE TABLE line_secrets (
  line TEXT NOT NULL,
  id TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (line, id)
) WITHOUT ROWID;
