CREATE TRIGGER amendments_keep BEFORE UPDATE ON amendments BEGIN SELECT RAISE(ABORT, 'an amendment never changes'); END;
