CREATE TRIGGER amendments_once BEFORE INSERT ON amendments WHEN EXISTS (SELECT 1 FROM amendments a WHERE a.id = NEW.id) BEGIN SELECT RAISE(ABORT, 'an amendment never changes'); END;
