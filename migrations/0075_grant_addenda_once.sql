CREATE TRIGGER grant_addenda_once BEFORE INSERT ON grant_addenda WHEN EXISTS (SELECT 1 FROM grant_addenda o WHERE o.id = NEW.id) BEGIN SELECT RAISE(ABORT, 'an addendum never changes'); END;
