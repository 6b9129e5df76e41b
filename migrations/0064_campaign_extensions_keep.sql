CREATE TRIGGER campaign_extensions_keep BEFORE UPDATE ON campaign_extensions BEGIN SELECT RAISE(ABORT, 'an extension never changes'); END;
