CREATE TRIGGER progress_keep BEFORE UPDATE ON progress BEGIN SELECT RAISE(ABORT, 'a line of progress never changes'); END;
