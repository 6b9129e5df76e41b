CREATE TRIGGER grant_addenda_stay BEFORE DELETE ON grant_addenda BEGIN SELECT RAISE(ABORT, 'an addendum is never deleted'); END;
