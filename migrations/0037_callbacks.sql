-- What happened and is to be told to subscribers. Written in the transaction of what it tells of. `owner` is the one
-- party it is for ('line:<id>', 'partner:<id>'; an example is for one 'endpoint:<id>'); NULL is for everyone.
CREATE TABLE outbox (
  id TEXT NOT NULL PRIMARY KEY,
  type TEXT NOT NULL,
  owner TEXT,
  -- JSON, the `data` of the event.
  data TEXT NOT NULL,
  at INTEGER NOT NULL,
  dispatched_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_waiting ON outbox (at) WHERE dispatched_at IS NULL;
CREATE INDEX outbox_at ON outbox (at);
CREATE INDEX outbox_owner ON outbox (owner, at);

-- Where events are sent. `owner` as above.
CREATE TABLE endpoints (
  id TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  url TEXT NOT NULL,
  -- JSON array of event types.
  types TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'disabled', 'deleted')),
  disabled_reason TEXT,
  -- The first failure since the last success, in ms.
  failing_since INTEGER,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX endpoints_owner ON endpoints (owner);

-- Signing secrets of endpoints, AES-GCM under SECRETS_KEY. Two sign while one replaces the other.
CREATE TABLE endpoint_secrets (
  endpoint TEXT NOT NULL,
  id TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (endpoint, id)
) STRICT, WITHOUT ROWID;

-- One event on its way to one endpoint. `id` is the order in which deliveries were made.
CREATE TABLE deliveries (
  id INTEGER NOT NULL PRIMARY KEY,
  endpoint TEXT NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  -- Attempts ever begun, which number the rows of `attempts`; and those since it was made or last sent again, which
  -- tell where in the schedule of retries it stands.
  attempts INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  -- When the next attempt is due, while pending: none begins before.
  next_at INTEGER,
  -- When a pending delivery is handed to the queue: at once, and again should its message be lost.
  sweep_at INTEGER NOT NULL,
  done_at INTEGER,
  UNIQUE (endpoint, event)
) STRICT;
CREATE INDEX deliveries_endpoint ON deliveries (endpoint);
CREATE INDEX deliveries_sweep ON deliveries (sweep_at) WHERE state = 'pending';

-- Each attempt at a delivery: never the body of an answer.
CREATE TABLE attempts (
  endpoint TEXT NOT NULL,
  event TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- HTTP status, or NULL when there was no answer; `error` is one of a few words.
  status INTEGER,
  error TEXT,
  duration_ms INTEGER NOT NULL,
  PRIMARY KEY (endpoint, event, attempt)
) STRICT, WITHOUT ROWID;
