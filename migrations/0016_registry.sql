-- Lines that can be paused and closed, that may speak of their own users, and earning rules as versions.
ALTER TABLE lines ADD COLUMN state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'closed'));
ALTER TABLE lines ADD COLUMN contact TEXT NOT NULL DEFAULT '';
-- Whose user ids the line speaks of: the platform's, or its own, which users link to their account.
ALTER TABLE lines ADD COLUMN user_ids TEXT NOT NULL DEFAULT 'platform' CHECK (user_ids IN ('platform', 'own'));
-- JSON array of the act kinds it may report.
ALTER TABLE lines ADD COLUMN kinds TEXT NOT NULL DEFAULT '[]';
-- Items it may send a minute.
ALTER TABLE lines ADD COLUMN rate_per_minute INTEGER NOT NULL DEFAULT 600000 CHECK (rate_per_minute > 0);
ALTER TABLE lines ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
UPDATE lines SET kinds = (SELECT json_group_array(r.kind) FROM earning_rules r WHERE r.line = lines.id);

-- 'v1' is a shared secret, 'v1a' an Ed25519 public key. A credential verifies until it expires; NULL is never.
ALTER TABLE line_secrets ADD COLUMN scheme TEXT NOT NULL DEFAULT 'v1' CHECK (scheme IN ('v1', 'v1a'));
ALTER TABLE line_secrets ADD COLUMN expires_at INTEGER;

CREATE TABLE earning_rules_again (
  line TEXT NOT NULL,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'retired')),
  -- A quantity of `per` earns `flowers`; a quantity below `minimum` earns nothing.
  per INTEGER NOT NULL CHECK (per > 0),
  flowers INTEGER NOT NULL CHECK (flowers > 0),
  minimum INTEGER NOT NULL DEFAULT 1 CHECK (minimum > 0),
  -- Flowers a user and day; flowers a user and campaign, which begins at valid_from; flowers of the line in total.
  cap_per_day INTEGER CHECK (cap_per_day > 0),
  cap_per_campaign INTEGER CHECK (cap_per_campaign > 0),
  line_budget INTEGER CHECK (line_budget > 0),
  -- When an act may be done to earn by it: from, inclusive; to, exclusive. Milliseconds since 1970.
  valid_from INTEGER,
  valid_to INTEGER,
  -- The day of valid_from in the line's time zone.
  campaign_from TEXT NOT NULL DEFAULT '',
  -- Two acts of a user that earn lie at least so far apart.
  cooldown_seconds INTEGER NOT NULL DEFAULT 0 CHECK (cooldown_seconds >= 0),
  created_at INTEGER NOT NULL,
  activated_at INTEGER,
  retired_at INTEGER,
  PRIMARY KEY (line, kind, version),
  CHECK (valid_to > valid_from)
) STRICT, WITHOUT ROWID;
INSERT INTO earning_rules_again (line, kind, version, state, per, flowers, cap_per_day, created_at, activated_at) SELECT line, kind, 1, 'active', per, flowers, cap_per_day, 0, 0 FROM earning_rules;
DROP TABLE earning_rules;
ALTER TABLE earning_rules_again RENAME TO earning_rules;
CREATE UNIQUE INDEX earning_rules_active ON earning_rules (line, kind) WHERE state = 'active';

-- Who changed what, when. Append only.
CREATE TABLE audit_log (
  id INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  -- A user id, or 'system'.
  actor TEXT NOT NULL,
  -- As 'line.paused'.
  action TEXT NOT NULL,
  -- As 'line:steps'.
  subject TEXT NOT NULL,
  -- JSON of what was changed; never a secret.
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_subject ON audit_log (subject, id);
