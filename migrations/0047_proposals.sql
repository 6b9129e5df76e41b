-- Wishes, from draft to decision. A proposal that is published becomes a dream of the catalogue with the same id.
CREATE TABLE proposals (
  number INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('draft', 'proposed', 'in_review', 'accepted', 'declined', 'merged', 'withdrawn', 'published')),
  title TEXT NOT NULL,
  what TEXT NOT NULL,
  for_whom TEXT NOT NULL,
  place TEXT NOT NULL,
  how_many TEXT NOT NULL,
  why TEXT NOT NULL,
  -- JSON array of picture ids.
  pictures TEXT NOT NULL,
  -- Why it was declined; what it was merged into.
  reason TEXT,
  merged_into TEXT,
  -- The operator who looks at it.
  assignee TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  proposed_at INTEGER
) STRICT;

-- Who proposed a dream; those of one that was merged into it too. `via` is the proposal they wrote.
CREATE TABLE proposers (
  dream TEXT NOT NULL,
  user TEXT NOT NULL,
  via TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (dream, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX proposers_user ON proposers (user, dream);

-- What operators say of a proposal among themselves.
CREATE TABLE review_notes (
  id INTEGER NOT NULL PRIMARY KEY,
  proposal TEXT NOT NULL,
  author TEXT NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX review_notes_proposal ON review_notes (proposal, id);

-- Pictures lie in R2 under 'pictures/<id>'; this says whose they are.
CREATE TABLE pictures (
  id TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('image/jpeg', 'image/png', 'image/webp')),
  bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pictures_owner ON pictures (owner, created_at);
