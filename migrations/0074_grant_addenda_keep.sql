CREATE TRIGGER grant_addenda_keep BEFORE UPDATE ON grant_addenda BEGIN SELECT RAISE(ABORT, 'an addendum never changes'); END;
