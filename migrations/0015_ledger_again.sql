-- Entries and what is counted from them, made anew: entries name the rule that made them, what cut them and what they
-- come from, and may move from a holding account. What stood in the old tables is carried over.
DROP VIEW pledging;
DROP VIEW crediting;
DROP TRIGGER accounts_open;
DROP TRIGGER accounts_move;

CREATE TABLE entries_again (
  user TEXT NOT NULL,
  -- Unique per user, for good: 'k:<Idempotency-Key>', 'act:<line>:<act id>', 'ask:<line>:<request id>',
  -- 'rev:<act key>:<seq>', 'back:<act key>:<pledge key>', 'rev:back:...', 'moved:<act key>'.
  key TEXT NOT NULL,
  -- Place in the account's history, from 1. 0 for a verdict that moved nothing (refused, capped).
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('credit', 'pledge', 'refund', 'reversal', 'moved', 'refused', 'capped')),
  -- What the balance changed by: positive for a credit or refund, negative for a pledge or reversal, either for moved.
  flowers INTEGER NOT NULL,
  -- What was asked for; of a refund, what stood of its pledge before. With ref it tells a repeat from a reused key.
  asked INTEGER NOT NULL,
  -- The dream or the business line on the other side.
  ref TEXT NOT NULL,
  -- Names the batch item that wrote this row; unique within ref. A re-driven batch finds its own marks.
  mark INTEGER NOT NULL,
  -- '<day>/<line>/<kind>': what a credit counts against (tallies, line_days), and what its reversal gives back.
  tally TEXT,
  -- Version of the earning rule that made a credit; with the line and kind in tally it names one row of earning_rules.
  rule INTEGER,
  -- Why a credit is less than asked: 'daily_cap', 'campaign_cap', 'line_budget', 'cooldown'.
  cut TEXT,
  -- What the entry comes from: of a reversal the act's key, of a refund the pledge's key, of a credit the holding
  -- account it was reported for, of moved the account on the other side.
  origin TEXT,
  -- Milliseconds since 1970.
  at INTEGER NOT NULL,
  PRIMARY KEY (user, key),
  CHECK ((kind IN ('credit', 'refund') AND flowers > 0) OR (kind IN ('pledge', 'reversal') AND flowers < 0) OR (kind = 'moved' AND flowers <> 0) OR (kind IN ('refused', 'capped') AND flowers = 0)),
  CHECK ((seq > 0) = (flowers <> 0)),
  CHECK (kind NOT IN ('refund', 'reversal', 'moved') OR origin IS NOT NULL)
) STRICT, WITHOUT ROWID;
-- Until now a cap by day was all that cut an act.
INSERT INTO entries_again (user, key, seq, kind, flowers, asked, ref, mark, tally, cut, at) SELECT user, key, seq, kind, flowers, asked, ref, mark, tally, iif(kind IN ('credit', 'capped') AND flowers < asked, 'daily_cap', NULL), at FROM entries;
DROP TABLE entries;
ALTER TABLE entries_again RENAME TO entries;

-- An act is credited once whoever it is reported for, and is found by its id alone. Pledges are not in this index.
CREATE UNIQUE INDEX entries_act ON entries (key) WHERE kind IN ('credit', 'capped');
-- Where a moved credit went.
CREATE UNIQUE INDEX entries_moved ON entries (key) WHERE kind = 'moved' AND flowers > 0;

-- Flowers of one line and act kind ('<line>/<kind>') of one day: what caps are held against. Counted by trigger, from
-- entries, for the account that holds them and, where that is another, for the id of the line they were reported for:
-- an id that is linked, unlinked and linked again earns no more than one that is not. The user comes first, so that all
-- days of a user and kind lie together.
DROP TABLE tallies;
CREATE TABLE tallies (
  user TEXT NOT NULL,
  subject TEXT NOT NULL,
  day TEXT NOT NULL,
  flowers INTEGER NOT NULL CHECK (flowers >= 0),
  PRIMARY KEY (user, subject, day)
) STRICT, WITHOUT ROWID;
INSERT INTO tallies (user, subject, day, flowers) SELECT user, substr(tally, 12), substr(tally, 1, 10), sum(flowers) FROM entries WHERE tally IS NOT NULL AND flowers > 0 GROUP BY 1, 2, 3;

-- The control totals of a line and day, counted by trigger from entries. `day` is the day of the act in the line's time
-- zone. A line's budget is held against them.
CREATE TABLE line_days (
  line TEXT NOT NULL,
  day TEXT NOT NULL,
  -- Acts with a verdict, flowers credited for them, how many acts an allowance cut, flowers taken back.
  acts INTEGER NOT NULL,
  flowers INTEGER NOT NULL,
  capped INTEGER NOT NULL,
  reversed INTEGER NOT NULL,
  PRIMARY KEY (line, day)
) STRICT, WITHOUT ROWID;
INSERT INTO line_days (line, day, acts, flowers, capped, reversed) SELECT ref, substr(tally, 1, 10), count(*), sum(flowers), sum(flowers < asked), 0 FROM entries WHERE tally IS NOT NULL GROUP BY 1, 2;

-- When acts under a rule with a cooldown were done, in ms; only acts that earned something and were not taken back. For
-- account and id, as tallies are.
CREATE TABLE cooldowns (
  user TEXT NOT NULL,
  subject TEXT NOT NULL,
  acted_at INTEGER NOT NULL,
  -- The act's key.
  act TEXT NOT NULL,
  PRIMARY KEY (user, subject, acted_at, act)
) STRICT, WITHOUT ROWID;

-- Acts that their line took back. An act that is not known yet is remembered too and is not credited when it comes.
CREATE TABLE revocations (
  -- The act's key, 'act:<line>:<act id>'.
  act TEXT NOT NULL PRIMARY KEY,
  line TEXT NOT NULL,
  -- Who holds the act's flowers; NULL for an act that was not known.
  user TEXT,
  -- What the act earned; what was taken back so far; what could not be and is the line's loss (once done).
  flowers INTEGER NOT NULL,
  taken INTEGER NOT NULL CHECK (taken >= 0 AND taken <= flowers),
  lost INTEGER NOT NULL CHECK (lost >= 0),
  reason TEXT NOT NULL,
  mark INTEGER NOT NULL,
  at INTEGER NOT NULL,
  done_at INTEGER,
  CHECK (lost = 0 OR taken + lost = flowers),
  CHECK (done_at IS NULL OR taken + lost = flowers)
) STRICT;
CREATE INDEX revocations_open ON revocations (at) WHERE done_at IS NULL;
CREATE INDEX revocations_line ON revocations (line);

-- Ids of lines that speak of their own users ('<line> <line's user id>', a holding account until it is linked), and the
-- account each is linked to. A space cannot stand in a platform's user id.
CREATE TABLE links (
  holding TEXT NOT NULL PRIMARY KEY,
  line TEXT NOT NULL,
  user TEXT NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE (line, user)
) STRICT, WITHOUT ROWID;

-- What batches insert into. A view with an INSTEAD OF trigger runs row by row: each item sees the one before it.
CREATE VIEW pledging AS SELECT user, key, asked, ref, mark, at FROM entries;
CREATE VIEW crediting AS SELECT user, key, asked, ref, mark, tally, rule, at AS acted_at, at FROM entries;
CREATE VIEW revoking AS SELECT act, line, reason, mark, '[]' AS given, at FROM revocations;
CREATE VIEW taking_back AS SELECT user, key, ref, mark, origin AS pledge, origin AS act, at FROM entries;
CREATE VIEW moving AS SELECT user AS holding, key AS act, user, at FROM entries;
