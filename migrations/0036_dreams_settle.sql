-- Between reaching the quota and the funding decision pledges can still be taken back.
ALTER TABLE dreams ADD COLUMN settles_at INTEGER;
ALTER TABLE dreams ADD COLUMN funded_at INTEGER;

CREATE TABLE dream_events_again (
  dream TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reached', 'closed', 'funded')),
  at INTEGER NOT NULL,
  flowers INTEGER NOT NULL,
  PRIMARY KEY (dream, kind)
) WITHOUT ROWID;
INSERT INTO dream_events_again SELECT dream, kind, at, flowers FROM dream_events;
DROP TABLE dream_events;
ALTER TABLE dream_events_again RENAME TO dream_events;
