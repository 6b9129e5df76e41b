CREATE TRIGGER earning_rules_stay BEFORE DELETE ON earning_rules BEGIN SELECT RAISE(ABORT, 'an earning rule is never deleted'); END;
