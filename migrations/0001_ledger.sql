-- Accounts and entries. An entry is one immutable line of an account's history; an account is the sum of its entries.
-- Both are WITHOUT ROWID, so that a pledge writes two rows and no index: the entry and the account.
-- STRICT, so that there is no part of a flower.
CREATE TABLE accounts (
  user TEXT NOT NULL PRIMARY KEY,
  -- How many entries moved this account. Entry n is the one with seq = n.
  entries INTEGER NOT NULL,
  -- Flowers earned (credits minus reversals) and flowers given (pledges minus refunds), since the account began.
  earned INTEGER NOT NULL,
  pledged INTEGER NOT NULL,
  -- The key of entry n: what the guard triggers hold a change of this row to.
  last_key TEXT NOT NULL,
  balance INTEGER GENERATED ALWAYS AS (earned - pledged) VIRTUAL,
  CHECK (pledged >= 0),
  CHECK (earned >= pledged)
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
  user TEXT NOT NULL,
  -- Unique per user, for good: 'k:<Idempotency-Key>', 'act:<line>:<act id>', 'ask:<line>:<request id>'.
  key TEXT NOT NULL,
  -- Place in the account's history, from 1. 0 for a verdict that moved nothing (refused, capped).
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('credit', 'pledge', 'refund', 'reversal', 'refused', 'capped')),
  -- What the balance changed by: positive for a credit or refund, negative for a pledge or reversal.
  flowers INTEGER NOT NULL,
  -- What was asked for. With ref it is the fingerprint that tells a repeat from a reused key.
  asked INTEGER NOT NULL,
  -- The dream or the business line on the other side.
  ref TEXT NOT NULL,
  -- Names the batch item that wrote this row; unique within ref. A re-driven batch finds its own marks.
  mark INTEGER NOT NULL,
  -- The allowance a credit counts against (see tallies), or NULL.
  tally TEXT,
  -- Milliseconds since 1970.
  at INTEGER NOT NULL,
  PRIMARY KEY (user, key),
  CHECK ((kind IN ('credit', 'refund') AND flowers > 0) OR (kind IN ('pledge', 'reversal') AND flowers < 0) OR (kind IN ('refused', 'capped') AND flowers = 0)),
  CHECK ((seq > 0) = (flowers <> 0))
) STRICT, WITHOUT ROWID;

-- An act is credited once whoever it is reported for, and is found by its id alone. Pledges are not in this index.
CREATE UNIQUE INDEX entries_act ON entries (key) WHERE kind IN ('credit', 'capped');

-- Flowers a user was credited under one allowance (a line, an act kind, a day). Counted by trigger, from entries.
CREATE TABLE tallies (
  tally TEXT NOT NULL,
  user TEXT NOT NULL,
  flowers INTEGER NOT NULL CHECK (flowers >= 0),
  PRIMARY KEY (tally, user)
) STRICT, WITHOUT ROWID;

-- What a batch inserts into. A view with an INSTEAD OF trigger runs row by row: each item sees the one before it.
CREATE VIEW pledging AS SELECT user, key, asked, ref, mark, at FROM entries;
CREATE VIEW crediting AS SELECT user, key, asked, 0 AS cap, ref, mark, tally, at FROM entries;
