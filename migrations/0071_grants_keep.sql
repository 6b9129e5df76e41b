CREATE TRIGGER grants_keep BEFORE UPDATE ON grants BEGIN SELECT RAISE(ABORT, 'a grant never changes'); END;
