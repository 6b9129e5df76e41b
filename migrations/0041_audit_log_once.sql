CREATE TRIGGER audit_log_once BEFORE INSERT ON audit_log WHEN EXISTS (SELECT 1 FROM audit_log a WHERE a.id = NEW.id) BEGIN SELECT RAISE(ABORT, 'an audit row never changes'); END;
