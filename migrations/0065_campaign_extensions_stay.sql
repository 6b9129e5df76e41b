CREATE TRIGGER campaign_extensions_stay BEFORE DELETE ON campaign_extensions BEGIN SELECT RAISE(ABORT, 'an extension is never deleted'); END;
