-- What an organisation that takes a dream on plans, and what became of each item. Amounts of money in cents of the grant's
-- currency, quantities in the measure's unit.
CREATE TABLE milestones (
  id TEXT NOT NULL PRIMARY KEY,
  dream TEXT NOT NULL,
  organisation TEXT NOT NULL,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  -- YYYY-MM-DD.
  due_on TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'under_way', 'done', 'dropped')),
  moved_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX milestones_dream ON milestones (dream, organisation, position);

CREATE TABLE measures (
  id TEXT NOT NULL PRIMARY KEY,
  dream TEXT NOT NULL,
  organisation TEXT NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  planned INTEGER NOT NULL CHECK (planned > 0),
  actual INTEGER NOT NULL DEFAULT 0,
  read_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX measures_dream ON measures (dream, organisation, position);

CREATE TABLE budget_lines (
  id TEXT NOT NULL PRIMARY KEY,
  dream TEXT NOT NULL,
  organisation TEXT NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  planned_cents INTEGER NOT NULL CHECK (planned_cents > 0),
  spent_cents INTEGER NOT NULL DEFAULT 0,
  spent_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX budget_lines_dream ON budget_lines (dream, organisation, position);
