CREATE TRIGGER report_corrections_stay BEFORE DELETE ON report_corrections BEGIN SELECT RAISE(ABORT, 'a correction is never deleted'); END;
