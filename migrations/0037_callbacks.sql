-- What happened and is to be told to subscribers. Written in the transaction of what it tells of. `owner` is the one
-- party it is for ('line:<id>', 'partner:<id>'); NULL is for everyone.
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

-- One event on its way to one endpoint.
CREATE TABLE deliveries (
  endpoint TEXT NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  -- When the queue was last handed the message, and when the next attempt is due.
  queued_at INTEGER,
  next_at INTEGER,
  done_at INTEGER,
  PRIMARY KEY (endpoint, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_created ON deliveries (endpoint, created_at);

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
