CREATE TRIGGER dreams_stay BEFORE DELETE ON dreams BEGIN SELECT RAISE(ABORT, 'a published dream is never deleted'); END;
