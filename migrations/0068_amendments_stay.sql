CREATE TRIGGER amendments_stay BEFORE DELETE ON amendments BEGIN SELECT RAISE(ABORT, 'an amendment is never deleted'); END;
