CREATE TRIGGER reports_keep BEFORE UPDATE ON reports BEGIN SELECT RAISE(ABORT, 'a report never changes'); END;
