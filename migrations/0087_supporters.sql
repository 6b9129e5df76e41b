-- People who offer themselves to a published dream, and the time they gave it.
CREATE TABLE supporters (
  number INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  dream TEXT NOT NULL,
  -- NULL once the account was deleted.
  user TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('volunteer', 'skill', 'place', 'organisation')),
  text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('offered', 'invited', 'declined', 'withdrawn')),
  -- The invitation, or why it was declined.
  answer TEXT,
  -- Whether the user shows what they did.
  public INTEGER NOT NULL DEFAULT 0 CHECK (public IN (0, 1)),
  offered_at INTEGER NOT NULL,
  invited_at INTEGER,
  decided_at INTEGER
) STRICT;
CREATE UNIQUE INDEX supporters_standing ON supporters (user, dream, kind) WHERE state IN ('offered', 'invited');
CREATE INDEX supporters_user ON supporters (user, number) WHERE user IS NOT NULL;
CREATE INDEX supporters_dream ON supporters (dream, number);
-- What the public is told: counts, from the index alone.
CREATE INDEX supporters_counts ON supporters (dream, kind, state);

-- Time that supporters say they gave, and what those who carry the dream out say to that.
CREATE TABLE supporter_hours (
  number INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  supporter TEXT NOT NULL,
  -- YYYY-MM-DD, where the supporter was.
  day TEXT NOT NULL,
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
  what TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('recorded', 'confirmed', 'refused')),
  reason TEXT,
  recorded_at INTEGER NOT NULL,
  decided_at INTEGER
) STRICT;
CREATE INDEX supporter_hours_supporter ON supporter_hours (supporter, day);
