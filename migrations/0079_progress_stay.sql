CREATE TRIGGER progress_stay BEFORE DELETE ON progress BEGIN SELECT RAISE(ABORT, 'a line of progress is never deleted'); END;
