-- The catalogue through a dream's whole life: what was proposed, what became of it after it stopped collecting.
ALTER TABLE dreams ADD COLUMN campaign TEXT;
-- JSON of the proposal's text as it was published: what, forWhom, place, howMany, why, pictures.
ALTER TABLE dreams ADD COLUMN story TEXT NOT NULL DEFAULT '{}';
-- Moved by the dream's object: when it ended below its quota, what of it went back to the givers, when all had.
ALTER TABLE dreams ADD COLUMN expired_at INTEGER;
ALTER TABLE dreams ADD COLUMN returned_flowers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dreams ADD COLUMN returned_pledges INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dreams ADD COLUMN returned_at INTEGER;
-- Moved by those who carry it out, after it was funded.
ALTER TABLE dreams ADD COLUMN stage TEXT CHECK (stage IN ('executing', 'completed', 'stopped'));
ALTER TABLE dreams ADD COLUMN stage_at INTEGER;
-- When the next report is due, and what the job said of it: 'reminded', 'overdue'.
ALTER TABLE dreams ADD COLUMN report_due_at INTEGER;
ALTER TABLE dreams ADD COLUMN report_state TEXT CHECK (report_state IN ('reminded', 'overdue'));
CREATE INDEX dreams_campaign ON dreams (campaign, position);
CREATE INDEX dreams_report_due ON dreams (report_due_at) WHERE report_due_at IS NOT NULL;
