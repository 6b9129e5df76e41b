-- The catalogue through a dream's whole life: what was proposed, what became of it after it stopped collecting.
ALTER TABLE dreams ADD COLUMN campaign TEXT;
-- JSON of the proposal's text as it was published: what, forWhom, place, howMany, why, pictures.
ALTER TABLE dreams ADD COLUMN story TEXT NOT NULL DEFAULT '{}';
-- Moved by the dream's object: when it ended below its quota, what of it went back to the givers, when all had.
ALTER TABLE dreams ADD COLUMN expired_at INTEGER;
ALTER TABLE dreams ADD COLUMN returned_flowers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dreams ADD COLUMN returned_pledges INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dreams ADD COLUMN returned_at INTEGER;
-- The state of its life its object noted last, and until when its object collects; NULL before it published anything.
ALTER TABLE dreams ADD COLUMN life TEXT;
ALTER TABLE dreams ADD COLUMN object_closes_at INTEGER;
-- Moved by those who carry it out, after it was funded.
ALTER TABLE dreams ADD COLUMN stage TEXT CHECK (stage IN ('executing', 'completed', 'stopped'));
ALTER TABLE dreams ADD COLUMN stage_at INTEGER;
-- When the next report is due, and what the job said of it: 'reminded', 'overdue'.
ALTER TABLE dreams ADD COLUMN report_due_at INTEGER;
ALTER TABLE dreams ADD COLUMN report_state TEXT CHECK (report_state IN ('reminded', 'overdue'));
CREATE INDEX dreams_campaign ON dreams (campaign, position);
CREATE INDEX dreams_report_due ON dreams (report_due_at) WHERE report_due_at IS NOT NULL;

CREATE TABLE dream_events_again (
  dream TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reached', 'closed', 'funded', 'expired')),
  at INTEGER NOT NULL,
  flowers INTEGER NOT NULL,
  PRIMARY KEY (dream, kind)
) WITHOUT ROWID;
INSERT INTO dream_events_again SELECT dream, kind, at, flowers FROM dream_events;
DROP TABLE dream_events;
ALTER TABLE dream_events_again RENAME TO dream_events;
