-- The numbers of the campaign, counted from the entries in passes over the whole ledger, range by range of whole users.
-- Each range is one transaction with the cursor of its pass, so nothing is counted twice.
CREATE TABLE rollup_passes (
  id INTEGER NOT NULL PRIMARY KEY,
  -- Entries before this time are counted, in ms.
  horizon INTEGER NOT NULL,
  -- The last user that was counted; X'7F' when all are.
  after_user TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  done_at INTEGER,
  -- Entries before the horizon, and what they moved, in flowers.
  entries INTEGER NOT NULL DEFAULT 0,
  earned INTEGER NOT NULL DEFAULT 0,
  taken_back INTEGER NOT NULL DEFAULT 0,
  given INTEGER NOT NULL DEFAULT 0,
  refunded INTEGER NOT NULL DEFAULT 0,
  -- Accounts and all of their entries, each as it was when the pass came to it.
  accounts INTEGER NOT NULL DEFAULT 0,
  credited INTEGER NOT NULL DEFAULT 0,
  reversed INTEGER NOT NULL DEFAULT 0,
  pledged INTEGER NOT NULL DEFAULT 0,
  balances INTEGER NOT NULL DEFAULT 0,
  -- Flowers that lines lost, at the end of the pass.
  lost INTEGER NOT NULL DEFAULT 0,
  -- JSON array: dreams by their entries before the horizon, and as they had published themselves at the end.
  dreams TEXT NOT NULL DEFAULT '[]',
  -- Whether everything that must hold did, once done; and a JSON array of what did not, in words.
  agrees INTEGER CHECK (agrees IN (0, 1)),
  differences TEXT NOT NULL DEFAULT '[]',
  CHECK ((done_at IS NULL) = (agrees IS NULL))
) STRICT;

-- What a line's acts brought, by hour. `day` is days since 1970 in the public's time zone, `hour` hours since 1970.
CREATE TABLE rollup_lines (
  pass INTEGER NOT NULL,
  line TEXT NOT NULL,
  day INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  -- Flowers credited, acts with a verdict, flowers taken back in this hour.
  earned INTEGER NOT NULL,
  acts INTEGER NOT NULL,
  taken_back INTEGER NOT NULL,
  PRIMARY KEY (pass, line, day, hour)
) STRICT, WITHOUT ROWID;

-- What was given to a dream, by hour.
CREATE TABLE rollup_dreams (
  pass INTEGER NOT NULL,
  dream TEXT NOT NULL,
  day INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  -- Flowers and pledges given, flowers refunded in this hour, and how many pledges that ended.
  given INTEGER NOT NULL,
  pledges INTEGER NOT NULL,
  refunded INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  PRIMARY KEY (pass, dream, day, hour)
) STRICT, WITHOUT ROWID;

-- How many accounts gave or earned: in all (id ''), to a dream, to a campaign's dreams, by a line.
CREATE TABLE rollup_people (
  pass INTEGER NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('givers', 'earners', 'dream', 'campaign', 'line')),
  id TEXT NOT NULL,
  people INTEGER NOT NULL,
  PRIMARY KEY (pass, scope, id)
) STRICT, WITHOUT ROWID;

-- The most flowers of one account, without the account; of a campaign or in all ('').
CREATE TABLE rollup_tops (
  id INTEGER NOT NULL PRIMARY KEY,
  pass INTEGER NOT NULL,
  board TEXT NOT NULL CHECK (board IN ('earned', 'given')),
  campaign TEXT NOT NULL,
  flowers INTEGER NOT NULL
) STRICT;
CREATE INDEX rollup_tops_board ON rollup_tops (pass, board, campaign, flowers);

-- What the public reads, made once at the end of a pass: of a campaign or of everything (''). JSON.
CREATE TABLE rollup_numbers (
  pass INTEGER NOT NULL,
  campaign TEXT NOT NULL,
  numbers TEXT NOT NULL,
  days TEXT NOT NULL,
  PRIMARY KEY (pass, campaign)
) STRICT, WITHOUT ROWID;
