-- When a deleted account was swept again, a while after: of what a request left that ended in the midst, or that was under
-- way while the account was deleted.
ALTER TABLE closed_accounts ADD COLUMN swept_at INTEGER;
CREATE INDEX closed_accounts_unswept ON closed_accounts (at) WHERE swept_at IS NULL;
-- What is read out for someone, and deleted.
CREATE INDEX audit_log_actor ON audit_log (actor, id);
CREATE INDEX links_user ON links (user, line);
-- Made anew in the next file: nothing more is pledged from a deleted account.
DROP TRIGGER pledging_insert;
