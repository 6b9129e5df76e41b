-- What the public, and each dream's followers, are told: a page of a dream's public news is one walk of its index.

-- Dreams that users chose to follow (1) or not to (0). Who gave to a dream or proposed it follows it without a row.
CREATE TABLE follows (
  user TEXT NOT NULL,
  dream TEXT NOT NULL,
  following INTEGER NOT NULL CHECK (following IN (0, 1)),
  at INTEGER NOT NULL,
  PRIMARY KEY (user, dream)
) STRICT, WITHOUT ROWID;

-- Questions and concerns on dreams, answered in public by those who carry them out.
CREATE TABLE questions (
  number INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  dream TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('question', 'concern')),
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'raised', 'resolved')),
  text TEXT NOT NULL,
  -- A user id, never shown; NULL once their account was deleted.
  author TEXT,
  asked_at INTEGER NOT NULL,
  -- When the first answer came; when it was first raised to the operator; what the operator said of it and when.
  answered_at INTEGER,
  raised_at INTEGER,
  resolved_at INTEGER,
  resolution TEXT,
  -- The last act of moderation: whether it is hidden, why and since when.
  hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
  moderation_reason TEXT,
  moderated_at INTEGER,
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
  CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
  CHECK (state NOT IN ('raised', 'resolved') OR raised_at IS NOT NULL),
  CHECK (state <> 'answered' OR answered_at IS NOT NULL)
) STRICT;
CREATE INDEX questions_dream ON questions (dream, number);
CREATE INDEX questions_state ON questions (dream, state, number) WHERE hidden = 0;
CREATE INDEX questions_author ON questions (author, asked_at) WHERE author IS NOT NULL;
CREATE INDEX questions_raised ON questions (number) WHERE state = 'raised' AND hidden = 0;

CREATE TABLE answers (
  id INTEGER NOT NULL PRIMARY KEY,
  question TEXT NOT NULL,
  -- NULL for the operator.
  organisation TEXT,
  text TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX answers_question ON answers (question, id);

-- Who raised a concern to the operator, and why: for operators only.
CREATE TABLE raises (
  id INTEGER NOT NULL PRIMARY KEY,
  question TEXT NOT NULL,
  -- A user id; NULL once their account was deleted.
  author TEXT,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX raises_question ON raises (question, id);
CREATE UNIQUE INDEX raises_once ON raises (question, author) WHERE author IS NOT NULL;
CREATE INDEX raises_author ON raises (author, at) WHERE author IS NOT NULL;
