-- Organisations and labs that take dreams on, and who acts for them.
CREATE TABLE organisations (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('foundation', 'charity', 'lab', 'company', 'school', 'other')),
  about TEXT NOT NULL,
  -- For operators and members only.
  contact TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'closed')),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE organisation_members (
  organisation TEXT NOT NULL,
  user TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
  at INTEGER NOT NULL,
  PRIMARY KEY (organisation, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX organisation_members_user ON organisation_members (user);

-- A dream that an organisation is asked to take on. One that did is its co-creator.
CREATE TABLE offers (
  id TEXT NOT NULL PRIMARY KEY,
  dream TEXT NOT NULL,
  organisation TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'taken', 'declined', 'withdrawn')),
  message TEXT NOT NULL,
  -- Why it was declined or withdrawn.
  reason TEXT,
  offered_at INTEGER NOT NULL,
  decided_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX offers_standing ON offers (dream, organisation) WHERE state IN ('open', 'taken');
CREATE INDEX offers_organisation ON offers (organisation, offered_at);
