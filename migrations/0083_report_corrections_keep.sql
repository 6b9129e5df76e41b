CREATE TRIGGER report_corrections_keep BEFORE UPDATE ON report_corrections BEGIN SELECT RAISE(ABORT, 'a correction never changes'); END;
